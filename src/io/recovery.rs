//! A session that a code was spent on is kept until it is in the credentials file.
//!
//! It is written beside that file, for the owner only, as soon as STS has answered, and deleted when the commit is done.
//! If the commit fails, or the process is killed in it, the next login finds it there. As long as the process is at work
//! it holds a lock on the file, so that no other login takes it for abandoned.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file_error::{FileError, failed};
use super::path::{folder_of, follow_links};
use super::target::Target;
use super::{interrupt_state, metadata, own_files};
use crate::limits;

/// What the names of recovery files begin with, after the name of the credentials file.
const RECOVERY: &str = ".awsmfa-recovery-";

/// The age from which a half-written recovery file is not being written any more.
const ABANDONED: Duration = Duration::from_secs(60);

/// A session on disk that is not in the credentials file yet.
#[derive(Debug)]
pub struct Recovery {
    /// Where it is.
    pub path: PathBuf,
    /// Closing the file gives its lock back, if this process has written it.
    file: File,
}

/// The files with the name of a recovery file.
#[derive(Debug, Default)]
pub struct Found {
    /// The sessions that earlier logins could not write and that no other process is writing just now.
    pub kept: Vec<Recovery>,
    /// Files that are not awsmfa's own_files, and those that cannot be read.
    pub refused: Vec<FileError>,
}

/// Keeps `bytes` beside the credentials file.
///
/// # Errors
///
/// Fails if nothing can be written there.
pub fn keep(target: &Target, bytes: &[u8]) -> Result<Recovery, FileError> {
    let folder = &target.rehearsed_folder();
    let _uninterrupted = interrupt_state::defer();
    let mut builder = tempfile::Builder::new();
    let prefix = prefix(&target.path);
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(metadata::private());
    let mut file = builder.tempfile_in(folder).map_err(failed("write to", folder))?;
    // Where the file system cannot lock, another login may write the same session first, which does no harm.
    let _ = file.as_file().try_lock();
    file.write_all(bytes).map_err(failed("write to", folder))?;
    // Whatever comes of this, the session is worth more than the right owner.
    let _ = metadata::make_private(file.as_file(), &target.path);
    let (file, path) = file.keep().map_err(|error| failed("write to", folder)(error.error))?;
    // Where the folder is now, if another one has its name.
    let path = match (fs::read_link(folder), path.file_name()) {
        (Ok(moved), Some(name)) if *folder != target.folder => moved.join(name),
        _ => path,
    };
    interrupt_state::add_kept_session();
    Ok(Recovery { path, file })
}

impl Recovery {
    /// Deletes it: the session is in the credentials file.
    pub fn discard(self) {
        interrupt_state::remove_kept_session();
        // If it stays, the next login finds the same session in both places and deletes it.
        let _ = own_files::remove(&self.path, &self.file);
    }

    /// Deletes what holds no session, unless another login may be writing it just now.
    pub fn discard_if_old(self) {
        let age = self.file.metadata().and_then(|metadata| metadata.modified()).map(|time| time.elapsed());
        if matches!(age, Ok(Ok(age)) if age > ABANDONED) {
            self.discard();
        }
    }

    /// Makes it last through a power cut.
    pub fn sync(&self) {
        // Nothing better can be done if this fails, too: the file is there for now.
        let _ = self.file.sync_all();
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn read(&self) -> Result<Vec<u8>, FileError> {
        own_files::read_opened(&self.file, limits::RECOVERY_BYTES).map_err(failed("read", &self.path))
    }
}

/// Finds everything that has the name of a recovery file, but for those that another process is writing.
pub fn find(credentials_file: &Path) -> Found {
    let mut found = Found::default();
    let Ok(target) = follow_links(credentials_file) else { return found };
    let prefix = prefix(&target);
    let entries = fs::read_dir(folder_of(&target)).into_iter().flatten().flatten();
    let named_so = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    let mut paths: Vec<PathBuf> = named_so.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        match own_files::open(&path, limits::RECOVERY_BYTES) {
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
            // Two logins may find it: each asks under the lock of the folder whether it still has to write it.
            let _ = file.unlock();
            false
        }
    }
}

fn prefix(target: &Path) -> String {
    format!("{}{RECOVERY}", target.file_name().unwrap_or_default().to_string_lossy())
}
