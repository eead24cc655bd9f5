//! Recovery files: sessions that STS has returned and that are not in the credentials file yet.
//!
//! As soon as STS has answered, the session is written to a file beside the credentials file, for the owner only. A
//! login has one such file, which is deleted when the commit is done. If the commit fails, or the process is killed during it, the next login
//! finds the recovery file. While the process is running, it holds a lock on the file, so that no other login considers
//! the file abandoned.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file_error::{FileError, failed};
use super::path::follow_links;
use super::system::{file_access, file_rights};
use super::target_file::Target;
use super::{interrupt_state, own_files};
use crate::limits;

/// The part of a recovery file's name between the credentials file's name and a random suffix.
const RECOVERY: &str = ".awsmfa-recovery-";

/// The age from which an incomplete recovery file counts as abandoned.
const ABANDONED: Duration = Duration::from_secs(60);

/// The sessions of a login on disk that are not in the credentials file yet.
#[derive(Debug)]
pub struct Recovery {
    /// The recovery file.
    pub path: PathBuf,
    // If this process has written the file, closing it releases the lock.
    file: File,
}

/// The files that are named like a recovery file.
#[derive(Debug, Default)]
pub struct Found {
    /// The files of earlier logins, except for those that another process is writing now.
    pub kept: Vec<Recovery>,
    /// The reasons why other files are ignored: they cannot be read, or are not awsmfa's own.
    pub refused: Vec<FileError>,
}

/// Writes `bytes` to a new recovery file beside the credentials file.
///
/// # Errors
///
/// Fails if nothing can be written to the folder.
pub fn keep(target: &Target, bytes: &[u8]) -> Result<Recovery, FileError> {
    let folder = &target.rehearsed_folder();
    let _uninterrupted = interrupt_state::defer();
    let mut file = own_files::create_beside(&target.path, RECOVERY, folder, None)?;
    // If the file system does not support locks, another login may commit the same session first, which does no harm.
    let _ = file.as_file().try_lock();
    file.write_all(bytes).map_err(failed("write to", folder))?;
    // If this fails, the file may have the wrong owner, but losing the session would be worse.
    let _ = file_rights::make_private(file.as_file(), &target.path);
    let (file, path) = file.keep().map_err(|error| failed("write to", folder)(error.error))?;
    // If the folder has been moved and another one has its path now, this is the path that it was moved to.
    let path = match (fs::read_link(folder), path.file_name()) {
        (Ok(moved), Some(name)) if *folder != target.folder => moved.join(name),
        _ => path,
    };
    interrupt_state::add_recovery_file();
    Ok(Recovery { path, file })
}

impl Recovery {
    /// Adds `bytes` to the file.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be written, for example because the disk is full. A part of them may have been written.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let _uninterrupted = interrupt_state::defer();
        self.file.write_all(bytes).map_err(failed("write to", &self.path))
    }

    /// Returns whether the file is still there. Without locks, another login may have written its sessions and deleted
    /// it.
    pub fn is_there(&self) -> bool {
        file_rights::is_at(&self.path, &self.file).unwrap_or(true)
    }

    /// Deletes the file, which is no longer needed.
    pub fn discard(self) {
        interrupt_state::remove_recovery_file();
        // If this fails, the next login finds the same session in both files and deletes this one.
        let _ = own_files::remove(&self.path, &self.file);
    }

    /// Deletes a file that contains no session, unless another login may be writing it now.
    pub fn discard_if_old(self) {
        let age = self.file.metadata().and_then(|metadata| metadata.modified()).map(|time| time.elapsed());
        if matches!(age, Ok(Ok(age)) if age > ABANDONED) {
            self.discard();
        }
    }

    /// Syncs the file, so that it survives a power failure.
    pub fn sync(&self) {
        // If this fails, nothing more can be done: the file is there for now.
        let _ = self.file.sync_all();
    }

    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn read(&self) -> Result<Vec<u8>, FileError> {
        own_files::read_opened(&self.file, limits::RECOVERY_BYTES).map_err(failed("read", &self.path))
    }
}

/// Finds all files that are named like a recovery file, except for those that another process is writing.
pub fn find(credentials_file: &Path) -> Found {
    let mut found = Found::default();
    let Ok(target) = follow_links(credentials_file) else { return found };
    let mut paths = own_files::list_beside(&target, RECOVERY);
    paths.sort();
    for path in paths {
        match own_files::open_as(&mut file_access::for_sync(), &path, limits::RECOVERY_BYTES) {
            Ok(Some((file, _))) if !is_locked(&file) => found.kept.push(Recovery { path, file }),
            Ok(_) => {}
            Err(error) => found.refused.push(error),
        }
    }
    found
}

fn is_locked(file: &File) -> bool {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => false,
        Ok(()) => {
            // Two logins may find the file: each checks under the folder's lock whether the session still has to be
            // written.
            let _ = file.unlock();
            false
        }
    }
}
