//! Writes files that everybody may read, and that are none of AWS's.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::file_error::{FileError, failed};

/// Writes a file as a whole: whoever reads it meanwhile sees the old one or the new one. The folder is made if need be.
///
/// # Errors
///
/// Fails if the folder cannot be made or written to; then the old file is as it was.
pub fn write(folder: &Path, name: &str, text: &str) -> Result<(), FileError> {
    fs::create_dir_all(folder).map_err(failed("make", folder))?;
    let mut builder = tempfile::Builder::new();
    // What the person's umask leaves of it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder).map_err(failed("write to", folder))?;
    let target = folder.join(name);
    file.write_all(text.as_bytes()).map_err(failed("write", &target))?;
    file.persist(&target).map_err(|error| failed("replace", &target)(error.error))?;
    Ok(())
}
