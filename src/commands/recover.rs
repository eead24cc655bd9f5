//! Puts sessions into the credentials file that earlier logins paid for and could not write.

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
    let Some((name, session)) = file.document.sections().next().and_then(|section| session::read(&section)) else {
        kept.discard_if_old();
        return Ok(false);
    };
    let target = shared.profiles().get(name.as_str()).and_then(|profile| profile.credentials_section());
    let newer = target.and_then(|section| session::read(&section)).map(|(_, session)| session.expiration);
    if session.expiration <= clock::now() || newer.is_some_and(|newer| newer >= session.expiration) {
        kept.discard();
        return Ok(false);
    }
    files::replace(&credentials.path, |bytes| {
        let fresh = parse(&credentials.path, bytes)?;
        with_session(&name, &session, shared, &fresh)
    })?;
    messages.note(&format!("awsmfa: the session of {name} from an interrupted login is in the credentials file now"));
    kept.discard();
    Ok(true)
}

/// Removes the sessions of these profiles that are still waiting; returns whose there were.
pub(super) fn forget(names: &[ProfileName], shared: &SharedFiles) -> Vec<ProfileName> {
    let mut forgotten = Vec::new();
    for kept in recovery::find(&shared.profiles().credentials.path) {
        let bytes = kept.read().ok().and_then(|bytes| parse(&kept.path, bytes).ok());
        let name = bytes.and_then(|file| Some(session::read(&file.document.sections().next()?)?.0));
        if let Some(name) = name.filter(|name| names.contains(name)) {
            kept.discard();
            forgotten.push(name);
        }
    }
    forgotten
}
