//! `awsmfa import`: writes a session to a profile, from the JSON that another program prints.

use std::rc::Rc;

use crate::check::Warning;
use crate::commands::login::commit::{Replaced, replace_sessions};
use crate::commands::login::recover::recover;
use crate::commands::login::report;
use crate::commands::login::write_sessions::write_sessions;
use crate::commands::messages::Messages;
use crate::commands::shared_files::{SharedFiles, about_commit};
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::files::Target;
use crate::io::{clock, interrupt, terminal};
use crate::limits;
use crate::profile::{ProfileName, Profiles};
use crate::render::{json, text};
use crate::resolve;
use crate::secret::Secret;
use crate::session::Session;
use crate::session_input::{self, SessionInputError};
use crate::time::{Seconds, seconds_between};

/// Import a session from the output of another program
///
/// The JSON is read from standard input: the output of `aws sts assume-role`, `get-session-token`,
/// `get-federation-token` and the like, of `aws configure export-credentials`, or of a `credential_process`. The session
/// is written as login writes one, and logout removes it. awsmfa cannot renew it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile to write the session to
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// Warn if less than this is left
    ///
    /// [default: 15m; env: AWSMFA_MIN_REMAINING; property: awsmfa_min_remaining]
    #[arg(long, value_name = "DURATION")]
    min_remaining: Option<Seconds>,
    /// Show the change, but do not write it
    ///
    /// All values are hidden.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Writes the session.
///
/// # Errors
///
/// Fails, and writes nothing, if standard input is not one valid session, or if the session cannot be written to the
/// profile.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let Some(name) = args.name.as_ref().or(global.profile.as_ref()) else {
        return Err(Error::Usage("the profile to write the session to is not named: awsmfa import PROFILE".to_owned()));
    };
    if terminal::reads_input_from_terminal() {
        return Err(Error::InputIsTerminal { profile: name.clone() });
    }
    interrupt::handle();
    let session = read()?;
    let mut files = SharedFiles::read(global, context)?;
    let environment = &context.environment;
    let target = files.profiles().get(name.as_str());
    let short = short(name, &session, resolve::min_remaining(args.min_remaining, environment, target.as_ref(), None)?);
    let sessions = [(name, &session)];
    if args.dry_run {
        let written = write_sessions(&sessions, &files, files.profiles().credentials);
        if let Some(error) = written.errors.into_iter().flatten().next() {
            return Err(Error::NotImported { source: Rc::new(error) });
        }
        report::change(&files, &written.bytes, messages)?;
        short.iter().for_each(|warning| messages.warning(&warning.to_string()));
        return Ok(0);
    }
    // Otherwise, the next login could replace this session with an older one that ends later.
    if recover(&files, messages) {
        files = SharedFiles::read(global, context)?;
    }
    let credentials = &files.profiles().credentials.path;
    let Replaced { committed, errors, credentials: written } =
        replace_sessions(&sessions, &Target::of(credentials)?, &files);
    if let Some(error) = errors.into_iter().flatten().next() {
        return Err(Error::NotImported { source: error });
    }
    if messages.is_json() {
        let result = json::login_result(name, "written", Some((name, session.expiration)), None);
        terminal::print(&(json::text(&[result].into_iter().collect()) + "\n")).map_err(Error::Output)?;
    }
    let remaining = text::remaining(session.expiration, clock::now(), context.clock.zone());
    report::note_together("valid", [(name, remaining)].into_iter(), messages);
    let profiles = files.profiles();
    let profiles = Profiles { credentials: written.as_ref().unwrap_or(profiles.credentials), ..profiles };
    report::findings(&[(name, name)], profiles, None, context, messages);
    short.into_iter().chain(about_commit(&committed, credentials)).for_each(|it| messages.warning(&it.to_string()));
    report::how_to_use(name, context, messages);
    Ok(0)
}

/// Reads the session from standard input.
fn read() -> Result<Session, Error> {
    let bytes = terminal::standard_input_bytes(limits::SESSION_INPUT_BYTES).map_err(Error::Input)?;
    let Some(bytes) = bytes else { return Err(SessionInputError::TooLarge.into()) };
    let text = std::str::from_utf8(&bytes).map(Secret::new).map_err(|_| SessionInputError::NotUtf8)?;
    // The program that prints the session may have taken a while.
    Ok(session_input::session(&text, clock::now())?)
}

/// Returns the warning about a session that is valid for less than `min_remaining`.
fn short(name: &ProfileName, session: &Session, min_remaining: Seconds) -> Option<Warning> {
    let left = seconds_between(clock::now(), session.expiration);
    (left < min_remaining).then(|| Warning::EndsSoon { profile: name.clone(), left: left.to_nearest_minute() })
}
