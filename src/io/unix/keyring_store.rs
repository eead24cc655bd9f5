//! The keyring of the user's session: the Secret Service on Linux, the keychain on macOS, none on the BSDs.

use std::sync::Arc;

use keyring_core::{CredentialStore, Result};

/// Opens the keyring.
#[cfg(target_os = "linux")]
pub fn open() -> Result<Arc<CredentialStore>> {
    Ok(dbus_secret_service_keyring_store::Store::new()?)
}

/// Opens the keyring.
#[cfg(target_os = "macos")]
pub fn open() -> Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// Fails: the C library of the Secret Service is compiled in for Linux only.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn open() -> Result<Arc<CredentialStore>> {
    Err(keyring_core::Error::NotSupportedByStore("awsmfa supports none on this system".to_owned()))
}
