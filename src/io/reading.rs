//! Reads a file, and sees what other programs write to it at the same time.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::rc::Rc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::files::{FileError, failed};
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

/// Reads a file, and gives one that is empty the time to fill; none if there is no file.
pub(super) fn read_old(path: &Path) -> Result<Option<Old>, FileError> {
    let deadline = Instant::now() + SETTLING;
    loop {
        let old = read_once(path)?;
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

fn read_once(path: &Path) -> Result<Option<Old>, FileError> {
    let Some((file, metadata)) = open(path)? else { return Ok(None) };
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    (&file).take(limits::FILE_BYTES).read_to_end(&mut bytes).map_err(failed("read", path))?;
    // Windows replaces no file that is open.
    Ok(Some(Old { bytes: Rc::new(bytes), metadata, file: cfg!(unix).then_some(file) }))
}

/// Whether the file has these bytes and no others; one that is not there is empty.
pub(super) fn still_holds(path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
    let Some((file, _)) = open(path)? else { return Ok(bytes.is_empty()) };
    is_same(&file, bytes).map_err(failed("read", path))
}

/// Whether these bytes follow in the file, and nothing else. It takes no room for them.
fn is_same(file: &File, mut rest: &[u8]) -> io::Result<bool> {
    let mut part = Vec::with_capacity(PART);
    loop {
        part.clear();
        file.take(PART as u64).read_to_end(&mut part)?;
        if part.is_empty() || !bytes::begins_with(rest, &part) {
            return Ok(part.is_empty() && rest.is_empty());
        }
        rest = rest.get(part.len()..).unwrap_or_default();
    }
}

fn open(path: &Path) -> Result<Option<(File, Metadata)>, FileError> {
    // Asked before the file is opened: opening a pipe would wait for a writer.
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    if !metadata.is_file() {
        return Err(FileError::NotAFile { path: path.to_owned() });
    }
    if metadata.len() > limits::FILE_BYTES {
        return Err(FileError::TooLarge { path: path.to_owned() });
    }
    let file = File::open(path).map_err(failed("read", path))?;
    Ok(Some((file, metadata)))
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
