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
                "if the key is in the keyring of another machine, run `awsmfa key restore {word}` there; if it is lost, \
                 replace the line awsmfa_keyring with a new key"
            ));
        }
        KeyringError::Ambiguous { .. } => "delete all but one of them in the keyring's own program",
        KeyringError::NotLasting => "set a default keyring that is kept on the disk, in Passwords and Keys",
        KeyringError::NotKept { .. } | KeyringError::TooLong => "the files are unchanged; `pass` can hold the key, too",
        KeyringError::Failed { .. } => "try again, or unlock or repair the keyring first",
    };
    Some(text.to_owned())
}
