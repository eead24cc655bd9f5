//! `awsmfa key store`: moves a long-term access key from the files to the keyring.

use super::edit_files;
use super::held_key::{HeldKey, source_profile};
use super::rotation_record::{Record, check_none};
use crate::commands::keyring_entry;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::key_error::KeyError;
use crate::key_in_files::{KeyringEntry, sections_with_stored, with_key_stored};
use crate::platform::shell_word;
use crate::profile::ProfileName;

/// Move the long-term access key of a profile to the keyring of the operating system
///
/// Then only awsmfa uses the key, to request sessions. The file has the ID of the key instead, in the property
/// awsmfa_keyring.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose key to move, or one whose session is requested with it; the same as --profile
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Moves the key.
///
/// # Errors
///
/// Fails if the keyring does not keep the key, or if a file cannot be edited. The key is in at least one of the two
/// places in any case.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let files = SharedFiles::read(global, context)?;
    let profile = source_profile(args.name.as_ref(), &files, global, context)?;
    move_to_keyring(&profile, global, context)?;
    Ok(0)
}

/// Moves the key that this profile holds.
pub(in crate::commands) fn move_to_keyring(
    profile: &ProfileName,
    global: &GlobalArgs,
    context: &Context,
) -> Result<(), Error> {
    let messages = Messages::new(global, context);
    let files = SharedFiles::read(global, context)?;
    let record = Record::open(profile, &files, context)?;
    check_none(&record, profile)?;
    let entry = match HeldKey::of(profile, &files)? {
        HeldKey::InFiles(key) => {
            // The keyring must not get a key that would then stay in the file.
            edit_files::rehearse(&files, &|file| with_key_stored(file, &key))?;
            let changed = || KeyError::Changed { profile: profile.clone(), id: key.access_key_id.clone() };
            let entry = KeyringEntry::of(&key, [&files.credentials, &files.config]).ok_or_else(changed)?;
            keyring_entry::write(&entry, profile)?;
            entry
        }
        // A copy may have been left by a run that was killed.
        HeldKey::InKeyring(id) => keyring_entry::read(&id, profile)?,
    };
    let (key, id) = (&entry.key, &entry.key.access_key_id);
    let is_stored = edit_files::commit(&files, messages, &|file| with_key_stored(file, key), |document| {
        !sections_with_stored(id, document).is_empty()
    })?;
    if !is_stored {
        return Err(KeyError::Changed { profile: profile.clone(), id: id.clone() }.into());
    }
    let word = shell_word(profile.as_str());
    messages.note(&format!("awsmfa: the access key {id} of '{profile}' is in the keyring, and in no AWS file"));
    messages.note(&format!("awsmfa: only awsmfa uses it now; `awsmfa key restore {word}` brings it back"));
    Ok(())
}
