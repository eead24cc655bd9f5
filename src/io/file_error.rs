//! Errors of reading and replacing files.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::limits;

/// A file could not be read or replaced. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused something.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// The attempted operation.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A folder, a pipe, a device.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Each file of AWS's has headers of its own, so that a change of one would be wrong in the other.
    #[error("{} is both the config file and the credentials file", path.display())]
    SameFile {
        /// The path.
        path: PathBuf,
    },
    /// More than [`limits::FILE_BYTES`].
    #[error("{} is larger than {} MiB", path.display(), limits::FILE_BYTES / 1024 / 1024)]
    TooLarge {
        /// The path.
        path: PathBuf,
    },
    /// A link that leads back to itself.
    #[error("{} is a symbolic link that resolves to itself", path.display())]
    LinkLoop {
        /// The path.
        path: PathBuf,
    },
    /// The person has marked it so.
    #[error("{} is read-only", path.display())]
    ReadOnly {
        /// The path.
        path: PathBuf,
    },
    /// So marked with `chattr`.
    #[error("{} is marked as immutable or append-only", path.display())]
    Immutable {
        /// The path.
        path: PathBuf,
    },
    /// A mount point, as in a container.
    #[error("{} is mounted on its own, so that it cannot be replaced", path.display())]
    Mounted {
        /// The path.
        path: PathBuf,
    },
    /// Another awsmfa holds the lock.
    #[error("waited {} s for {} to release {}", wait.as_secs(), holder.as_deref().unwrap_or("another awsmfa"), folder.display())]
    Locked {
        /// The folder that is locked.
        folder: PathBuf,
        /// The process, if the system tells.
        holder: Option<String>,
        /// The time waited.
        wait: Duration,
    },
    /// Another program is writing in place, and has stopped half-way.
    #[error("another program has just emptied {}", path.display())]
    Emptied {
        /// The path.
        path: PathBuf,
    },
    /// It is not what a change was made for.
    #[error("another program has changed {} since it was read", path.display())]
    Changed {
        /// The path.
        path: PathBuf,
    },
    /// Another program kept on writing.
    #[error("another program changed {} each time awsmfa tried to replace it", path.display())]
    Contended {
        /// The path.
        path: PathBuf,
    },
    /// An extended attribute or an access control list.
    #[error("cannot keep the attribute {name} of {}: {source}", path.display())]
    Attribute {
        /// The file.
        path: PathBuf,
        /// The attribute.
        name: String,
        /// The error of the system.
        source: io::Error,
    },
    /// Root would hand a session over to another user.
    #[error("{} belongs to the user {owner}, and its folder to another: that user could read root's session", path.display())]
    OtherOwner {
        /// The file.
        path: PathBuf,
        /// The user's number.
        owner: u32,
    },
    /// A link into a folder that is not for the user to change, such as the Nix store.
    #[error("{} is a symbolic link to {}, which is managed by another program", path.display(), target.display())]
    Managed {
        /// The link.
        path: PathBuf,
        /// The target of the link.
        target: PathBuf,
    },
    /// As in a dev container.
    #[error("{} is mounted read-only", folder.display())]
    ReadOnlyMount {
        /// The folder.
        folder: PathBuf,
    },
    /// A link into a folder that does not exist, as on a drive that is not mounted.
    #[error("{} is a symbolic link to {}, and there is no such folder", path.display(), target.display())]
    Dangling {
        /// The link.
        path: PathBuf,
        /// The target of the link.
        target: PathBuf,
    },
    /// A link, or a folder, is another one than at the rehearsal.
    #[error("{} was replaced by another program: it resolved to {} when this command began", path.display(), target.display())]
    Moved {
        /// As the user named it.
        path: PathBuf,
        /// The former target of the link.
        target: PathBuf,
    },
    /// Another user may have written it, or it is no regular file.
    #[error("{} is not awsmfa's own file: {why}; it is left alone", path.display())]
    Foreign {
        /// The path.
        path: PathBuf,
        /// The evidence.
        why: &'static str,
    },
}

pub(super) fn failed<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> FileError + use<'a> {
    move |source| FileError::Io { action, path: path.to_owned(), source }
}
