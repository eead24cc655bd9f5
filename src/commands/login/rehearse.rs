//! The rehearsal of a login: its edits with a placeholder session, and the disk space for the result. Everything that
//! can fail without an MFA code fails here, before a code is prompted for or sent.

use std::rc::Rc;

use crate::commands::login::step_state::{self, StepState};
use crate::commands::shared_files::SharedFiles;
use crate::error::Error;
use crate::io::files::{self, ReservedSpace};
use crate::profile::{ProfileName, Profiles, SharedFile};
use crate::resolve::{self, LoginPlan};
use crate::secret::Secret;
use crate::session::{self, Session};
use crate::time::Timestamp;

/// Tries the edits of these steps with a placeholder session; returns the credentials file with placeholders in it.
pub(super) fn rehearse(
    plan: &LoginPlan,
    states: &mut [StepState],
    needed: &[usize],
    files: &SharedFiles,
) -> Result<Rc<Vec<u8>>, Error> {
    let credentials = files.profiles().credentials;
    let mut tried = files.credentials_with(credentials.document.shared_bytes())?;
    for index in needed {
        let Some(name) = plan.steps.get(*index).and_then(|step| step.session_profile.as_ref()) else { continue };
        match with_session(name, &placeholder(), files, &tried) {
            Ok(bytes) => tried = files.credentials_with(bytes)?,
            Err(error) => step_state::set(states, *index, StepState::Unwritable(Rc::new(error))),
        }
    }
    Ok(tried.document.shared_bytes())
}

/// The number of bytes to reserve for a session token. The STS API Reference says that most tokens are smaller, and
/// gives no limit.
const TOKEN_BYTES: usize = 4096;

/// Tries a commit of this number of sessions, except for the rename: lock, disk space, mode and owner. The disk space
/// stays reserved.
pub(in crate::commands) fn rehearse_write(
    files: &SharedFiles,
    rehearsed: &[u8],
    sessions: usize,
) -> Result<ReservedSpace, Error> {
    let length = rehearsed.len() + sessions * TOKEN_BYTES;
    Ok(files::rehearse(&files.profiles().credentials.path, length)?)
}

/// Returns a placeholder session. Its token is short, because the second reader examines each character.
fn placeholder() -> Session {
    Session {
        access_key_id: "ASIAPLACEHOLDER00000".to_owned(),
        secret_access_key: Secret::new("x".repeat(40)),
        session_token: Secret::new("x".repeat(40)),
        expiration: Timestamp::UNIX_EPOCH,
    }
}

/// Returns the credentials file with the session in it.
pub(in crate::commands) fn with_session(
    name: &ProfileName,
    session: &Session,
    files: &SharedFiles,
    credentials: &SharedFile,
) -> Result<Vec<u8>, Error> {
    let profiles = Profiles { config: files.profiles().config, credentials };
    resolve::check_target(name, profiles)?;
    write_session(name, session, credentials)
}

pub(super) fn write_session(name: &ProfileName, session: &Session, credentials: &SharedFile) -> Result<Vec<u8>, Error> {
    let exists = credentials.document.sections_named(name.as_str()).next().is_some();
    let edits = session::login_edits(session, exists);
    Ok(credentials.edited(name.as_str(), &edits)?)
}
