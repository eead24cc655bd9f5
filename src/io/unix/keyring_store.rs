//! The keyring of the user's session: the Secret Service on Linux, the keychain on macOS, none on the BSDs.

use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Result};

/// Opens the keyring.
#[cfg(target_os = "linux")]
pub fn open() -> Result<Arc<CredentialStore>> {
    Ok(dbus_secret_service_keyring_store::Store::new()?)
}

/// Returns whether the entry is on the disk. The collection `session` is in memory (Secret Service API Draft, "Default
/// collection" and "session collection").
#[cfg(target_os = "linux")]
pub fn is_lasting(entry: &Entry) -> Result<bool> {
    use dbus_secret_service_keyring_store::cred::Wrapper;

    let found = entry.get_credential()?;
    let path = found.as_any().downcast_ref::<Wrapper>().map(Wrapper::get_path);
    Ok(path.is_none_or(|path| !path.contains("/collection/session/")))
}

/// Returns whether the entry is on the disk.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "the same function fails on Linux")]
pub fn is_lasting(_: &Entry) -> Result<bool> {
    Ok(true)
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
