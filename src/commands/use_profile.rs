//! `awsmfa use`: selects the profile that AWS tools use in a shell, which evaluates the output.

use std::ops::ControlFlow;

use crate::commands::calling_shell;
use crate::commands::list;
use crate::commands::login::Asking;
use crate::commands::messages::Messages;
use crate::commands::pick::{self, Offer};
use crate::commands::shared_files::SharedFiles;
use crate::commands::stored_session::{session_profile_of, usable_or_new};
use crate::context::Context;
use crate::environment::{Environment, PREVIOUS_PROFILE, SELECTED_PROFILE};
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::{dialog, terminal};
use crate::profile::property::{AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, MFA_SERIAL, REGION};
use crate::profile::{ProfileKind, ProfileName, Profiles};
use crate::render::assignments::{self, Assignment, ShellSelection};
use crate::render::profile_table::Row;
use crate::render::shell::Syntax;
use crate::render::text::{self, shell_word};
use crate::resolve::{self, Choice, ResolveError, RoleOrigin, Selected};
use crate::session_state::SessionState;
use crate::time::{Seconds, Timestamp};

/// Select the profile that AWS tools use in this shell
///
/// Logs in first if needed. Sets AWS_PROFILE to the session profile, and clears the variables that AWS tools prefer to
/// it. Without a name, a list of the profiles opens. A program cannot change the variables of its shell: `awsmfa init`
/// prints a function that does. Without the function, use `eval "$(awsmfa use work)"`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile to use, of any kind; `-` for the previous one
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// Do not log in, even if there is no session
    #[arg(long)]
    no_login: bool,
    /// Select no profile, and clear the session of this shell
    #[arg(long, conflicts_with = "name")]
    unset: bool,
    /// Bring the variables up to date after a login; for the functions of `init`.
    #[arg(long, hide = true, conflicts_with_all = ["name", "unset"])]
    refresh: bool,
    /// The syntax to print
    ///
    /// [default: that of the calling shell, else of SHELL]
    #[arg(long, value_name = "SYNTAX", overrides_with = "shell")]
    shell: Option<Syntax>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the commands that select the profile. Nothing is printed if the profile cannot be used.
///
/// # Errors
///
/// Fails if the profile is unknown, if no session can be requested, or if the syntax cannot express its name.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let environment = &context.environment;
    let syntax = args.shell.unwrap_or_else(|| calling_shell::syntax_of_result(global, context));
    let messages = Messages::new(global, context);
    if args.refresh {
        print(&refreshed(global, context), syntax)?;
        return Ok(0);
    }
    if args.unset {
        let regions = SharedFiles::read_what_is_readable(global, context).map(|files| own_regions(&files, environment));
        print(&assignments::selecting(None, &regions.unwrap_or_default(), environment), syntax)?;
        messages.note("awsmfa: this shell uses no profile");
        return Ok(0);
    }
    check_files(global)?;
    let selected = match select(args, global, context)? {
        ControlFlow::Continue(selected) => selected,
        ControlFlow::Break(code) => return Ok(code),
    };
    print(&assignments::selecting(Some(selected.selection()), &selected.regions, environment), syntax)?;
    if terminal::shows_results() {
        let how = syntax.evaluating(&format!("awsmfa use {}", shell_word(selected.requested.as_str())));
        messages.note(&format!("awsmfa: nothing is selected yet, because a shell must evaluate this: {how}"));
    } else {
        report(&selected, args, context, messages);
    }
    Ok(0)
}

fn print(assignments: &[Assignment], syntax: Syntax) -> Result<(), Error> {
    let rendered = syntax.render_marked(assignments).map_err(|error| Error::Usage(error.to_string()))?;
    terminal::print(&rendered).map_err(Error::Output)
}

/// Refuses other files than those of the environment: AWS tools in the shell would not find the profile in them.
fn check_files(global: &GlobalArgs) -> Result<(), Error> {
    let (flag, variable) = match (&global.config_file, &global.credentials_file) {
        (Some(_), _) => ("--config-file", "AWS_CONFIG_FILE"),
        (None, Some(_)) => ("--credentials-file", "AWS_SHARED_CREDENTIALS_FILE"),
        (None, None) => return Ok(()),
    };
    Err(Error::Usage(format!(
        "{flag} cannot be used here, because AWS tools in this shell would not read that file: set {variable} instead"
    )))
}

/// A profile to select.
struct Selectable {
    /// The profile that the user has named or picked.
    requested: ProfileName,
    /// The profile that holds the session.
    profile: ProfileName,
    /// Set if awsmfa writes its session.
    is_managed: bool,
    expiration: Option<Timestamp>,
    /// The state of the session before the command.
    state: SessionState,
    /// The regions that `env` may have set before.
    regions: Vec<String>,
}

impl Selectable {
    fn selection(&self) -> ShellSelection<'_> {
        ShellSelection { profile: &self.profile, is_managed: self.is_managed, expiration: self.expiration }
    }
}

/// Finds the requested profile, and logs in if necessary; breaks with the exit code of a failed login.
fn select(args: &Args, global: &GlobalArgs, context: &Context) -> Result<ControlFlow<u8, Selectable>, Error> {
    let files = SharedFiles::read(global, context)?;
    let requested = match args.name.as_ref().or(global.profile.as_ref()) {
        Some(name) if name.as_str() == "-" => previous(&context.environment)?,
        Some(name) => name.clone(),
        None => picked(&files, global, context)?,
    };
    let profiles = files.profiles();
    let Row { kind, state, .. } = list::row(requested.as_str(), profiles, context);
    let is_managed = kind != ProfileKind::Other || is_incomplete(&requested, profiles);
    let (profile, expiration) = if !is_managed {
        (requested.clone(), None)
    } else if args.no_login {
        (session_profile_of(&Selected { name: requested.clone(), by: None }, profiles)?, state.expiration())
    } else {
        match usable_or_new(Some(&requested), Asking::Exec, global, context)? {
            ControlFlow::Continue(usable) => (usable.session_profile, usable.session.expiration),
            ControlFlow::Break(code) => return Ok(ControlFlow::Break(code)),
        }
    };
    let regions = own_regions(&files, &context.environment);
    Ok(ControlFlow::Continue(Selectable { requested, profile, is_managed, expiration, state, regions }))
}

/// Returns whether the profile does not exist, or is connected to awsmfa and lacks a part, such as its key. The login
/// reports what is missing.
fn is_incomplete(name: &ProfileName, profiles: Profiles<'_>) -> bool {
    let connections = [MFA_SERIAL, AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE];
    let profile = profiles.get(name.as_str());
    profile.is_none_or(|profile| connections.into_iter().any(|name| profile.property(name).is_some()))
}

/// Returns the profile that was selected in this shell before.
fn previous(environment: &Environment) -> Result<ProfileName, Error> {
    let name = environment.get(PREVIOUS_PROFILE).ok_or(Error::NoPreviousProfile)?;
    let origin = PREVIOUS_PROFILE.to_owned();
    name.parse().map_err(|source| ResolveError::ProfileName { origin, source }.into())
}

/// Lets the user pick the profile.
fn picked(files: &SharedFiles, global: &GlobalArgs, context: &Context) -> Result<ProfileName, Error> {
    let entries = pick::entries(Offer::All, files, context);
    if entries.is_empty() {
        // The error says how to begin.
        let default = Selected { name: ProfileName::default_profile(), by: None };
        return session_profile_of(&default, files.profiles());
    }
    if !dialog::is_possible() {
        let message = "no profile is named, and there is no terminal to pick one on: awsmfa use <profile>";
        return Err(Error::Usage(message.to_owned()));
    }
    pick::pick(&entries, global, context)
}

/// Reports the selection.
fn report(selected: &Selectable, args: &Args, context: &Context, messages: Messages) {
    let Selectable { requested, profile, is_managed, expiration, state, .. } = selected;
    let mut text = format!("awsmfa: this shell uses {profile}");
    if profile != requested {
        text += &format!(", which holds the session of {requested}");
    }
    match (expiration, state) {
        _ if !is_managed => text += ", whose credentials awsmfa does not manage",
        // After a login, its report has the time.
        (Some(until), SessionState::Valid(_)) => {
            text += &format!(": {}", text::remaining(*until, context.clock.now, context.clock.zone()));
        }
        _ => {}
    }
    messages.note(&text);
    if args.no_login && *is_managed && !matches!(state, SessionState::Valid(_) | SessionState::Unknown) {
        let command = shell_word(requested.as_str());
        let state = text::status(profile, *state, context.clock.now, context.clock.zone(), false);
        messages.warning(&format!("{state}: `awsmfa login {command}` gets a session"));
    }
}

/// Returns the assignments that bring the end of the session up to date after a login to the profile that `use` has
/// selected in the shell.
fn refreshed(global: &GlobalArgs, context: &Context) -> Vec<Assignment> {
    let (selected, profile) = (context.environment.get(SELECTED_PROFILE), context.environment.get("AWS_PROFILE"));
    let Some(name) = selected.filter(|name| Some(*name) == profile) else { return Vec::new() };
    // The login has reported a file that cannot be read.
    let Ok(files) = SharedFiles::read(global, context) else { return Vec::new() };
    let section = files.profiles().get(name).and_then(|profile| profile.credentials_section());
    let expiration = SessionState::of(section.as_ref(), &context.clock, Seconds(0)).expiration();
    if expiration.is_some() { assignments::expiring_at(expiration) } else { Vec::new() }
}

/// Returns the regions that `env` may have set for the session that it has set in the shell: that of the session
/// profile, or of the profile that was requested.
pub(super) fn own_regions(files: &SharedFiles, environment: &Environment) -> Vec<String> {
    let is_set = environment.get("AWS_SESSION_TOKEN").is_some();
    let name = environment.get(SELECTED_PROFILE).filter(|_| is_set);
    let Some(name) = name.and_then(|name| name.parse::<ProfileName>().ok()) else { return Vec::new() };
    let link = resolve::link(Choice::of(&name), files.profiles()).ok();
    let role = link.as_ref().and_then(|link| match &link.role {
        Some(RoleOrigin::Profile(role)) => Some(role),
        _ => None,
    });
    let names = [Some(&name), role, link.as_ref().map(|link| &link.source_profile)];
    let regions = names.into_iter().flatten().filter_map(|name| files.profiles().get(name.as_str())?.property(REGION));
    regions.map(|region| region.value.into_owned()).collect()
}
