//! Warnings of `login`, `logout` and `setup` about a run, not about the content of the files.

use std::fmt;
use std::path::PathBuf;

use crate::profile::ProfileName;
use crate::time::Seconds;

/// A warning after the files were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The session of a chained role, whose duration AWS limits.
    ChainedRole {
        /// The session profile.
        profile: ProfileName,
        /// The requested duration.
        requested: Seconds,
        /// The longest duration that AWS allows.
        limit: Seconds,
        /// The command that requests a session of the full duration, if there is one.
        way: Option<String>,
    },
    /// STS has granted a shorter session than requested.
    Shorter {
        /// The session profile.
        profile: ProfileName,
        /// The requested duration.
        requested: Seconds,
        /// The duration that STS has granted.
        granted: Seconds,
    },
    /// The file has other hard links, which keep the old content.
    OtherLinks {
        /// The file.
        path: PathBuf,
        /// The number of other links.
        count: u64,
    },
    /// The file was written without a lock.
    NoLock {
        /// The file.
        path: PathBuf,
        /// The reason why there was no lock.
        cause: String,
    },
    /// The file was replaced, but may not have reached the disk.
    Unsynced {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        cause: String,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChainedRole { profile, requested, limit, way } => {
                write!(
                    f,
                    "'{profile}' is a role that was assumed with a session, which AWS limits to {limit} ({requested} was \
                     requested)"
                )?;
                match way {
                    Some(way) => {
                        write!(f, ": `{way}` alone signs with the long-term access key and gives the full time")
                    }
                    None => Ok(()),
                }
            }
            Self::Shorter { profile, requested, granted } => write!(
                f,
                "the session of '{profile}' lasts {granted}, not the requested {requested}: STS gives the root user 1h at most"
            ),
            Self::OtherLinks { path, count } => {
                write!(f, "{} has {count} other hard link(s), which still have the old content", path.display())
            }
            Self::NoLock { path, cause } => write!(
                f,
                "{} was written without a lock ({cause}): do not run two logins at the same time",
                path.display()
            ),
            Self::Unsynced { path, cause } => write!(
                f,
                "{} was replaced, but the system cannot confirm that it is on the disk ({cause}): a power failure may restore the old file",
                path.display()
            ),
        }
    }
}
