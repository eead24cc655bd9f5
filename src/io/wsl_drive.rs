//! Drives of Windows in Linux on Windows (WSL), which keep no modes unless they are mounted with `metadata`.
//!
//! Sources: <https://learn.microsoft.com/windows/wsl/file-permissions>, and for the lines of `/proc/self/mounts`
//! <https://github.com/microsoft/WSL/issues/5956> (WSL 1) and <https://github.com/microsoft/WSL/issues/14301> (WSL 2).

use std::fs;
use std::path::Path;

/// Returns whether an existing file is on a drive of Windows that does not keep modes. For a drive that is shared by
/// virtiofs, an option of WSL 2, this is unknown, and the result is `false`.
pub(super) fn ignores_modes(path: &Path) -> bool {
    // Only Linux has this file.
    let Ok(mounts) = fs::read_to_string("/proc/self/mounts") else { return false };
    // In WSL, `~/.aws` itself is often a link to the folder of Windows.
    fs::canonicalize(path).is_ok_and(|path| is_without_metadata(&mounts, &path))
}

/// Looks for the path in the lines of `/proc/self/mounts`: source, mount point, type, options and two numbers.
fn is_without_metadata(mounts: &str, path: &Path) -> bool {
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((fields.next()?.replace("\\040", " "), fields.next()?, fields.next()?))
    });
    let around = mounts.filter(|(mount_point, ..)| path.starts_with(mount_point));
    // The last of several mounts at the same place covers the others.
    let Some((_, kind, options)) = around.max_by_key(|(mount_point, ..)| mount_point.len()) else { return false };
    let mut options = options.split([',', ';']);
    match kind {
        "drvfs" => !options.any(|option| option == "metadata"),
        "9p" => options.clone().any(|option| option == "aname=drvfs") && !options.any(|option| option == "metadata"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "/mnt/c/Users/ada/.aws/credentials";

    fn check(mount: &str, file: &str) -> bool {
        is_without_metadata(&format!("/dev/sdc / ext4 rw,relatime 0 0\n{mount} 0 0\n"), Path::new(file))
    }

    #[test]
    fn drives_without_metadata_keep_no_modes() {
        let wsl_1 = "E: /mnt/c drvfs rw,noatime,uid=1000,gid=1000,case=off";
        let wsl_2 =
            r"C:\134 /mnt/c 9p rw,noatime,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/,cache=5,trans=fd";
        for mount in [wsl_1, wsl_2] {
            assert!(check(mount, FILE), "{mount}");
            assert!(!check(mount, "/mnt/cd/credentials"), "{mount}");
            assert!(!check(mount, "/home/ada/.aws/credentials"), "{mount}");
            assert!(!check(&mount.replace("gid=1000", "gid=1000,metadata"), FILE), "{mount}");
            assert!(!check(&mount.replace("gid=1000", "gid=1000;metadata"), FILE), "{mount}");
        }
        assert!(check(r"C: /mnt/my\040drive drvfs rw", "/mnt/my drive/credentials"));
    }

    #[test]
    fn other_file_systems_are_not_blamed() {
        assert!(!check("drvfsC0 /mnt/c virtiofs rw,noatime", FILE));
        assert!(!check("share /mnt/c 9p rw,trans=virtio", FILE));
        // A Linux file system that is mounted below the drive, and one that covers it.
        let drive = "C: /mnt/c drvfs rw,noatime 0 0";
        assert!(!check(&format!("{drive}\n/dev/sdd /mnt/c/Users ext4 rw"), FILE));
        assert!(!check(&format!("{drive}\n/dev/sdd /mnt/c ext4 rw"), FILE));
    }
}
