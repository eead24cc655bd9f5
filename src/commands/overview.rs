//! `awsmfa` without a command, on a terminal: the selected profile, the state of its session, and the next command.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Args, FromArgMatches};

use crate::check;
use crate::commands::calling_shell;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::commands::status::{self, Found};
use crate::context::Context;
use crate::error::Error;
use crate::exit_code;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::terminal;
use crate::palette::Style;
use crate::profile::{ProfileName, Profiles};
use crate::render::{text, wrap};
use crate::resolve::{self, Choice, Request, ResolveError, Selected, Situation};
use crate::session_state::SessionState;

const LOOK_FOR_CAUSE: &str = "`awsmfa doctor` shows what is wrong, and how to fix it";
const SET_UP: &str = "`awsmfa setup` connects an access key and an MFA device";

/// Returns the global options of a command line that clap has refused, if it lacks only the command, and if a user reads
/// the output. A program gets the error of clap.
pub fn requested(error: &clap::Error, words: &[OsString]) -> Option<GlobalArgs> {
    let lacks_command = [ErrorKind::MissingSubcommand, ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand];
    if !lacks_command.contains(&error.kind()) || !terminal::shows_results() {
        return None;
    }
    // A command that lacks its own command, such as `key`, is an unknown argument here.
    let options = GlobalArgs::augment_args(clap::Command::new("awsmfa"));
    let global = GlobalArgs::from_arg_matches(&options.try_get_matches_from(words).ok()?).ok()?;
    (!global.quiet && global.output() == OutputFormat::Text).then_some(global)
}

/// Prints the overview. An error in the files is a part of it.
///
/// # Errors
///
/// Fails if writing to standard output fails.
pub fn run(global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let mut lines = match SharedFiles::read(global, context) {
        Ok(files) => of_files(global, &files, context),
        Err(error) => problem(&error, LOOK_FOR_CAUSE),
    };
    lines.push(("help", "`awsmfa -h` lists the commands".to_owned()));
    let form = Messages::new(global, context).form_of_results();
    let lines = lines.iter().map(|(label, value)| {
        let style = if *label == "problem" { Style::Error } else { Style::Note };
        wrap::message(&format!("{label:<8}"), style, value, form) + "\n"
    });
    terminal::print(&lines.collect::<String>()).map_err(Error::Output)?;
    Ok(exit_code::DONE)
}

/// A label, and what it is about.
type Line = (&'static str, String);

fn problem(error: &Error, next: &str) -> Vec<Line> {
    vec![("problem", error.to_string()), ("next", next.to_owned())]
}

fn of_files(global: &GlobalArgs, files: &SharedFiles, context: &Context) -> Vec<Line> {
    let profiles = files.profiles();
    let found = resolve::selected_profile(global.profile.as_ref(), &context.environment)
        .map_err(Error::from)
        .and_then(|selected| Ok((status::find(&selected, None, None, profiles, context)?, selected)));
    let (Found { name, state, .. }, selected) = match found {
        Ok(found) => found,
        Err(error) => return problem(&error, after(&error, profiles)),
    };
    let by = match selected.by {
        Some(variable) => format!("from {variable}"),
        None if global.profile.is_some() => "from --profile".to_owned(),
        None => "no other is selected".to_owned(),
    };
    let mut lines = vec![
        ("profile", format!("{} ({by})", selected.name)),
        ("session", text::status(&name, state, context.clock.now, context.clock.zone(), false)),
    ];
    let flags = global.file_flags();
    if matches!(state, SessionState::Valid(_)) {
        // AWS tools do not know the flags of awsmfa.
        if flags.is_empty() {
            lines.extend(of_valid(&name, profiles, context));
        }
        return lines;
    }
    let word = global.profile.as_ref().map(|name| format!(" {}", text::shell_word(name.as_str()))).unwrap_or_default();
    match why_no_login(&selected, profiles, context) {
        Some(error) => lines.extend(problem(&error, after(&error, profiles))),
        None => lines.push(("next", format!("`awsmfa login{word}{flags}` requests a new session"))),
    }
    lines
}

/// Returns what is left to do with a valid session.
fn of_valid(name: &ProfileName, profiles: Profiles<'_>, context: &Context) -> Vec<Line> {
    let environment = &context.environment;
    // `env`, `use` and `exec` set the session's own keys, together with this variable.
    let has_other_keys = environment.get("AWSMFA_PROFILE").is_none();
    let other = check::environment(environment, profiles).into_iter().next().filter(|_| has_other_keys);
    if let Some(finding) = other {
        return vec![("problem", finding.message()), ("next", LOOK_FOR_CAUSE.to_owned())];
    }
    if resolve::selecting_variable(environment).map_or("default", |(_, selected)| selected) == name.as_str() {
        return vec![("next", "AWS tools in this shell use this session".to_owned())];
    }
    let command = calling_shell::syntax(context).use_profile(name.as_str());
    vec![("next", format!("`{command}` selects it for AWS tools"))]
}

/// Returns the error that a login to the profile would fail with, before a prompt or a request.
fn why_no_login(selected: &Selected, profiles: Profiles<'_>, context: &Context) -> Option<Error> {
    let request = Request { profiles: vec![selected.name.clone()], renew: true, ..Request::default() };
    let situation = Situation { profiles, environment: &context.environment, clock: &context.clock };
    let plan = resolve::resolve(&request, situation);
    let error = plan.and_then(|mut plan| plan.profiles.swap_remove(0).outcome).err()?;
    Some(error.named_by(selected).into())
}

/// Returns what helps after an error.
fn after(error: &Error, profiles: Profiles<'_>) -> &'static str {
    profiles.make_index();
    let has_source = |name: &&str| {
        let name = name.parse::<ProfileName>();
        name.is_ok_and(|name| resolve::link(Choice::of(&name), profiles).is_ok())
    };
    match error {
        _ if !profiles.names().iter().any(has_source) => SET_UP,
        Error::Resolve(ResolveError::NoSerialNumber { .. }) => SET_UP,
        Error::Resolve(ResolveError::UnknownProfile { .. }) => "`awsmfa use` lets you pick a profile",
        _ => LOOK_FOR_CAUSE,
    }
}
