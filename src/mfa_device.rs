//! MFA devices of a user: their names and kinds, the `otpauth` URI of a new one, and the errors with their hints.

use std::fmt;

use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::secret::Secret;
use crate::token_code::SerialNumber;
use crate::value::iam_resource;

/// The kind of an MFA device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// An app.
    Virtual,
    /// A hardware token.
    Hardware,
    /// A passkey or security key, which generates no codes.
    SecurityKey,
}

impl DeviceKind {
    /// Returns the kind of the device with this serial number.
    pub fn of(serial_number: &str) -> Self {
        match iam_resource(serial_number) {
            Some((_, resource)) if resource.starts_with("mfa/") => Self::Virtual,
            Some((_, resource)) if resource.starts_with("u2f/") => Self::SecurityKey,
            _ => Self::Hardware,
        }
    }

    /// Returns the name of the kind for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Virtual => "virtual",
            Self::Hardware => "hardware",
            Self::SecurityKey => "security-key",
        }
    }
}

impl fmt::Display for DeviceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Virtual => "virtual",
            Self::Hardware => "hardware",
            Self::SecurityKey => "security key (no codes)",
        })
    }
}

/// Returns the ARN of a virtual device in the account of a user.
pub fn virtual_device(user_arn: &str, name: &str) -> Option<SerialNumber> {
    let (before, _) = user_arn.split_once(":user/")?;
    format!("{before}:mfa/{name}").parse().ok()
}

/// Returns the name to type before a device is removed: the last part of its serial number.
pub fn short_name(serial_number: &str) -> &str {
    serial_number.rsplit(['/', ':']).next().unwrap_or(serial_number)
}

/// Returns the `otpauth` URI that authenticator apps scan, labelled with the user and the account.
pub fn key_uri(user: &str, account: &str, seed: &Secret, with_issuer: bool) -> Secret {
    let label: String = user.bytes().map(encoded).collect();
    let issuer = if with_issuer { "&issuer=AWS" } else { "" };
    Secret::new(format!("otpauth://totp/{label}@{account}?secret={}{issuer}", seed.expose()))
}

/// Encodes a byte of a user name: some apps read `+` as a space.
fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._@".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn devices_in_words(count: usize) -> String {
    match count {
        0 => "no device that shows codes".to_owned(),
        1 => "1 device".to_owned(),
        count => format!("{count} devices"),
    }
}

/// The reason why an MFA device is not enrolled, synchronized or removed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum MfaDeviceError {
    /// The credentials are not those of a user.
    #[error("the credentials are those of {arn}, and awsmfa manages only the MFA devices of IAM users")]
    NotAUser { arn: String },
    /// A device of this name exists.
    #[error("the MFA device {serial} exists already; it may never have been enabled")]
    Exists { serial: SerialNumber, profile: ProfileName },
    /// The terminal is too small for the QR code.
    #[error("the QR code does not fit in a terminal of {columns} columns and {rows} rows")]
    TooSmall { columns: usize, rows: usize },
    /// The terminal has no screen from which the secret can be removed.
    #[error("this terminal does not interpret escape sequences, so a secret would stay on it")]
    NoScreen,
    /// The answer with the secret of a device got lost.
    #[error("IAM may have created the MFA device {serial}, but its secret is lost: {cause}")]
    Uncertain { serial: SerialNumber, profile: ProfileName, cause: String },
    /// IAM has rejected the codes too often.
    #[error("IAM does not accept the codes of {serial}: {cause}")]
    Rejected { serial: SerialNumber, cause: String },
    /// A device that was not enabled, as far as is known, is left.
    #[error("the MFA device {serial} could not be deleted: {cause}")]
    Left { serial: SerialNumber, profile: ProfileName, cause: String },
    /// The device is enabled, but the profile does not name it.
    #[error("the MFA device {serial} is enabled, but '{profile}' does not name it yet: {cause}")]
    NotWritten { serial: SerialNumber, profile: ProfileName, cause: String },
    /// There is no device to act on.
    #[error("no MFA device is set for '{profile}', and its user has {}", devices_in_words(*devices))]
    Unnamed { profile: ProfileName, devices: usize },
    /// The device was deactivated, but not deleted.
    #[error("the MFA device {serial} is deactivated, but could not be deleted: {cause}")]
    Deactivated { serial: String, profile: ProfileName, cause: String },
    /// There is no terminal to confirm the removal on.
    #[error("the removal of {serial} must be confirmed, and there is no terminal to prompt on")]
    Unconfirmed { serial: String },
    /// The user has typed another name.
    #[error("that is not the name of the device: {serial} is not removed")]
    OtherName { serial: String },
}

impl MfaDeviceError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        let remove = |serial: &str, profile: &ProfileName| {
            let serial = shell_word(serial);
            format!("`awsmfa device remove {} --serial-number {serial}`", shell_word(profile.as_str()))
        };
        match self {
            Self::NotAUser { .. } => "name a profile with the long-term access key of a user".to_owned(),
            Self::Exists { serial, profile } => {
                let name = shell_word(short_name(serial.as_str()));
                let profile = shell_word(profile.as_str());
                format!(
                    "`awsmfa device enrol {profile} --name <NAME>` creates one with another name; if `awsmfa device list {profile}` \
                     does not show this one, `awsmfa device remove {profile} --name {name}` deletes it"
                )
            }
            Self::TooSmall { .. } => {
                "enlarge the terminal to 80 columns and 24 rows, or use --text, which shows the secret as text"
                    .to_owned()
            }
            Self::NoScreen => "use another terminal; TERM must not be dumb".to_owned(),
            Self::Uncertain { serial, profile, .. } => {
                format!("{} removes it if it exists; then try again", remove(serial.as_str(), profile))
            }
            Self::Rejected { .. } => {
                "type two consecutive codes that have not been used yet; if that fails, check the clock of the device"
                    .to_owned()
            }
            Self::Left { serial, profile, .. } => format!("{} removes it", remove(serial.as_str(), profile)),
            Self::NotWritten { serial, profile, .. } => format!(
                "`awsmfa setup --source-profile {} --serial-number {}` writes it to the profile",
                shell_word(profile.as_str()),
                shell_word(serial.as_str())
            ),
            Self::Unnamed { profile, devices: 0 } => {
                format!("`awsmfa device enrol {}` adds one", shell_word(profile.as_str()))
            }
            Self::Unnamed { profile, .. } => {
                let profile = shell_word(profile.as_str());
                format!("`awsmfa device list {profile}` shows the devices; name one with --serial-number")
            }
            Self::Deactivated { serial, profile, .. } => format!("{} deletes it", remove(serial, profile)),
            Self::Unconfirmed { .. } => "--yes removes it without a prompt".to_owned(),
            Self::OtherName { serial } => format!("its name is {}", short_name(serial)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_names_are_those_of_the_serial_number() {
        for (serial, kind, name) in [
            ("arn:aws:iam::123456789012:mfa/ada", DeviceKind::Virtual, "ada"),
            ("arn:aws-cn:iam::123456789012:mfa/team/ada", DeviceKind::Virtual, "ada"),
            ("GAHT12345678", DeviceKind::Hardware, "GAHT12345678"),
            ("arn:aws:iam::123456789012:u2f/user/ada/key-ABC", DeviceKind::SecurityKey, "key-ABC"),
        ] {
            assert_eq!((DeviceKind::of(serial), short_name(serial)), (kind, name));
        }
        let device = |user| virtual_device(user, "phone").map(|serial| serial.to_string());
        let phone = Some("arn:aws-cn:iam::123456789012:mfa/phone".to_owned());
        assert_eq!(device("arn:aws-cn:iam::123456789012:user/team/ada"), phone);
        assert_eq!(device("arn:aws:iam::123456789012:root"), None);
    }

    #[test]
    fn the_address_has_no_character_that_apps_read_in_different_ways() {
        let seed = Secret::new("GEZDGNBVGY3TQOJQ");
        let uri = key_uri("ada+x=y,z@example.com", "123456789012", &seed, true);
        let expected = "otpauth://totp/ada%2Bx%3Dy%2Cz@example.com@123456789012?secret=GEZDGNBVGY3TQOJQ&issuer=AWS";
        assert_eq!(uri.expose(), expected);
        assert_eq!(key_uri("ada", "1", &seed, false).expose(), "otpauth://totp/ada@1?secret=GEZDGNBVGY3TQOJQ");
    }
}
