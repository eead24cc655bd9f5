//! The recovery of interrupted logins: their sessions are written from the recovery files to the credentials file.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::commands::login::rehearse::with_session;
use crate::commands::messages::Messages;
use crate::commands::shared_files::{SharedFiles, parse};
use crate::error::Error;
use crate::io::clock;
use crate::io::files::{self, FileError, Target};
use crate::io::recovery::{self, Recovery};
use crate::profile::ProfileName;
use crate::recovery_file::{self, Kept};

/// Recovers the sessions; returns whether any was recovered. A session that still cannot be written stays in its
/// recovery file, and does not stop the login.
pub(in crate::commands) fn recover(shared: &SharedFiles, messages: Messages) -> bool {
    let mut any = false;
    for kept in find(&shared.profiles().credentials.path, messages) {
        let path = kept.path.clone();
        match recover_one(kept, shared, messages) {
            Ok(recovered) => any |= recovered,
            Err(Error::File(error @ FileError::Foreign { .. })) => messages.warning(&error.to_string()),
            Err(error) => {
                messages.warning(&format!("the session in {} still cannot be written: {error}", path.display()));
            }
        }
    }
    any
}

/// Finds the recovery files, and warns about other files with such a name.
fn find(credentials_file: &Path, messages: Messages) -> Vec<Recovery> {
    let found = recovery::find(credentials_file);
    found.refused.iter().for_each(|error| messages.warning(&error.to_string()));
    found.kept
}

fn recover_one(kept: Recovery, shared: &SharedFiles, messages: Messages) -> Result<bool, Error> {
    let credentials = shared.profiles().credentials;
    let Kept::Session(name, session) = read(&kept)? else {
        kept.discard_if_old();
        return Ok(false);
    };
    if session.expiration <= clock::now() {
        kept.discard();
        return Ok(false);
    }
    let known = credentials.document.shared_bytes();
    let committed = files::replace_known(&Target::of(&credentials.path)?, &known, |bytes| {
        let fresh = shared.fresh_credentials(bytes)?;
        if !recovery_file::is_newer(&name, &session, &fresh.document) {
            return Ok(fresh.document.shared_bytes());
        }
        with_session(&name, &session, shared, &fresh).map(Rc::new)
    })?;
    if !committed.changed {
        kept.discard();
        return Ok(false);
    }
    messages.note(&format!("awsmfa: the session of {name} from an interrupted login is in the credentials file now"));
    kept.discard();
    Ok(true)
}

/// Reads a recovery file.
fn read(kept: &Recovery) -> Result<Kept, Error> {
    let file = parse(&kept.path, kept.read()?)?;
    let foreign = |why| FileError::Foreign { path: kept.path.clone(), why }.into();
    recovery_file::read(&file, clock::now()).map_err(foreign)
}

/// Finds the recovery files, and the files with such a name that are not awsmfa's own, each with the reason.
pub(in crate::commands) fn look(credentials_file: &Path) -> (Vec<PathBuf>, Vec<(PathBuf, String)>) {
    let found = recovery::find(credentials_file);
    let path_of = |error: &FileError| match error {
        FileError::Foreign { path, .. } | FileError::Io { path, .. } => path.clone(),
        _ => credentials_file.to_owned(),
    };
    let mut foreign: Vec<(PathBuf, String)> =
        found.refused.iter().map(|error| (path_of(error), error.to_string())).collect();
    let mut waiting = Vec::new();
    for kept in found.kept {
        match read(&kept) {
            Err(error) => foreign.push((kept.path.clone(), error.to_string())),
            Ok(_) => waiting.push(kept.path.clone()),
        }
    }
    (waiting, foreign)
}

/// Deletes the recovery files of these profiles, or of all profiles; returns the profiles that had one.
pub(in crate::commands) fn forget(
    names: Option<&[ProfileName]>,
    shared: &SharedFiles,
    messages: Messages,
) -> Vec<ProfileName> {
    let mut forgotten = Vec::new();
    for kept in find(&shared.profiles().credentials.path, messages) {
        match read(&kept) {
            Ok(Kept::Session(name, _)) if names.is_none_or(|names| names.contains(&name)) => {
                kept.discard();
                forgotten.push(name);
            }
            Ok(_) => {}
            Err(error) => messages.warning(&error.to_string()),
        }
    }
    forgotten
}
