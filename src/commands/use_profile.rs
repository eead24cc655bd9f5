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
use crate::profile::{ProfileKind, ProfileName};
use crate::render::assignments::{self, Assignment, Selection};
use crate::render::shell::Syntax;
use crate::render::text::{self, shell_word};
use crate::resolve::{ResolveError, Selected};
use crate::session_state::SessionState;
use crate::time::Seconds;

/// Select the profile that AWS tools use in this shell; log in first if needed
///
/// Sets AWS_PROFILE to the session profile, and clears the variables that AWS tools prefer to it. Without a name, a
/// list of the profiles opens. A program cannot change the variables of its shell: `awsmfa init` prints a function that
/// does. Without the function, use `eval "$(awsmfa use work)"`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile to use, of any kind, the same as --profile; `-` for the previous one
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// Do not log in, even if there is no session
    #[arg(long)]
    no_login: bool,
    /// Select no profile, and clear the session of this shell
    #[arg(long, conflicts_with = "name")]
    unset: bool,
    /// Bring the variables up to date after a login or logout; for the functions of `init`.
    #[arg(long, hide = true, conflicts_with_all = ["name", "unset"])]
    refresh: bool,
    /// The syntax to print [default: that of the calling shell, else of SHELL]
    #[arg(long, value_name = "SYNTAX")]
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
    let assignments = if args.unset {
        assignments::selecting(None, environment)
    } else if args.refresh {
        refreshed(global, context)
    } else {
        match selected(args, syntax, global, context)? {
            ControlFlow::Continue(assignments) => assignments,
            ControlFlow::Break(code) => return Ok(code),
        }
    };
    let rendered = syntax.render_marked(&assignments).map_err(|error| Error::Usage(error.to_string()))?;
    terminal::print(&rendered).map_err(Error::Output)?;
    if args.unset {
        Messages::new(global, context).note("awsmfa: this shell uses no profile");
    }
    Ok(0)
}

/// Returns the assignments that select the requested profile, after a login if necessary; breaks with the exit code of
/// a failed login.
fn selected(
    args: &Args,
    syntax: Syntax,
    global: &GlobalArgs,
    context: &Context,
) -> Result<ControlFlow<u8, Vec<Assignment>>, Error> {
    let files = SharedFiles::read(global, context)?;
    let name = match args.name.as_ref().or(global.profile.as_ref()) {
        Some(name) if name.as_str() == "-" => previous(&context.environment)?,
        Some(name) => name.clone(),
        None => picked(&files, global, context)?,
    };
    let profiles = files.profiles();
    let row = list::row(name.as_str(), profiles, context);
    // A profile that does not exist may be one that a login creates; otherwise, the login says that it does not exist.
    let is_managed = row.kind != ProfileKind::Other || profiles.get(name.as_str()).is_none();
    let (profile, expiration) = if !is_managed {
        (name.clone(), None)
    } else if args.no_login {
        (session_profile_of(&Selected { name: name.clone(), by: None }, profiles)?, row.state.expiration())
    } else {
        match usable_or_new(Some(&name), Asking::Exec, global, context)? {
            ControlFlow::Continue(usable) => (usable.session_profile, usable.session.expiration),
            ControlFlow::Break(code) => return Ok(ControlFlow::Break(code)),
        }
    };
    let selection = Selection { profile: &profile, is_managed, expiration };
    let messages = Messages::new(global, context);
    if terminal::shows_results() {
        let how = syntax.evaluating(&format!("awsmfa use {}", shell_word(name.as_str())));
        messages.warning(&format!("nothing is selected yet, because a shell must evaluate this: {how}"));
    } else {
        report(&name, selection, row.state, args, context, messages);
    }
    Ok(ControlFlow::Continue(assignments::selecting(Some(selection), &context.environment)))
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

/// Reports the selection. `state` is that of the session before the command, and `requested` the profile that the user
/// has named.
fn report(
    requested: &ProfileName,
    selection: Selection<'_>,
    state: SessionState,
    args: &Args,
    context: &Context,
    messages: Messages,
) {
    let profile = selection.profile;
    let mut text = format!("awsmfa: this shell uses {profile}");
    if profile != requested {
        text += &format!(", which holds the session of {requested}");
    }
    match (selection.expiration, state) {
        _ if !selection.is_managed => text += ", whose credentials awsmfa does not manage",
        // After a login, its report has the time.
        (Some(until), SessionState::Valid(_)) => {
            text += &format!(": {}", text::remaining(until, context.clock.now, context.clock.zone()));
        }
        _ => {}
    }
    messages.note(&text);
    if args.no_login && selection.is_managed && !matches!(state, SessionState::Valid(_) | SessionState::Unknown) {
        let command = shell_word(requested.as_str());
        let state = text::status(profile, state, context.clock.now, context.clock.zone());
        messages.warning(&format!("{state}: `awsmfa login {command}` gets a session"));
    }
}

/// Returns the assignments that bring the variables of the shell up to date. Without files that can be read, returns
/// none: the login or logout before has reported the error.
fn refreshed(global: &GlobalArgs, context: &Context) -> Vec<Assignment> {
    let (Some(name), Ok(files)) = (context.environment.get(SELECTED_PROFILE), SharedFiles::read(global, context))
    else {
        return Vec::new();
    };
    let section = files.profiles().get(name).and_then(|profile| profile.credentials_section());
    let session = match SessionState::of(section.as_ref(), &context.clock, Seconds(0)) {
        SessionState::None => None,
        state => Some(state.expiration()),
    };
    assignments::refreshing(name, session, &context.environment)
}
