//! Space in one of awsmfa's own files for text that must not get lost: writing it takes one system call, and no disk
//! space.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::file_error::{FileError, failed};
use super::own_files;

/// A place in an open file.
#[derive(Debug)]
pub struct Slot {
    path: PathBuf,
    file: File,
}

impl Slot {
    /// Opens the file at a place that is followed by bytes to overwrite.
    ///
    /// # Errors
    ///
    /// Fails if the file does not exist, cannot be opened or is larger than `limit`, or if another user may have written
    /// it.
    pub fn open(path: &Path, place: usize, limit: u64) -> Result<Self, FileError> {
        let opened = own_files::open_as(OpenOptions::new().write(true), path, limit)?;
        let missing = FileError::Foreign { path: path.to_owned(), why: "it is gone" };
        let (mut file, _) = opened.ok_or(missing)?;
        let place = u64::try_from(place).unwrap_or(u64::MAX);
        file.seek(SeekFrom::Start(place)).map_err(failed("read", path))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Writes the text, and syncs the file.
    ///
    /// # Errors
    ///
    /// Fails if the text cannot be written.
    pub fn fill(mut self, bytes: &[u8]) -> Result<(), FileError> {
        self.file.write_all(bytes).map_err(failed("write to", &self.path))?;
        // If this fails, the text is in the file all the same, unless the power fails.
        let _ = self.file.sync_all();
        Ok(())
    }
}
