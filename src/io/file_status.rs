//! How the two files stand on the disk, for `doctor`: links, modes, what killed runs have left. It changes nothing but modes,
//! and removes nothing but what those runs have left.

use std::fs;
use std::path::{Path, PathBuf};

use super::file_error::{FileError, failed};
use super::path::{folder_of, follow_links};
use super::target::Target;
use super::{interrupt_state, metadata, own_files, unfinished};
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
        match own_files::is_own_copy(&copy) {
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
/// Fails if it is read-only, immutable, or mounted on its own_files, if its folder cannot be written to, or if root would hand a
/// session over to another user.
pub fn check_replaceable(path: &Path) -> Result<(), FileError> {
    let target = Target::of(path)?;
    match fs::metadata(&target.path) {
        Ok(metadata) if metadata.is_file() => {
            target.check_place(Some(&metadata))?;
            metadata::check_replaceable(&target.path)
        }
        // What is no file is reported by whoever reads it.
        Ok(_) => Ok(()),
        Err(_) => target.check_place(None),
    }
}

/// Gives a file or folder this mode.
///
/// # Errors
///
/// Fails if it is somebody else's.
pub fn set_mode(path: &Path, mode: u32) -> Result<(), FileError> {
    let target = follow_links(path)?;
    let _uninterrupted = interrupt_state::defer();
    metadata::set_mode(&target, mode).map_err(failed("change the mode of", &target))
}

/// The target of a link that does not exist.
pub fn dangling(path: &Path) -> Option<PathBuf> {
    let target = follow_links(path).ok()?;
    (target != path && !target.exists()).then_some(target)
}

/// The reason for which nothing can be written to a folder of awsmfa's own_files, which need not be there.
pub fn why_not_writable(folder: &Path) -> Option<String> {
    let there = folder.ancestors().find(|folder| folder.exists())?;
    metadata::check_folder(there).err().map(|error| error.to_string())
}

/// The reason to regard a file that awsmfa keeps for itself as another user's, if it is there and is not.
pub fn why_foreign(path: &Path, limit: u64) -> Option<String> {
    match own_files::open(path, limit) {
        Err(error @ FileError::Foreign { .. }) => Some(error.to_string()),
        _ => None,
    }
}
