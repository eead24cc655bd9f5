//! A session that a code has paid for is kept until it is in the credentials file.
//!
//! It is written beside that file, for the owner only, as soon as STS has answered, and removed when the commit is done.
//! If the commit fails, or the process is killed in it, the next login finds it there. As long as the process is at work
//! it holds a lock on the file, so that no other login takes it for abandoned.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::files::{self, FileError, failed};
use super::path::{folder_of, follow_links};
use super::{interrupt, metadata};

/// What the names of recovery files begin with, after the name of the credentials file.
const RECOVERY: &str = ".awsmfa-recovery-";

/// How old a half-written recovery file is when nobody is writing it any more.
const ABANDONED: Duration = Duration::from_secs(60);

/// A session on disk that is not in the credentials file yet.
#[derive(Debug)]
pub struct Recovery {
    /// Where it is.
    pub path: PathBuf,
    // Closing the file gives its lock back.
    _locked: Option<File>,
}

/// How many sessions are here and not in the credentials file yet.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// Whether this process has put a session here that the credentials file does not have yet.
pub(super) fn has_kept() -> bool {
    KEPT.load(Ordering::SeqCst) > 0
}

/// Keeps `bytes` beside the credentials file.
///
/// # Errors
///
/// Fails if nothing can be written there.
pub fn keep(credentials_file: &Path, bytes: &[u8]) -> Result<Recovery, FileError> {
    let target = follow_links(credentials_file)?;
    let folder = folder_of(&target);
    let _uninterrupted = interrupt::defer();
    let mut builder = tempfile::Builder::new();
    let prefix = prefix(&target);
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(metadata::private());
    let mut file = builder.tempfile_in(&folder).map_err(failed("write to", &folder))?;
    // Where the file system cannot lock, another login may write the same session first, which does no harm.
    let _ = file.as_file().try_lock();
    file.write_all(bytes).map_err(failed("write to", &folder))?;
    let (file, path) = file.keep().map_err(|error| failed("write to", &folder)(error.error))?;
    KEPT.fetch_add(1, Ordering::SeqCst);
    Ok(Recovery { path, _locked: Some(file) })
}

impl Recovery {
    /// Removes it: the session is in the credentials file.
    pub fn discard(self) {
        // One that an earlier login has left is not counted.
        let _ = KEPT.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1));
        // If it stays, the next login finds the same session in both places and removes it.
        let _ = fs::remove_file(&self.path);
    }

    /// Removes what holds no session, unless another login may be writing it just now.
    pub fn discard_if_old(self) {
        let age = fs::metadata(&self.path).and_then(|metadata| metadata.modified()).map(|time| time.elapsed());
        if matches!(age, Ok(Ok(age)) if age > ABANDONED) {
            self.discard();
        }
    }

    /// Makes it last through a power cut.
    pub fn sync(&self) {
        // Nothing better can be done if this fails, too: the file is there for now.
        let _ = fs::File::open(&self.path).and_then(|file| file.sync_all());
    }

    /// Reads it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn read(&self) -> Result<Vec<u8>, FileError> {
        files::read(&self.path)
    }
}

/// Finds the sessions that earlier logins could not write and that nobody is writing just now.
pub fn find(credentials_file: &Path) -> Vec<Recovery> {
    let Ok(target) = follow_links(credentials_file) else { return Vec::new() };
    let prefix = prefix(&target);
    let entries = fs::read_dir(folder_of(&target)).into_iter().flatten().flatten();
    let kept = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    let mut paths: Vec<PathBuf> = kept.map(|entry| entry.path()).collect();
    paths.sort();
    paths.retain(|path| !is_locked(path));
    paths.into_iter().map(|path| Recovery { path, _locked: None }).collect()
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn prefix(target: &Path) -> String {
    format!("{}{RECOVERY}", target.file_name().unwrap_or_default().to_string_lossy())
}
