//! The six digits of an MFA device, and the device's serial number.

use std::fmt;
use std::str::FromStr;

use crate::secret::Secret;

/// A code of an MFA device: six ASCII digits. It works once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCode(Secret);

/// Why a text is not a token code. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token code is six digits")]
pub struct TokenCodeError;

impl TokenCode {
    /// The six digits, to send them.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl FromStr for TokenCode {
    type Err = TokenCodeError;

    /// Drops spaces, since devices and password managers show `123 456`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(Secret::new(digits)))
        } else {
            Err(TokenCodeError)
        }
    }
}

/// Whether six digits stand somewhere in a line as a word of their own.
pub fn is_among(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.parse::<TokenCode>().is_ok())
}

/// An MFA device: the ARN of a virtual one, or the serial number of a hardware token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SerialNumber(String);

/// Why a text cannot be the serial number for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SerialNumberError {
    /// Not what STS accepts.
    #[error("a serial number has 9 to 256 letters, digits and signs of = / : , . @ - + _")]
    Malformed,
    /// A passkey or security key, which has no codes.
    #[error("this device is a passkey or security key, which STS cannot check: it has no six-digit codes")]
    SecurityKey,
}

impl SerialNumber {
    /// The serial number as STS wants it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The account of the device's ARN.
    pub fn account(&self) -> Option<&str> {
        self.0.strip_prefix("arn:")?.split(':').nth(3).filter(|account| !account.is_empty())
    }
}

impl FromStr for SerialNumber {
    type Err = SerialNumberError;

    /// Accepts what STS accepts (API reference, `GetSessionToken`, `SerialNumber`), but for security keys.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(":u2f/") {
            return Err(SerialNumberError::SecurityKey);
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=/:,.@-".contains(&byte);
        if (9..=256).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(SerialNumberError::Malformed)
        }
    }
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
    fn serial_numbers_are_checked_as_sts_does_and_security_keys_are_told_apart() {
        let arn: SerialNumber = "arn:aws-cn:iam::123456789012:mfa/ada".parse().expect("an ARN");
        assert_eq!(arn.account(), Some("123456789012"));
        let hardware: SerialNumber = "GAHT12345678".parse().expect("a hardware token");
        assert_eq!(hardware.account(), None);
        assert_eq!("short".parse::<SerialNumber>(), Err(SerialNumberError::Malformed));
        assert_eq!("arn:aws:iam::1:mfa/a b".parse::<SerialNumber>(), Err(SerialNumberError::Malformed));
        let key = "arn:aws:iam::123456789012:u2f/user/ada/key-ABCDEFGH";
        assert_eq!(key.parse::<SerialNumber>(), Err(SerialNumberError::SecurityKey));
    }
}
