//! `awsmfa console`: prints a URL that signs in to the AWS web console with the session of a role, or opens it.

use std::ops::ControlFlow;

use crate::commands::login::Asking;
use crate::commands::messages::Messages;
use crate::commands::pick;
use crate::commands::session_owner::{SessionOwner, owner_of};
use crate::commands::shared_files::SharedFiles;
use crate::commands::stored_session::{Usable, usable_or_new};
use crate::context::Context;
use crate::diagnosis::Identity;
use crate::endpoint::{Endpoint, partition_of_arn};
use crate::endpoint_url::EndpointUrl;
use crate::error::Error;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::{browser, interrupt, signin, terminal};
use crate::profile::ProfileName;
use crate::render::json;
use crate::resolve::{self, Choice, ExternalSource, Selected};
use crate::secret::Secret;
use crate::session::Session;
use crate::value::{ConsoleService, Region};
use crate::web_console::{self, Console, ConsolePage};

/// Print a sign-in URL for the AWS web console, or open it
///
/// Logs in first if needed, like exec. Whoever opens the URL within 15 minutes is signed in until the session ends, so
/// treat it as a secret. AWS accepts only sessions of roles: those of users are refused.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The role profile, or the profile with the session of a role
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// The service to show, such as s3 or ec2
    ///
    /// Its name is that in the URLs of the console.
    ///
    /// [default: the home page]
    #[arg(long, value_name = "SERVICE")]
    service: Option<ConsoleService>,
    /// The region to show
    ///
    /// [default: that of the session profile or of the profile]
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// The page to show: an https:// URL of the AWS console
    ///
    /// It must be a page of the session's partition.
    #[arg(long, value_name = "URL", conflicts_with_all = ["service", "region"], value_hint = clap::ValueHint::Url)]
    destination: Option<ConsolePage>,
    /// Open the browser instead of printing the URL
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the URL, or opens it in the browser.
///
/// # Errors
///
/// Fails if the session is not a role's, if no session can be requested, or if AWS sign-in refuses or cannot be
/// reached.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let files = SharedFiles::read(global, context)?;
    let mut selected = resolve::selected_profile(flag, &context.environment)?;
    let picked = match resolve::link(Choice::of(&selected.name), files.profiles()) {
        Ok(_) => None,
        Err(error) => pick::instead_of_default(flag, &error, &files, global, context)?,
    };
    if let Some(name) = &picked {
        selected = Selected { name: name.clone(), by: None };
    }
    refuse_user(&selected, &files)?;
    let usable = match usable_or_new(flag.or(picked.as_ref()), Asking::Exec, global, context)? {
        ControlFlow::Continue(usable) => usable,
        ControlFlow::Break(code) => return Ok(code),
    };
    let url = login_url(args, &usable, &selected, &files, context)?;
    let messages = Messages::new(global, context);
    if args.open {
        interrupt::handle();
        messages.note(&format!("awsmfa: opening the AWS console in the browser, with '{}'", usable.session_profile));
        browser::open(context.environment.home(), &web_console::redirect(&url))?;
        return Ok(0);
    }
    let rendered = match global.output() {
        OutputFormat::Text => Secret::new(format!("{}\n", url.expose())),
        OutputFormat::Json => Secret::new(json::console(&usable.session_profile, &url) + "\n"),
    };
    terminal::print(rendered.expose()).map_err(Error::Output)?;
    messages.note("awsmfa: this URL signs in whoever opens it in the next 15 minutes: treat it as a secret");
    Ok(0)
}

/// Refuses a profile whose session is a user's by the files, before anything is prompted for or sent.
fn refuse_user(selected: &Selected, files: &SharedFiles) -> Result<(), Error> {
    match resolve::link(Choice::of(&selected.name), files.profiles()) {
        Ok(link)
            if link.role.is_none() && ExternalSource::of_named(&link.source_profile, files.profiles()).is_none() =>
        {
            let role = resolve::role_with(&link, files.profiles());
            Err(Error::NotARole { profile: selected.name.clone(), owner: None, role })
        }
        // Without a link, and for a session that the AWS SDK gets, only STS can report the owner.
        _ => Ok(()),
    }
}

/// Exchanges the session for a URL.
fn login_url(
    args: &Args,
    usable: &Usable,
    selected: &Selected,
    files: &SharedFiles,
    context: &Context,
) -> Result<Secret, Error> {
    let session = Session::from(usable.session.clone());
    let SessionOwner { identity, sts } = owner_of(usable, &session, &selected.name, files, context)?;
    let console = console_of(&identity, usable)?;
    let destination = destination(args, console, usable)?;
    let endpoint = resolve::signin_endpoint(sts, console, &context.environment)?;
    let failed = |source| Error::Signin { profile: usable.session_profile.clone(), source };
    let token = signin::token(&endpoint, &usable.session).map_err(failed)?;
    let Endpoint { url, .. } = &endpoint;
    let signin = url.as_ref().map_or(console.signin, EndpointUrl::as_str);
    Ok(web_console::login_url(signin, &destination, &token))
}

/// Returns the console of the owner's partition; fails if it does not accept the session.
fn console_of(identity: &Identity, usable: &Usable) -> Result<Console, Error> {
    let profile = || usable.session_profile.clone();
    if !web_console::accepts(&identity.arn) {
        return Err(Error::NotARole { profile: profile(), owner: Some(identity.arn.clone()), role: None });
    }
    let partition = partition_of_arn(&identity.arn).unwrap_or_default();
    web_console::of_partition(partition).ok_or_else(|| Error::NoConsole { partition: partition.to_owned() })
}

/// Returns the URL of the page to show.
fn destination(args: &Args, console: Console, usable: &Usable) -> Result<String, Error> {
    let Console { partition, host, .. } = console;
    if let Some(page) = &args.destination {
        let is_own = console.has_page(page);
        return if is_own { Ok(page.as_str().to_owned()) } else { Err(Error::OtherDestination { partition, host }) };
    }
    if let Some(region) = &args.region {
        if !console.has_region(region) {
            return Err(Error::Usage(format!(
                "the region {region} is not one of the session's partition, {partition}"
            )));
        }
        return Ok(console.page_of(args.service.as_ref(), Some(region)));
    }
    // The region of the files may be that of another service or partition; then the console chooses one.
    let region = usable.region.as_ref().and_then(|region| region.parse().ok());
    let region = region.filter(|region: &Region| console.has_region(region) && !region.as_str().starts_with("aws-"));
    Ok(console.page_of(args.service.as_ref(), region.as_ref()))
}
