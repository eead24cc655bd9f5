//! `awsmfa status`: prints how long the session remains valid, from the files alone.

use crate::commands::messages::Messages;
use crate::commands::shared_files::{self, SharedFiles};
use crate::context::Context;
use crate::error::Error;
use crate::exit_code;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::{self, interrupt, terminal};
use crate::limits;
use crate::profile::{ProfileName, Profiles};
use crate::render::template::Template;
use crate::render::{json, text};
use crate::resolve::{self, Choice, Selected};
use crate::session_state::SessionState;
use crate::time::{Clock, Seconds, seconds_between};

/// Show how long the session remains valid
///
/// The exit code is 0 only if the session is valid. It is 1 if the session is missing, has expired, is about to expire, or
/// has no expiration. Nothing is sent.
///
/// The fields of --format: {profile} is the session profile; {state} is valid, expiring or unknown; {left} is the time
/// left, such as 11h 58m; {minutes} and {seconds} are the same in whole minutes and seconds; {until} is the end in local
/// time; {expiration} is the end in UTC (RFC 3339). {{ and }} are braces. Times that are not in the file are ?.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile to check, of any kind
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// Minimum time left to count as valid
    ///
    /// [default: 15m; env: AWSMFA_MIN_REMAINING; property: awsmfa_min_remaining]
    #[arg(long, value_name = "DURATION")]
    min_remaining: Option<Seconds>,
    /// The profile that the session was written to
    ///
    /// [property: awsmfa_session_profile]
    #[arg(long, value_name = "NAME")]
    session_profile: Option<ProfileName>,
    /// Print text with fields such as {left}
    ///
    /// Nothing is printed if there is no session or it has expired.
    #[arg(long, value_name = "TEXT")]
    format: Option<Template>,
    /// Wait until only this much time is left
    ///
    /// Then the exit code is 0; it is 1 if the session is missing, has expired or has no expiration.
    #[arg(long, value_name = "DURATION")]
    wait_until: Option<Seconds>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the state of the session. Returns 0 if the session is valid for long enough, otherwise 1.
///
/// # Errors
///
/// Fails if the options contradict each other, if the profile is unknown, or if a file cannot be read.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    check_options(args, global)?;
    let files = SharedFiles::read(global, context)?;
    let profiles = files.profiles();
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let Found { name, state, min_remaining } =
        find(&selected, args.session_profile.as_ref(), args.min_remaining, profiles, context)?;
    let Some(left) = args.wait_until else {
        print(args, global, &name, state, context, &context.clock)?;
        return Ok(if matches!(state, SessionState::Valid(_)) { exit_code::DONE } else { exit_code::NOT_VALID });
    };
    let mut clock = context.clock.clone();
    let state = wait_until(left, &files, &name, min_remaining, state, &mut clock)?;
    print(args, global, &name, state, context, &clock)?;
    Ok(if ends(state) { exit_code::DONE } else { exit_code::NOT_VALID })
}

/// A session profile, and the state of its session.
pub(super) struct Found {
    pub name: ProfileName,
    pub state: SessionState,
    pub min_remaining: Seconds,
}

/// Finds the session of the selected profile. The flags are none if they are not given.
///
/// # Errors
///
/// Fails if the profile is unknown, or if a setting is not valid.
pub(super) fn find(
    selected: &Selected,
    session_profile: Option<&ProfileName>,
    min_remaining: Option<Seconds>,
    profiles: Profiles<'_>,
    context: &Context,
) -> Result<Found, Error> {
    let choice = Choice { session_profile, ..Choice::of(&selected.name) };
    let name = resolve::session_profile(choice, profiles).map_err(|error| error.named_by(selected))?;
    let profile = profiles.get(name.as_str());
    let source = resolve::link(Choice::of(&name), profiles).ok();
    let source = source.and_then(|link| profiles.get(link.source_profile.as_str()));
    let min_remaining = resolve::min_remaining(min_remaining, &context.environment, profile.as_ref(), source.as_ref())?;
    let section = profile.and_then(|profile| profile.credentials_section());
    let state = SessionState::of(section.as_ref(), &context.clock, min_remaining);
    Ok(Found { name, state, min_remaining })
}

fn check_options(args: &Args, global: &GlobalArgs) -> Result<(), Error> {
    let message = if args.format.is_some() && global.output() == OutputFormat::Json {
        "--format cannot be used with --output json"
    } else if args.wait_until.is_some() && args.min_remaining.is_some() {
        "--wait-until cannot be used with --min-remaining"
    } else {
        return Ok(());
    };
    Err(Error::Usage(message.to_owned()))
}

fn print(
    args: &Args,
    global: &GlobalArgs,
    name: &ProfileName,
    state: SessionState,
    context: &Context,
    clock: &Clock,
) -> Result<(), Error> {
    let color = Messages::new(global, context).colors_results();
    let rendered = match (&args.format, global.output()) {
        (Some(template), _) => template.filled(name, state, clock),
        (None, OutputFormat::Text) => Some(text::status(name, state, clock.now, clock.zone(), color)),
        (None, OutputFormat::Json) => Some(json::status(name, state, clock.now)),
    };
    let Some(mut line) = rendered.filter(|_| !global.quiet) else { return Ok(()) };
    line.push('\n');
    terminal::print(&line).map_err(Error::Output)
}

/// Waits until at most `limit` is left of the session, or until there is nothing to wait for: no session, one that has
/// ended, or one of unknown expiration. Returns the state at that time, and sets the clock to it.
///
/// The credentials file is read again after each sleep, since a renewed session lasts longer.
fn wait_until(
    limit: Seconds,
    files: &SharedFiles,
    name: &ProfileName,
    min_remaining: Seconds,
    mut state: SessionState,
    clock: &mut Clock,
) -> Result<SessionState, Error> {
    interrupt::handle();
    while ends(state)
        && let Some(expiration) = state.expiration()
    {
        let too_early = seconds_between(clock.now, expiration).0 - limit.0;
        // The clock that a sleep is measured by may stop while the machine sleeps, so no sleep is long.
        let Some(seconds) = u64::try_from(too_early).ok().filter(|seconds| *seconds > 0) else { break };
        tracing::info!(too_early_seconds = seconds, "waits");
        terminal::wait(seconds.min(limits::WAIT_SECONDS));
        let credentials = files.credentials.with_document(shared_files::read(&files.credentials.path)?);
        clock.now = io::clock::now();
        let profile = Profiles { credentials: &credentials, ..files.profiles() }.get(name.as_str());
        let section = profile.and_then(|profile| profile.credentials_section());
        state = SessionState::of(section.as_ref(), clock, min_remaining);
    }
    Ok(state)
}

/// Returns whether there is a session with an end in the future.
fn ends(state: SessionState) -> bool {
    matches!(state, SessionState::Valid(_) | SessionState::Expiring(_))
}
