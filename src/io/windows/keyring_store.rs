//! The Windows Credential Manager.

use std::sync::Arc;

use keyring_core::{CredentialStore, Result};

/// Opens the keyring.
pub fn open() -> Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}
