//! The errors that occur when files are read or replaced.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::system::file_access::is_in_use;
use crate::limits;

/// The reason why a file could not be read or replaced. The file is unchanged.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum FileError {
    /// The operating system refused an operation.
    #[error("cannot {action} {}: {source}", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    /// Another program has it open and does not share it. This happens only on Windows.
    #[error("{} is in use: another program has it open", path.display())]
    InUse { path: PathBuf },
    /// It is a folder, a pipe or a device.
    #[error("{} is not a regular file", path.display())]
    NotAFile { path: PathBuf },
    /// It is both the config file and the credentials file. The section headers of the two differ, so an edit for one
    /// would be wrong in the other.
    #[error("{} is both the config file and the credentials file", path.display())]
    SameFile { path: PathBuf },
    /// It is larger than [`limits::FILE_BYTES`].
    #[error("{} is larger than {} MiB", path.display(), limits::FILE_BYTES / 1024 / 1024)]
    TooLarge { path: PathBuf },
    /// Its links form a loop.
    #[error("{} is a symbolic link that resolves to itself", path.display())]
    LinkLoop { path: PathBuf },
    /// It has no write permission.
    #[error("{} is read-only", path.display())]
    ReadOnly { path: PathBuf },
    /// It is marked as immutable or append-only with `chattr`.
    #[error("{} is marked as immutable or append-only", path.display())]
    Immutable { path: PathBuf },
    /// It is a mount point, as in a container.
    #[error("{} is mounted on its own, so that it cannot be replaced", path.display())]
    Mounted { path: PathBuf },
    /// Another awsmfa holds the lock.
    #[error("waited {} s for {} to release {}", wait.as_secs(), holder.as_deref().unwrap_or("another awsmfa"), folder.display())]
    Locked {
        folder: PathBuf,
        /// The process that holds the lock, where the system reports it.
        holder: Option<String>,
        wait: Duration,
    },
    /// Another program that writes in place has emptied the file and has not filled it again yet.
    #[error("another program has just emptied {}", path.display())]
    Emptied { path: PathBuf },
    /// It has changed since it was read.
    #[error("another program has changed {} since it was read", path.display())]
    Changed { path: PathBuf },
    /// Another program wrote to it during each attempt.
    #[error("another program changed {} each time awsmfa tried to replace it", path.display())]
    Contended { path: PathBuf },
    /// An extended attribute or an access control list cannot be copied to the new file.
    #[error("cannot keep the attribute {name} of {}: {source}", path.display())]
    Attribute { path: PathBuf, name: String, source: io::Error },
    /// Another user could read root's session in it.
    #[error("{} belongs to the user {owner}, and its folder to another: that user could read root's session", path.display())]
    OtherOwner {
        path: PathBuf,
        /// The user's id.
        owner: u32,
    },
    /// It is a link into a folder that the user must not change, such as the Nix store.
    #[error("{} is a symbolic link to {}, which is managed by another program", path.display(), target.display())]
    Managed { path: PathBuf, target: PathBuf },
    /// Its folder is mounted read-only, as in a dev container.
    #[error("{} is mounted read-only", folder.display())]
    ReadOnlyMount { folder: PathBuf },
    /// It is a link into a folder that does not exist, as on a drive that is not mounted.
    #[error("{} is a symbolic link to {}, and there is no such folder", path.display(), target.display())]
    Dangling { path: PathBuf, target: PathBuf },
    /// A link or a folder has changed since the rehearsal.
    #[error("{} was replaced by another program: it resolved to {} when this command began", path.display(), target.display())]
    Moved {
        /// The path that the user gave.
        path: PathBuf,
        /// The path that it resolved to during the rehearsal.
        target: PathBuf,
    },
    /// Another user may have written it, or it is not a regular file.
    #[error("{} is not awsmfa's own file: {why}; it is left alone", path.display())]
    Foreign { path: PathBuf, why: &'static str },
}

pub(super) fn failed<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> FileError + use<'a> {
    move |source| {
        let path = path.to_owned();
        if is_in_use(&source) { FileError::InUse { path } } else { FileError::Io { action, path, source } }
    }
}
