//! Puts sessions into the credentials file that earlier logins paid for and could not write.

use std::rc::Rc;

use crate::commands::execute::with_session;
use crate::commands::{Messages, SharedFiles, parse};
use crate::error::Error;
use crate::io::recovery::{self, Recovery};
use crate::io::{clock, files};
use crate::profile::ProfileName;
use crate::session;

/// Does so, and says whether there was one. One that still cannot be written stays where it is, and is no reason not to log in elsewhere.
pub(super) fn recover(shared: &SharedFiles, messages: Messages) -> bool {
    let mut any = false;
    for kept in recovery::find(&shared.profiles().credentials.path) {
        let path = kept.path.clone();
        match recover_one(kept, shared, messages) {
            Ok(recovered) => any |= recovered,
            Err(error) => {
                messages.warning(&format!("the session in {} still cannot be written: {error}", path.display()));
            }
        }
    }
    any
}

fn recover_one(kept: Recovery, shared: &SharedFiles, messages: Messages) -> Result<bool, Error> {
    let credentials = shared.profiles().credentials;
    let file = parse(&kept.path, kept.read()?)?;
    let Some((name, session)) = file.sections().next().and_then(|section| session::read(&section)) else {
        kept.discard_if_old();
        return Ok(false);
    };
    if session.expiration <= clock::now() {
        kept.discard();
        return Ok(false);
    }
    let committed = files::replace_known(&credentials.path, &credentials.document.shared_bytes(), |bytes| {
        let fresh = shared.fresh_credentials(bytes)?;
        let target = fresh.document.sections_named(name.as_str()).last();
        let there = target.and_then(|section| session::read(&section)).map(|(_, session)| session.expiration);
        if there.is_some_and(|there| there >= session.expiration) {
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

/// Removes the sessions of these profiles, or of all, that are still waiting; returns whose there were.
pub(super) fn forget(names: Option<&[ProfileName]>, shared: &SharedFiles) -> Vec<ProfileName> {
    let mut forgotten = Vec::new();
    for kept in recovery::find(&shared.profiles().credentials.path) {
        let bytes = kept.read().ok().and_then(|bytes| parse(&kept.path, bytes).ok());
        let name = bytes.and_then(|file| Some(session::read(&file.sections().next()?)?.0));
        if let Some(name) = name.filter(|name| names.is_none_or(|names| names.contains(name))) {
            kept.discard();
            forgotten.push(name);
        }
    }
    forgotten
}
