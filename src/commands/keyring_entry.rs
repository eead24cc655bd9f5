//! Reads, writes and deletes the entries of long-term access keys in the keyring.

use zeroize::Zeroizing;

use crate::error::Error;
use crate::io::keyring::{self, KeyringError};
use crate::io::terminal;
use crate::key_in_files::{EntryName, KeyringEntry};
use crate::profile::ProfileName;

/// Reads the entry of a profile's key.
pub(super) fn read(name: &EntryName, profile: &ProfileName) -> Result<KeyringEntry, Error> {
    found(name, profile)?.ok_or_else(|| of_profile(profile, KeyringError::NoEntry { name: name.to_string() }))
}

/// Reads the entry of a profile's key. Returns none if the keyring has no such entry.
pub(super) fn found(name: &EntryName, profile: &ProfileName) -> Result<Option<KeyringEntry>, Error> {
    let bytes = match keyring::read(name.as_str(), say_waiting) {
        Err(KeyringError::NoEntry { .. }) => return Ok(None),
        read => read.map_err(|source| of_profile(profile, source))?,
    };
    match KeyringEntry::parse(bytes.to_vec(), name.access_key_id()) {
        Some(entry) => Ok(Some(entry)),
        None => Err(of_profile(profile, KeyringError::NotAKey { name: name.to_string() })),
    }
}

/// Writes the entry of a profile's key: without the sections that held it if they are too long for this keyring.
pub(super) fn write(name: &EntryName, entry: &KeyringEntry, profile: &ProfileName) -> Result<(), Error> {
    let write = |entry: &KeyringEntry| {
        let bytes = Zeroizing::new(entry.to_bytes());
        keyring::write(name.as_str(), &bytes, say_waiting)
    };
    let written = match write(entry) {
        Err(KeyringError::TooLong) => write(&KeyringEntry::plain(&entry.key)),
        written => written,
    };
    written.map_err(|source| of_profile(profile, source))
}

/// Deletes the entry of a profile's key.
pub(super) fn delete(name: &EntryName, profile: &ProfileName) -> Result<(), Error> {
    keyring::delete(name.as_str(), say_waiting).map_err(|source| of_profile(profile, source))
}

fn of_profile(profile: &ProfileName, source: KeyringError) -> Error {
    Error::Keyring { profile: profile.clone(), source }
}

/// Tells the user to act, even with `--quiet`, as a prompt does.
fn say_waiting() {
    terminal::message("awsmfa: waiting for the keyring: it may ask for its password in a window of its own");
}
