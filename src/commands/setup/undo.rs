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
use crate::key_in_files;
use crate::limits;
use crate::profile::property::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::profile::{Profiles, SharedFile};
use crate::render::diff;
use crate::render::text::escape;
use crate::session;
use crate::setup::SetupError;
use crate::setup::undo_record::{Record, Undone};

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
        apply::show_diff(path, &change, setting.args.dry_run, setting.messages)?;
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
    let question = format!("Remove the only copy of the access key of '{}'?", escape(&profile));
    let options = [
        Choice::new("no", "leaves everything as it is"),
        Choice::new("yes", "AWS does not show the secret again: another key is needed"),
    ];
    Ok(dialog::choose(&question, &options, 0).map_err(Error::Terminal)? == Some(1))
}

/// Returns the name of the first section whose secret access key is nowhere in the restored files, and not in the keyring
/// either. A section with mistakes counts, too: only one that clearly holds a session does not.
fn only_copy(profiles: Profiles<'_>, becomes: &[Becoming<'_>]) -> Option<String> {
    let after = |file: &'_ SharedFile| {
        let restored = becomes.iter().find(|(path, ..)| *path == file.path);
        restored.map_or_else(|| file.document.bytes().to_vec(), |(.., old)| old.clone().unwrap_or_default())
    };
    let files = [profiles.config, profiles.credentials];
    let after = files.map(after).map(Zeroizing::new);
    // A file with mistakes may hold the key where no client reads it.
    let is_in_files = |secret: &str| after.iter().any(|bytes| memmem::find(bytes, secret.as_bytes()).is_some());
    let sections = files.into_iter().flat_map(|file| file.document.sections());
    sections.into_iter().find_map(|section| {
        let id = section.property(ACCESS_KEY_ID).map(|id| id.value()).unwrap_or_default();
        let properties = section.properties();
        let secrets = properties.iter().filter(|property| property.is_named(SECRET_ACCESS_KEY) && !property.is_empty());
        let mut secrets = secrets.map(|property| Zeroizing::new(property.value().into_owned()));
        let header = String::from_utf8_lossy(section.name());
        let name = header.strip_prefix("profile ").unwrap_or(&header).trim();
        let is_lost = |secret: &str| !is_in_files(secret) && !is_in_keyring(&id, secret, name, files);
        let is_only_copy = !session::is_session_key_id(&id) && secrets.any(|secret| is_lost(&secret));
        is_only_copy.then(|| name.to_owned())
    })
}

/// Returns whether an entry of the keyring that one of the files names holds this key.
fn is_in_keyring(access_key_id: &str, secret: &str, profile: &str, files: [&SharedFile; 2]) -> bool {
    let Ok(profile) = profile.parse() else { return false };
    let entries = files.into_iter().flat_map(|file| key_in_files::entries_of(access_key_id, &file.document));
    entries.into_iter().any(|entry| {
        keyring_entry::read(&entry, &profile).is_ok_and(|entry| entry.key.secret_access_key.expose() == secret)
    })
}
