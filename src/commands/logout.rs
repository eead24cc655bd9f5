//! `awsmfa logout`: takes out of the file what login wrote, and nothing else.

use crate::cli::GlobalArgs;
use crate::commands::{Messages, SharedFiles, parse};
use crate::context::Context;
use crate::error::Error;
use crate::io::files;
use crate::profile::{ProfileName, Profiles, SharedFile};
use crate::resolve::{self, Choice};
use crate::session;

/// Remove what login wrote, and nothing else
///
/// The bytes of the file are then those from before the login. The session itself stays valid at AWS until it expires:
/// STS has no way to end one.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile to log out of, of any kind; as --profile
    #[arg(value_name = "PROFILE", conflicts_with = "profile")]
    name: Option<ProfileName>,
    /// The profile that the session was written to [property: awsmfa_session_profile]
    #[arg(long, value_name = "NAME")]
    session_profile: Option<ProfileName>,
}

/// Logs out.
///
/// # Errors
///
/// Fails if the profile is unknown or holds a long-term key, or if the file cannot be replaced.
pub fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let files = SharedFiles::read(global, context)?;
    let flag = args.name.as_ref().or(global.profile.as_ref());
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let choice = Choice { selected: &selected, source_profile: None, session_profile: args.session_profile.as_ref() };
    let name = resolve::session_profile(choice, files.profiles())?;

    #[cfg(unix)]
    let _uninterrupted = {
        crate::io::interrupt::handle();
        crate::io::interrupt::defer()
    };
    let credentials = files.profiles().credentials;
    let without = |bytes| without_session(&name, &files, &parse(&credentials.path, bytes)?);
    // Most often there is something to take out; if not, not even the lock is needed.
    let changed = without(credentials.document.bytes().to_vec())? != credentials.document.bytes()
        && files::replace(&credentials.path, without)?.changed;
    let done = if changed { "the session is removed" } else { "there is no session to remove" };
    messages.note(&format!("awsmfa: {name}: {done}"));
    Ok(0)
}

fn without_session(name: &ProfileName, files: &SharedFiles, fresh: &SharedFile) -> Result<Vec<u8>, Error> {
    let profiles = Profiles { config: files.profiles().config, credentials: fresh };
    let Some(target) = profiles.get(name.as_str()) else { return Ok(fresh.document.bytes().to_vec()) };
    resolve::check_holding(name, &target)?;
    let Some(section) = target.credentials_section() else { return Ok(fresh.document.bytes().to_vec()) };
    let edits = session::logout_edits(&section);
    let failed = |source| Error::Edit { path: fresh.path.clone(), profile: name.clone(), source };
    fresh.document.edited(name.as_str(), &edits).map_err(failed)
}
