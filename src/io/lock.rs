//! One writer at a time.
//!
//! The lock is the operating system's, on the folder: it needs no file of its own, a process that is killed leaves
//! nothing to clean up, and replacing a file in the folder does not confuse it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::limits;

const PAUSE: Duration = Duration::from_millis(5);

/// Held until it is dropped.
pub(super) struct Lock {
    // Closing the folder gives the lock back.
    folder: Option<File>,
}

/// Why there is no lock.
pub(super) enum LockError {
    /// Somebody else holds it for too long; the process, if the system tells.
    Held(Option<String>),
    Io(io::Error),
}

impl Lock {
    /// Waits for the lock of a folder, at most [`limits::LOCK`].
    pub(super) fn acquire(folder: &Path) -> Result<Self, LockError> {
        let file = open(folder).map_err(LockError::Io)?;
        let deadline = Instant::now() + limits::LOCK;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { folder: Some(file) }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(PAUSE),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(TryLockError::WouldBlock) => return Err(LockError::Held(holder(&file))),
                // The file system cannot lock, as some network file systems: go on without.
                Err(TryLockError::Error(_)) => return Ok(Self { folder: None }),
            }
        }
    }

    /// Whether the file system could lock.
    pub(super) fn is_held(&self) -> bool {
        self.folder.is_some()
    }
}

#[cfg(unix)]
fn open(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// Windows does not lock folders: a file beside the others stands in.
#[cfg(not(unix))]
fn open(folder: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(folder.join(".awsmfa.lock"))
}

/// Finds the process that holds the lock in Linux's list of all locks.
#[cfg(target_os = "linux")]
fn holder(folder: &File) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let inode = folder.metadata().ok()?.ino().to_string();
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let pid = locks.lines().filter(|line| !line.contains("->")).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, _, pid, file, ..] = fields.as_slice() else { return None };
        (file.rsplit(':').next() == Some(inode.as_str())).then(|| (*pid).to_owned())
    })?;
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(format!("{} (process {pid})", name.trim()))
}

#[cfg(not(target_os = "linux"))]
fn holder(_: &File) -> Option<String> {
    None
}
