//! The recovery of interrupted logins: their sessions are written from the recovery files to the credentials file.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::commands::login::commit::keep_only;
use crate::commands::login::write_sessions::write_sessions;
use crate::commands::messages::Messages;
use crate::commands::shared_files::{SharedFiles, parse};
use crate::error::Error;
use crate::io::clock;
use crate::io::files::{self, FileError, Target};
use crate::io::recovery::{self, Recovery};
use crate::profile::ProfileName;
use crate::recovery_file;
use crate::session::Session;

/// Recovers the sessions; returns whether any was recovered. A session that still cannot be written stays in its
/// recovery file, and does not stop the login.
pub(in crate::commands) fn recover(shared: &SharedFiles, messages: Messages) -> bool {
    let mut any = false;
    for kept in find(&shared.profiles().credentials.path, messages) {
        let path = kept.path.clone();
        match recover_from(kept, shared, messages) {
            Ok(recovered) => any |= recovered,
            Err(Error::File(error @ FileError::Foreign { .. })) => messages.warning(&error.to_string()),
            Err(error) => messages.warning(&still_unwritten(&path, &error)),
        }
    }
    any
}

fn still_unwritten(path: &Path, error: &Error) -> String {
    format!("the session in {} still cannot be written: {error}", path.display())
}

/// Finds the recovery files, and warns about other files with such a name.
fn find(credentials_file: &Path, messages: Messages) -> Vec<Recovery> {
    let found = recovery::find(credentials_file);
    found.refused.iter().for_each(|error| messages.warning(&error.to_string()));
    found.kept
}

fn recover_from(kept: Recovery, shared: &SharedFiles, messages: Messages) -> Result<bool, Error> {
    let credentials = shared.profiles().credentials;
    let mut sessions = read(&kept)?;
    if sessions.is_empty() {
        kept.discard_if_old();
        return Ok(false);
    }
    sessions.retain(|(_, session)| session.expiration > clock::now());
    let target = Target::of(&credentials.path)?;
    let (mut newer, mut errors): (Vec<(&ProfileName, &Session)>, _) = (Vec::new(), Vec::new());
    let known = credentials.document.shared_bytes();
    files::replace_known(&target, &known, |bytes| -> Result<Rc<Vec<u8>>, Error> {
        let fresh = shared.fresh_credentials(bytes)?;
        newer = sessions.iter().map(|(name, session)| (name, session)).collect();
        newer.retain(|(name, session)| recovery_file::is_newer(name, session, &fresh.document));
        if newer.is_empty() {
            return Ok(fresh.document.shared_bytes());
        }
        let written = write_sessions(&newer, shared, &fresh);
        errors = written.errors;
        Ok(Rc::new(written.bytes))
    })?;
    let (mut recovered, mut unwritten) = (Vec::new(), Vec::new());
    for (session, error) in newer.into_iter().zip(errors) {
        match error {
            None => recovered.push(session.0),
            Some(error) => {
                messages.warning(&still_unwritten(&kept.path, &error));
                unwritten.push(session);
            }
        }
    }
    for name in &recovered {
        messages
            .note(&format!("awsmfa: the session of {name} from an interrupted login is in the credentials file now"));
    }
    let has_all = unwritten.len() == sessions.len();
    keep_only(Some(kept), &unwritten, has_all, &target);
    Ok(!recovered.is_empty())
}

/// Reads a recovery file.
fn read(kept: &Recovery) -> Result<Vec<(ProfileName, Session)>, Error> {
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

/// Deletes the sessions of these profiles, or of all profiles, from the recovery files; returns the profiles that had
/// one.
pub(in crate::commands) fn forget(
    names: Option<&[ProfileName]>,
    shared: &SharedFiles,
    messages: Messages,
) -> Vec<ProfileName> {
    let mut forgotten = Vec::new();
    let credentials = &shared.profiles().credentials.path;
    for kept in find(credentials, messages) {
        let (sessions, target) = match read(&kept).and_then(|sessions| Ok((sessions, Target::of(credentials)?))) {
            Ok(found) => found,
            Err(error) => {
                messages.warning(&error.to_string());
                continue;
            }
        };
        let (to_forget, others): (Vec<_>, Vec<_>) =
            sessions.iter().partition(|(name, _)| names.is_none_or(|names| names.contains(name)));
        if to_forget.is_empty() {
            continue;
        }
        let others: Vec<_> = others.into_iter().map(|(name, session)| (name, session)).collect();
        keep_only(Some(kept), &others, false, &target);
        forgotten.extend(to_forget.into_iter().map(|(name, _)| name.clone()));
    }
    forgotten
}
