//! Reads, writes and deletes the entries of long-term access keys in the keyring.

use crate::error::Error;
use crate::io::keyring::{self, KeyringError};
use crate::io::terminal;
use crate::key_in_files::KeyringEntry;
use crate::profile::ProfileName;

/// Reads the entry of a profile's key.
pub(super) fn read(access_key_id: &str, profile: &ProfileName) -> Result<KeyringEntry, Error> {
    let bytes = keyring::read(access_key_id, say_waiting).map_err(|source| of_profile(profile, source))?;
    let not_a_key = || of_profile(profile, KeyringError::NotAKey { id: access_key_id.to_owned() });
    KeyringEntry::parse(bytes.to_vec(), access_key_id).ok_or_else(not_a_key)
}

/// Writes the entry of a profile's key.
pub(super) fn write(entry: &KeyringEntry, profile: &ProfileName) -> Result<(), Error> {
    let written = keyring::write(&entry.key.access_key_id, entry.bytes(), say_waiting);
    written.map_err(|source| of_profile(profile, source))
}

/// Deletes the entry of a profile's key.
pub(super) fn delete(access_key_id: &str, profile: &ProfileName) -> Result<(), Error> {
    keyring::delete(access_key_id, say_waiting).map_err(|source| of_profile(profile, source))
}

fn of_profile(profile: &ProfileName, source: KeyringError) -> Error {
    Error::Keyring { profile: profile.clone(), source }
}

/// Tells the user to act, even with `--quiet`, as a prompt does.
fn say_waiting() {
    terminal::message("awsmfa: waiting for the keyring: it may ask for its password in a window of its own");
}
