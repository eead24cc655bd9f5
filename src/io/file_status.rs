//! The state of the two files on disk, for `doctor`: links, modes, and files that killed processes left behind. Only
//! modes are changed here.

use std::fs;
use std::path::{Path, PathBuf};

use super::file_error::{FileError, failed};
use super::path::{folder_of, follow_links};
use super::system::file_rights;
use super::target_file::Target;
use super::{interrupt_state, own_files, unfinished_files, wsl_drive};
use crate::check::Standing;

/// Collects the facts about a file that can be found without reading its content.
pub fn look(path: &Path) -> Standing {
    let mut standing = Standing { path: path.to_owned(), ..Standing::default() };
    // A loop of links is reported when the file is read.
    let Ok(target) = follow_links(path) else { return standing };
    let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
    match fs::metadata(&target) {
        Ok(metadata) if metadata.is_file() => standing.mode = file_rights::mode(&target, &metadata),
        Ok(_) => {}
        Err(_) => standing.dangling = is_link.then(|| target.clone()),
    }
    standing.folder = folder_of(&target);
    if let Ok(folder) = fs::metadata(&standing.folder) {
        standing.folder_mode = file_rights::mode(&standing.folder, &folder);
    }
    standing.ignores_modes = standing.mode.is_none() && wsl_drive::ignores_modes(&target);
    standing.is_own_folder = standing.folder.file_name().is_some_and(|name| name == ".aws");
    for copy in unfinished_files::list(&target) {
        match own_files::check_own_copy(&copy) {
            Ok(()) => standing.unfinished.push(copy),
            Err(error) => standing.foreign.push((copy, error.to_string())),
        }
    }
    standing
}

/// Checks whether the file can be replaced, as far as that can be determined without replacing it.
///
/// # Errors
///
/// Fails if the file is read-only, immutable or a mount point, if its folder cannot be written to, or if another user
/// could read root's session in it.
pub fn check_replaceable(path: &Path) -> Result<(), FileError> {
    let target = Target::of(path)?;
    match fs::metadata(&target.path) {
        Ok(metadata) if metadata.is_file() => {
            target.check_place(Some(&metadata))?;
            file_rights::check_replaceable(&target.path)
        }
        // Anything but a regular file is reported when it is read.
        Ok(_) => Ok(()),
        Err(_) => target.check_place(None),
    }
}

/// Changes the mode of a file or folder.
///
/// # Errors
///
/// Fails if the mode cannot be changed, for example because another user owns the file or folder.
pub fn set_mode(path: &Path, mode: u32) -> Result<(), FileError> {
    let target = follow_links(path)?;
    let _uninterrupted = interrupt_state::defer();
    file_rights::set_mode(&target, mode).map_err(failed("change the mode of", &target))
}

/// Returns the target of a dangling link, or `None` if the path is not one.
pub fn dangling(path: &Path) -> Option<PathBuf> {
    let target = follow_links(path).ok()?;
    (target != path && !target.exists()).then_some(target)
}

/// Returns the reason why awsmfa's own files cannot be written to a folder, if there is one. The folder need not exist.
pub fn why_not_writable(folder: &Path) -> Option<String> {
    let existing = folder.ancestors().find(|folder| folder.exists())?;
    file_rights::check_folder(existing).err().map(|error| error.to_string())
}

/// Returns the reason why a file that is named like one of awsmfa's own is ignored, or `None` if it is not ignored.
pub fn why_foreign(path: &Path, limit: u64) -> Option<String> {
    match own_files::open(path, limit) {
        Err(error @ FileError::Foreign { .. }) => Some(error.to_string()),
        _ => None,
    }
}
