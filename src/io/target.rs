//! The file that is to be replaced: where a path leads, and the folder that it is in.

use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::time::Duration;

use super::file_error::{FileError, failed};
use super::lock::{self, Acquired, Lock};
use super::metadata;
use super::path::{folder_of, follow_links};
use crate::limits;

/// A file that is to be replaced; it need not exist.
#[derive(Debug)]
pub struct Target {
    /// As the user named it.
    pub(super) named: PathBuf,
    /// Where its links lead.
    pub(super) path: PathBuf,
    pub(super) folder: PathBuf,
    /// The largest size of a file of awsmfa's own; none for the files of AWS.
    pub(super) own_limit: Option<u64>,
}

impl Target {
    /// Follows the links of a path.
    ///
    /// # Errors
    ///
    /// Fails if they lead in a circle, or cannot be read.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let target = follow_links(path)?;
        Ok(Self { named: path.to_owned(), folder: folder_of(&target), path: target, own_limit: None })
    }

    /// A file of awsmfa's own, which is never a link.
    pub fn own(path: &Path, limit: u64) -> Self {
        let (named, path) = (path.to_owned(), path.to_owned());
        Self { named, folder: folder_of(&path), path, own_limit: Some(limit) }
    }

    /// Locks the folder, which is created if the file is to be the first in it. Signals wait until the lock is released.
    pub(super) fn enter(&self, wait: Duration) -> Result<Entered, FileError> {
        if !self.folder.exists() {
            if self.path != self.named {
                return Err(failed("open", &self.folder)(std::io::ErrorKind::NotFound.into()));
            }
            metadata::create_private_folder(&self.folder).map_err(failed("make", &self.folder))?;
        }
        let (acquired, uninterrupted) = lock::acquire(&self.folder.join(lock::NAME), wait);
        let (lock, unlocked) = match acquired {
            Acquired::Held(lock) => (Some(lock), None),
            Acquired::Unavailable(error) => (None, Some(error.to_string())),
            Acquired::Busy(holder) => return Err(FileError::Locked { folder: self.folder.clone(), holder, wait }),
        };
        Ok(Entered { lock, unlocked, _uninterrupted: uninterrupted })
    }

    /// The same, for at most [`limits::LOCK`].
    pub(super) fn enter_patiently(&self) -> Result<Entered, FileError> {
        self.enter(limits::LOCK)
    }
}

/// A folder that is being worked in.
pub(super) struct Entered {
    // Released first.
    lock: Option<Lock>,
    /// Why there is no lock, and the work is done without one.
    pub unlocked: Option<String>,
    _uninterrupted: MutexGuard<'static, ()>,
}

impl Entered {
    pub(super) fn is_locked(&self) -> bool {
        self.lock.is_some()
    }
}
