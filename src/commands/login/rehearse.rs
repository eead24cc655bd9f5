//! The rehearsal of a login: its edits with a placeholder session, and the disk space for the result. Everything that
//! can fail without an MFA code fails here, before a code is prompted for or sent.

use std::rc::Rc;

use crate::commands::login::step_state::{self, StepState};
use crate::commands::login::write_sessions::{Written, write_sessions};
use crate::commands::shared_files::SharedFiles;
use crate::error::Error;
use crate::io::files::{self, ReservedSpace};
use crate::resolve::LoginPlan;
use crate::secret::Secret;
use crate::session::Session;
use crate::time::Timestamp;

/// Tries the edits of these steps with a placeholder session; returns the credentials file with placeholders in it.
pub(super) fn rehearse(
    plan: &LoginPlan,
    states: &mut [StepState],
    needed: &[usize],
    files: &SharedFiles,
) -> Rc<Vec<u8>> {
    let placeholder = placeholder();
    let target = |index: &usize| Some((*index, plan.steps.get(*index)?.session_profile.as_ref()?));
    let (indices, sessions): (Vec<usize>, Vec<_>) =
        needed.iter().filter_map(target).map(|(index, name)| (index, (name, &placeholder))).unzip();
    if sessions.is_empty() {
        return files.profiles().credentials.document.shared_bytes();
    }
    let Written { bytes, errors } = write_sessions(&sessions, files, files.profiles().credentials);
    for (index, error) in indices.into_iter().zip(errors) {
        if let Some(error) = error {
            step_state::set(states, index, StepState::Unwritable(Rc::new(error)));
        }
    }
    Rc::new(bytes)
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
        is_narrowed: false,
    }
}
