//! How the two files stand on the disk, for `doctor`: links, modes, what killed runs have left. It changes nothing but modes,
//! and removes nothing but what those runs have left.

use std::fs;
use std::path::Path;

use super::file_error::{FileError, failed};
use super::path::{folder_of, follow_links};
use super::{interrupt, metadata, own, unfinished};
use crate::check::Standing;

/// Looks at a file; what it says is not read.
pub fn look(path: &Path) -> Standing {
    let mut standing = Standing { path: path.to_owned(), ..Standing::default() };
    // A loop of links is told by whoever reads the file.
    let Ok(target) = follow_links(path) else { return standing };
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    match fs::metadata(&target) {
        Ok(metadata) => standing.mode = metadata::mode(&metadata).filter(|_| metadata.is_file()),
        Err(_) => standing.dangling = is_link.then(|| target.clone()),
    }
    standing.folder = folder_of(&target);
    standing.folder_mode = fs::metadata(&standing.folder).ok().as_ref().and_then(metadata::mode);
    standing.is_own_folder = standing.folder.file_name().is_some_and(|name| name == ".aws");
    for copy in unfinished::list(&target) {
        match own::is_own_copy(&copy) {
            Ok(()) => standing.unfinished.push(copy),
            Err(error) => standing.foreign.push((copy, error.to_string())),
        }
    }
    standing
}

/// Fails as replacing the file would, as far as that can be known from a look at it.
///
/// # Errors
///
/// Fails if it is read-only, immutable, or mounted on its own.
pub fn check_replaceable(path: &Path) -> Result<(), FileError> {
    let target = follow_links(path)?;
    match fs::metadata(&target) {
        Ok(metadata) if metadata.permissions().readonly() => Err(FileError::ReadOnly { path: target }),
        Ok(metadata) if metadata.is_file() => metadata::check_replaceable(&target),
        // What is not there can be made; what is no file is told by whoever reads it.
        _ => Ok(()),
    }
}

/// Gives a file or folder this mode.
///
/// # Errors
///
/// Fails if it is somebody else's.
pub fn set_mode(path: &Path, mode: u32) -> Result<(), FileError> {
    let target = follow_links(path)?;
    let _uninterrupted = interrupt::defer();
    metadata::set_mode(&target, mode).map_err(failed("change the mode of", &target))
}
