//! Reads the two files, and replaces one of them as a whole.
//!
//! Nothing is ever written in place. A new file is written beside the old one, synced and renamed over it, under a lock;
//! a symlink is followed, so that its target is replaced and the link stays.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tempfile::NamedTempFile;

use super::lock::{Lock, LockError};
use super::path::{absolute, folder_of, follow_links};
use super::reading::{open, read_old, still_holds, written_late};
use super::{interrupt, metadata};
use crate::limits;

/// How often to start over when another program writes at the same time.
const MAX_ATTEMPTS: usize = 5;

/// Room on the disk is tried out by so many bytes at a time.
const PADDING: usize = 64 * 1024;

/// What the names of unfinished files begin with, after the name of the file that they will replace.
const UNFINISHED: &str = ".awsmfa-new-";

/// A file could not be read or replaced. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused something.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder, a pipe, a device.
    #[error("{} is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// Each file of AWS's has headers of its own, so that a change of one would be wrong in the other.
    #[error("{} is the config file and the credentials file at once", path.display())]
    SameFile {
        /// The path.
        path: PathBuf,
    },
    /// More than [`limits::FILE_BYTES`].
    #[error("{} is larger than {} MiB", path.display(), limits::FILE_BYTES / 1024 / 1024)]
    TooLarge {
        /// The path.
        path: PathBuf,
    },
    /// A link that leads back to itself.
    #[error("{} is a symbolic link that leads to itself", path.display())]
    LinkLoop {
        /// The path.
        path: PathBuf,
    },
    /// The person has marked it so.
    #[error("{} is read-only", path.display())]
    ReadOnly {
        /// The path.
        path: PathBuf,
    },
    /// So marked with `chattr`.
    #[error("{} is marked as immutable or as for appending only", path.display())]
    Immutable {
        /// The path.
        path: PathBuf,
    },
    /// A mount point, as in a container.
    #[error("{} is mounted on its own, so that it cannot be replaced", path.display())]
    Mounted {
        /// The path.
        path: PathBuf,
    },
    /// Another awsmfa holds the lock.
    #[error("waited {} s for {} to let go of {}", limits::LOCK.as_secs(), holder.as_deref().unwrap_or("another awsmfa"), folder.display())]
    Locked {
        /// The folder that is locked.
        folder: PathBuf,
        /// The process, if the system tells.
        holder: Option<String>,
    },
    /// Another program is writing in place, and has stopped half-way.
    #[error("another program has just emptied {}", path.display())]
    Emptied {
        /// The path.
        path: PathBuf,
    },
    /// It is not what a change was made for.
    #[error("another program has changed {} since it was read", path.display())]
    Changed {
        /// The path.
        path: PathBuf,
    },
    /// Another program kept on writing.
    #[error("another program changed {} each time that it was to be replaced", path.display())]
    Contended {
        /// The path.
        path: PathBuf,
    },
}

/// What a commit did, and what the person should know about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Whether anything was written.
    pub changed: bool,
    /// The file system cannot lock.
    pub unlocked: bool,
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
    Ok(old.map(|old| Rc::unwrap_or_clone(old.bytes)).unwrap_or_default())
}

/// Room on the disk, taken until it is dropped: by a file without a name, so that nothing of it can be left behind.
pub struct Room {
    _file: File,
}

/// Tries everything that a commit does but to read and to rename: links, lock, room for so many bytes on the disk, mode
/// and owner. The room stays taken.
///
/// # Errors
///
/// Fails where the commit would.
pub fn rehearse(path: &Path, length: usize) -> Result<Room, FileError> {
    let target = follow_links(path)?;
    let (_lock, folder) = enter(path, &target)?;
    let _uninterrupted = interrupt::defer();
    let old = open(&target)?.map(|(_, metadata)| metadata);
    if old.is_some() {
        metadata::check_replaceable(&target)?;
    }
    check_length(&target, length)?;
    let padding = vec![b'#'; length.min(PADDING)];
    let (last, _) = padding.split_at(length % PADDING);
    let parts = iter::repeat_n(padding.as_slice(), length / PADDING).chain([last]);
    let unfinished = write_beside(&target, &folder, parts, old.as_ref())?;
    Ok(Room { _file: unfinished.into_file() })
}

/// Replaces a file by what `edit` makes of its bytes. Nothing is written if that is the same.
///
/// The bytes are read under the lock. If another program writes meanwhile, `edit` is called again with what it wrote.
///
/// # Errors
///
/// Fails if `edit` does, or where the file cannot be replaced; then it is as it was.
pub fn replace<E: From<FileError>>(
    path: &Path,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_with(path, None, true, edit)
}

/// The same for a file that has been read before: `edit` gets the `known` bytes themselves if the file still has them, so
/// that they are not in memory twice.
///
/// # Errors
///
/// Fails in the same way.
pub fn replace_known<E: From<FileError>>(
    path: &Path,
    known: &Rc<Vec<u8>>,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_with(path, Some(known), true, edit)
}

/// The same for a file that a power cut may take: waiting for the disk, twice, takes longer than all the rest.
///
/// # Errors
///
/// Fails in the same way.
pub fn replace_unsynced<E: From<FileError>>(
    path: &Path,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_with(path, None, false, edit)
}

fn replace_with<E: From<FileError>>(
    path: &Path,
    known: Option<&Rc<Vec<u8>>>,
    is_synced: bool,
    mut edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    let target = follow_links(path)?;
    let (lock, folder) = enter(path, &target)?;
    let _uninterrupted = interrupt::defer();
    sweep(&target, &lock);
    let mut committed = Committed { unlocked: !lock.is_held(), ..Committed::default() };
    let mut late = None;
    for _ in 0..MAX_ATTEMPTS {
        let old = read_old(&target, known)?;
        let bytes = old.as_ref().map(|old| Rc::clone(&old.bytes)).unwrap_or_default();
        let new = edit(late.take().unwrap_or_else(|| Rc::clone(&bytes)))?;
        if new == bytes {
            return Ok(committed);
        }
        let unfinished =
            write_beside(&target, &folder, iter::once(new.as_slice()), old.as_ref().map(|old| &old.metadata))?;
        if is_synced {
            unfinished.as_file().sync_all().map_err(failed("write", unfinished.path()))?;
        }
        if !still_holds(&target, &bytes)? {
            continue;
        }
        unfinished.persist(&target).map_err(|error| failed("replace", &target)(error.error))?;
        committed.changed = true;
        committed.other_links = old.as_ref().map_or(0, |old| metadata::link_count(&old.metadata).saturating_sub(1));
        // The new file is in its place: whatever happens from here on is no failure.
        committed.unsynced =
            is_synced.then(|| metadata::sync_folder(&folder).err()).flatten().map(|error| error.kind());
        late = old.and_then(written_late);
        if late.is_none() {
            return Ok(committed);
        }
    }
    Err(FileError::Contended { path: target }.into())
}

/// Whether a file could be written in the folder of this path: tried out, with a file that has no name.
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
    let is_same = leads_to(one)? == leads_to(other)?;
    if is_same { Err(FileError::SameFile { path: one.to_owned() }) } else { Ok(()) }
}

/// Whether there is a file; a link that leads nowhere is none.
///
/// # Errors
///
/// Fails if that cannot be told.
pub fn is_there(path: &Path) -> Result<bool, FileError> {
    let target = follow_links(path)?;
    target.try_exists().map_err(failed("read", &target))
}

/// Removes a file that still has these bytes.
///
/// # Errors
///
/// Fails if it has others, or cannot be removed.
pub fn remove(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let target = follow_links(path)?;
    let (_lock, folder) = enter(path, &target)?;
    let _uninterrupted = interrupt::defer();
    if !still_holds(&target, bytes)? {
        return Err(FileError::Changed { path: path.to_owned() });
    }
    fs::remove_file(&target).map_err(failed("remove", &target))?;
    // A power cut may bring it back, which does no harm.
    let _ = metadata::sync_folder(&folder);
    Ok(())
}

/// What would not be read any more is not written, either.
fn check_length(target: &Path, length: usize) -> Result<(), FileError> {
    let fits = u64::try_from(length).is_ok_and(|length| length <= limits::FILE_BYTES);
    if fits { Ok(()) } else { Err(FileError::TooLarge { path: target.to_owned() }) }
}

/// Makes the folder if the file is to be the first in it, and locks it.
fn enter(path: &Path, target: &Path) -> Result<(Lock, PathBuf), FileError> {
    let folder = folder_of(target);
    if !folder.exists() && path == target {
        metadata::create_private_folder(&folder).map_err(failed("make", &folder))?;
    }
    let lock = Lock::acquire(&folder).map_err(|error| match error {
        LockError::Held(holder) => FileError::Locked { folder: folder.clone(), holder },
        LockError::Io(source) => failed("open", &folder)(source),
    })?;
    Ok((lock, folder))
}

/// Writes a file beside the target, with its mode and owner; it goes away if it is not renamed.
fn write_beside<'a>(
    target: &Path,
    folder: &Path,
    mut parts: impl Iterator<Item = &'a [u8]>,
    old: Option<&Metadata>,
) -> Result<NamedTempFile, FileError> {
    if old.is_some_and(|old| old.permissions().readonly()) {
        return Err(FileError::ReadOnly { path: target.to_owned() });
    }
    let prefix = unfinished_prefix(target);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(metadata::private());
    let mut file = builder.tempfile_in(folder).map_err(failed("write to", folder))?;
    parts.try_for_each(|part| file.write_all(part)).map_err(failed("write", target))?;
    match old {
        Some(old) => metadata::carry_over(old, file.as_file()),
        // A umask may have taken the owner's right to write, and with it the next login's.
        None => metadata::make_private(file.as_file()),
    }
    .map_err(failed("keep mode and owner of", target))?;
    Ok(file)
}

/// Removes what a killed process has left. Unfinished files are made under the lock only, so nobody is at work on one
/// that is seen under it.
fn sweep(target: &Path, lock: &Lock) {
    if !lock.is_held() {
        return;
    }
    for path in unfinished(target) {
        // What cannot be removed now can be removed next time.
        let _ = fs::remove_file(path);
    }
}

/// The unfinished files beside this one: of a run that was killed, or that is at work.
pub(super) fn unfinished(target: &Path) -> Vec<PathBuf> {
    let prefix = unfinished_prefix(target);
    let entries = fs::read_dir(folder_of(target)).into_iter().flatten().flatten();
    let unfinished = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix));
    unfinished.map(|entry| entry.path()).collect()
}

/// Removes what killed processes have left beside a file, as every commit does.
///
/// # Errors
///
/// Fails if another awsmfa is at work.
pub fn tidy(path: &Path) -> Result<(), FileError> {
    let target = follow_links(path)?;
    let (lock, _) = enter(path, &target)?;
    let _uninterrupted = interrupt::defer();
    sweep(&target, &lock);
    Ok(())
}

fn unfinished_prefix(target: &Path) -> String {
    format!("{}{UNFINISHED}", target.file_name().unwrap_or_default().to_string_lossy())
}

pub(super) fn failed<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> FileError + use<'a> {
    move |source| FileError::Io { action, path: path.to_owned(), source }
}
