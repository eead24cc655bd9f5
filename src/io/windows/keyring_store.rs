//! The Windows Credential Manager.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Result};

/// Opens the keyring.
pub fn open() -> Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Returns whether the entry is on the disk.
#[expect(clippy::unnecessary_wraps, reason = "the same function fails on Linux")]
pub fn is_lasting(_: &Entry) -> Result<bool> {
    Ok(true)
}
