//! awsmfa's own files: recovery files, state files, locks, and files that killed processes left behind.
//!
//! Other users may be able to write to the folder. A file counts as awsmfa's own only if no other user can have written
//! its content. Any other file with such a name is not read, replaced or deleted.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::file_error::{FileError, failed};
use super::path::folder_of;
use super::safe_open::{self, Links};
use super::system::{file_access, file_rights};
use super::until_free::until_free;

/// The mode bits of the group and of others.
const OTHERS: u32 = 0o077;

/// Opens one of awsmfa's own files for reading, or returns `None` if it does not exist.
pub(super) fn open(path: &Path, limit: u64) -> Result<Option<(File, Metadata)>, FileError> {
    open_as(OpenOptions::new().read(true), path, limit)
}

/// Opens one of awsmfa's own files with these options, or returns `None` if it does not exist.
pub(super) fn open_as(
    options: &mut OpenOptions,
    path: &Path,
    limit: u64,
) -> Result<Option<(File, Metadata)>, FileError> {
    let foreign = |why| FileError::Foreign { path: path.to_owned(), why };
    let file = match safe_open::open(options, path, Links::Refused) {
        Ok(file) => file,
        Err(error) => return not_opened(path, error),
    };
    let metadata = file.metadata().map_err(failed("read", path))?;
    if file_rights::is_deleted(&metadata) {
        return Ok(None);
    }
    if let Some(why) = why_foreign(path, &metadata).or_else(|| why_shared(path, &metadata)) {
        return Err(foreign(why));
    }
    if metadata.len() > limit {
        return Err(foreign("it is too large"));
    }
    Ok(Some((file, metadata)))
}

/// Returns the error for a path that could not be opened, or `None` if nothing exists there.
fn not_opened(path: &Path, error: io::Error) -> Result<Option<(File, Metadata)>, FileError> {
    let why = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => "it is a symbolic link",
        Ok(metadata) if !metadata.is_file() => "it is not a regular file",
        Ok(_) if error.kind() == io::ErrorKind::PermissionDenied => "it may not be opened",
        Err(gone) if gone.kind() == io::ErrorKind::NotFound => return Ok(None),
        _ => return Err(failed("read", path)(error)),
    };
    Err(FileError::Foreign { path: path.to_owned(), why })
}

/// Creates a file in `folder` that only its owner can access. Its name is the target's name, followed by `mark` and a
/// random suffix. The file is deleted when it is dropped. `old` is the file that it will replace, if any.
pub(super) fn create_beside(
    target: &Path,
    mark: &str,
    folder: &Path,
    old: Option<&Metadata>,
) -> Result<NamedTempFile, FileError> {
    let prefix = prefix(target, mark);
    let created = file_rights::create_in(folder, tempfile::Builder::new().prefix(&prefix), old);
    created.map_err(failed("write to", folder))
}

/// Lists the files in the target's folder that are named as in [`create_beside`], whichever process created them.
pub(super) fn list_beside(target: &Path, mark: &str) -> Vec<PathBuf> {
    let prefix = prefix(target, mark);
    let entries = fs::read_dir(folder_of(target)).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    named.map(|entry| entry.path()).collect()
}

fn prefix(target: &Path, mark: &str) -> String {
    format!("{}{mark}", target.file_name().unwrap_or_default().to_string_lossy())
}

/// Reads one of awsmfa's own files, or returns `None` if it does not exist.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    let Some((file, _)) = open(path, limit)? else { return Ok(None) };
    read_opened(&file, limit).map(Some).map_err(failed("read", path))
}

/// Reads at most `limit` bytes from an open file.
pub(super) fn read_opened(file: &File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Checks that a copy, which a killed process may have left behind, is awsmfa's own. The mode is not checked: the copy
/// may already have the mode of the file that it was going to replace.
pub(super) fn check_own_copy(path: &Path) -> Result<(), FileError> {
    let metadata = fs::symlink_metadata(path).map_err(failed("read", path))?;
    match why_foreign(path, &metadata) {
        Some(why) => Err(FileError::Foreign { path: path.to_owned(), why }),
        None => Ok(()),
    }
}

/// Deletes the open file if it is still the one at this path.
pub(super) fn remove(path: &Path, file: &File) -> io::Result<()> {
    if !file_rights::is_at(path, file)? {
        return Ok(());
    }
    until_free(file_access::may_be_in_use, || fs::remove_file(path))
}

/// Returns the reason why another user may have written the file, or `None` if no other user can have written it.
fn why_foreign(path: &Path, metadata: &Metadata) -> Option<&'static str> {
    if metadata.is_symlink() {
        return Some("it is a symbolic link");
    }
    if !metadata.is_file() {
        return Some("it is not a regular file");
    }
    file_rights::why_foreign(path, metadata)
}

fn why_shared(path: &Path, metadata: &Metadata) -> Option<&'static str> {
    let is_shared = file_rights::mode(path, metadata).is_some_and(|mode| mode & OTHERS != 0);
    is_shared.then_some("other users may read or write it")
}
