//! Reads a file, and sees what other programs write to it at the same time.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::rc::Rc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::file_error::{FileError, failed};
use super::opening::{self, Links};
use crate::{bytes, limits};

/// How long an empty file is given to fill: a program that writes in place empties it first.
const SETTLING: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(5);

/// So much of a file is compared at a time.
const PART: usize = 64 * 1024;

/// A file as it was read. It stays open, to see whether somebody else writes to it even after it has been replaced.
pub(super) struct Old {
    pub bytes: Rc<Vec<u8>>,
    pub metadata: Metadata,
    file: Option<File>,
}

impl Old {
    /// The file, still open.
    #[cfg(target_os = "linux")]
    pub(super) fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }

    /// A file of whose bytes nothing is needed.
    pub(super) fn unread(file: File, metadata: Metadata) -> Self {
        Self { bytes: Rc::default(), metadata, file: Some(file) }
    }
}

/// Reads a file, and gives one that is empty the time to fill; none if there is no file. Where it has the `known` bytes,
/// it is those that are returned.
pub(super) fn read_old(path: &Path, known: Option<&Rc<Vec<u8>>>) -> Result<Option<Old>, FileError> {
    let deadline = Instant::now() + SETTLING;
    loop {
        let old = read_once(path, known)?;
        let is_settling = |old: &Old| {
            let age = old.metadata.modified().ok().and_then(|time| time.elapsed().ok());
            old.bytes.is_empty() && age.is_some_and(|age| age < SETTLING) && Instant::now() < deadline
        };
        if !old.as_ref().is_some_and(is_settling) {
            return Ok(old);
        }
        sleep(PAUSE);
    }
}

fn read_once(path: &Path, known: Option<&Rc<Vec<u8>>>) -> Result<Option<Old>, FileError> {
    let Some((file, metadata)) = open(path)? else { return Ok(None) };
    old_of(path, file, metadata, known).map(Some)
}

/// Reads an open file.
pub(super) fn old_of(
    path: &Path,
    file: File,
    metadata: Metadata,
    known: Option<&Rc<Vec<u8>>>,
) -> Result<Old, FileError> {
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let bytes = read_or_known(&file, length, known).map_err(failed("read", path))?;
    // Windows replaces no file that is open.
    Ok(Old { bytes, metadata, file: cfg!(unix).then_some(file) })
}

/// The file's bytes, of which there are probably so many: the known ones if it has those.
fn read_or_known(mut file: &File, length: usize, known: Option<&Rc<Vec<u8>>>) -> io::Result<Rc<Vec<u8>>> {
    if let Some(known) = known.filter(|known| known.len() == length) {
        if is_same(file, known)? {
            return Ok(Rc::clone(known));
        }
        file.rewind()?;
    }
    // One more, so that the end is seen without more room.
    let mut bytes = Vec::with_capacity(length + 1);
    file.take(limits::FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(Rc::new(bytes))
}

/// Returns whether the file has these bytes and no others; one that is not there is empty.
pub(super) fn still_holds(path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
    let Some((file, _)) = open(path)? else { return Ok(bytes.is_empty()) };
    is_same(&file, bytes).map_err(failed("read", path))
}

/// Returns whether these bytes follow in the file, and nothing else. It takes no room for them.
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

/// Opens a regular file, with what the system says of it; none if there is no file. `path` is where all links have led:
/// one that is there now was put there in the meantime.
pub(super) fn open(path: &Path) -> Result<Option<(File, Metadata)>, FileError> {
    let file = match opening::open(OpenOptions::new().read(true), path, Links::Refused) {
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

/// Tells what the name stands for that cannot be opened.
fn not_opened(path: &Path, error: io::Error) -> FileError {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => FileError::Changed { path: path.to_owned() },
        Ok(metadata) if !metadata.is_file() => FileError::NotAFile { path: path.to_owned() },
        _ => failed("read", path)(error),
    }
}

/// What a program that writes in place has written since the file was read. It had the old file open when that was
/// replaced, so that its change is nowhere else.
pub(super) fn written_late(old: Old) -> Option<Rc<Vec<u8>>> {
    let mut file = old.file?;
    file.rewind().ok()?;
    if is_same(&file, &old.bytes).ok()? {
        return None;
    }
    let deadline = Instant::now() + SETTLING;
    // One more than it was, so that the end is seen without more room.
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
    fn the_known_bytes_are_returned_themselves_if_the_file_has_them_and_no_others() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        let bytes: Vec<u8> = (0..2 * PART + 1).map(|at| b"0123456789\n"[at % 11]).collect();
        file.write_all(&bytes).expect("there is room");
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
