//! `awsmfa status`: prints how long the session remains valid, from the files alone.

use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::exit_code;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::terminal;
use crate::profile::ProfileName;
use crate::render::{json, text};
use crate::resolve::{self, Choice};
use crate::session_state::SessionState;
use crate::time::Seconds;

/// Show how long the session is still valid; exit with 0 only if it is valid
///
/// Exit code 1 means that the session is missing, expired, about to expire, or without an expiration. Nothing is sent.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile to check, of any kind; the same as --profile
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// Minimum time left to count as valid [default: 15m; env: AWSMFA_MIN_REMAINING; property: awsmfa_min_remaining]
    #[arg(long, value_name = "DURATION")]
    min_remaining: Option<Seconds>,
    /// The profile that the session was written to [property: awsmfa_session_profile]
    #[arg(long, value_name = "NAME")]
    session_profile: Option<ProfileName>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the state of the session. Returns 0 if the session is valid for long enough, otherwise 1.
///
/// # Errors
///
/// Fails if the profile is unknown or a file cannot be read.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let files = SharedFiles::read(global, context)?;
    let profiles = files.profiles();
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let choice = Choice { session_profile: args.session_profile.as_ref(), ..Choice::of(&selected.name) };
    let name = resolve::session_profile(choice, profiles).map_err(|error| error.named_by(&selected))?;
    let profile = profiles.get(name.as_str());
    let source = resolve::link(Choice::of(&name), profiles).ok();
    let source = source.and_then(|link| profiles.get(link.source_profile.as_str()));
    let min_remaining =
        resolve::min_remaining(args.min_remaining, &context.environment, profile.as_ref(), source.as_ref())?;
    let section = profile.and_then(|profile| profile.credentials_section());
    let state = SessionState::of(section.as_ref(), &context.clock, min_remaining);

    let rendered = match global.output() {
        OutputFormat::Text => text::escape(&text::status(&name, state, context.clock.now, context.clock.zone())),
        OutputFormat::Json => json::status(&name, state, context.clock.now),
    };
    if !global.quiet {
        terminal::print(&format!("{rendered}\n")).map_err(Error::Output)?;
    }
    Ok(if matches!(state, SessionState::Valid(_)) { exit_code::DONE } else { exit_code::NOT_VALID })
}
