//! Locks that let only one process write at a time.
//!
//! Each lock is an operating-system lock on one of awsmfa's own files, which other users cannot open and therefore
//! cannot lock. The file is deleted before the lock is released. A killed process leaves its file behind, and the next
//! process uses it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::file_error::{FileError, failed};
use super::path::folder_of;
use super::system::{file_access, file_rights};
use super::{interrupt_state, own_files, processes};

/// The name of the lock file in a locked folder.
pub(super) const NAME: &str = ".awsmfa.lock";

/// The first pause between two attempts. The pauses become shorter towards the deadline, so that the process that has
/// waited longest is likely to be the next: of twenty processes, one would otherwise wait in vain now and then.
const FIRST_PAUSE: Duration = Duration::from_millis(15);

const LAST_PAUSE: Duration = Duration::from_micros(200);

/// The size limit of a lock file: nothing is ever written to it.
const LIMIT: u64 = 0;

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    // Closing the file releases the lock.
    file: File,
}

/// The outcome of waiting for a lock.
#[derive(Debug)]
pub enum Acquired {
    /// This process holds the lock.
    Held(Lock),
    /// Another process still holds the lock. Contains its name, if the system reports it.
    Busy(Option<String>),
    /// The lock file cannot be created or locked, or is not awsmfa's own.
    Unavailable(FileError),
}

impl Lock {
    /// Waits for a lock on one of awsmfa's own files. Creates the file and its folder if they do not exist.
    pub fn acquire_file(path: &Path, wait: Duration) -> Acquired {
        let folder = folder_of(path);
        let created = if folder.exists() { Ok(()) } else { file_rights::create_private_folder(&folder) };
        match created {
            Ok(()) => acquire(path, wait).0,
            Err(error) => Acquired::Unavailable(failed("create", &folder)(error)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file is deleted before it is unlocked: a process that is waiting for it notices that it is gone, and
        // starts over. If the file cannot be deleted, the next process uses it.
        if file_access::DELETES_LOCKS && own_files::remove(&self.path, &self.file).is_err() {
            // If a signal interrupted the first call, the second one succeeds.
            let _ = own_files::remove(&self.path, &self.file);
        }
    }
}

/// Waits for a lock. The guard delays signals while the lock is held, so that no signal ends the process before the
/// file is deleted.
pub(super) fn acquire(path: &Path, wait: Duration) -> (Acquired, MutexGuard<'static, ()>) {
    let deadline = Instant::now() + wait;
    loop {
        let uninterrupted = interrupt_state::defer();
        let left = deadline.saturating_duration_since(Instant::now());
        let is_time_up = left.is_zero();
        match attempt(path) {
            Ok(Attempt::Held(lock)) => return (Acquired::Held(lock), uninterrupted),
            Ok(Attempt::Busy(file)) if is_time_up => {
                return (Acquired::Busy(processes::lock_holder(&file)), uninterrupted);
            }
            Ok(Attempt::Stale) if is_time_up => return (Acquired::Busy(None), uninterrupted),
            Ok(Attempt::Stale) => {}
            Ok(Attempt::Busy(_)) => {
                drop(uninterrupted);
                sleep(pause(left, wait));
            }
            Err(error) => return (Acquired::Unavailable(error), uninterrupted),
        }
    }
}

/// Returns the pause before the next attempt, if this time is left of the whole wait.
fn pause(left: Duration, wait: Duration) -> Duration {
    FIRST_PAUSE.mul_f64((left.as_secs_f64() / wait.as_secs_f64()).powi(4)).max(LAST_PAUSE)
}

enum Attempt {
    Held(Lock),
    Busy(File),
    /// The file was deleted in the meantime, or a signal interrupted the attempt.
    Stale,
}

fn attempt(path: &Path) -> Result<Attempt, FileError> {
    let created = create(path)?;
    let is_created = created.is_some();
    let file = match created {
        Some(file) => file,
        None => match own_files::open_as(OpenOptions::new().read(true).write(true), path, LIMIT)? {
            Some((file, _)) => file,
            None => return Ok(Attempt::Stale),
        },
    };
    match file.try_lock() {
        Ok(()) => {
            let lock = Lock { path: path.to_owned(), file };
            let is_current =
                !file_access::DELETES_LOCKS || file_rights::is_at(path, &lock.file).map_err(failed("lock", path))?;
            Ok(if is_current { Attempt::Held(lock) } else { Attempt::Stale })
        }
        Err(TryLockError::WouldBlock) => Ok(Attempt::Busy(file)),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => Ok(Attempt::Stale),
        Err(TryLockError::Error(error)) => {
            // The file system does not support locks, like some network file systems: no other process can have locked
            // the file.
            if is_created {
                let _ = own_files::remove(path, &file);
            }
            Err(failed("lock", path)(error))
        }
    }
}

/// Creates the lock file, or returns `None` if it already exists.
fn create(path: &Path) -> Result<Option<File>, FileError> {
    let file = match file_rights::create_private(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        Err(error) => return Err(failed("create", path)(error)),
    };
    // If the next process could not open the file, it could not take the lock.
    if let Err(error) = file_rights::make_private(&file, path) {
        let _ = fs::remove_file(path);
        return Err(failed("create", path)(error));
    }
    Ok(Some(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_become_shorter_towards_the_deadline() {
        let wait = Duration::from_secs(10);
        let pauses = [10, 9, 5, 1, 0].map(|left| pause(Duration::from_secs(left), wait));
        assert!(pauses.is_sorted_by(|earlier, later| earlier >= later), "{pauses:?}");
        assert_eq!((pauses[0], pauses[4]), (FIRST_PAUSE, LAST_PAUSE));
    }
}
