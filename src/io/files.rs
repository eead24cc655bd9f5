//! Reads the two files, and replaces one of them as a whole.
//!
//! Nothing is ever written in place. A new file is written beside the old one, synced and renamed over it, under a lock;
//! a symlink is followed, so that its target is replaced and the link stays.

use std::fs::{self, File};
use std::io;
use std::iter;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use super::concurrent::{Old, old_of, open, read_old, still_holds, written_late};
pub use super::file_error::FileError;
use super::file_error::failed;
use super::path::{absolute, folder_of, follow_links};
pub use super::target::Target;
use super::unfinished::{sweep, write_beside};
use super::{metadata, own_files};
use crate::limits;

/// How often to start over when another program writes at the same time.
const MAX_ATTEMPTS: usize = 5;

/// Room on the disk is tried out by so many bytes at a time.
const PADDING: usize = 64 * 1024;

/// The result of a commit, and the warnings about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Set if anything was written.
    pub changed: bool,
    /// The reason for writing without a lock.
    pub unlocked: Option<String>,
    /// The old file has other names, which keep the old bytes.
    pub other_links: u64,
    /// Why a power cut may still bring the old file back.
    pub unsynced: Option<io::ErrorKind>,
}

/// Reads a file; one that is not there is empty.
///
/// # Errors
///
/// Fails if it is there and cannot be read, is no regular file, or is too large.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let target = follow_links(path)?;
    // The usual way to say that there is no file.
    if target == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    let old = read_old(&target, None)?;
    if old.is_none() && target != path && !folder_of(&target).exists() {
        return Err(FileError::Dangling { path: path.to_owned(), target });
    }
    Ok(old.map(|old| Rc::unwrap_or_clone(old.bytes)).unwrap_or_default())
}

/// Reads a file of awsmfa's own of at most `limit` bytes; one that is not there is empty.
///
/// # Errors
///
/// Fails if it cannot be read, or if another user may have written it.
pub fn read_own(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    Ok(own_files::read(path, limit)?.unwrap_or_default())
}

/// Room on the disk, taken until it is dropped: by a file without a name, so that nothing of it can be left behind.
pub struct Room {
    file: Option<File>,
    target: Target,
    mode: Option<u32>,
}

impl Room {
    /// Gives the room back.
    pub fn release(&mut self) {
        self.file = None;
    }

    /// The file that was rehearsed. A commit to it fails if the path leads to another one by then.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The mode of the file, if there is one and files have modes.
    pub fn mode(&self) -> Option<u32> {
        self.mode
    }
}

/// Tries everything that a commit does but to read and to rename: links, lock, room for so many bytes on the disk, mode
/// and owner. The room stays taken.
///
/// # Errors
///
/// Fails where the commit would.
pub fn rehearse(path: &Path, length: usize) -> Result<Room, FileError> {
    let mut target = Target::of(path)?;
    let _entered = target.enter_patiently()?;
    target.pin()?;
    let old = open(&target.path)?.map(|(file, metadata)| Old::unread(file, metadata));
    if old.is_some() {
        metadata::check_replaceable(&target.path)?;
    }
    check_length(&target.path, length)?;
    let padding = vec![b'#'; length.min(PADDING)];
    let (last, _) = padding.split_at(length % PADDING);
    let parts = iter::repeat_n(padding.as_slice(), length / PADDING).chain([last]);
    let unfinished = write_beside(&target, parts, old.as_ref())?;
    // Some disks tell only now that they are full.
    unfinished.as_file().sync_all().map_err(failed("write", unfinished.path()))?;
    let mode = old.as_ref().and_then(|old| metadata::mode(&old.metadata));
    Ok(Room { file: Some(unfinished.into_file()), target, mode })
}

/// The way a file is replaced.
#[derive(Clone, Copy)]
struct Manner<'a> {
    /// The expected content of the file.
    known: Option<&'a Rc<Vec<u8>>>,
    is_synced: bool,
    /// The time limit for the lock.
    wait: Duration,
}

const THOROUGHLY: Manner<'static> = Manner { known: None, is_synced: true, wait: limits::LOCK };

/// Replaces a file by what `edit` makes of its bytes. Nothing is written if that is the same.
///
/// The bytes are read under the lock. If another program writes meanwhile, `edit` is called again with what it wrote.
///
/// # Errors
///
/// Fails if `edit` does, or where the file cannot be replaced; then it is as it was.
pub fn replace<E: From<FileError>>(
    target: &Target,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_as(THOROUGHLY, target, edit)
}

/// The same for a file that has been read before: `edit` gets the `known` bytes themselves if the file still has them, so
/// that they are not in memory twice.
///
/// # Errors
///
/// Fails in the same way.
pub fn replace_known<E: From<FileError>>(
    target: &Target,
    known: &Rc<Vec<u8>>,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_as(Manner { known: Some(known), ..THOROUGHLY }, target, edit)
}

/// The same for a file that is not worth a wait: neither for another process nor for the disk. A power cut may take it.
///
/// # Errors
///
/// Fails in the same way.
pub fn replace_in_passing<E: From<FileError>>(
    target: &Target,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_as(Manner { known: None, is_synced: false, wait: limits::BRIEF_LOCK }, target, edit)
}

fn replace_as<E: From<FileError>>(
    manner: Manner<'_>,
    target: &Target,
    mut edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    let entered = target.enter(manner.wait)?;
    sweep(target, &entered);
    let mut committed = Committed { unlocked: entered.unlocked.clone(), ..Committed::default() };
    let mut late = None;
    for _ in 0..MAX_ATTEMPTS {
        let old = read_target(target, manner.known)?;
        let bytes = old.as_ref().map(|old| Rc::clone(&old.bytes)).unwrap_or_default();
        let new = edit(late.take().unwrap_or_else(|| Rc::clone(&bytes)))?;
        if new == bytes {
            return Ok(committed);
        }
        let unfinished = write_beside(target, iter::once(new.as_slice()), old.as_ref())?;
        if manner.is_synced {
            unfinished.as_file().sync_all().map_err(failed("write", unfinished.path()))?;
        }
        if !still_holds(&target.path, &bytes)? {
            continue;
        }
        target.check()?;
        unfinished.persist(&target.path).map_err(|error| failed("replace", &target.path)(error.error))?;
        committed.changed = true;
        committed.other_links = old.as_ref().map_or(0, |old| metadata::link_count(&old.metadata).saturating_sub(1));
        // The new file is in its place: whatever happens from here on is no failure.
        let synced = if manner.is_synced { metadata::sync_folder(&target.folder) } else { Ok(()) };
        committed.unsynced = synced.err().map(|error| error.kind());
        late = old.and_then(written_late);
        if late.is_none() {
            return Ok(committed);
        }
    }
    Err(FileError::Contended { path: target.path.clone() }.into())
}

fn read_target(target: &Target, known: Option<&Rc<Vec<u8>>>) -> Result<Option<Old>, FileError> {
    let Some(limit) = target.own_limit else { return read_old(&target.path, known) };
    let Some((file, metadata)) = own_files::open(&target.path, limit)? else { return Ok(None) };
    old_of(&target.path, file, metadata, known).map(Some)
}

/// Returns whether the file has these bytes and no others; one that is not there is empty.
///
/// # Errors
///
/// Fails if it cannot be read.
pub fn is_unchanged(path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
    let target = follow_links(path)?;
    if target == Path::new("/dev/null") {
        return Ok(bytes.is_empty());
    }
    super::concurrent::still_holds(&target, bytes)
}

/// Returns whether a file could be written in the folder of this path: tried out, with a file that has no name.
pub fn is_writable(path: &Path) -> bool {
    let folder = folder_of(path);
    let existing = folder.ancestors().find(|folder| folder.exists());
    existing.is_some_and(|folder| tempfile::tempfile_in(folder).is_ok())
}

/// Makes sure that the paths lead to two files.
///
/// # Errors
///
/// Fails if they lead to one, or if that cannot be told.
pub fn check_different(one: &Path, other: &Path) -> Result<(), FileError> {
    let leads_to = |path: &Path| follow_links(path).map(|target| absolute(&target));
    let (one_target, other_target) = (leads_to(one)?, leads_to(other)?);
    let identity = |path: &Path| fs::metadata(path).ok().as_ref().and_then(metadata::identity);
    let is_same = match (identity(&one_target), identity(&other_target)) {
        (Some(one), Some(other)) => one == other,
        // Neither has to be there yet; folders that are one may have two names.
        (None, None) => {
            let folders = [&one_target, &other_target].map(|path| identity(&folder_of(path)));
            let [one_folder, other_folder] = folders;
            let is_one_folder = one_folder.is_some() && one_folder == other_folder;
            one_target == other_target || is_one_folder && one_target.file_name() == other_target.file_name()
        }
        _ => false,
    };
    if is_same { Err(FileError::SameFile { path: one.to_owned() }) } else { Ok(()) }
}

/// Returns whether there is a file; a link that leads nowhere is none.
///
/// # Errors
///
/// Fails if that cannot be told.
pub fn is_there(path: &Path) -> Result<bool, FileError> {
    let target = follow_links(path)?;
    target.try_exists().map_err(failed("read", &target))
}

/// Deletes a file that still has these bytes.
///
/// # Errors
///
/// Fails if it has others, or cannot be deleted.
pub fn remove(target: &Target, bytes: &[u8]) -> Result<(), FileError> {
    let _entered = target.enter_patiently()?;
    let old = read_target(target, None)?;
    if old.is_none_or(|old| *old.bytes != bytes) {
        return Err(FileError::Changed { path: target.named.clone() });
    }
    fs::remove_file(&target.path).map_err(failed("remove", &target.path))?;
    // A power cut may bring it back, which does no harm.
    let _ = metadata::sync_folder(&target.folder);
    Ok(())
}

/// What would not be read any more is not written, either.
fn check_length(target: &Path, length: usize) -> Result<(), FileError> {
    let fits = u64::try_from(length).is_ok_and(|length| length <= limits::FILE_BYTES);
    if fits { Ok(()) } else { Err(FileError::TooLarge { path: target.to_owned() }) }
}

/// Deletes what killed processes have left beside a file, as every commit does.
///
/// # Errors
///
/// Fails if another awsmfa is at work.
pub fn tidy(path: &Path) -> Result<(), FileError> {
    let target = Target::of(path)?;
    let entered = target.enter_patiently()?;
    sweep(&target, &entered);
    Ok(())
}
