//! Mode, owner and attributes: a file that replaces another one keeps them.

use std::fs::{DirBuilder, File, Metadata, Permissions};
use std::io;
use std::path::Path;

#[cfg(target_os = "linux")]
use super::attributes::{self, Attributes};
use super::concurrent::Old;
use super::file_error::{FileError, failed};
#[cfg(unix)]
use super::opening::{self, Links};
#[cfg(unix)]
use super::path::folder_of;

/// The mode of new files: nobody else reads them.
#[cfg(unix)]
pub(super) fn private() -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(0o600)
}

/// Gives the new file the old one's owner, mode and attributes. It is the owner's alone until the last but one step, so that
/// at no moment more users can read it than the old one.
#[cfg(unix)]
pub(super) fn carry_over(old: &Old, new: &File, path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let failed = || failed("keep mode and owner of", path);
    let (wanted, now) = (&old.metadata, new.metadata().map_err(failed())?);
    // The owner comes first: changing it may clear bits of the mode. Some file systems refuse both, even if nothing changes.
    if (wanted.uid(), wanted.gid()) != (now.uid(), now.gid()) {
        fchown(new, Some(wanted.uid()), Some(wanted.gid())).map_err(failed())?;
    }
    #[cfg(target_os = "linux")]
    let attributes = match old.file() {
        Some(file) => Attributes::of(file, path)?,
        None => Attributes::default(),
    };
    #[cfg(target_os = "linux")]
    attributes.give_access_list(new, path)?;
    if mode(&new.metadata().map_err(failed())?) != mode(wanted) {
        new.set_permissions(wanted.permissions()).map_err(failed())?;
    }
    #[cfg(target_os = "linux")]
    attributes.give_others(new, path)?;
    Ok(())
}

/// Refuses to put a session of root's into a file of a user who does not own its folder, as in /tmp. The owner of a folder
/// could replace the file anyway.
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

/// Rights of the group and of others.
pub(super) const OTHERS: u32 = 0o077;

/// The identity of a file: device and inode.
#[cfg(unix)]
pub(super) fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// The number of names the file has; replacing it leaves the others with the old bytes.
#[cfg(unix)]
pub(super) fn link_count(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata)
}

/// The mode, where files have one.
#[cfg(unix)]
pub(super) fn mode(metadata: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777)
}

/// Changes the mode, where files have one.
#[cfg(unix)]
pub(super) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

/// Makes a new file the owner's alone, whatever the umask. `path` is in the folder that it was created in.
#[cfg(unix)]
pub(super) fn make_private(new: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    give_to_owner_of_folder(new, &folder_of(path));
    // As long as it stays, it gives no right that the mode does not give.
    #[cfg(target_os = "linux")]
    let _ = attributes::remove_access_list(new);
    // Some file systems refuse to change a mode, even to what it is.
    if new.metadata()?.permissions().mode() & 0o7777 != 0o600 {
        new.set_permissions(private())?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn make_private(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Gives what root has created to the owner of the folder, so that a user is not locked out of their own home.
#[cfg(unix)]
pub(super) fn give_to_owner_of_folder(new: &File, folder: &Path) {
    use std::os::unix::fs::{MetadataExt, fchown};
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let (Ok(folder), Ok(now)) = (std::fs::metadata(folder), new.metadata()) else { return };
    if now.uid() == 0 && folder.uid() != 0 {
        // In a container, or over a network, not even root may give everything away; then it stays root's.
        let _ = fchown(new, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Creates the folder, and those above it, for the owner only. They belong to the owner of the folder that they are in.
#[cfg(unix)]
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists() && **folder != *"").collect();
    for folder in missing.into_iter().rev() {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            created => created?,
        }
        // A umask may have taken the owner's rights, so that it cannot be opened.
        if std::fs::symlink_metadata(folder)?.permissions().mode() & 0o777 != 0o700 {
            std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
        let created = opening::open(std::fs::OpenOptions::new().read(true), folder, Links::Refused)?;
        give_to_owner_of_folder(&created, &folder_of(folder));
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(path)
}

/// Fails if no file can be created in the folder. One that is not there can be created itself.
#[cfg(unix)]
pub(super) fn check_folder(folder: &Path) -> Result<(), FileError> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    use rustix::io::Errno;
    match accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS) {
        Err(Errno::ROFS) => Err(FileError::ReadOnlyMount { folder: folder.to_owned() }),
        Err(error @ Errno::ACCESS) => Err(failed("write to", folder)(error.into())),
        // Whatever else it is, the next call on the folder tells it better. EPERM is what some containers answer to a call that
        // they do not know.
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub(super) fn check_folder(_: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Fails as replacing the file would, where that can be known without doing it: a file that is a mount point, as in a
/// container, or that is marked as immutable or as for appending only.
#[cfg(target_os = "linux")]
pub(super) fn check_replaceable(path: &Path) -> Result<(), FileError> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    // Old kernels do not tell.
    let Ok(told) = statx(CWD, path, AtFlags::empty(), StatxFlags::empty()) else { return Ok(()) };
    if told.stx_attributes.contains(StatxAttributes::MOUNT_ROOT) {
        return Err(FileError::Mounted { path: path.to_owned() });
    }
    if told.stx_attributes.intersects(StatxAttributes::IMMUTABLE | StatxAttributes::APPEND) {
        return Err(FileError::Immutable { path: path.to_owned() });
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn check_replaceable(_: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Makes a rename last through a power cut. Only Unix lets a folder be synced.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(not(unix))]
pub(super) fn carry_over(old: &Old, new: &File, path: &Path) -> Result<(), FileError> {
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
