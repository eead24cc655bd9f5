//! Paths: symbolic links, absolute paths, and the folder of a file.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::file_error::{FileError, failed};
use crate::limits;

/// Returns the path of the file that a path resolves to, which need not exist.
pub(super) fn follow_links(path: &Path) -> Result<PathBuf, FileError> {
    let mut target = path.to_owned();
    for _ in 0..limits::SYMLINKS {
        // Only a path that is certainly not a link may be replaced itself, so an error is not taken for "no link".
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

/// Returns the absolute path, which is the same from whatever folder awsmfa is run.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
