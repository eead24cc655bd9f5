//! The two files on the disk: whether they can be read and replaced, and who else can.

use std::path::{Path, PathBuf};

use super::finding::{Finding, Reason};
use super::kind::Kind;

/// How a file stands on the disk. The modes are those of Unix.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The path, as the user named it.
    pub path: PathBuf,
    /// Set if it is the config file, to which no session is written.
    pub is_config: bool,
    /// Set if it is UTF-16, which is not read on.
    pub is_utf16: bool,
    /// Why it cannot be read, and what helps.
    pub unreadable: Option<Reason>,
    /// Where its link leads, if nothing is there.
    pub dangling: Option<PathBuf>,
    /// Why it cannot be replaced, and what helps.
    pub not_replaceable: Option<Reason>,
    /// Its mode.
    pub mode: Option<u32>,
    /// Set if it holds keys, tokens, or commands that print them.
    pub is_private: bool,
    /// The folder that it is in.
    pub folder: PathBuf,
    /// The folder's mode.
    pub folder_mode: Option<u32>,
    /// Set if the folder is for these files alone, so that it may be closed to others.
    pub is_own_folder: bool,
    /// Copies that killed runs have left.
    pub unfinished: Vec<PathBuf>,
    /// Sessions that could not be written.
    pub recovery: Vec<PathBuf>,
    /// The files with the name of one of awsmfa's own that are refused, and the reasons.
    pub foreign: Vec<(PathBuf, String)>,
}

/// Rights of the group and of others.
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o022;
/// In a folder with this bit everybody changes their own files only, as in `/tmp`.
const STICKY: u32 = 0o1000;

impl Standing {
    /// The mode that the file should have, if it has another one.
    pub fn better_mode(&self) -> Option<u32> {
        self.mode.filter(|mode| self.is_private && mode & OTHERS != 0).map(|mode| mode & 0o777 & !OTHERS)
    }

    /// The mode that the folder should have, if it has another one and is for these files alone.
    pub fn better_folder_mode(&self) -> Option<u32> {
        let mode = self.folder_mode.filter(|_| self.is_own_folder && self.is_folder_open())?;
        Some(mode & 0o777 & !OTHERS)
    }

    fn is_folder_open(&self) -> bool {
        self.folder_mode.is_some_and(|mode| mode & OTHERS_WRITE != 0 && mode & STICKY == 0)
    }
}

/// What is wrong with these two; they may be in the same folder.
pub(super) fn disk(standings: &[Standing]) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for standing in standings {
        found.extend(of_file(standing));
        if let Some(folder) = of_folder(standing).filter(|folder| !found.contains(folder)) {
            found.push(folder);
        }
        let unfinished = standing.unfinished.iter();
        found.extend(unfinished.map(|path| Finding::new(Kind::UnfinishedFile).on(path).fixable(true)));
        found.extend(standing.recovery.iter().map(|path| Finding::new(Kind::RecoveryFile).on(path)));
        let foreign = standing.foreign.iter();
        found.extend(foreign.map(|(path, why)| Finding::new(Kind::ForeignFile).on(path).about(why.as_str())));
    }
    found
}

fn of_file(standing: &Standing) -> Vec<Finding> {
    let on = |kind| Finding::new(kind).on(&standing.path);
    let mode = standing.better_mode().and(standing.mode);
    let open = mode.and_then(|mode| readable_by_others(&standing.path, mode)).map(|found| found.fixable(true));
    let not_replaceable = if standing.is_config { Kind::ConfigNotReplaceable } else { Kind::NotReplaceable };
    [
        standing.is_utf16.then(|| on(Kind::Utf16)),
        standing.unreadable.as_ref().map(|reason| on(Kind::UnreadableFile).because(reason)),
        standing.dangling.as_ref().map(|target| dangling_link(&standing.path, target)),
        standing.not_replaceable.as_ref().map(|reason| on(not_replaceable).because(reason)),
        open,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns whether others can read a file that holds keys.
pub fn readable_by_others(path: &Path, mode: u32) -> Option<Finding> {
    (mode & OTHERS != 0).then(|| Finding::new(Kind::ReadableByOthers).on(path).about(octal(mode)))
}

/// A link whose target does not exist.
pub fn dangling_link(path: &Path, target: &Path) -> Finding {
    Finding::new(Kind::DanglingLink).on(path).about(target.display().to_string())
}

fn of_folder(standing: &Standing) -> Option<Finding> {
    let mode = standing.folder_mode.filter(|_| standing.is_folder_open())?;
    let finding = Finding::new(Kind::FolderOpenToOthers).on(&standing.folder).about(octal(mode));
    Some(finding.fixable(standing.is_own_folder))
}

fn octal(mode: u32) -> String {
    format!("mode {:03o}", mode & 0o777)
}
