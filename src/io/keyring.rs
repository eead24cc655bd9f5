//! The keyring of the operating system, with an entry for each long-term access key.
//!
//! A locked keyring prompts for its password in a window of its own, and a keyring that cannot show one may not answer at
//! all. Therefore each access runs on a thread of its own, with a time limit.

use std::hint;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring_core::{Entry, Error as StoreError};
use zeroize::Zeroizing;

use super::system::keyring_store;
use crate::limits;

/// The name of the service in the entries.
const SERVICE: &str = "awsmfa";

/// The time after which the user is told that the keyring must be unlocked.
const PATIENCE: Duration = Duration::from_secs(1);

/// The failures of the keyring.
#[derive(Clone, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum KeyringError {
    /// There is no keyring, or no session of a desktop.
    #[error("there is no keyring: {cause}")]
    Absent { cause: String },
    /// The keyring is locked, and was not unlocked; or there is no default keyring yet.
    #[error("the keyring is locked, or was never set up: {cause}")]
    Locked { cause: String },
    /// The keyring has not answered in time.
    #[error("the keyring did not answer within {} seconds; it may be waiting for its password", limits::KEYRING.as_secs())]
    NoAnswer,
    /// The keyring has no such entry.
    #[error("the keyring has no entry {name}")]
    NoEntry { name: String },
    /// The entry is not from awsmfa, or was changed.
    #[error("the entry {name} in the keyring does not contain that access key")]
    NotAKey { name: String },
    /// The keyring does not return what was written to it.
    #[error("the keyring returned something else than awsmfa wrote to the entry {name}")]
    NotKept { name: String },
    /// Several entries have this name.
    #[error("the keyring has several entries {name}")]
    Ambiguous { name: String },
    /// The entry is longer than the keyring allows.
    #[error("the entry is too long for the keyring")]
    TooLong,
    /// The keyring forgets the entry when the user logs out.
    #[error("the default keyring is kept in memory only, so it would lose the key")]
    NotLasting,
    /// Another failure.
    #[error("the keyring failed: {cause}")]
    Failed { cause: String },
}

impl KeyringError {
    /// Returns whether it is a failure of the keyring as a whole.
    pub fn is_of_all_entries(&self) -> bool {
        matches!(self, Self::Absent { .. } | Self::Locked { .. } | Self::NoAnswer)
    }
}

/// Returns a tag for the name of a new entry.
pub fn new_tag() -> u32 {
    fastrand::u32(..)
}

/// Returns whether there is a keyring, locked or not.
pub fn is_there() -> bool {
    let (sender, receiver) = mpsc::channel();
    // The main thread may have stopped waiting.
    thread::spawn(move || sender.send(keyring_store::open().is_ok()).unwrap_or_default());
    receiver.recv_timeout(PATIENCE).unwrap_or(false)
}

/// Reads an entry. Calls `on_wait` if the keyring does not answer soon.
///
/// # Errors
///
/// Fails if there is no keyring or no entry, or if the keyring is not unlocked in time.
pub fn read(name: &str, on_wait: impl FnOnce()) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    access(name, on_wait, |entry| entry.get_secret().map(Zeroizing::new))
}

/// Writes an entry, and makes sure that the keyring returns it.
///
/// # Errors
///
/// Fails if there is no keyring, or if it is not unlocked in time or does not keep the entry.
pub fn write(name: &str, bytes: &[u8], on_wait: impl FnOnce()) -> Result<(), KeyringError> {
    let bytes = Zeroizing::new(bytes.to_vec());
    let (is_kept, is_lasting) = access(name, on_wait, move |entry| {
        entry.set_secret(&bytes)?;
        if !keyring_store::is_lasting(entry)? {
            entry.delete_credential()?;
            return Ok((true, false));
        }
        Ok((Zeroizing::new(entry.get_secret()?) == bytes, true))
    })?;
    match (is_kept, is_lasting) {
        (_, false) => Err(KeyringError::NotLasting),
        (false, true) => Err(KeyringError::NotKept { name: name.to_owned() }),
        (true, true) => Ok(()),
    }
}

/// Deletes an entry. One that does not exist counts as deleted.
///
/// # Errors
///
/// Fails if there is no keyring, or if it is not unlocked in time.
pub fn delete(name: &str, on_wait: impl FnOnce()) -> Result<(), KeyringError> {
    match access(name, on_wait, Entry::delete_credential) {
        Err(KeyringError::NoEntry { .. }) => Ok(()),
        deleted => deleted,
    }
}

/// Runs an operation on an entry, with a time limit.
fn access<T: Send + 'static>(
    name: &str,
    on_wait: impl FnOnce(),
    operation: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
) -> Result<T, KeyringError> {
    let user = name.to_owned();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let done = match keyring_store::open() {
            Ok(store) => {
                let entry = store.build(SERVICE, &user, None);
                entry.and_then(|entry| operation(&entry)).map_err(|error| store_error(error, user))
            }
            Err(error) => Err(KeyringError::Absent { cause: error_text(&error) }),
        };
        wipe_stack();
        // The main thread may have stopped waiting.
        drop(sender.send(done));
    });
    if let Ok(done) = receiver.recv_timeout(PATIENCE) {
        return done;
    }
    on_wait();
    receiver.recv_timeout(limits::KEYRING - PATIENCE).unwrap_or(Err(KeyringError::NoAnswer))
}

/// Overwrites the part of the stack that the keyring's library has used: the decryption of an answer leaves blocks of it
/// there, and the stack of a thread that has ended stays in memory.
#[inline(never)]
fn wipe_stack() {
    hint::black_box([0_u8; 64 * 1024]);
}

fn store_error(error: StoreError, name: String) -> KeyringError {
    match error {
        StoreError::NoEntry => KeyringError::NoEntry { name },
        StoreError::NoStorageAccess(cause) => KeyringError::Locked { cause: cause.to_string() },
        StoreError::Ambiguous(_) => KeyringError::Ambiguous { name },
        StoreError::TooLong(..) => KeyringError::TooLong,
        // These carry the secret.
        StoreError::BadEncoding(_) | StoreError::BadDataFormat(..) => KeyringError::NotAKey { name },
        error => KeyringError::Failed { cause: error_text(&error) },
    }
}

/// Returns the text of an error with its cause, which the text of the store leaves out.
fn error_text(error: &StoreError) -> String {
    match error {
        StoreError::PlatformFailure(cause) | StoreError::NoStorageAccess(cause) => cause.to_string(),
        error => error.to_string(),
    }
}
