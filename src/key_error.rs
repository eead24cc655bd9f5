//! The errors of `awsmfa key`, with their hints.

use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::time::Timestamp;

/// The reason why a key is not changed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum KeyError {
    /// A program prints the key.
    #[error("the key of '{profile}' comes from its credential_process, so awsmfa cannot change it")]
    Printed { profile: ProfileName },
    /// Another awsmfa is at work.
    #[error("another awsmfa is changing the key of '{profile}'")]
    Busy { profile: ProfileName },
    /// The record cannot be kept.
    #[error("the key is not changed, because the change cannot be recorded: the home folder is unknown")]
    NoRecord,
    /// The session is not that of a user.
    #[error("the session is that of {arn}, and only the key of an IAM user can be rotated")]
    NotAUser { arn: String },
    /// The session belongs to another user than the rotation that has begun.
    #[error("a rotation has begun for {expected}, but the session is that of {found}")]
    OtherUser { expected: String, found: String },
    /// IAM does not list the key of the profile.
    #[error("the key {id} of '{profile}' is not a key of {user}")]
    NotListed { id: String, profile: ProfileName, user: String },
    /// IAM allows two keys.
    #[error("{user} has two access keys, and IAM allows no third one: {id} of '{profile}', and {other}")]
    TwoKeys { user: String, id: String, profile: ProfileName, other: String, other_id: String },
    /// The answer with a new key got lost.
    #[error("IAM has created the key {id}, but its secret is lost: {cause}")]
    Orphan { id: String, profile: ProfileName, cause: String },
    /// IAM may have created a key.
    #[error("it is not known whether IAM has created a key: {cause}")]
    Unknown { profile: ProfileName, cause: String },
    /// IAM has not accepted the new key in time.
    #[error("AWS does not accept the key {id} yet: {cause}")]
    NotAccepted { id: String, profile: ProfileName, cause: String },
    /// The files hold another key now.
    #[error("'{profile}' no longer holds the key {id}: the files have been changed meanwhile")]
    Changed { profile: ProfileName, id: String },
    /// The key has been rotated.
    #[error("the key of '{profile}' was rotated at {since}: {old} is inactive, but not deleted")]
    NotFinished { profile: ProfileName, old: String, since: Timestamp },
    /// The profile has a key in the file, and another one in the keyring.
    #[error("'{profile}' has an access key in the file and another one in the keyring (awsmfa_keyring)")]
    HasBoth { profile: ProfileName },
    /// The keyring has the same ID with another secret.
    #[error("the keyring has the access key {id} with another secret than '{profile}'")]
    OtherSecret { id: String, profile: ProfileName },
    /// Copies of a key are in the file and in the keyring.
    #[error("the access key {id} is in the keyring for one section and in the file for another one: [{section}]")]
    CopyElsewhere { id: String, section: String, stored: ProfileName },
    /// The entry in the keyring cannot be changed.
    #[error(
        "the entry of the access key {id} in the keyring cannot be edited, so the key of '{profile}' is not rotated"
    )]
    Unwritable { id: String, profile: ProfileName },
    /// The key is in the files.
    #[error("the key of '{profile}' is not in the keyring")]
    NotStored { profile: ProfileName },
    /// There is no rotation.
    #[error("no rotation of the key of '{profile}' is recorded")]
    NothingBegun { profile: ProfileName },
    /// The rotation is not complete.
    #[error("the rotation of the key of '{profile}' is not complete")]
    Incomplete { profile: ProfileName },
    /// The old key was used after it had been replaced, or is active again.
    #[error("the key {id} {what}, so it is not deleted")]
    InUse { id: String, profile: ProfileName, what: String },
    /// The key must not be deleted.
    #[error("{id} is the key of '{profile}', so it is not deleted")]
    Own { id: String, profile: ProfileName },
}

impl KeyError {
    /// Returns what to do about it.
    pub fn hint(&self) -> Option<String> {
        let rotate =
            |profile: &ProfileName, flags: &str| format!("awsmfa key rotate {}{flags}", shell_word(profile.as_str()));
        Some(match self {
            Self::Printed { .. } => "use the program that keeps the key".to_owned(),
            Self::Busy { .. } => "try again when that awsmfa has ended".to_owned(),
            Self::NoRecord => "set HOME or XDG_STATE_HOME".to_owned(),
            Self::NotAUser { .. } => "name the profile that holds the key".to_owned(),
            Self::OtherUser { .. } | Self::NotListed { .. } | Self::Changed { .. } => {
                "`aws iam list-access-keys` shows the keys of the user; nothing was deleted".to_owned()
            }
            Self::TwoKeys { profile, other_id, .. } => {
                format!(
                    "if nothing uses {other_id}: `{}` deletes it",
                    rotate(profile, &format!(" --delete {other_id}"))
                )
            }
            Self::Orphan { id, profile, .. } => {
                format!("`{}` deletes it", rotate(profile, &format!(" --delete {id}")))
            }
            Self::Unknown { profile, .. } => format!("`{}` finds out", rotate(profile, "")),
            Self::NotAccepted { profile, .. } => {
                format!("the old key still works; `{}` goes on, `--undo` goes back", rotate(profile, ""))
            }
            Self::NotFinished { profile, .. } => {
                format!("`{}` deletes it, `--undo` brings it back", rotate(profile, " --finish"))
            }
            Self::NotStored { .. } => "it is in the file already, so there is nothing to restore".to_owned(),
            Self::HasBoth { profile } => format!(
                "remove one of them; `awsmfa doctor --online --profile {}` tests the one in the file",
                shell_word(profile.as_str())
            ),
            Self::OtherSecret { .. } => "remove the wrong one of the two; nothing was changed".to_owned(),
            Self::CopyElsewhere { stored, .. } => {
                format!("`awsmfa key store {}` moves all copies to the keyring", shell_word(stored.as_str()))
            }
            Self::Unwritable { profile, .. } => {
                format!("`awsmfa key restore {}`, and rotate the key in the file", shell_word(profile.as_str()))
            }
            Self::NothingBegun { profile } => format!("`{}` rotates the key", rotate(profile, "")),
            Self::Incomplete { profile } => format!("`{}` completes it", rotate(profile, "")),
            Self::InUse { profile, .. } => {
                format!("give the new key to what uses the old one, or: `{}`", rotate(profile, " --finish --force"))
            }
            Self::Own { .. } => return None,
        })
    }
}
