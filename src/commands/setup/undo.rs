//! `awsmfa setup --undo`: restores the files as they were before the last change, if they have not changed since.

use std::path::Path;

use crate::commands::apply;
use crate::commands::shared_files::SharedFiles;
use crate::error::Error;
use crate::io::files::{self, Target};
use crate::io::{path, terminal};
use crate::limits;
use crate::render::diff;
use crate::setup::SetupError;
use crate::setup::undo_record::{Record, Undone};

use super::Setting;

/// Undoes the last change.
pub(super) fn run(setting: Setting<'_>, files: &SharedFiles) -> Result<u8, Error> {
    let record_path = setting.context.environment.undo_file().ok_or(SetupError::NothingToUndo)?;
    let record_bytes = files::read_own(&record_path, limits::UNDO_BYTES)?;
    let record = Record::parse(&record_bytes).ok_or(SetupError::NothingToUndo)?;
    // In the reverse order of writing: the links to a key are removed before the key.
    let profiles = files.profiles();
    let both = [profiles.config, profiles.credentials];
    let undone = both.map(|file| {
        let (path, bytes) = (&file.path, file.document.bytes());
        (path, bytes, record.undo(&path::absolute(path), bytes))
    });
    for (path, _, undone) in &undone {
        if *undone == Undone::ChangedSince {
            return Err(SetupError::ChangedSince { file: path.display().to_string() }.into());
        }
    }
    if undone.iter().all(|(_, _, undone)| *undone == Undone::NotMeant) {
        return Err(SetupError::OtherFiles.into());
    }
    for (path, now, undone) in undone {
        if let Undone::Becomes(old) = undone {
            restore(setting, path, now, old.as_deref())?;
        }
    }
    if !setting.args.dry_run {
        files::remove(&Target::own(&record_path, limits::UNDO_BYTES), &record_bytes)?;
        setting.messages.note("awsmfa: the last change of setup is undone");
    }
    Ok(0)
}

fn restore(setting: Setting<'_>, path: &Path, now: &[u8], old: Option<&[u8]>) -> Result<(), Error> {
    let change = diff::without_secrets(path, now, old.unwrap_or_default());
    if setting.args.dry_run {
        return terminal::print(&change).map_err(Error::Output);
    }
    if !setting.messages.is_quiet() {
        terminal::message(change.trim_end());
    }
    match old {
        Some(old) => apply::replace(setting.messages, &Target::of(path)?, path, now, old),
        None => Ok(files::remove(&Target::of(path)?, now)?),
    }
}
