//! MFA codes, and the serial numbers of MFA devices.

use std::fmt;
use std::str::FromStr;

use crate::secret::Secret;
use crate::value::{Value, iam_resource, is_account};

/// An MFA code: six ASCII digits, which work once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCode(Secret);

/// The error for a text that is not an MFA code. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an MFA code must be six digits")]
pub struct TokenCodeError;

impl TokenCode {
    /// Returns the six digits, for sending.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl FromStr for TokenCode {
    type Err = TokenCodeError;

    /// Parses an MFA code. Spaces are ignored, since devices and password managers show `123 456`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(Secret::new(digits)))
        } else {
            Err(TokenCodeError)
        }
    }
}

/// Returns whether any word of a line is an MFA code.
pub fn is_among(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.parse::<TokenCode>().is_ok())
}

/// An MFA device: the ARN of a virtual one, or the serial number of a hardware token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SerialNumber(String);

/// The reason a text cannot be the serial number for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SerialNumberError {
    /// A text that STS does not accept.
    #[error("must look like arn:aws:iam::<account>:mfa/<device>, or be the serial number of a hardware token")]
    Malformed,
    /// An ARN without an account number, such as one copied from a page.
    #[error("has no account number of 12 digits: it must look like arn:aws:iam::123456789012:mfa/<device>")]
    NoAccount,
    /// The ARN of another IAM resource, with its kind, such as `user`.
    #[error("is the ARN of a {0}, not of an MFA device: it must look like arn:aws:iam::<account>:mfa/<device>")]
    OtherResource(&'static str),
    /// A passkey or security key, which has no codes.
    #[error("is a passkey or security key, which STS cannot check: it has no six-digit codes")]
    SecurityKey,
}

impl SerialNumber {
    /// Returns the serial number as STS expects it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of a virtual device: the last part of its ARN.
    pub fn device_name(&self) -> Option<&str> {
        iam_resource(&self.0)?.1.rsplit('/').next()
    }

    /// Returns the account of the device's ARN.
    pub fn account(&self) -> Option<&str> {
        self.0.strip_prefix("arn:")?.split(':').nth(3).filter(|account| !account.is_empty())
    }
}

impl FromStr for SerialNumber {
    type Err = SerialNumberError;

    /// Parses the name of a device with codes: the ARN of a virtual device, or the serial number of a hardware token
    /// (API reference, `GetSessionToken`, `SerialNumber`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if iam_resource(text).is_some_and(|(account, _)| !is_account(account)) {
            return Err(SerialNumberError::NoAccount);
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=/:,.@-".contains(&byte);
        if !(9..=256).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(SerialNumberError::Malformed);
        }
        // Hardware tokens have a plain serial number; a text with the punctuation of an ARN is meant as one.
        if !text.contains([':', '/']) {
            return Ok(Self(text.to_owned()));
        }
        match iam_resource(text) {
            Some((_, resource)) if resource.starts_with("u2f/") => Err(SerialNumberError::SecurityKey),
            Some((_, resource)) if resource.starts_with("user/") => Err(SerialNumberError::OtherResource("user")),
            Some((_, resource)) if resource.starts_with("role/") => Err(SerialNumberError::OtherResource("role")),
            Some((account, resource)) if is_account(account) && is_device(resource) => Ok(Self(text.to_owned())),
            _ => Err(SerialNumberError::Malformed),
        }
    }
}

/// Returns whether the resource is `mfa/` and a name, which may have a path.
fn is_device(resource: &str) -> bool {
    resource.strip_prefix("mfa/").is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
}

impl Value for SerialNumber {
    const NAME: &'static str = "MFA serial number";
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_ascii_digits_with_or_without_spaces() {
        for text in ["123456", "123 456", " 123456 ", "1 2 3 4 5 6"] {
            assert_eq!(text.parse::<TokenCode>().map(|code| code.expose().to_owned()), Ok("123456".to_owned()));
        }
        for text in ["", "12345", "1234567", "abcdef", "12345a", "１２３４５６", "+12345", "12 456"] {
            assert_eq!(text.parse::<TokenCode>(), Err(TokenCodeError), "{text}");
        }
    }

    #[test]
    fn serial_numbers_are_checked_as_sts_does_and_security_keys_are_recognized() {
        let arn: SerialNumber = "arn:aws-cn:iam::123456789012:mfa/ada".parse().expect("an ARN");
        assert_eq!((arn.account(), arn.device_name()), (Some("123456789012"), Some("ada")));
        let hardware: SerialNumber = "GAHT12345678".parse().expect("a hardware token");
        assert_eq!((hardware.account(), hardware.device_name()), (None, None));
        assert_eq!("short".parse::<SerialNumber>(), Err(SerialNumberError::Malformed));
        for malformed in [
            "arn:aws:iam::123456789012:mfa/a b",
            "arn:aws:iam:123456789012:mfa/ada",
            "arn:aws:iam::123456789012:mfa/",
            "arn:aws:iam::123456789012:mfa",
            "123456789012:mfa/ada",
        ] {
            assert_eq!(malformed.parse::<SerialNumber>(), Err(SerialNumberError::Malformed), "{malformed}");
        }
        for account in ["", "1", "1234-5678-9012", "<account>", "ACCOUNT_ID"] {
            let arn = format!("arn:aws:iam::{account}:mfa/ada");
            assert_eq!(arn.parse::<SerialNumber>(), Err(SerialNumberError::NoAccount), "{account}");
        }
        for (other, kind) in [("user/ada", "user"), ("role/admin", "role")] {
            let arn = format!("arn:aws:iam::123456789012:{other}");
            assert_eq!(arn.parse::<SerialNumber>(), Err(SerialNumberError::OtherResource(kind)));
        }
        assert!("arn:aws:iam::123456789012:mfa/team/ada".parse::<SerialNumber>().is_ok(), "a device may have a path");
        let key = "arn:aws:iam::123456789012:u2f/user/ada/key-ABCDEFGH";
        assert_eq!(key.parse::<SerialNumber>(), Err(SerialNumberError::SecurityKey));
    }
}
