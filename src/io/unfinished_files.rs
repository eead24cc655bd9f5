//! Unfinished files: new files that are written beside the old ones and then renamed over them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::concurrent_writes::OldFile;
use super::file_error::{FileError, failed};
use super::own_files;
use super::system::file_rights;
use super::target_file::{Entered, Target};

/// The part of an unfinished file's name between the target's name and a random suffix.
const UNFINISHED: &str = ".awsmfa-new-";

/// Writes a new file beside the target, with the mode, owner and attributes of the old file, if there is one. The new
/// file is deleted when it is dropped, unless it has been renamed.
pub(super) fn write_beside<'a>(
    target: &Target,
    mut parts: impl Iterator<Item = &'a [u8]>,
    old: Option<&OldFile>,
) -> Result<NamedTempFile, FileError> {
    let Target { path, folder, .. } = target;
    target.check_place(old.map(|old| &old.metadata))?;
    let mut file = own_files::create_beside(path, UNFINISHED, folder, old.map(|old| &old.metadata))?;
    parts.try_for_each(|part| file.write_all(part)).map_err(failed("write", path))?;
    match old {
        Some(old) => file_rights::carry_over(old, file.as_file(), path)?,
        // The umask may have removed the owner's write permission, which the next login needs.
        None => file_rights::make_private(file.as_file(), path).map_err(failed("write", path))?,
    }
    Ok(file)
}

/// Deletes the unfinished files of killed processes. They are created only under the lock, so no other process is
/// writing one while this process holds the lock.
pub(super) fn sweep(target: &Target, entered: &Entered) {
    if !entered.is_locked() {
        return;
    }
    for path in list(&target.path).into_iter().filter(|path| own_files::check_own_copy(path).is_ok()) {
        // If a file cannot be deleted now, the next commit tries again.
        let _ = fs::remove_file(path);
    }
}

/// Lists the unfinished files beside this file, including those that another process is still writing.
pub(super) fn list(target: &Path) -> Vec<PathBuf> {
    own_files::list_beside(target, UNFINISHED)
}
