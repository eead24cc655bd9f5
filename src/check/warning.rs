//! Warnings of `login`, `logout` and `setup` about a run, not about the content of the files.

use std::path::PathBuf;

use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::time::Seconds;

/// A warning that is printed after the files are written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum Warning {
    /// A session of a chained role that is shorter than requested because of AWS's limit. `way` is the command that
    /// requests a session of the full duration, if there is one.
    #[error(
        "'{profile}' is a role that was assumed with a session, which AWS limits to {limit} ({requested} was requested){}",
        way.as_deref().map(full_duration).unwrap_or_default()
    )]
    ChainedRole { profile: ProfileName, requested: Seconds, limit: Seconds, way: Option<String> },
    /// A session from STS that is shorter than requested.
    #[error(
        "the session of '{profile}' lasts {granted}, not the requested {requested}: STS gives the root user 1h at most"
    )]
    Shorter { profile: ProfileName, requested: Seconds, granted: Seconds },
    /// A session from a `credential_process` that is shorter than requested.
    #[error(
        "the session of '{profile}' lasts {granted}, not the requested {requested}: its credential_process sets the \
         duration"
    )]
    ShorterPrinted { profile: ProfileName, requested: Seconds, granted: Seconds },
    /// A copy of the credentials of `aws login`, which AWS limits to 15 minutes (AWS Sign-In User Guide, "Sign in through
    /// the AWS CLI"). `renewed` is the profile of the sign-in.
    #[error(
        "'{profile}' holds a copy of the credentials of `aws login`, which last 15 minutes at most: AWS tools renew them \
         automatically in a profile with the line `credential_process = awsmfa credential-process {}`",
        shell_word(renewed.as_str())
    )]
    SignInCopy { profile: ProfileName, renewed: ProfileName },
    /// An imported session that ends soon.
    #[error(
        "the session of '{profile}' ends in {left}, and awsmfa cannot renew it: with the line `credential_process = \
         COMMAND` in a profile, AWS tools run the command themselves when they need a new session"
    )]
    EndsSoon { profile: ProfileName, left: Seconds },
    /// A file with other hard links, which still have the old content.
    #[error("{} has {count} other hard link(s), which still have the old content", path.display())]
    OtherLinks { path: PathBuf, count: u64 },
    /// A file that was written without a lock.
    #[error("{} was written without a lock ({cause}): do not run two logins at the same time", path.display())]
    NoLock { path: PathBuf, cause: String },
    /// A file that was replaced, but may not have reached the disk.
    #[error("{} was replaced, but the system cannot confirm that it is on the disk ({cause}): a power failure may restore the old file", path.display())]
    Unsynced { path: PathBuf, cause: String },
}

fn full_duration(way: &str) -> String {
    format!(": `{way}` alone signs with the long-term access key and gives the full time")
}
