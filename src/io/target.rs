//! The file that is to be replaced: where a path leads, and the folder that it is in.

use std::fs::{self, File, Metadata, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::time::Duration;

use super::file_error::{FileError, failed};
use super::lock::{self, Acquired, Lock};
use super::metadata;
use super::opening::{self, Links};
use super::path::{folder_of, follow_links};
use crate::limits;

/// The folder in which the Nix package manager keeps its files, which only it may change; for root, no mode says so.
const NIX_STORE: &str = "/nix/store";

/// A file that is to be replaced; it need not exist.
#[derive(Debug)]
pub struct Target {
    /// As the user named it.
    pub(super) named: PathBuf,
    /// The file that its links resolve to.
    pub(super) path: PathBuf,
    pub(super) folder: PathBuf,
    /// The largest size of a file of awsmfa's own; none for the files of AWS.
    pub(super) own_limit: Option<u64>,
    /// The folder as it was at the rehearsal.
    pinned: Option<Pinned>,
}

/// A folder that can be told from another one of the same name.
#[derive(Debug)]
struct Pinned {
    identity: Option<(u64, u64)>,
    /// Leads to it even if it is moved.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "only Linux lets a file be created in it"))]
    folder: Option<File>,
}

impl Target {
    /// Follows the links of a path.
    ///
    /// # Errors
    ///
    /// Fails if they lead in a circle, or cannot be read.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let target = follow_links(path)?;
        Ok(Self { named: path.to_owned(), folder: folder_of(&target), path: target, own_limit: None, pinned: None })
    }

    /// A file of awsmfa's own, which is never a link.
    pub fn own(path: &Path, limit: u64) -> Self {
        let (named, path) = (path.to_owned(), path.to_owned());
        Self { named, folder: folder_of(&path), path, own_limit: Some(limit), pinned: None }
    }

    /// Locks the folder, which is created if the file is to be the first in it. Signals wait until the lock is released.
    pub(super) fn enter(&self, wait: Duration) -> Result<Entered, FileError> {
        if !self.folder.exists() {
            if self.path != self.named {
                return Err(FileError::Dangling { path: self.named.clone(), target: self.path.clone() });
            }
            metadata::create_private_folder(&self.folder).map_err(failed("make", &self.folder))?;
        }
        let (acquired, uninterrupted) = lock::acquire(&self.folder.join(lock::NAME), wait);
        let (lock, unlocked) = match acquired {
            Acquired::Held(lock) => (Some(lock), None),
            Acquired::Unavailable(error) => (None, Some(error.to_string())),
            Acquired::Busy(holder) => return Err(FileError::Locked { folder: self.folder.clone(), holder, wait }),
        };
        self.check()?;
        Ok(Entered { lock, unlocked, _uninterrupted: uninterrupted })
    }

    /// Fails as replacing the file would, as far as its mode, its owner and its folder tell.
    pub(super) fn check_place(&self, old: Option<&Metadata>) -> Result<(), FileError> {
        let place = metadata::check_folder(&self.folder);
        if self.path != self.named && (place.is_err() || self.path.starts_with(NIX_STORE)) {
            return Err(FileError::Managed { path: self.named.clone(), target: self.path.clone() });
        }
        place?;
        let Some(old) = old else { return Ok(()) };
        if old.permissions().readonly() {
            return Err(FileError::ReadOnly { path: self.path.clone() });
        }
        metadata::check_owner(old, &self.path)
    }

    /// Remembers the folder, so that nothing is written to another one later.
    pub(super) fn pin(&mut self) -> Result<(), FileError> {
        let identity = self.folder_identity()?;
        let folder = opening::open(OpenOptions::new().read(true), &self.folder, Links::Followed);
        // A folder that may not be read can still be told from another one.
        self.pinned = Some(Pinned { identity, folder: folder.ok() });
        Ok(())
    }

    /// Makes sure that the path leads where it led at the rehearsal, if there was one.
    pub(super) fn check(&self) -> Result<(), FileError> {
        let Some(pinned) = &self.pinned else { return Ok(()) };
        if follow_links(&self.named)? == self.path && self.folder_identity()? == pinned.identity {
            return Ok(());
        }
        Err(FileError::Moved { path: self.named.clone(), target: self.path.clone() })
    }

    fn folder_identity(&self) -> Result<Option<(u64, u64)>, FileError> {
        let metadata = fs::metadata(&self.folder).map_err(failed("open", &self.folder))?;
        Ok(metadata::identity(&metadata))
    }

    /// A path to the folder of the rehearsal. If another one has its name now, it is one of this process only.
    pub(super) fn rehearsed_folder(&self) -> PathBuf {
        #[cfg(target_os = "linux")]
        if let Some(Pinned { identity, folder: Some(folder) }) = &self.pinned
            && self.folder_identity().is_ok_and(|now| now != *identity)
        {
            use std::os::fd::AsRawFd;
            return PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
        }
        self.folder.clone()
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
    /// The reason for which there is no lock, and the work is done without one.
    pub unlocked: Option<String>,
    _uninterrupted: MutexGuard<'static, ()>,
}

impl Entered {
    pub(super) fn is_locked(&self) -> bool {
        self.lock.is_some()
    }
}
