//! The new file beside the old one, until it is renamed over it; and what killed runs have left of such files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::concurrent::Old;
use super::file_error::{FileError, failed};
use super::path::folder_of;
use super::target::{Entered, Target};
use super::{metadata, own_files};

/// The prefix of the names of unfinished files, after the name of the file that they will replace.
const UNFINISHED: &str = ".awsmfa-new-";

/// Writes a file beside the target, with its mode, owner and attributes; it goes away if it is not renamed.
pub(super) fn write_beside<'a>(
    target: &Target,
    mut parts: impl Iterator<Item = &'a [u8]>,
    old: Option<&Old>,
) -> Result<NamedTempFile, FileError> {
    let Target { path, folder, .. } = target;
    target.check_place(old.map(|old| &old.metadata))?;
    let prefix = prefix(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(metadata::private());
    let mut file = builder.tempfile_in(folder).map_err(failed("write to", folder))?;
    parts.try_for_each(|part| file.write_all(part)).map_err(failed("write", path))?;
    match old {
        Some(old) => metadata::carry_over(old, file.as_file(), path)?,
        // A umask may have taken the owner's right to write, and with it the next login's.
        None => metadata::make_private(file.as_file(), path).map_err(failed("write", path))?,
    }
    Ok(file)
}

/// Deletes what a killed process has left. Unfinished files are created under the lock only, so one that is seen under it
/// is not being written.
pub(super) fn sweep(target: &Target, entered: &Entered) {
    if !entered.is_locked() {
        return;
    }
    for path in list(&target.path).into_iter().filter(|path| own_files::is_own_copy(path).is_ok()) {
        // What cannot be deleted now can be deleted next time.
        let _ = fs::remove_file(path);
    }
}

/// The unfinished files beside this one: of a run that was killed, or that is at work.
pub(super) fn list(target: &Path) -> Vec<PathBuf> {
    let prefix = prefix(target);
    let entries = fs::read_dir(folder_of(target)).into_iter().flatten().flatten();
    let unfinished = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    unfinished.map(|entry| entry.path()).collect()
}

fn prefix(target: &Path) -> String {
    format!("{}{UNFINISHED}", target.file_name().unwrap_or_default().to_string_lossy())
}
