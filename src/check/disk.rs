//! Findings about the two files on the disk: permissions, broken links and leftover files.

use std::path::{Path, PathBuf};

use super::finding::{Finding, Reason};
use super::finding_kind::Kind;
use crate::platform::granted_by;

/// The state of a file on the disk. On Windows, its mode is computed from its access control list.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The path as the user wrote it, before symbolic links are followed.
    pub path: PathBuf,
    /// Set if it is the config file, which `login` does not write.
    pub is_config: bool,
    /// Set if it is UTF-16, which is not parsed.
    pub is_utf16: bool,
    /// The error and its hint, if it cannot be read.
    pub unreadable: Option<Reason>,
    /// The target of the symbolic link, if the target does not exist.
    pub dangling: Option<PathBuf>,
    /// The error and its hint, if it cannot be replaced.
    pub not_replaceable: Option<Reason>,
    /// Its mode, if it is on a file system that keeps modes.
    pub mode: Option<u32>,
    /// Set if it is on a drive of Windows that does not keep modes.
    pub ignores_modes: bool,
    /// Set if it holds keys, tokens, or commands that print them.
    pub is_private: bool,
    /// The folder that holds it, after symbolic links are followed.
    pub folder: PathBuf,
    /// The mode of the folder.
    pub folder_mode: Option<u32>,
    /// Set if the folder is for AWS files only, so that `doctor --fix` may close it to other users.
    pub is_own_folder: bool,
    /// The copies that killed runs left behind.
    pub unfinished: Vec<PathBuf>,
    /// The recovery files with sessions that could not be written.
    pub recovery: Vec<PathBuf>,
    /// The files that are named like awsmfa's own files but are refused, with the reasons.
    pub foreign: Vec<(PathBuf, String)>,
}

/// The permissions of the group and of other users.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;
/// The sticky bit: in such a folder, as in `/tmp`, users can replace their own files only.
const STICKY: u32 = 0o1000;

impl Standing {
    /// Returns the mode to change the file to, if it is private but open to other users.
    pub fn better_mode(&self) -> Option<u32> {
        self.mode.filter(|mode| self.is_private && mode & OTHERS != 0).map(|mode| mode & 0o777 & !OTHERS)
    }

    /// Returns the mode to change the folder to, if it is for AWS files only but other users can write to it.
    pub fn better_folder_mode(&self) -> Option<u32> {
        if self.is_own_folder { self.open_folder_mode().map(|mode| mode & 0o777 & !OTHERS) } else { None }
    }

    fn open_folder_mode(&self) -> Option<u32> {
        self.folder_mode.filter(|mode| mode & OTHERS_WRITE != 0 && mode & STICKY == 0)
    }
}

/// Checks the two files and their folders. A folder that they share is reported once.
pub(super) fn disk(standings: &[Standing]) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for standing in standings {
        found.extend(of_file(standing));
        if let Some(folder) = of_folder(standing).filter(|folder| !found.contains(folder)) {
            found.push(folder);
        }
        found.extend(
            standing.unfinished.iter().map(|path| Finding::new(Kind::UnfinishedFile).at_path(path).fixable(true)),
        );
        found.extend(standing.recovery.iter().map(|path| Finding::new(Kind::RecoveryFile).at_path(path)));
        let foreign = standing.foreign.iter();
        found.extend(foreign.map(|(path, why)| Finding::new(Kind::ForeignFile).at_path(path).with_detail(why)));
    }
    found
}

fn of_file(standing: &Standing) -> Vec<Finding> {
    let finding = |kind| Finding::new(kind).at_path(&standing.path);
    let mode = standing.better_mode().and(standing.mode);
    let open = mode.and_then(|mode| readable_by_others(&standing.path, mode)).map(|found| found.fixable(true));
    let not_replaceable = if standing.is_config { Kind::ConfigNotReplaceable } else { Kind::NotReplaceable };
    [
        standing.is_utf16.then(|| finding(Kind::Utf16)),
        standing.unreadable.as_ref().map(|reason| finding(Kind::UnreadableFile).because(reason)),
        standing.dangling.as_ref().map(|target| dangling_link(&standing.path, target)),
        standing.not_replaceable.as_ref().map(|reason| finding(not_replaceable).because(reason)),
        open,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns a finding if a file that holds keys is open to the group or to other users.
pub fn readable_by_others(path: &Path, mode: u32) -> Option<Finding> {
    (mode & OTHERS != 0).then(|| Finding::new(Kind::ReadableByOthers).at_path(path).with_detail(granted_by(mode)))
}

/// Returns the finding for a symbolic link to a file that does not exist.
pub fn dangling_link(path: &Path, target: &Path) -> Finding {
    Finding::new(Kind::DanglingLink).at_path(path).with_detail(target.display().to_string())
}

fn of_folder(standing: &Standing) -> Option<Finding> {
    if standing.ignores_modes {
        return Some(Finding::new(Kind::ModesNotKept).at_path(&standing.folder));
    }
    let mode = standing.open_folder_mode()?;
    let finding = Finding::new(Kind::FolderOpenToOthers).at_path(&standing.folder).with_detail(granted_by(mode));
    Some(finding.fixable(standing.is_own_folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drive_without_modes_is_one_finding_for_both_files() {
        let file = |name: &str| Standing {
            path: Path::new("/mnt/c/Users/ada/.aws").join(name),
            ignores_modes: true,
            is_private: true,
            folder: PathBuf::from("/mnt/c/Users/ada/.aws"),
            is_own_folder: true,
            ..Standing::default()
        };
        let kinds: Vec<Kind> =
            disk(&[file("config"), file("credentials")]).iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [Kind::ModesNotKept]);
    }
}
