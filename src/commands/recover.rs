//! Puts sessions into the credentials file that earlier logins paid for and could not write.

use crate::commands::execute::write_session;
use crate::commands::{Messages, SharedFiles, parse};
use crate::error::Error;
use crate::io::recovery::{self, Recovery};
use crate::io::{clock, files};
use crate::profile::Profiles;
use crate::resolve;
use crate::session;

/// Does so, and says whether there was one. One that still cannot be written stays where it is, and is no reason not to log in elsewhere.
pub(super) fn recover(shared: &SharedFiles, messages: Messages) -> bool {
    let mut any = false;
    for kept in recovery::find(&shared.profiles().credentials.path) {
        let path = kept.path.clone();
        match recover_one(kept, shared, messages) {
            Ok(recovered) => any |= recovered,
            Err(error) => {
                messages.warning(&format!("the session in {} still cannot be written: {error}", path.display()))
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
    if session.expiration <= clock::now() {
        kept.discard();
        return Ok(false);
    }
    #[cfg(unix)]
    let _uninterrupted = crate::io::interrupt::defer();
    files::replace(&credentials.path, |bytes| {
        let fresh = parse(&credentials.path, bytes)?;
        let profiles = Profiles { config: shared.profiles().config, credentials: &fresh };
        if let Some(target) = profiles.get(name.as_str()) {
            resolve::check_holding(&name, &target)?;
        }
        write_session(&name, &session, &fresh)
    })?;
    messages.note(&format!("awsmfa: the session of {name} from an interrupted login is in the credentials file now"));
    kept.discard();
    Ok(true)
}
