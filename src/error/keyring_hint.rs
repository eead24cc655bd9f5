//! The hints for the errors of the keyring.

use crate::io::keyring::KeyringError;
use crate::platform::{UNLOCK_KEYRING, WITHOUT_KEYRING, shell_word};
use crate::profile::ProfileName;

/// Returns what to do about an error of the keyring.
pub(super) fn keyring_hint(error: &KeyringError, profile: &ProfileName) -> Option<String> {
    let text = match error {
        KeyringError::Absent { .. } => WITHOUT_KEYRING,
        KeyringError::Locked { .. } | KeyringError::NoAnswer => UNLOCK_KEYRING,
        KeyringError::NoEntry { .. } | KeyringError::NotAKey { .. } => {
            let word = shell_word(profile.as_str());
            return Some(format!(
                "if the key is on another machine, `awsmfa key restore {word}` there; if it is lost, write a new key in \
                 place of awsmfa_keyring"
            ));
        }
        KeyringError::NotKept { .. } => "nothing was changed in the files",
        KeyringError::Failed { .. } => return None,
    };
    Some(text.to_owned())
}
