//! `awsmfa key restore`: brings a long-term access key back from the keyring.

use super::edit_files;
use super::held_key::{HeldKey, source_profile};
use super::rotation_record::{Record, check_none};
use crate::commands::keyring_entry;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::keyring::KeyringError;
use crate::key_error::KeyError;
use crate::key_in_files::{sections_with, with_key_restored};
use crate::profile::ProfileName;

/// Bring the long-term access key of a profile back from the keyring
///
/// The lines of the file are as they were before `key store`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose key to bring back, or one whose session is requested with it; the same as --profile
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Brings the key back.
///
/// # Errors
///
/// Fails if the keyring does not return the key, or if a file cannot be edited. The entry is deleted only after the key
/// has been written.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let messages = Messages::new(global, context);
    let files = SharedFiles::read(global, context)?;
    let profile = source_profile(args.name.as_ref(), &files, global, context)?;
    let record = Record::open(&profile, &files, context)?;
    check_none(&record, &profile)?;
    let id = match HeldKey::of(&profile, &files)? {
        HeldKey::InKeyring(id) => id,
        // The entry may have been left by a run that was killed.
        HeldKey::InFiles(key) => match keyring_entry::read(&key.access_key_id, &profile) {
            Ok(_) => key.access_key_id,
            Err(Error::Keyring { source: KeyringError::NoEntry { .. } | KeyringError::Absent { .. }, .. }) => {
                return Err(KeyError::NotStored { profile }.into());
            }
            Err(error) => return Err(error),
        },
    };
    let entry = keyring_entry::read(&id, &profile)?;
    let is_there = edit_files::commit(&files, messages, &|file| with_key_restored(file, &entry), |document| {
        !sections_with(&entry.key, document).is_empty()
    })?;
    if !is_there {
        return Err(KeyError::Changed { profile, id }.into());
    }
    keyring_entry::delete(&id, &profile)?;
    messages.note(&format!("awsmfa: the access key {id} of '{profile}' is in the file again, and not in the keyring"));
    Ok(0)
}
