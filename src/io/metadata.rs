//! The mode, owner and attributes of files, which are copied to a file that replaces another one.

use std::fs::{DirBuilder, File, Metadata, Permissions};
use std::io;
use std::path::Path;

#[cfg(target_os = "linux")]
use super::attributes::{self, Attributes};
use super::concurrent_writes::OldFile;
use super::file_error::{FileError, failed};
#[cfg(unix)]
use super::path::folder_of;
#[cfg(unix)]
use super::safe_open::{self, Links};

/// Returns the mode of new files, which only their owner can read and write.
#[cfg(unix)]
pub(super) fn private() -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(0o600)
}

/// Copies the owner, mode and attributes of the old file to the new one. Permissions for other users are granted last,
/// so that users who cannot read the old file can never read the new one.
#[cfg(unix)]
pub(super) fn carry_over(old: &OldFile, new: &File, path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::{MetadataExt, fchown};
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
    if mode(&new.metadata().map_err(failed())?) != mode(wanted) {
        new.set_permissions(wanted.permissions()).map_err(failed())?;
    }
    #[cfg(target_os = "linux")]
    attributes.set_others(new, path)?;
    Ok(())
}

/// Fails if root would write a session to a file of a user who does not own its folder, as in /tmp. The owner of the
/// folder is allowed, because that user could replace the file anyway.
#[cfg(unix)]
pub(super) fn check_owner(old: &Metadata, path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::MetadataExt;
    if old.uid() == 0 || !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let folder = folder_of(path);
    let folder = std::fs::metadata(&folder).map_err(failed("read", &folder))?;
    if folder.uid() == old.uid() {
        return Ok(());
    }
    Err(FileError::OtherOwner { path: path.to_owned(), owner: old.uid() })
}

#[cfg(not(unix))]
pub(super) fn check_owner(_: &Metadata, _: &Path) -> Result<(), FileError> {
    Ok(())
}

/// The mode bits of the group and of others.
pub(super) const OTHERS: u32 = 0o077;

/// Returns the identity of a file: its device and inode.
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// Returns the number of hard links to the file. If one of them is replaced, the others still have the old bytes.
#[cfg(unix)]
pub(super) fn link_count(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

/// Returns the mode, or `None` on systems without modes.
#[cfg(unix)]
pub(super) fn mode(metadata: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777)
}

/// Changes the mode. Does nothing on systems without modes.
#[cfg(unix)]
pub(super) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

/// Makes a new file readable and writable by its owner only, regardless of the umask. `path` is any path in the file's
/// folder.
#[cfg(unix)]
pub(super) fn make_private(new: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    give_to_owner_of_folder(new, &folder_of(path));
    // If this fails, the access control list still grants no permissions beyond those of the mode.
    #[cfg(target_os = "linux")]
    let _ = attributes::remove_access_list(new);
    // Some file systems refuse to change a mode, even to the same one.
    if new.metadata()?.permissions().mode() & 0o7777 != 0o600 {
        new.set_permissions(private())?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn make_private(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes the owner of the folder the owner of a file that root has created, so that users can access everything in
/// their own home folders.
#[cfg(unix)]
pub(super) fn give_to_owner_of_folder(new: &File, folder: &Path) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let (Ok(folder), Ok(now)) = (std::fs::metadata(folder), new.metadata()) else { return };
    if now.uid() == 0 && folder.uid() != 0 {
        // In a container or on a network file system, root may not be allowed to do this. The file then still belongs
        // to root.
        let _ = fchown(new, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Creates the folder and its missing parents, for the owner only. If root creates them, each belongs to the owner of
/// its parent.
#[cfg(unix)]
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists() && **folder != *"").collect();
    for folder in missing.into_iter().rev() {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            created => created?,
        }
        // The umask may have removed the owner's permissions, without which the folder cannot be opened.
        if std::fs::symlink_metadata(folder)?.permissions().mode() & 0o777 != 0o700 {
            std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
        let created = safe_open::open(std::fs::OpenOptions::new().read(true), folder, Links::Refused)?;
        give_to_owner_of_folder(&created, &folder_of(folder));
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(path)
}

/// Checks that files can be created in the folder. A missing folder is not an error: it is created later.
#[cfg(unix)]
pub(super) fn check_folder(folder: &Path) -> Result<(), FileError> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    use rustix::io::Errno;
    match accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS) {
        Err(Errno::ROFS) => Err(FileError::ReadOnlyMount { folder: folder.to_owned() }),
        Err(error @ Errno::ACCESS) => Err(failed("write to", folder)(error.into())),
        // Any other error is reported better by the next call on the folder. EPERM may only mean that a container does
        // not allow this system call.
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) fn check_folder(_: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Checks that the file can be replaced: that it is not a mount point, as in a container, and not marked as immutable
/// or append-only.
#[cfg(target_os = "linux")]
pub(super) fn check_replaceable(path: &Path) -> Result<(), FileError> {
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

#[cfg(not(target_os = "linux"))]
pub(super) fn check_replaceable(_: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Syncs a folder, so that a rename in it survives a power failure. Does nothing on systems other than Unix, which
/// cannot sync folders.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(not(unix))]
pub(super) fn carry_over(old: &OldFile, new: &File, path: &Path) -> Result<(), FileError> {
    new.set_permissions(old.metadata.permissions()).map_err(failed("keep the mode of", path))
}

#[cfg(not(unix))]
pub(super) fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(not(unix))]
pub(super) fn link_count(_: &Metadata) -> u64 {
    1
}

#[cfg(not(unix))]
pub(super) fn mode(_: &Metadata) -> Option<u32> {
    None
}

#[cfg(not(unix))]
pub(super) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
