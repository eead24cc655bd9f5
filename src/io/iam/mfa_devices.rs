//! The calls of IAM about the MFA devices of a user. No request is sent twice.

use aws_smithy_types::base64;
use zeroize::Zeroizing;

use super::{IamError, call, records};
use crate::endpoint::Endpoint;
use crate::io::sts::Caller;
use crate::limits;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::token_code::{SerialNumber, TokenCode};

/// An MFA device of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDevice {
    /// The ARN, or the serial number of a hardware token.
    pub serial_number: String,
    /// The time at which it was enabled.
    pub enabled: Option<Timestamp>,
}

/// A virtual device that has been created and is not enabled.
pub struct CreatedDevice {
    /// The ARN.
    pub serial_number: SerialNumber,
    /// The secret of the device, in base32.
    pub seed: Secret,
}

/// Lists the MFA devices that are enabled for a user.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn list(endpoint: &Endpoint, caller: &Caller<'_>, user: &str) -> Result<Vec<ListedDevice>, IamError> {
    let mut found = Vec::new();
    let mut marker: Option<String> = None;
    for _ in 0..limits::PAGES {
        let mut parameters = vec![("UserName", user)];
        parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let body = call(endpoint, caller, "ListMFADevices", &parameters)?;
        let rest = records(body.expose(), "ListMFADevicesResult", ["IsTruncated", "Marker"]).into_iter().next();
        let [is_truncated, next] = rest.ok_or(IamError::NotIam { status: 200 })?;
        found.extend(devices(body.expose()));
        marker = next.filter(|_| is_truncated.as_deref() == Some("true"));
        if marker.is_none() {
            return Ok(found);
        }
    }
    Err(IamError::NotIam { status: 200 })
}

fn devices(body: &str) -> impl Iterator<Item = ListedDevice> {
    records(body, "member", ["SerialNumber", "EnableDate"]).into_iter().filter_map(|[serial_number, enabled]| {
        let enabled = enabled.and_then(|enabled| enabled.parse().ok());
        Some(ListedDevice { serial_number: serial_number?, enabled })
    })
}

/// Creates a virtual device.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer. See [`IamError::may_be_done`].
pub fn create(endpoint: &Endpoint, caller: &Caller<'_>, name: &str) -> Result<CreatedDevice, IamError> {
    let body = call(endpoint, caller, "CreateVirtualMFADevice", &[("VirtualMFADeviceName", name)])?;
    created(body.expose()).ok_or(IamError::NotIam { status: 200 })
}

fn created(body: &str) -> Option<CreatedDevice> {
    let names = ["SerialNumber", "Base32StringSeed"];
    let [serial_number, seed] = records(body, "VirtualMFADevice", names).into_iter().next()?;
    let (serial_number, seed) = (serial_number?.parse().ok()?, Zeroizing::new(seed?));
    // The text in base32 is a "Base64-encoded binary data object" (IAM API Reference, `VirtualMFADevice`).
    let seed = Zeroizing::new(base64::decode(seed.trim()).ok()?);
    let seed = std::str::from_utf8(&seed).ok()?.trim_end_matches('=');
    let is_base32 = |byte: u8| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte);
    let is_seed = seed.len() >= 16 && seed.bytes().all(is_base32);
    is_seed.then(|| CreatedDevice { serial_number, seed: Secret::new(seed) })
}

/// Enables a device for a user, with two consecutive codes.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn enable(
    endpoint: &Endpoint,
    caller: &Caller<'_>,
    user: &str,
    serial_number: &SerialNumber,
    codes: [&TokenCode; 2],
) -> Result<(), IamError> {
    call_with_codes("EnableMFADevice", endpoint, caller, user, serial_number, codes)
}

/// Synchronizes a device with AWS, with two consecutive codes.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn resync(
    endpoint: &Endpoint,
    caller: &Caller<'_>,
    user: &str,
    serial_number: &SerialNumber,
    codes: [&TokenCode; 2],
) -> Result<(), IamError> {
    call_with_codes("ResyncMFADevice", endpoint, caller, user, serial_number, codes)
}

fn call_with_codes(
    action: &'static str,
    endpoint: &Endpoint,
    caller: &Caller<'_>,
    user: &str,
    serial_number: &SerialNumber,
    [first, second]: [&TokenCode; 2],
) -> Result<(), IamError> {
    let parameters = [
        ("UserName", user),
        ("SerialNumber", serial_number.as_str()),
        ("AuthenticationCode1", first.expose()),
        ("AuthenticationCode2", second.expose()),
    ];
    call(endpoint, caller, action, &parameters).map(drop)
}

/// Deactivates a device of a user.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn deactivate(endpoint: &Endpoint, caller: &Caller<'_>, user: &str, serial_number: &str) -> Result<(), IamError> {
    let parameters = [("UserName", user), ("SerialNumber", serial_number)];
    call(endpoint, caller, "DeactivateMFADevice", &parameters).map(drop)
}

/// Deletes a virtual device, which must not be enabled.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn delete(endpoint: &Endpoint, caller: &Caller<'_>, serial_number: &str) -> Result<(), IamError> {
    call(endpoint, caller, "DeleteVirtualMFADevice", &[("SerialNumber", serial_number)]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_base32_in_base64() {
        let body = |seed: &str| {
            format!(
                "<R><CreateVirtualMFADeviceResult><VirtualMFADevice><SerialNumber>arn:aws:iam::123456789012:mfa/ada\
                 </SerialNumber><Base32StringSeed>{seed}</Base32StringSeed><QRCodePNG>iVBORw0KGgo=</QRCodePNG>\
                 </VirtualMFADevice></CreateVirtualMFADeviceResult></R>"
            )
        };
        let text = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let device = created(&body(&base64::encode(text))).expect("a device");
        assert_eq!(device.seed.expose(), text);
        assert_eq!(device.serial_number.as_str(), "arn:aws:iam::123456789012:mfa/ada");
        for other in ["", "!", text, &base64::encode("short"), &base64::encode("gezdgnbvgy3tqojqgezdgnbvgy3tqojq")] {
            assert!(created(&body(other)).is_none(), "{other}");
        }
    }
}
