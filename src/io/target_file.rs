//! A file to replace: its path after all links are followed, and its folder.

use std::fs::{File, Metadata, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::time::Duration;

use super::file_error::{FileError, failed};
use super::lock::{self, Acquired, Lock};
use super::path::{folder_of, follow_links};
use super::safe_open::{self, Links};
use super::system::file_access;
use super::system::file_rights::{self, Identity};

/// The folder of the Nix package manager, which no other program may change. Its mode does not stop root.
const NIX_STORE: &str = "/nix/store";

/// A file to replace, which need not exist.
#[derive(Debug)]
pub struct Target {
    /// The path that the user gave.
    pub(super) named: PathBuf,
    /// The path that its links resolve to.
    pub(super) path: PathBuf,
    pub(super) folder: PathBuf,
    /// The size limit of one of awsmfa's own files, in bytes; `None` for the config file and the credentials file.
    pub(super) own_limit: Option<u64>,
    /// The folder as it was during the rehearsal.
    pinned: Option<Pinned>,
}

/// A folder at the time of the rehearsal, to detect a different one at the same path later.
#[derive(Debug)]
struct Pinned {
    identity: Identity,
    /// The open folder, which can be used even after it has been moved.
    folder: Option<File>,
}

impl Target {
    /// Returns the target for a path, after following its links.
    ///
    /// # Errors
    ///
    /// Fails if the links form a loop or cannot be read.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let target = follow_links(path)?;
        Ok(Self { named: path.to_owned(), folder: folder_of(&target), path: target, own_limit: None, pinned: None })
    }

    /// Returns the target for one of awsmfa's own files, which is never a link.
    pub fn own(path: &Path, limit: u64) -> Self {
        let (named, path) = (path.to_owned(), path.to_owned());
        Self { named, folder: folder_of(&path), path, own_limit: Some(limit), pinned: None }
    }

    /// Creates the folder if it does not exist, and locks it. Signals are delayed until the lock is released.
    pub(super) fn enter(&self, wait: Duration) -> Result<Entered, FileError> {
        if file_access::is_null_device(&self.path) {
            return Err(FileError::NotAFile { path: self.path.clone() });
        }
        if !self.folder.exists() {
            if self.path != self.named {
                return Err(FileError::Dangling { path: self.named.clone(), target: self.path.clone() });
            }
            file_rights::create_private_folder(&self.folder).map_err(failed("make", &self.folder))?;
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

    /// Fails if the mode, the owner or the folder of the file prevents its replacement.
    pub(super) fn check_place(&self, old: Option<&Metadata>) -> Result<(), FileError> {
        let place = file_rights::check_folder(&self.folder);
        if self.path != self.named && (place.is_err() || self.path.starts_with(NIX_STORE)) {
            return Err(FileError::Managed { path: self.named.clone(), target: self.path.clone() });
        }
        place?;
        let Some(old) = old else { return Ok(()) };
        if old.permissions().readonly() {
            return Err(FileError::ReadOnly { path: self.path.clone() });
        }
        file_rights::check_owner(old, &self.path)
    }

    /// Remembers the folder, so that nothing is written to a different one later.
    pub(super) fn pin(&mut self) -> Result<(), FileError> {
        let identity = self.folder_identity()?;
        let folder = safe_open::open(OpenOptions::new().read(true), &self.folder, Links::Followed);
        // A folder that cannot be opened is recognized by its identity alone.
        self.pinned = Some(Pinned { identity, folder: folder.ok() });
        Ok(())
    }

    /// Fails if the path resolves to a different file or folder than during the rehearsal. Succeeds if there was no
    /// rehearsal.
    pub(super) fn check(&self) -> Result<(), FileError> {
        let Some(pinned) = &self.pinned else { return Ok(()) };
        if follow_links(&self.named)? == self.path && self.folder_identity()? == pinned.identity {
            return Ok(());
        }
        Err(FileError::Moved { path: self.named.clone(), target: self.path.clone() })
    }

    fn folder_identity(&self) -> Result<Identity, FileError> {
        file_rights::identity_at(&self.folder).map_err(failed("open", &self.folder))
    }

    /// Returns a path to the folder of the rehearsal. If another folder has its path now, the result is valid only in
    /// this process.
    pub(super) fn rehearsed_folder(&self) -> PathBuf {
        if let Some(Pinned { identity, folder: Some(folder) }) = &self.pinned
            && self.folder_identity().is_ok_and(|now| now != *identity)
            && let Some(path) = file_access::path_of_open(folder)
        {
            return path;
        }
        self.folder.clone()
    }
}

/// A folder that is locked, or that is used without a lock because it cannot be locked.
pub(super) struct Entered {
    // Declared first, so that it is released before signals are handled.
    lock: Option<Lock>,
    /// The reason for working without a lock.
    pub unlocked: Option<String>,
    _uninterrupted: MutexGuard<'static, ()>,
}

impl Entered {
    pub(super) fn is_locked(&self) -> bool {
        self.lock.is_some()
    }
}
