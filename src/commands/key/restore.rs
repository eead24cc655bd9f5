//! `awsmfa key restore`: moves a long-term access key from the keyring back to the files.

use serde_json::json;

use super::edit_files;
use super::held_key::{HeldKey, source_profile};
use super::key_lock;
use crate::commands::json_result;
use crate::commands::keyring_entry;
use crate::commands::messages::Messages;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::interrupt;
use crate::key_error::KeyError;
use crate::key_in_files::{sections_with, with_key_restored};
use crate::profile::ProfileName;

/// Move the access key of a profile back to the file
///
/// The key is taken out of the keyring. A section that has not changed since `key store` is restored byte for byte.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile whose key to move, of any kind
    ///
    /// It has the key, or its session is requested with the key. The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Moves the key back.
///
/// # Errors
///
/// Fails if the keyring does not return the key, or if a file cannot be edited. The entry is deleted only after the key
/// has been written.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    interrupt::handle();
    let messages = Messages::new(global, context);
    let files = SharedFiles::read(global, context)?;
    let profile = source_profile(args.name.as_ref(), &files, global, context)?;
    let held = HeldKey::of(&profile, &files)?;
    let _lock = key_lock::acquire(held.access_key_id(), &profile, context)?;
    let files = SharedFiles::read(global, context)?;
    key_lock::check_no_rotation(held.access_key_id(), &files, context)?;
    let HeldKey::InKeyring(name) = HeldKey::of(&profile, &files)? else {
        return Err(KeyError::NotStored { profile }.into());
    };
    let entry = keyring_entry::read(&name, &profile)?;
    let is_there = edit_files::commit(&files, messages, &|file| with_key_restored(file, &name, &entry), |document| {
        !sections_with(&entry.key, document).is_empty()
    })?;
    let id = name.access_key_id();
    if !is_there {
        return Err(KeyError::Changed { profile, id: id.to_owned() }.into());
    }
    keyring_entry::delete(&name, &profile)?;
    messages.note(&format!("awsmfa: the access key {id} of '{profile}' is in the file again, and not in the keyring"));
    let result = json!({ "profile": profile.as_str(), "access_key_id": id, "result": "restored" });
    json_result::print(&result, global).map(|()| 0)
}
