//! What `setup` makes of the two files: bytes in, bytes out.
//!
//! A [`Draft`] is edited in memory, change by change, each confirmed as the document confirms every edit. [`connect()`] links
//! a session profile to the key that pays for it, [`mend()`] mends what other tools have left, [`repair()`] what `doctor --fix`
//! may, [`undo`] takes back.

pub mod candidate;
mod connect;
mod draft;
mod fixes;
mod migrate;
pub mod undo_record;

pub use connect::{Connection, connect};
pub use draft::Draft;
pub use fixes::repair;
pub use migrate::migrate;

use crate::document::EditError;
use crate::profile::property::{
    ACCESS_KEY_ID, ASSUME_ROLE, AWS_MFA_DEVICE, AWSMFA_DURATION_SECONDS, AWSMFA_MIN_REMAINING, AWSMFA_SESSION_PROFILE,
    MFA_PROCESS, MFA_SERIAL, SECRET_ACCESS_KEY,
};
use crate::profile::{Place, ProfileName};
use crate::resolve::ResolveError;

/// What belongs to a permanent key, and goes where it goes. Region, output and what else a profile may have are for the
/// session, too.
const OF_THE_KEY: [&str; 9] = [
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    MFA_SERIAL,
    AWS_MFA_DEVICE,
    MFA_PROCESS,
    ASSUME_ROLE,
    AWSMFA_SESSION_PROFILE,
    AWSMFA_DURATION_SECONDS,
    AWSMFA_MIN_REMAINING,
];

/// Why the files cannot be set up in this way. Nothing has been written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SetupError {
    /// A section cannot be edited.
    #[error("cannot change the section [{section}] of {file}: {source}")]
    Edit {
        /// The file.
        file: String,
        /// The section.
        section: String,
        /// Why.
        source: EditError,
    },
    /// A permanent key would be overwritten.
    #[error("the profile '{profile}' has an access key already ({place}), which is never overwritten")]
    HoldsKey {
        /// The profile.
        profile: ProfileName,
        /// Where it stands.
        place: Place,
    },
    /// A key cannot be moved to a profile that is there.
    #[error("the key cannot be moved to '{profile}': that profile exists already ({place})")]
    Taken {
        /// The profile.
        profile: ProfileName,
        /// Where it stands.
        place: Place,
    },
    /// A key that is in no file cannot be moved in one.
    #[error("the key of '{profile}' is in neither file, so it cannot be moved")]
    NotInFile {
        /// The profile.
        profile: ProfileName,
    },
    /// The result would not lead from the session to the key.
    #[error("'{session_profile}' would not get its session with the key of '{source_profile}': {cause}")]
    NotConnected {
        /// The session profile.
        session_profile: ProfileName,
        /// The permanent profile.
        source_profile: ProfileName,
        /// What stands in the way.
        cause: String,
    },
    /// Nothing is known of an earlier change.
    #[error("there is no change of `awsmfa setup` to undo")]
    NothingToUndo,
    /// The last change was one of other files.
    #[error("the last change of `awsmfa setup` was to other files")]
    OtherFiles,
    /// A file is not what the change has made of it.
    #[error("{file} has changed since `awsmfa setup` wrote it, so the change is not undone")]
    ChangedSince {
        /// The file.
        file: String,
    },
    /// The session profile is none that clients would look for a session in.
    #[error(transparent)]
    Target(#[from] ResolveError),
}
