//! Paths: symbolic links, absolute paths, and the folder of a file.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::file_error::{FileError, failed};
use super::system::file_access;
use crate::limits;

/// Returns the path of the file that `path` resolves to. The file need not exist.
pub(super) fn follow_links(path: &Path) -> Result<PathBuf, FileError> {
    let mut target = path.to_owned();
    // Windows does not tell what kind of file its null device is.
    if file_access::is_null_device(path) {
        return Ok(target);
    }
    for _ in 0..limits::SYMLINKS {
        // The file at the result may be replaced, so the result must certainly not be a link: an error does not count
        // as "no link".
        match fs::symlink_metadata(&target) {
            Ok(metadata) if metadata.is_symlink() => {}
            Ok(_) => return Ok(target),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(target),
            Err(error) => return Err(failed("read", &target)(error)),
        }
        let next = fs::read_link(&target).map_err(failed("read", &target))?;
        target = folder_of(&target).join(next);
    }
    Err(FileError::LinkLoop { path: path.to_owned() })
}

/// Returns the absolute path, which does not depend on the folder that awsmfa is run in.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
