//! `awsmfa key store`: moves a long-term access key from the files to the keyring.

use serde_json::json;

use super::edit_files;
use super::held_key::{HeldKey, source_profile};
use super::key_lock;
use crate::commands::json_result;
use crate::commands::keyring_entry;
use crate::commands::messages::Messages;
use crate::commands::shared_files::{SharedFiles, read};
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::{interrupt, keyring};
use crate::key_error::KeyError;
use crate::key_in_files::{EntryName, KeyringEntry, entries_of, has_both, sections_with_entry, with_key_stored};
use crate::platform::shell_word;
use crate::profile::property::{ROLE_ARN, SOURCE_PROFILE};
use crate::profile::{Place, Profile, ProfileName};
use crate::session::LongTermKey;

/// Move the access key of a profile to the keyring
///
/// The key goes to the keyring of the operating system. AWS tools then no longer find the key; awsmfa still does. The
/// file keeps only the name of the entry in the keyring, in the property awsmfa_keyring.
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

/// Moves the key.
///
/// # Errors
///
/// Fails if the keyring does not keep the key, or if a file cannot be edited. The key is in at least one of the two
/// places in any case.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    interrupt::handle();
    let files = SharedFiles::read(global, context)?;
    let profile = source_profile(args.name.as_ref(), &files, global, context)?;
    let id = move_to_keyring(&profile, global, context)?;
    let result = json!({ "profile": profile.as_str(), "access_key_id": id, "result": "stored" });
    json_result::print(&result, global).map(|()| 0)
}

/// Moves the key that this profile holds. Returns its ID.
pub(in crate::commands) fn move_to_keyring(
    profile: &ProfileName,
    global: &GlobalArgs,
    context: &Context,
) -> Result<String, Error> {
    let messages = Messages::new(global, context);
    let held = HeldKey::of(profile, &SharedFiles::read(global, context)?)?;
    let _lock = key_lock::acquire(held.access_key_id(), profile, context)?;
    let files = SharedFiles::read(global, context)?;
    key_lock::check_no_rotation(held.access_key_id(), &files, context)?;
    let (name, entry) = match HeldKey::of(profile, &files)? {
        HeldKey::InFiles(key) => written(&key, profile, &files)?,
        // A copy may have been left by a run that was killed.
        HeldKey::InKeyring(name) => {
            let entry = keyring_entry::read(&name, profile)?;
            (name, entry)
        }
    };
    let id = &entry.key.access_key_id;
    let is_stored =
        edit_files::commit(&files, messages, &|file| with_key_stored(file, &entry.key, &name), |document| {
            !sections_with_entry(&name, document).is_empty()
        })?;
    if !is_stored {
        return Err(KeyError::Changed { profile: profile.clone(), id: id.clone() }.into());
    }
    let word = shell_word(profile.as_str());
    messages
        .note(&format!("awsmfa: the access key {id} of '{profile}' is in the keyring, and no longer in the AWS files"));
    messages
        .note(&format!("awsmfa: AWS tools no longer find it; `awsmfa key restore {word}` moves it back to the file"));
    warn(&entry.key, profile, &files, messages)?;
    Ok(entry.key.access_key_id)
}

/// Writes the key to the keyring. Returns its entry.
fn written(key: &LongTermKey, profile: &ProfileName, files: &SharedFiles) -> Result<(EntryName, KeyringEntry), Error> {
    let found = files.profiles().get(profile.as_str());
    if found.as_ref().and_then(Profile::credentials_section).is_some_and(|section| has_both(&section)) {
        return Err(KeyError::HasBoth { profile: profile.clone() }.into());
    }
    let both = [&files.credentials, &files.config];
    let of_files = KeyringEntry::of(key, both);
    let known = both.into_iter().flat_map(|file| entries_of(&key.access_key_id, &file.document)).next();
    let name = known.unwrap_or_else(|| EntryName::new(&key.access_key_id, keyring::new_tag()));
    // The keyring must not get a key that would then stay in the file.
    edit_files::rehearse(files, &|file| with_key_stored(file, key, &name))?;
    // Another section with the key may have been stored before.
    let entry = match keyring_entry::found(&name, profile)? {
        Some(there) if there.key.secret_access_key != key.secret_access_key => {
            return Err(KeyError::OtherSecret { id: key.access_key_id.clone(), profile: profile.clone() }.into());
        }
        Some(there) => there.with_sections_of(of_files),
        None => of_files,
    };
    keyring_entry::write(&name, &entry, profile)?;
    Ok((name, entry))
}

/// Warns about what still has the secret, and about what no longer works.
fn warn(key: &LongTermKey, profile: &ProfileName, files: &SharedFiles, messages: Messages) -> Result<(), Error> {
    for file in [&files.credentials, &files.config] {
        let document = read(&file.path)?;
        let secret = key.secret_access_key.expose().as_bytes();
        if let Some(offset) = memchr::memmem::find(document.bytes(), secret) {
            let place = Place { path: file.path.clone(), line: document.line_number(offset) };
            messages.warning(&format!("the secret of the key is also in {place}: remove it there"));
        }
    }
    let roles = files.profiles().linking(SOURCE_PROFILE, profile.as_str()).into_iter();
    let roles = roles.filter(|role| role.property(ROLE_ARN).is_some() && role.name() != profile.as_str());
    for role in roles {
        let (name, word) = (role.name(), shell_word(role.name()));
        messages.warning(&format!(
            "AWS tools cannot assume the role of '{name}' any more, because '{profile}' is its source_profile: \
             `awsmfa login {word}` writes its session to a profile of its own"
        ));
    }
    Ok(())
}
