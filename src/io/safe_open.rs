//! Functions that open a path that another user may have created. None of them blocks, even on a pipe or a device.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::system::file_access;
use super::until_free::until_free;

/// The treatment of a symbolic link as the last component of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    Followed,
    Refused,
}

/// Opens a file with these options. It neither blocks on a pipe nor makes a terminal the controlling terminal of this
/// process.
pub(super) fn open(options: &mut OpenOptions, path: &Path, links: Links) -> io::Result<File> {
    until_free(file_access::is_in_use, || file_access::open(options, path, links))
}

/// Opens a regular file of at most `limit` bytes for reading. Links are followed.
pub(super) fn regular(path: &Path, limit: u64) -> Result<(File, Metadata), Refusal> {
    let file = match open(OpenOptions::new().read(true), path, Links::Followed) {
        Ok(file) => file,
        // Neither a socket nor a device without its hardware can be opened.
        Err(_) if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) => return Err(Refusal::NotAFile),
        Err(error) => return Err(Refusal::Io(error)),
    };
    let metadata = file.metadata().map_err(Refusal::Io)?;
    if !metadata.is_file() {
        return Err(Refusal::NotAFile);
    }
    if metadata.len() > limit { Err(Refusal::TooLarge) } else { Ok((file, metadata)) }
}

/// The reason why a file was not opened.
pub(super) enum Refusal {
    NotAFile,
    TooLarge,
    Io(io::Error),
}
