//! `awsmfa whoami`: looks up the owner of a stored session with AWS.

use crate::check;
use crate::commands::messages::Messages;
use crate::commands::session_owner::{SessionOwner, owner_of};
use crate::commands::shared_files::SharedFiles;
use crate::commands::stored_session::usable;
use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::sts::Caller;
use crate::io::{iam, terminal};
use crate::limits;
use crate::profile::ProfileName;
use crate::render::json;
use crate::render::text::{self, Owner};
use crate::resolve;
use crate::session::Session;

/// Ask AWS for the owner of the session
///
/// Prints the ARN, the account and its alias. The session must be in the files: there is no login and no prompt. The
/// alias of the account is shown if the session may list it (iam:ListAccountAliases).
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose session to look up, of any kind
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the owner of the session, and warns about variables that AWS tools would use instead of it.
///
/// # Errors
///
/// Fails if there is no session, or if STS refuses it or cannot be reached.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let files = SharedFiles::read(global, context)?;
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let usable = usable(flag, &files, context)?;
    let session = Session::from(usable.session.clone());
    let SessionOwner { identity, sts } = owner_of(&usable, &session, &selected.name, &files, context)?;
    let alias = account_alias(sts, &identity.arn, &session, context);
    let owner = Owner {
        profile: &usable.session_profile,
        identity: &identity,
        alias: alias.as_deref(),
        expiration: usable.session.expiration,
    };
    let rendered = match global.output() {
        OutputFormat::Text => text::owner(&owner, context.clock.now, context.clock.zone()),
        OutputFormat::Json => json::owner(&owner, context.clock.now) + "\n",
    };
    terminal::print(&rendered).map_err(Error::Output)?;
    let messages = Messages::new(global, context);
    check::environment(&context.environment, files.profiles()).iter().for_each(|finding| messages.finding(finding));
    Ok(0)
}

/// Returns the alias of the account; none if the session may not list it, or if IAM does not answer soon. The alias is
/// not worth a long wait or an error.
fn account_alias(sts: Endpoint, arn: &str, session: &Session, context: &Context) -> Option<String> {
    let iam = resolve::iam_endpoint(sts, arn, &context.environment).ok()??;
    let (connect_limit, read_limit) = (iam.connect_limit.min(limits::ALIAS), iam.read_limit.min(limits::ALIAS));
    iam::account_alias(&Endpoint { connect_limit, read_limit, ..iam }, &Caller::Session(session))
}
