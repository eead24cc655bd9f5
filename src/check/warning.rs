//! What became of a run, and is no fault of the files: for `login`, `logout` and `setup`.

use std::fmt;
use std::path::PathBuf;

use crate::profile::ProfileName;
use crate::time::Seconds;

/// What a person should know after the files were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A role that was assumed with temporary credentials, for which AWS limits the duration.
    ChainedRole {
        /// The session profile.
        profile: ProfileName,
        /// The requested duration.
        requested: Seconds,
        /// The duration that AWS gives.
        limit: Seconds,
        /// The command that gives the full time, if there is one.
        way: Option<String>,
    },
    /// STS has given less time than was requested.
    Shorter {
        /// The session profile.
        profile: ProfileName,
        /// The requested duration.
        requested: Seconds,
        /// The duration that STS has given.
        granted: Seconds,
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
        /// The reason.
        cause: String,
    },
    /// The file is replaced, but maybe not on the disk yet.
    Unsynced {
        /// The file.
        path: PathBuf,
        /// The error of the system.
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
