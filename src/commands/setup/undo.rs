//! `awsmfa setup --undo`: restores the files as they were before the last change, if they have not changed since.

use std::path::Path;

use memchr::memmem;
use zeroize::Zeroizing;

use crate::commands::shared_files::SharedFiles;
use crate::commands::{apply, keyring_entry};
use crate::error::Error;
use crate::io::dialog::{self, Choice};
use crate::io::files::{self, Target};
use crate::io::path;
use crate::limits;
use crate::profile::{ProfileName, Profiles, SharedFile};
use crate::render::diff;
use crate::render::text::escape;
use crate::resolve::{self, KeySource};
use crate::session::LongTermKey;
use crate::setup::undo_record::{Record, Undone};
use crate::setup::{SetupError, candidate};

use super::Setting;

/// A file to restore: its path, its bytes, and those before the change, or none if it did not exist.
type Becoming<'a> = (&'a Path, &'a [u8], Option<Vec<u8>>);

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
    let becomes: Vec<Becoming<'_>> = undone
        .into_iter()
        .filter_map(|(path, now, undone)| match undone {
            Undone::Becomes(old) => Some((path.as_path(), now, old)),
            _ => None,
        })
        .collect();
    for (path, now, old) in &becomes {
        let change = diff::without_secrets(path, now, old.as_deref().unwrap_or_default());
        apply::show_diff(&change, setting.args.dry_run, setting.messages)?;
    }
    if !setting.args.dry_run {
        if !may_remove_keys(setting, files, &becomes)? {
            setting.messages.note("awsmfa: nothing was changed");
            return Ok(0);
        }
        for (path, now, old) in &becomes {
            restore(setting, path, now, old.as_deref())?;
        }
        files::remove(&Target::own(&record_path, limits::UNDO_BYTES), &record_bytes)?;
        setting.messages.note("awsmfa: the last change of setup is undone");
    }
    Ok(0)
}

fn restore(setting: Setting<'_>, path: &Path, now: &[u8], old: Option<&[u8]>) -> Result<(), Error> {
    match old {
        Some(old) => apply::replace(setting.messages, &Target::of(path)?, path, now, old),
        None => Ok(files::remove(&Target::of(path)?, now)?),
    }
}

/// Returns whether the keys that would be in no file and in no keyring any more may be removed. Prompts for it, unless
/// `--yes` is given.
fn may_remove_keys(setting: Setting<'_>, files: &SharedFiles, becomes: &[Becoming<'_>]) -> Result<bool, Error> {
    let Some(profile) = only_copy(files.profiles(), becomes).filter(|_| !setting.args.yes) else { return Ok(true) };
    if !dialog::is_possible() {
        return Err(SetupError::OnlyCopy { profile }.into());
    }
    let _dialogue = dialog::Dialogue::begin(setting.messages.colors_messages());
    let question = format!("Remove the only copy of the access key of '{}'?", escape(profile.as_str()));
    let options = [
        Choice::new("no", "leaves everything as it is"),
        Choice::new("yes", "AWS does not show the secret again: another key is needed"),
    ];
    Ok(dialog::choose(&question, &options, 0).map_err(Error::Terminal)? == Some(1))
}

/// Returns the first profile with a long-term access key whose secret is nowhere in the restored files, and which is not
/// in the keyring either.
fn only_copy(profiles: Profiles<'_>, becomes: &[Becoming<'_>]) -> Option<ProfileName> {
    let after = |file: &'_ SharedFile| {
        let restored = becomes.iter().find(|(path, ..)| *path == file.path);
        restored.map_or_else(|| file.document.bytes().to_vec(), |(.., old)| old.clone().unwrap_or_default())
    };
    let after = [profiles.config, profiles.credentials].map(after).map(Zeroizing::new);
    let sources: Vec<(ProfileName, KeySource)> = candidate::permanent_profiles(profiles)
        .into_iter()
        .filter_map(|name| {
            let source = resolve::key(&profiles.get(name.as_str())?, &name).ok()?;
            Some((name, source))
        })
        .collect();
    let is_in_keyring = |key: &LongTermKey| {
        sources.iter().any(|(name, source)| match source {
            KeySource::Keyring(entry) if entry.access_key_id() == key.access_key_id => {
                keyring_entry::read(entry, name).is_ok_and(|entry| entry.key.secret_access_key == key.secret_access_key)
            }
            _ => false,
        })
    };
    sources.iter().find_map(|(name, source)| {
        let KeySource::Key(key) = source else { return None };
        // A file with mistakes may hold the key where no client reads it.
        let is_in = |bytes: &[u8]| memmem::find(bytes, key.secret_access_key.expose().as_bytes()).is_some();
        let is_kept = after.iter().any(|bytes| is_in(bytes)) || is_in_keyring(key);
        (!is_kept).then(|| name.clone())
    })
}
