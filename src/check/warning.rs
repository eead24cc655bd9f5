//! What became of a run, and is no fault of the files: for `login`, `logout` and `setup`.

use std::fmt;
use std::path::PathBuf;

use crate::profile::ProfileName;
use crate::time::Seconds;

/// What a person should know after the files were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A role over a role, for which AWS cuts the duration.
    ChainedRole {
        /// The session profile.
        profile: ProfileName,
        /// What was wished for.
        wished: Seconds,
        /// What AWS gives.
        limit: Seconds,
    },
    /// The file has other names, which keep the old bytes.
    OtherLinks {
        /// The file.
        path: PathBuf,
        /// How many.
        count: u64,
    },
    /// There was no lock to be had.
    NoLock {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The file is replaced, but maybe not on the disk yet.
    Unsynced {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChainedRole { profile, wished, limit } => {
                write!(f, "'{profile}' is a role over a role, which AWS limits to {limit}: {wished} was wished for")
            }
            Self::OtherLinks { path, count } => {
                write!(f, "{} has {count} other name(s), which keep the old content", path.display())
            }
            Self::NoLock { path, cause } => write!(
                f,
                "{} was written without a lock ({cause}): do not run two logins at the same time",
                path.display()
            ),
            Self::Unsynced { path, cause } => write!(
                f,
                "{} is replaced, but the system cannot say that it is on the disk ({cause}): a power cut may bring the \
                 old file back",
                path.display()
            ),
        }
    }
}
