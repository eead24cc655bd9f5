//! Reading and replacing whole files, such as the config file and the credentials file.
//!
//! Nothing is ever written in place. Under a lock, a new file is written beside the old one, synced, and renamed over
//! it. Symbolic links are followed, so that the target is replaced and the link remains.

use std::fs::{self, File};
use std::io;
use std::iter;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use tempfile::NamedTempFile;

use super::concurrent_writes::{OldFile, open, read_old, read_opened, still_holds, written_late};
pub use super::file_error::FileError;
use super::file_error::failed;
use super::own_files;
use super::path::{absolute, folder_of, follow_links};
use super::system::{file_access, file_rights};
pub use super::target_file::Target;
use super::unfinished_files::{sweep, write_beside};
use super::until_free::until_free;
use crate::limits;

/// The maximum number of attempts if another program writes at the same time.
const MAX_ATTEMPTS: usize = 5;

/// The number of bytes that are written at a time to reserve disk space.
const PADDING: usize = 64 * 1024;

/// The result of a commit, with its warnings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Set if the file was replaced.
    pub changed: bool,
    /// The reason for writing without a lock.
    pub unlocked: Option<String>,
    /// The number of other hard links to the old file, which still have the old bytes.
    pub other_links: u64,
    /// The error of a failed sync, after which a power failure may still restore the old file.
    pub unsynced: Option<io::ErrorKind>,
}

/// Reads a file. A missing file counts as empty.
///
/// # Errors
///
/// Fails if the file exists and cannot be read, is not a regular file, or is too large.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let target = follow_links(path)?;
    // Users set a variable such as AWS_CONFIG_FILE to this path so that no file is read.
    if file_access::is_null_device(&target) {
        return Ok(Vec::new());
    }
    let old = read_old(&target, None)?;
    if old.is_none() && target != path && !folder_of(&target).exists() {
        return Err(FileError::Dangling { path: path.to_owned(), target });
    }
    Ok(old.map(|old| Rc::unwrap_or_clone(old.bytes)).unwrap_or_default())
}

/// Reads one of awsmfa's own files, of at most `limit` bytes. A missing file counts as empty.
///
/// # Errors
///
/// Fails if the file cannot be read or is too large, or if another user may have written it.
pub fn read_own(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    Ok(own_files::read(path, limit)?.unwrap_or_default())
}

/// Disk space that is reserved until this is dropped. A file without a name reserves it, so that a crash leaves nothing
/// behind.
pub struct ReservedSpace {
    file: Option<File>,
    target: Target,
    mode: Option<u32>,
}

impl ReservedSpace {
    /// Frees the space.
    pub fn release(&mut self) {
        self.file = None;
    }

    /// Returns the target of the rehearsal. A commit to it fails if its path resolves to another file by then.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Returns the mode of the file, or `None` if there is no file or the system has no modes.
    pub fn mode(&self) -> Option<u32> {
        self.mode
    }
}

/// Tests everything that a commit of `length` bytes needs, except for the rename: links, lock, disk space, mode and
/// owner. The disk space stays reserved.
///
/// # Errors
///
/// Fails if the commit would fail.
pub fn rehearse(path: &Path, length: usize) -> Result<ReservedSpace, FileError> {
    let mut target = Target::of(path)?;
    let _entered = target.enter(limits::LOCK)?;
    target.pin()?;
    let old = open(&target.path)?.map(|(file, metadata)| OldFile::unread(file, metadata));
    if old.is_some() {
        file_rights::check_replaceable(&target.path)?;
    }
    // A larger file could not be read again.
    if u64::try_from(length).map_or(true, |length| length > limits::FILE_BYTES) {
        return Err(FileError::TooLarge { path: target.path });
    }
    let padding = vec![b'#'; length.min(PADDING)];
    let (last, _) = padding.split_at(length % PADDING);
    let parts = iter::repeat_n(padding.as_slice(), length / PADDING).chain([last]);
    let unfinished = write_beside(&target, parts, old.as_ref())?;
    // Some file systems report a full disk only when a file is synced.
    unfinished.as_file().sync_all().map_err(failed("write", unfinished.path()))?;
    let mode = old.as_ref().and_then(|old| file_rights::mode(&target.path, &old.metadata));
    Ok(ReservedSpace { file: Some(unfinished.into_file()), target, mode })
}

/// Options for the replacement of a file.
#[derive(Clone, Copy)]
struct Options<'a> {
    /// The expected content of the file.
    known: Option<&'a Rc<Vec<u8>>>,
    is_synced: bool,
    /// The time limit for acquiring the lock.
    wait: Duration,
}

const THOROUGH: Options<'static> = Options { known: None, is_synced: true, wait: limits::LOCK };

/// Replaces the content of a file with the result of `edit`. Nothing is written if the content is the same.
///
/// The file is read under the lock. If another program writes to it in the meantime, `edit` is called again with the
/// new content.
///
/// # Errors
///
/// Fails if `edit` fails, or if the file cannot be replaced. In both cases, the file is unchanged, unless another
/// program wrote to the old file during the rename and its change could not be merged.
pub fn replace<E: From<FileError>>(
    target: &Target,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_as(THOROUGH, target, edit)
}

/// Replaces a file that has been read before. If it still has the `known` bytes, `edit` receives those, so that they
/// are not in memory twice.
///
/// # Errors
///
/// Fails in the same cases as [`replace`].
pub fn replace_known<E: From<FileError>>(
    target: &Target,
    known: &Rc<Vec<u8>>,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_as(Options { known: Some(known), ..THOROUGH }, target, edit)
}

/// Replaces a file, but waits only briefly for the lock and does not sync: a power failure may undo the change.
///
/// # Errors
///
/// Fails in the same cases as [`replace`].
pub fn replace_in_passing<E: From<FileError>>(
    target: &Target,
    edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    replace_as(Options { known: None, is_synced: false, wait: limits::BRIEF_LOCK }, target, edit)
}

fn replace_as<E: From<FileError>>(
    options: Options<'_>,
    target: &Target,
    mut edit: impl FnMut(Rc<Vec<u8>>) -> Result<Rc<Vec<u8>>, E>,
) -> Result<Committed, E> {
    let entered = target.enter(options.wait)?;
    sweep(target, &entered);
    let mut committed = Committed { unlocked: entered.unlocked.clone(), ..Committed::default() };
    let mut late = None;
    for _ in 0..MAX_ATTEMPTS {
        let old = read_target(target, options.known)?;
        let bytes = old.as_ref().map(|old| Rc::clone(&old.bytes)).unwrap_or_default();
        let new = edit(late.take().unwrap_or_else(|| Rc::clone(&bytes)))?;
        if new == bytes {
            return Ok(committed);
        }
        let unfinished = write_beside(target, iter::once(new.as_slice()), old.as_ref())?;
        if options.is_synced {
            unfinished.as_file().sync_all().map_err(failed("write", unfinished.path()))?;
        }
        if !still_holds(&target.path, &bytes)? {
            continue;
        }
        target.check()?;
        rename(unfinished, &target.path).map_err(failed("replace", &target.path))?;
        committed.changed = true;
        committed.other_links = old.as_ref().map_or(0, |old| old.link_count.saturating_sub(1));
        // The new file is already in place, so a failed sync is only a warning.
        let synced = if options.is_synced { file_rights::sync_folder(&target.folder) } else { Ok(()) };
        committed.unsynced = synced.err().map(|error| error.kind());
        late = old.and_then(written_late);
        if late.is_none() {
            return Ok(committed);
        }
    }
    Err(FileError::Contended { path: target.path.clone() }.into())
}

/// Renames a new file over the old one.
fn rename(new: NamedTempFile, target: &Path) -> io::Result<()> {
    let (_open, mut path) = new.into_parts();
    until_free(file_access::may_be_in_use, || fs::rename(&path, target))?;
    path.disable_cleanup(true);
    Ok(())
}

fn read_target(target: &Target, known: Option<&Rc<Vec<u8>>>) -> Result<Option<OldFile>, FileError> {
    match target.own_limit {
        Some(limit) => read_opened(&target.path, own_files::open(&target.path, limit)?, known),
        None => read_old(&target.path, known),
    }
}

/// Returns whether the file has exactly these bytes. A missing file counts as empty.
///
/// # Errors
///
/// Fails if the file cannot be read.
pub fn is_unchanged(path: &Path, bytes: &[u8]) -> Result<bool, FileError> {
    let target = follow_links(path)?;
    if file_access::is_null_device(&target) {
        return Ok(bytes.is_empty());
    }
    still_holds(&target, bytes)
}

/// Returns whether a file could be created at this path. Tests this with a temporary file in the nearest existing
/// folder.
pub fn is_writable(path: &Path) -> bool {
    let folder = folder_of(path);
    let existing = folder.ancestors().find(|folder| folder.exists());
    existing.is_some_and(|folder| tempfile::tempfile_in(folder).is_ok())
}

/// Checks that the paths resolve to different files.
///
/// # Errors
///
/// Fails if they resolve to the same file, or if that cannot be determined.
pub fn check_different(one: &Path, other: &Path) -> Result<(), FileError> {
    let (one_target, other_target) = (absolute(&follow_links(one)?), absolute(&follow_links(other)?));
    let identity = |path: &Path| file_rights::identity_at(path).ok();
    let is_same = match (identity(&one_target), identity(&other_target)) {
        (Some(one), Some(other)) => one == other,
        // The files need not exist yet, and the same folder may have two paths.
        (None, None) => {
            let folder = identity(&folder_of(&one_target));
            let is_same_folder = folder.is_some() && folder == identity(&folder_of(&other_target));
            one_target == other_target || is_same_folder && file_access::is_same_name(&one_target, &other_target)
        }
        _ => false,
    };
    if is_same { Err(FileError::SameFile { path: one.to_owned() }) } else { Ok(()) }
}

/// Returns whether the file exists. A dangling link does not count.
///
/// # Errors
///
/// Fails if that cannot be determined.
pub fn is_there(path: &Path) -> Result<bool, FileError> {
    let target = follow_links(path)?;
    target.try_exists().map_err(failed("read", &target))
}

/// Deletes a file if it still has these bytes.
///
/// # Errors
///
/// Fails if the file has changed, or cannot be deleted.
pub fn remove(target: &Target, bytes: &[u8]) -> Result<(), FileError> {
    let _entered = target.enter(limits::LOCK)?;
    let old = read_target(target, None)?;
    if old.is_none_or(|old| *old.bytes != bytes) {
        return Err(FileError::Changed { path: target.named.clone() });
    }
    until_free(file_access::may_be_in_use, || fs::remove_file(&target.path)).map_err(failed("remove", &target.path))?;
    // If this fails, a power failure may restore the file, which does no harm.
    let _ = file_rights::sync_folder(&target.folder);
    Ok(())
}

/// Deletes the unfinished files that killed processes left beside a file, as every commit does.
///
/// # Errors
///
/// Fails if another awsmfa holds the lock.
pub fn tidy(path: &Path) -> Result<(), FileError> {
    let target = Target::of(path)?;
    let entered = target.enter(limits::LOCK)?;
    sweep(&target, &entered);
    Ok(())
}
