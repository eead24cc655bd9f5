//! Mode and owner: a file that replaces another one keeps both.

use std::fs::{DirBuilder, File, Metadata, Permissions};
use std::io;
use std::path::Path;

use super::files::FileError;

/// The mode of new files: nobody else reads them.
#[cfg(unix)]
pub(super) fn private() -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(0o600)
}

/// Gives the new file the old one's owner and mode. The owner comes first: changing it may clear bits of the mode.
#[cfg(unix)]
pub(super) fn carry_over(old: &Metadata, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let now = new.metadata()?;
    if (old.uid(), old.gid()) != (now.uid(), now.gid()) {
        fchown(new, Some(old.uid()), Some(old.gid()))?;
    }
    new.set_permissions(old.permissions())
}

/// How many names the file has; replacing it leaves the others with the old bytes.
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

/// Makes a new file the owner's alone, whatever the umask.
pub(super) fn make_private(new: &File) -> io::Result<()> {
    #[cfg(unix)]
    new.set_permissions(private())?;
    let _ = new;
    Ok(())
}

/// Makes the folder, and those above it, for the owner only.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)?;
    // A umask may have taken the owner's rights.
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
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
pub(super) fn carry_over(old: &Metadata, new: &File) -> io::Result<()> {
    new.set_permissions(old.permissions())
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
