//! Manual pages on disk, which all users may read.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::file_error::{FileError, failed};
use super::system::file_rights;

/// Replaces a file atomically. The folder is created if it does not exist.
///
/// # Errors
///
/// Fails if the folder cannot be created or written to; the old file is unchanged in that case.
pub fn write(folder: &Path, name: &str, text: &str) -> Result<(), FileError> {
    fs::create_dir_all(folder).map_err(failed("make", folder))?;
    let mut builder = tempfile::Builder::new();
    file_rights::make_public(&mut builder);
    let mut file = builder.tempfile_in(folder).map_err(failed("write to", folder))?;
    let target = folder.join(name);
    file.write_all(text.as_bytes()).map_err(failed("write", &target))?;
    file.persist(&target).map_err(|error| failed("replace", &target)(error.error))?;
    Ok(())
}
