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

/// The reason why the keyring gave or took no entry.
#[derive(Clone, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum KeyringError {
    /// There is no keyring, or no session of a desktop.
    #[error("there is no keyring: {cause}")]
    Absent { cause: String },
    /// The keyring is locked, and was not unlocked.
    #[error("the keyring is locked: {cause}")]
    Locked { cause: String },
    /// The keyring has not answered in time.
    #[error("the keyring has not answered within {} seconds; it may be waiting for its password", limits::KEYRING.as_secs())]
    NoAnswer,
    /// The keyring has no such entry.
    #[error("the keyring has no entry for the access key {id}")]
    NoEntry { id: String },
    /// The entry is not from awsmfa, or was changed.
    #[error("the entry for the access key {id} in the keyring does not contain that key")]
    NotAKey { id: String },
    /// The keyring does not return what was written to it.
    #[error("the keyring does not return the entry for the access key {id} as it was written")]
    NotKept { id: String },
    /// Another failure.
    #[error("the keyring has failed: {cause}")]
    Failed { cause: String },
}

/// Returns whether there is a keyring, locked or not.
pub fn is_there() -> bool {
    let (sender, receiver) = mpsc::channel();
    // The main thread may have stopped waiting.
    thread::spawn(move || sender.send(keyring_store::open().is_ok()).unwrap_or_default());
    receiver.recv_timeout(PATIENCE).unwrap_or(false)
}

/// Reads the entry of an access key. Calls `on_wait` if the keyring does not answer soon.
///
/// # Errors
///
/// Fails if there is no keyring or no entry, or if the keyring is not unlocked in time.
pub fn read(access_key_id: &str, on_wait: impl FnOnce()) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    access(access_key_id, on_wait, |entry| entry.get_secret().map(Zeroizing::new))
}

/// Writes the entry of an access key, and makes sure that the keyring returns it.
///
/// # Errors
///
/// Fails if there is no keyring, or if it is not unlocked in time or does not keep the entry.
pub fn write(access_key_id: &str, bytes: &[u8], on_wait: impl FnOnce()) -> Result<(), KeyringError> {
    let bytes = Zeroizing::new(bytes.to_vec());
    let is_kept = access(access_key_id, on_wait, move |entry| {
        entry.set_secret(&bytes)?;
        Ok(Zeroizing::new(entry.get_secret()?) == bytes)
    })?;
    if is_kept { Ok(()) } else { Err(KeyringError::NotKept { id: access_key_id.to_owned() }) }
}

/// Deletes the entry of an access key. An entry that does not exist counts as deleted.
///
/// # Errors
///
/// Fails if there is no keyring, or if it is not unlocked in time.
pub fn delete(access_key_id: &str, on_wait: impl FnOnce()) -> Result<(), KeyringError> {
    match access(access_key_id, on_wait, Entry::delete_credential) {
        Err(KeyringError::NoEntry { .. }) => Ok(()),
        deleted => deleted,
    }
}

/// Runs an operation on an entry, with a time limit.
fn access<T: Send + 'static>(
    access_key_id: &str,
    on_wait: impl FnOnce(),
    operation: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
) -> Result<T, KeyringError> {
    let id = access_key_id.to_owned();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let done = match keyring_store::open() {
            Ok(store) => {
                let entry = store.build(SERVICE, &id, None);
                entry.and_then(|entry| operation(&entry)).map_err(|error| store_error(error, id))
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

fn store_error(error: StoreError, id: String) -> KeyringError {
    match error {
        StoreError::NoEntry => KeyringError::NoEntry { id },
        StoreError::NoStorageAccess(cause) => KeyringError::Locked { cause: cause.to_string() },
        // These carry the secret.
        StoreError::BadEncoding(_) | StoreError::BadDataFormat(..) => KeyringError::NotAKey { id },
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
