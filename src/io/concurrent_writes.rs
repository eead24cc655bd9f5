//! Reading files that other programs may be writing at the same time.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::rc::Rc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::file_error::{FileError, failed};
use super::safe_open::{self, Links};
use super::system::{file_access, file_rights};
use crate::{bytes, limits};

/// The time to wait for an empty file to be filled: a program that writes in place empties the file first.
const SETTLING: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(5);

/// The number of bytes that are compared at a time.
const PART: usize = 64 * 1024;

/// A file as it was read. It stays open to detect programs that write to it even after it has been replaced.
pub(super) struct OldFile {
    pub bytes: Rc<Vec<u8>>,
    pub metadata: Metadata,
    /// The number of hard links. If one of them is replaced, the others still have the old bytes.
    pub link_count: u64,
    file: Option<File>,
}

impl OldFile {
    /// Returns the open file, if there is one.
    #[cfg(target_os = "linux")]
    pub(super) fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }

    /// Returns an open file without reading its content.
    pub(super) fn unread(file: File, metadata: Metadata) -> Self {
        Self { bytes: Rc::default(), link_count: file_rights::link_count(&file, &metadata), metadata, file: Some(file) }
    }
}

/// Reads a file, and waits briefly for an empty one to be filled. Returns `None` if the file does not exist. If the
/// file has the `known` bytes, returns those.
pub(super) fn read_old(path: &Path, known: Option<&Rc<Vec<u8>>>) -> Result<Option<OldFile>, FileError> {
    let deadline = Instant::now() + SETTLING;
    loop {
        let old = read_opened(path, open(path)?, known)?;
        let is_being_filled = |old: &OldFile| {
            let age = old.metadata.modified().ok().and_then(|time| time.elapsed().ok());
            old.bytes.is_empty() && age.is_some_and(|age| age < SETTLING) && Instant::now() < deadline
        };
        if !old.as_ref().is_some_and(is_being_filled) {
            return Ok(old);
        }
        sleep(PAUSE);
    }
}

/// Reads an open file, or returns `None` if there is none.
pub(super) fn read_opened(
    path: &Path,
    opened: Option<(File, Metadata)>,
    known: Option<&Rc<Vec<u8>>>,
) -> Result<Option<OldFile>, FileError> {
    let Some((file, metadata)) = opened else { return Ok(None) };
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let bytes = read_or_known(&file, length, known).map_err(failed("read", path))?;
    let link_count = file_rights::link_count(&file, &metadata);
    Ok(Some(OldFile { bytes, metadata, link_count, file: file_access::REPLACES_OPEN_FILES.then_some(file) }))
}

/// Reads a file that probably has `length` bytes. If they are the `known` bytes, returns those.
fn read_or_known(mut file: &File, length: usize, known: Option<&Rc<Vec<u8>>>) -> io::Result<Rc<Vec<u8>>> {
    if let Some(known) = known.filter(|known| known.len() == length) {
        if is_same(file, known)? {
            return Ok(Rc::clone(known));
        }
        file.rewind()?;
    }
    // With one spare byte, the vector need not grow to find the end of the file.
    let mut bytes = Vec::with_capacity(length + 1);
    file.take(limits::FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(Rc::new(bytes))
}

/// Returns whether the file has exactly these bytes; a missing file counts as empty.
pub(super) fn still_holds(path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
    let Some((file, _)) = open(path)? else { return Ok(bytes.is_empty()) };
    is_same(&file, bytes).map_err(failed("read", path))
}

/// Returns whether the rest of the file is exactly these bytes, without reading all of it into memory.
fn is_same(mut file: &File, mut rest: &[u8]) -> io::Result<bool> {
    let mut part = vec![0; PART.min(rest.len() + 1)];
    loop {
        let length = match file.read(&mut part) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let (read, _) = part.split_at(length);
        if read.is_empty() || !bytes::begins_with(rest, read) {
            return Ok(read.is_empty() && rest.is_empty());
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// Opens a regular file and reads its metadata, or returns `None` if it does not exist. The links of `path` have been
/// followed already: if it is a link now, another program has created it in the meantime.
pub(super) fn open(path: &Path) -> Result<Option<(File, Metadata)>, FileError> {
    let file = match safe_open::open(OpenOptions::new().read(true), path, Links::Refused) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(not_opened(path, error)),
    };
    let metadata = file.metadata().map_err(failed("read", path))?;
    if !metadata.is_file() {
        return Err(FileError::NotAFile { path: path.to_owned() });
    }
    if metadata.len() > limits::FILE_BYTES {
        return Err(FileError::TooLarge { path: path.to_owned() });
    }
    Ok(Some((file, metadata)))
}

/// Returns the error for a path that could not be opened.
fn not_opened(path: &Path, error: io::Error) -> FileError {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => FileError::Changed { path: path.to_owned() },
        Ok(metadata) if !metadata.is_file() => FileError::NotAFile { path: path.to_owned() },
        _ => failed("read", path)(error),
    }
}

/// Returns the content of the old file if another program has written to it since it was read. That program writes in
/// place, and had the old file open when it was replaced, so its change exists nowhere else.
pub(super) fn written_late(old: OldFile) -> Option<Rc<Vec<u8>>> {
    let mut file = old.file?;
    file.rewind().ok()?;
    if is_same(&file, &old.bytes).ok()? {
        return None;
    }
    let deadline = Instant::now() + SETTLING;
    // With one spare byte, the vector need not grow to find the end of a file of the same length.
    let mut now = Vec::with_capacity(old.bytes.len() + 1);
    loop {
        now.clear();
        file.rewind().and_then(|()| (&file).take(limits::FILE_BYTES).read_to_end(&mut now)).ok()?;
        if !now.is_empty() || old.bytes.is_empty() || Instant::now() > deadline {
            return (!now.is_empty() && now != *old.bytes).then(|| Rc::new(now));
        }
        sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn the_known_bytes_are_returned_if_the_file_has_exactly_these() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        let bytes: Vec<u8> = (0..2 * PART + 1).map(|at| b"0123456789\n"[at % 11]).collect();
        file.write_all(&bytes).expect("the disk has space");
        let read = |known: &Rc<Vec<u8>>| read_old(file.path(), Some(known)).ok().flatten().expect("it is there").bytes;
        let known = Rc::new(bytes.clone());
        assert!(Rc::ptr_eq(&read(&known), &known));
        let last = bytes.len() - 1;
        let others =
            [bytes[..last].to_vec(), [&bytes[..last], b"x"].concat(), [b"x", &bytes[1..]].concat(), Vec::new()];
        for other in others {
            assert_eq!(*read(&Rc::new(other)), bytes);
        }
    }
}
