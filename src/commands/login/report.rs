//! The report of a login: for users on standard error, and with `--output json` for programs on standard output.

use crate::check::{self, Finding, Kind, Warning};
use crate::commands::apply;
use crate::commands::calling_shell;
use crate::commands::explain;
use crate::commands::login::Login;
use crate::commands::login::outcome::Outcomes;
use crate::commands::login::step_state::{self, StepState};
use crate::commands::messages::Messages;
use crate::commands::shared_files::{SharedFiles, about_commit};
use crate::context::Context;
use crate::error::Error;
use crate::exit_code::{CONFIGURATION, REFUSED};
use crate::io::{clock, file_status, terminal};
use crate::profile::{ProfileName, Profiles};
use crate::render::text::{self, shell_word};
use crate::render::{diff, json};
use crate::resolve::{self, Call, Choice, ExternalSource, KeySource, LoginPlan, Outcome, Step};
use crate::role::CHAINED_ROLE_LIMIT;
use crate::session::Session;
use crate::time::{Seconds, earlier, seconds_between};

/// The number of seconds by which a session may be shorter than requested because of clocks and the network.
const SHORTER: i64 = 120;

/// Reports the outcome of each profile; returns the exit code.
pub(super) fn outcome(login: &Login, context: &Context, messages: Messages) -> Result<u8, Error> {
    if messages.is_json() {
        terminal::print(&results(login)).map_err(Error::Output)?;
    }
    let remaining = |until| text::remaining(until, context.clock.now, context.clock.zone());
    note_together("still valid", login.outcomes.still_valid().map(|(name, until)| (name, remaining(until))), messages);
    sessions(login, context, messages);
    let profiles = login.files.profiles();
    let has_written = step_state::written(&login.plan, &login.states).next().is_some();
    if !has_written && login.outcomes.still_valid().next().is_some() {
        let findings = check::environment(&context.environment, profiles);
        findings.iter().for_each(|warning| messages.warning(&warning.to_string()));
    }
    print_how_to_use(login, context, messages);
    Ok(failures(&login.outcomes, &login.files, context, messages))
}

/// Prints the errors, and the findings that may explain them; returns the exit code.
pub(super) fn failures(outcomes: &Outcomes, files: &SharedFiles, context: &Context, messages: Messages) -> u8 {
    let code = outcomes.report_failures(messages);
    if code == CONFIGURATION || code == REFUSED {
        // A mistake in the syntax of a file can hide a profile or a key.
        for file in [files.profiles().config, files.profiles().credentials] {
            let dangling = file_status::dangling(&file.path).map(|target| check::dangling_link(&file.path, &target));
            let found = dangling.into_iter().chain(check::file(file));
            found.for_each(|warning| messages.warning(&warning.to_string()));
        }
        explain_failures(outcomes, files, context, messages);
    }
    code
}

/// Prints the expiration of each new session, and the findings that may prevent clients from using it.
pub(super) fn sessions(login: &Login, context: &Context, messages: Messages) {
    let Login { files, plan, states, executed, .. } = login;
    let profiles = files.profiles();
    let zone = context.clock.zone();
    let written: Vec<(&Step, &ProfileName, &Session)> = step_state::written(plan, states).collect();
    // The clock of STS is used because the local clock may be wrong.
    let now = executed.clock_offset.map_or_else(clock::now, |ahead| earlier(clock::now(), ahead));
    let remaining = |(_, name, session): &(_, _, &Session)| (*name, text::remaining(session.expiration, now, zone));
    note_together("valid", written.iter().map(remaining), messages);
    if written.is_empty() {
        return;
    }
    // The new content is checked because a login fixes some mistakes.
    let credentials = executed.credentials.as_ref().unwrap_or(profiles.credentials);
    let names: Vec<_> = written.iter().map(|(step, name, _)| (*name, &step.source_profile)).collect();
    findings(&names, Profiles { credentials, ..profiles }, executed.clock_offset, context, messages);
    let cut = written.iter().filter_map(|(step, name, _)| {
        let requested = step
            .cut_duration
            .or_else(|| executed.cut.iter().find(|(cut, _)| cut == *name).map(|(_, requested)| *requested))?;
        let way = way_to_full_time(step, plan, profiles);
        Some(Warning::ChainedRole { profile: (*name).clone(), requested, limit: CHAINED_ROLE_LIMIT, way })
    });
    let shorter = written.iter().filter_map(|(step, name, session)| {
        let (requested, granted) = (step.call.duration()?, seconds_between(now, session.expiration));
        let is_shorter = requested.0 - granted.0 > SHORTER;
        let (profile, granted) = ((*name).clone(), granted.to_nearest_minute());
        let warning = if executed.printed.contains(*name) {
            Warning::ShorterPrinted { profile, requested, granted }
        } else {
            Warning::Shorter { profile, requested, granted }
        };
        is_shorter.then_some(warning)
    });
    let copied = written.iter().filter_map(|(step, name, _)| match &step.call {
        Call::Provide { source: KeySource::External { profile, source: ExternalSource::SignIn, .. }, .. } => {
            Some(Warning::SignInCopy { profile: (*name).clone(), renewed: profile.clone() })
        }
        _ => None,
    });
    let warnings = cut.chain(shorter).chain(copied).chain(about_commit(&executed.committed, &credentials.path));
    warnings.for_each(|warning| messages.warning(&warning.to_string()));
}

/// Prints the findings that may prevent clients from using new sessions. Each session profile comes with the profile
/// whose region is missing there. `profiles` contains the sessions.
pub(in crate::commands) fn findings(
    written: &[(&ProfileName, &ProfileName)],
    profiles: Profiles<'_>,
    clock_offset: Option<Seconds>,
    context: &Context,
    messages: Messages,
) {
    if written.len() > 1 {
        profiles.credentials.make_index();
    }
    let about_profiles = written.iter().flat_map(|(name, source)| {
        let region = check::region(name, source, profiles, &context.environment);
        check::session_profile(name, profiles).into_iter().chain(region)
    });
    let about_profiles =
        about_profiles.chain(check::simple_readers(profiles.credentials, written.iter().map(|(name, _)| *name)));
    let findings = check::environment(&context.environment, profiles)
        .into_iter()
        .chain(about_profiles)
        .chain(check::file(profiles.config))
        .chain(check::file(profiles.credentials))
        .chain(check::clock(clock_offset, context.environment.is_wsl()));
    // A session that was just written to [DEFAULT] has a warning of its own, about the name.
    let is_own = |finding: &Finding| {
        finding.kind == Kind::InheritedDefault && written.iter().any(|(name, _)| name.as_str() == "DEFAULT")
    };
    let (no_region, others): (Vec<_>, Vec<_>) =
        findings.filter(|finding| !is_own(finding)).partition(|finding| finding.kind == Kind::NoRegion);
    others.iter().chain(no_region.first()).for_each(|finding| messages.finding(finding));
    if let more @ 1.. = no_region.len().saturating_sub(1) {
        messages.note(&format!("awsmfa: note: {more} more of these profiles have no region"));
    }
}

/// Prints the change of a dry run to the credentials file, with all values hidden. Fails if the file cannot be replaced.
pub(in crate::commands) fn change(files: &SharedFiles, rehearsed: &[u8], messages: Messages) -> Result<(), Error> {
    let credentials = files.profiles().credentials;
    let change = diff::hidden(&credentials.path, credentials.document.bytes(), rehearsed);
    apply::show_diff(&credentials.path, &change, true, messages)?;
    Ok(file_status::check_replaceable(&credentials.path)?)
}

/// Prints the expiration of the session that is written to no file, and returns the session.
pub(super) fn unsaved<'a>(login: &'a Login, context: &Context, messages: Messages) -> Option<&'a Session> {
    let (name, outcome) = login.outcomes.profiles().next()?;
    let Ok(Outcome::Step(step)) = outcome else { return None };
    let session = login.states.get(*step).and_then(StepState::session)?;
    let now = login.executed.clock_offset.map_or_else(clock::now, |ahead| earlier(clock::now(), ahead));
    let remaining = text::remaining(session.expiration, now, context.clock.zone());
    messages.note(&format!("awsmfa: a session of {name} for this program only: {remaining}"));
    Some(session)
}

/// Prints one line for the profiles with the same remaining time.
pub(in crate::commands) fn note_together<'a>(
    state: &str,
    profiles: impl Iterator<Item = (&'a ProfileName, String)>,
    messages: Messages,
) {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for (name, remaining) in profiles {
        // Sessions that were requested together end at about the same time, so there are few groups.
        match groups.iter_mut().find(|(known, _)| *known == remaining) {
            Some((_, names)) => names.push(name.as_str()),
            None => groups.push((remaining, vec![name.as_str()])),
        }
    }
    for (remaining, names) in groups {
        let is = if names.len() == 1 { "is" } else { "are" };
        messages.note(&format!("awsmfa: {} {is} {state}: {remaining}", text::list(&names)));
    }
}

/// Returns the command that requests a role session of the full duration: with the long-term access key and a code.
fn way_to_full_time(step: &Step, plan: &LoginPlan, profiles: Profiles<'_>) -> Option<String> {
    let target = step.session_profile.as_ref()?;
    let planned = plan.profiles.iter().find(|planned| match &planned.outcome {
        Ok(Outcome::Step(index)) => {
            plan.steps.get(*index).is_some_and(|it| it.session_profile.as_ref() == Some(target))
        }
        _ => false,
    })?;
    let name = shell_word(planned.profile.as_str());
    let link = resolve::link(Choice::of(&planned.profile), profiles).ok()?;
    let has_key = |name: &ProfileName| profiles.get(name.as_str()).is_some_and(|it| resolve::has_long_term_key(&it));
    if has_key(&link.source_profile) {
        return Some(format!("awsmfa login --force {name}"));
    }
    let source = resolve::link(Choice::of(&link.source_profile), profiles).ok()?;
    let is_user = source.role.is_none() && has_key(&source.source_profile);
    is_user
        .then(|| format!("awsmfa login --force {name} --source-profile {}", shell_word(source.source_profile.as_str())))
}

/// Prints how to select the session profile, if there is exactly one.
fn print_how_to_use(login: &Login, context: &Context, messages: Messages) {
    let written = step_state::written(&login.plan, &login.states).map(|(_, name, _)| name);
    let valid = login.outcomes.still_valid().map(|(name, _)| name);
    let mut names: Vec<&ProfileName> = written.chain(valid).collect();
    names.dedup();
    match names.as_slice() {
        [name] => how_to_use(name, context, messages),
        [] if login.plan.profiles.is_empty() => messages.note("awsmfa: there is no profile to log in to"),
        _ => {}
    }
}

/// Prints how to select a session profile, unless it is selected.
pub(in crate::commands) fn how_to_use(name: &ProfileName, context: &Context, messages: Messages) {
    let selected = resolve::selecting_variable(&context.environment).map_or("default", |(_, name)| name);
    if selected != name.as_str() {
        messages.note(&format!("use it with: {}", calling_shell::syntax(context).use_profile(name.as_str())));
    }
}

/// Prints the findings of `doctor` about the profiles that failed.
fn explain_failures(outcomes: &Outcomes, files: &SharedFiles, context: &Context, messages: Messages) {
    let names: Vec<ProfileName> = outcomes.failed().map(|(name, _)| name.clone()).collect();
    let said: String =
        outcomes.failed().map(|(_, error)| format!("{error} {}", error.hint().unwrap_or_default())).collect();
    explain::explain(&names, files, &said, context, messages);
}

/// Renders the outcome of each profile as JSON.
fn results(login: &Login) -> String {
    let Login { plan, states, outcomes, .. } = login;
    let results = outcomes.profiles().map(|(profile, outcome)| match outcome {
        Ok(Outcome::StillValid { session_profile, until }) => {
            json::login_result(profile, "valid", Some((session_profile, *until)), None)
        }
        Ok(Outcome::Step(step)) => {
            let target = plan.steps.get(*step).and_then(|step| step.session_profile.as_ref());
            json::login_result(
                profile,
                "written",
                target.zip(states.get(*step).and_then(StepState::session).map(|session| session.expiration)),
                None,
            )
        }
        Err(error) => json::login_result(profile, "failed", None, Some(&error.to_string())),
    });
    json::text(&results.collect()) + "\n"
}
