//! The changes that `setup` and `doctor --fix` make to the two files.
//!
//! A [`Draft`] is edited in memory, and the document confirms every edit. [`connect()`] links a session profile to its
//! long-term access key, [`migrate()`] migrates other tools' layouts, [`repair()`] fixes files for `doctor --fix`, and
//! an [`undo_record`] undoes a change.

pub mod candidate;
mod connect;
mod draft;
mod fixes;
mod migrate;
mod new_role;
pub mod undo_record;

pub use connect::{Connection, connect};
pub use draft::Draft;
pub use fixes::repair;
pub use migrate::migrate;
pub use new_role::NewRole;

use crate::profile::property::{
    ACCESS_KEY_ID, ASSUME_ROLE, AWS_MFA_DEVICE, AWSMFA_DURATION_SECONDS, AWSMFA_KEYRING, AWSMFA_MIN_REMAINING,
    AWSMFA_SESSION_PROFILE, MFA_PROCESS, MFA_SERIAL, SECRET_ACCESS_KEY,
};
use crate::profile::{Place, ProfileName, SectionError};
use crate::resolve::ResolveError;

/// The properties that belong to a long-term access key and move with it; others, such as the region, stay.
const KEY_PROPERTIES: [&str; 10] = [
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    AWSMFA_KEYRING,
    MFA_SERIAL,
    AWS_MFA_DEVICE,
    MFA_PROCESS,
    ASSUME_ROLE,
    AWSMFA_SESSION_PROFILE,
    AWSMFA_DURATION_SECONDS,
    AWSMFA_MIN_REMAINING,
];

/// The reason the files cannot be set up in this way. Nothing has been written.
#[derive(Clone, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum SetupError {
    /// A section cannot be edited.
    #[error(transparent)]
    Edit(#[from] SectionError),
    /// A long-term access key would be overwritten.
    #[error("the profile '{profile}' has an access key already ({place}), which is never overwritten")]
    HoldsKey { profile: ProfileName, place: Place },
    /// The profile that the key would be moved to already exists.
    #[error("the key cannot be moved to '{profile}': that profile exists already ({place})")]
    Taken { profile: ProfileName, place: Place },
    /// The profile for a new role already exists.
    #[error("the role cannot be added as '{profile}': that profile exists already ({place})")]
    RoleTaken { profile: ProfileName, place: Place },
    /// A key that is in neither file cannot be moved.
    #[error("the key of '{profile}' is in neither file, so it cannot be moved")]
    NotInFile { profile: ProfileName },
    /// The session profile would not resolve to the key.
    #[error("'{session_profile}' would not get its session with the key of '{source_profile}': {cause}")]
    NotConnected { session_profile: ProfileName, source_profile: ProfileName, cause: String },
    /// There is no record of a change.
    #[error("there is no change of `awsmfa setup` to undo")]
    NothingToUndo,
    /// The key would be in no file and in no keyring any more.
    #[error("undoing the change would remove the only copy of the access key of '{profile}'")]
    OnlyCopy { profile: String },
    /// The last change was to other files.
    #[error("the last change of `awsmfa setup` was to other files")]
    OtherFiles,
    /// A file has changed since.
    #[error("{file} has changed since `awsmfa setup` wrote it, so the change is not undone")]
    ChangedSince { file: String },
    /// Clients would not look for a session in the session profile.
    #[error(transparent)]
    Target(#[from] ResolveError),
}
