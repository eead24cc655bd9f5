//! The ways in which files are opened and deleted on Windows, where a file that a program has open cannot be replaced.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::io::safe_open::Links;

/// Set if a file can be replaced while this process has it open.
pub(in crate::io) const REPLACES_OPEN_FILES: bool = false;

/// Set if a lock file can be deleted while other processes wait for the lock.
pub(in crate::io) const DELETES_LOCKS: bool = false;

// Error codes of the system (winerror.h).
const ACCESS_DENIED: i32 = 5;
const SHARING_VIOLATION: i32 = 32;
const LOCK_VIOLATION: i32 = 33;

/// Opens a file with these options.
pub(in crate::io) fn open(options: &mut OpenOptions, path: &Path, links: Links) -> io::Result<File> {
    if links == Links::Refused && fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(io::Error::other("it is a symbolic link"));
    }
    options.open(path)
}

/// Returns the options to open a file that will be read and synced: a file that was opened only to be read cannot be
/// synced (Win32, `FlushFileBuffers`).
pub(in crate::io) fn for_sync() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options
}

/// Returns whether the path is the null device. Users set a variable such as `AWS_CONFIG_FILE` to it so that no file is
/// read.
pub(in crate::io) fn is_null_device(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.trim_start_matches(r"\\.\").eq_ignore_ascii_case("NUL"))
}

/// Returns nothing: Windows has no paths to open folders.
pub(in crate::io) fn path_of_open(_: &File) -> Option<PathBuf> {
    None
}

/// Returns whether two paths in the same folder name the same file: names in different case do.
pub(in crate::io) fn is_same_name(one: &Path, other: &Path) -> bool {
    let lower = |path: &Path| path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    lower(one) == lower(other)
}

/// Returns whether the error says that another program has the file open and does not share it.
pub(in crate::io) fn is_in_use(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION))
}

/// Returns whether another program that has the file open may be the reason why it cannot be replaced or deleted. To
/// replace an open file is also refused with "access denied".
pub(in crate::io) fn may_be_in_use(error: &io::Error) -> bool {
    is_in_use(error) || error.raw_os_error() == Some(ACCESS_DENIED)
}
