//! The mode, owner and attributes of files, which are copied to a file that replaces another one.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;
use rustix::process::geteuid;
use tempfile::{Builder, NamedTempFile};

#[cfg(target_os = "linux")]
use super::attributes::{self, Attributes};
use crate::io::concurrent_writes::OldFile;
use crate::io::file_error::{FileError, failed};
use crate::io::path::folder_of;
use crate::io::safe_open::{self, Links};
use crate::io::wsl_drive;

/// The mode of new files, which only their owner can read and write.
const PRIVATE: u32 = 0o600;

/// The mode bits of the group and of others.
const OTHERS: u32 = 0o077;

/// The identity of a file: its device and inode.
pub(in crate::io) type Identity = (u64, u64);

/// Creates a file for reading and writing that only its owner can access, or fails if it exists.
pub(in crate::io) fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(PRIVATE).open(path)
}

/// Creates a file with a random name that only its owner can access. The mode of the file that it may replace is
/// copied later, by [`carry_over`].
pub(in crate::io) fn create_in(
    folder: &Path,
    builder: &mut Builder<'_, '_>,
    _: Option<&Metadata>,
) -> io::Result<NamedTempFile> {
    builder.permissions(Permissions::from_mode(PRIVATE)).tempfile_in(folder)
}

/// Makes the builder create files that all users may read. The umask removes permissions from this mode.
pub(in crate::io) fn make_public(builder: &mut Builder<'_, '_>) {
    builder.permissions(Permissions::from_mode(0o666));
}

/// Copies the owner, mode and attributes of the old file to the new one. Permissions for other users are granted last,
/// so that users who cannot read the old file can never read the new one.
pub(in crate::io) fn carry_over(old: &OldFile, new: &File, path: &Path) -> Result<(), FileError> {
    let failed = || failed("keep mode and owner of", path);
    let (wanted, now) = (&old.metadata, new.metadata().map_err(failed())?);
    // The owner is set first, because changing it may clear bits of the mode. Some file systems refuse to change owners
    // or modes, even to the same ones.
    if (wanted.uid(), wanted.gid()) != (now.uid(), now.gid()) {
        fchown(new, Some(wanted.uid()), Some(wanted.gid())).map_err(failed())?;
    }
    #[cfg(target_os = "linux")]
    let attributes = match old.file() {
        Some(file) => Attributes::of(file, path)?,
        None => Attributes::default(),
    };
    #[cfg(target_os = "linux")]
    attributes.set_access_list(new, path)?;
    if mode_of(&new.metadata().map_err(failed())?) != mode_of(wanted) {
        new.set_permissions(wanted.permissions()).map_err(failed())?;
    }
    #[cfg(target_os = "linux")]
    attributes.set_others(new, path)?;
    Ok(())
}

/// Fails if root would write a session to a file of a user who does not own its folder, as in /tmp. The owner of the
/// folder is allowed, because that user could replace the file anyway.
pub(in crate::io) fn check_owner(old: &Metadata, path: &Path) -> Result<(), FileError> {
    if old.uid() == 0 || !geteuid().is_root() {
        return Ok(());
    }
    let folder = folder_of(path);
    let folder = fs::metadata(&folder).map_err(failed("read", &folder))?;
    if folder.uid() == old.uid() {
        return Ok(());
    }
    Err(FileError::OtherOwner { path: path.to_owned(), owner: old.uid() })
}

/// Returns the identity of the file that the path resolves to.
pub(in crate::io) fn identity_at(path: &Path) -> io::Result<Identity> {
    fs::metadata(path).map(|metadata| identity(&metadata))
}

/// Returns whether the open file is still the one at this path.
pub(in crate::io) fn is_at(path: &Path, file: &File) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(there) => Ok(identity(&there) == identity(&file.metadata()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn identity(metadata: &Metadata) -> Identity {
    (metadata.dev(), metadata.ino())
}

/// Returns the number of hard links to the file. If one of them is replaced, the others still have the old bytes.
pub(in crate::io) fn link_count(_: &File, metadata: &Metadata) -> u64 {
    metadata.nlink()
}

/// Returns whether the file is deleted, and only still open.
pub(in crate::io) fn is_deleted(metadata: &Metadata) -> bool {
    metadata.nlink() == 0
}

/// Returns the reason why another user may have written the file, or `None` if no other user can have written it.
pub(in crate::io) fn why_foreign(path: &Path, metadata: &Metadata) -> Option<&'static str> {
    if !is_ours(path, metadata) {
        return Some("it belongs to another user");
    }
    // A hard link to another of awsmfa's own files would have the right owner and mode as well.
    (metadata.nlink() > 1).then_some("it has another hard link")
}

/// Returns whether the file belongs to the user who runs awsmfa. For root, a file that belongs to the owner of its
/// folder counts as well: see [`give_to_owner_of_folder`].
fn is_ours(path: &Path, metadata: &Metadata) -> bool {
    let user = geteuid().as_raw();
    let owns_folder = || fs::metadata(folder_of(path)).is_ok_and(|folder| folder.uid() == metadata.uid());
    metadata.uid() == user || user == 0 && owns_folder()
}

/// Returns the mode of an existing file or folder, or `None` if it is on a drive of Windows that keeps no modes: there,
/// all files seem to be open to all users.
pub(in crate::io) fn mode(path: &Path, metadata: &Metadata) -> Option<u32> {
    let mode = mode_of(metadata);
    if mode & OTHERS != 0 && wsl_drive::ignores_modes(path) { None } else { Some(mode) }
}

fn mode_of(metadata: &Metadata) -> u32 {
    metadata.permissions().mode() & 0o7777
}

/// Changes the mode.
pub(in crate::io) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Makes a new file readable and writable by its owner only, regardless of the umask. `path` is any path in the file's
/// folder.
pub(in crate::io) fn make_private(new: &File, path: &Path) -> io::Result<()> {
    give_to_owner_of_folder(new, &folder_of(path));
    // If this fails, the access control list still grants no permissions beyond those of the mode.
    #[cfg(target_os = "linux")]
    let _ = attributes::remove_access_list(new);
    // Some file systems refuse to change a mode, even to the same one.
    if mode(&folder_of(path), &new.metadata()?).is_some_and(|mode| mode != PRIVATE) {
        new.set_permissions(Permissions::from_mode(PRIVATE))?;
    }
    Ok(())
}

/// Makes the owner of the folder the owner of a file that root has created, so that users can access everything in
/// their own home folders.
fn give_to_owner_of_folder(new: &File, folder: &Path) {
    if !geteuid().is_root() {
        return;
    }
    let (Ok(folder), Ok(now)) = (fs::metadata(folder), new.metadata()) else { return };
    if now.uid() == 0 && folder.uid() != 0 {
        // In a container or on a network file system, root may not be allowed to do this. The file then still belongs
        // to root.
        let _ = fchown(new, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Creates the folder and its missing parents, for the owner only. If root creates them, each belongs to the owner of
/// its parent.
pub(in crate::io) fn create_private_folder(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists() && **folder != *"").collect();
    for folder in missing.into_iter().rev() {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            created => created?,
        }
        // The umask may have removed the owner's permissions, without which the folder cannot be opened.
        if fs::symlink_metadata(folder)?.permissions().mode() & 0o777 != 0o700 {
            fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
        let created = safe_open::open(OpenOptions::new().read(true), folder, Links::Refused)?;
        give_to_owner_of_folder(&created, &folder_of(folder));
    }
    Ok(())
}

/// Checks that files can be created in the folder. A missing folder is not an error: it is created later.
pub(in crate::io) fn check_folder(folder: &Path) -> Result<(), FileError> {
    match accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS) {
        Err(Errno::ROFS) => Err(FileError::ReadOnlyMount { folder: folder.to_owned() }),
        Err(error @ Errno::ACCESS) => Err(failed("write to", folder)(error.into())),
        // Any other error is reported better by the next call on the folder. EPERM may only mean that a container does
        // not allow this system call.
        _ => Ok(()),
    }
}

/// Checks that the file can be replaced: that it is not a mount point, as in a container, and not marked as immutable
/// or append-only.
#[cfg(target_os = "linux")]
pub(in crate::io) fn check_replaceable(path: &Path) -> Result<(), FileError> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    // Old kernels do not have this call.
    let Ok(status) = statx(CWD, path, AtFlags::empty(), StatxFlags::empty()) else { return Ok(()) };
    if status.stx_attributes.contains(StatxAttributes::MOUNT_ROOT) {
        return Err(FileError::Mounted { path: path.to_owned() });
    }
    if status.stx_attributes.intersects(StatxAttributes::IMMUTABLE | StatxAttributes::APPEND) {
        return Err(FileError::Immutable { path: path.to_owned() });
    }
    Ok(())
}

/// Checks that the file can be replaced: that it is not a mount point, and not marked with `chflags` as immutable or
/// append-only, by its owner or by root (chflags(1)).
#[cfg(any(target_os = "macos", target_os = "freebsd"))]
pub(in crate::io) fn check_replaceable(path: &Path) -> Result<(), FileError> {
    #[cfg(target_os = "freebsd")]
    use std::os::freebsd::fs::MetadataExt as Flags;
    #[cfg(target_os = "macos")]
    use std::os::macos::fs::MetadataExt as Flags;

    /// `UF_IMMUTABLE`, `UF_APPEND`, `SF_IMMUTABLE` and `SF_APPEND` (sys/stat.h).
    const LOCKED: u32 = 0x0000_0002 | 0x0000_0004 | 0x0002_0000 | 0x0004_0000;

    let Ok(file) = fs::symlink_metadata(path) else { return Ok(()) };
    if fs::metadata(folder_of(path)).is_ok_and(|folder| folder.dev() != file.dev()) {
        return Err(FileError::Mounted { path: path.to_owned() });
    }
    if Flags::st_flags(&file) & LOCKED != 0 {
        return Err(FileError::Immutable { path: path.to_owned() });
    }
    Ok(())
}

/// Checks nothing: what keeps a file from being replaced is not known on this system.
#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "freebsd")))]
pub(in crate::io) fn check_replaceable(_: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Syncs a folder, so that a rename in it survives a power failure.
pub(in crate::io) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
