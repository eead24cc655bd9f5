//! Opens files that others may have made: without waiting, whatever has the name.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Set if a symbolic link at the end of a path is followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    Followed,
    Refused,
}

/// Opens a file as `options` say. An open of a pipe or a terminal neither waits nor changes anything.
#[cfg(unix)]
pub(super) fn open(options: &mut OpenOptions, path: &Path, links: Links) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    flags.set(OFlags::NOFOLLOW, links == Links::Refused);
    options.custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
pub(super) fn open(options: &mut OpenOptions, path: &Path, links: Links) -> io::Result<File> {
    if links == Links::Refused && fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(io::Error::other("it is a symbolic link"));
    }
    options.open(path)
}

/// Opens a regular file of at most `limit` bytes for reading. A link to one is followed.
pub(super) fn regular(path: &Path, limit: u64) -> Result<(File, Metadata), Refusal> {
    let file = match open(OpenOptions::new().read(true), path, Links::Followed) {
        Ok(file) => file,
        // A socket cannot be opened, nor can a device without its hardware.
        Err(_) if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) => return Err(Refusal::NotAFile),
        Err(error) => return Err(Refusal::Io(error)),
    };
    let metadata = file.metadata().map_err(Refusal::Io)?;
    match &metadata {
        metadata if !metadata.is_file() => Err(Refusal::NotAFile),
        metadata if metadata.len() > limit => Err(Refusal::TooLarge),
        _ => Ok((file, metadata)),
    }
}

/// The reason for not reading a file.
pub(super) enum Refusal {
    NotAFile,
    TooLarge,
    Io(io::Error),
}
