//! The ways in which files are opened and deleted on Unix, where a file can be replaced and deleted while programs have
//! it open.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use crate::io::safe_open::Links;

/// Set if a file can be replaced while this process has it open.
pub(in crate::io) const REPLACES_OPEN_FILES: bool = true;

/// Set if a lock file can be deleted while other processes wait for the lock.
pub(in crate::io) const DELETES_LOCKS: bool = true;

/// Opens a file with these options. It neither blocks on a pipe nor makes a terminal the controlling terminal of this
/// process.
pub(in crate::io) fn open(options: &mut OpenOptions, path: &Path, links: Links) -> io::Result<File> {
    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    flags.set(OFlags::NOFOLLOW, links == Links::Refused);
    options.custom_flags(flags.bits().cast_signed()).open(path)
}

/// Returns the options to open a file that will be read and synced.
pub(in crate::io) fn for_sync() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}

/// Returns whether the path is the null device. Users set a variable such as `AWS_CONFIG_FILE` to it so that no file is
/// read.
pub(in crate::io) fn is_null_device(path: &Path) -> bool {
    // Without a comparison of the components, which would take longer than the call that follows.
    path.as_os_str() == "/dev/null"
}

/// Returns a path to an open folder, which is valid in this process only. Only Linux has one.
pub(in crate::io) fn path_of_open(folder: &File) -> Option<PathBuf> {
    cfg!(target_os = "linux").then(|| PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())))
}

/// Returns whether two paths in the same folder name the same file. On macOS, names in different case usually do.
pub(in crate::io) fn is_same_name(one: &Path, other: &Path) -> bool {
    match (one.file_name(), other.file_name()) {
        (Some(one), Some(other)) if cfg!(target_os = "macos") => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    }
}

/// Returns `false`: a file that another program has open can be opened all the same.
pub(in crate::io) fn is_in_use(_: &io::Error) -> bool {
    false
}

/// Returns `false`: a file that another program has open can be replaced and deleted all the same.
pub(in crate::io) fn may_be_in_use(_: &io::Error) -> bool {
    false
}
