//! Names of profiles, and the AWS clients that recognize them.

use std::fmt;
use std::str::FromStr;

/// The name of a profile, which can be written between the brackets of a header.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileName(String);

/// The error for a text that is not a profile's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a profile name must not be empty, begin or end with a space, or have a bracket, comment sign or control character"
)]
pub struct ProfileNameError;

impl ProfileName {
    /// Returns the name of the profile that is used if none is selected.
    pub fn default_profile() -> Self {
        Self("default".to_owned())
    }

    /// Returns the name, as written between the brackets of the credentials file.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the AWS clients that do not see a profile of this name (`docs/clients.md`, "Names of sections"). All of
    /// them see names of letters, digits and `- _ . / @ : + %`.
    pub fn unseen_by(&self) -> Option<&'static str> {
        match self.0.as_str() {
            // configparser's own section of defaults.
            "DEFAULT" => Some("the AWS CLI and boto3"),
            // Properties that every JavaScript object has.
            "__proto__" | "constructor" => Some("the SDK for JavaScript"),
            name if name.contains([' ', '\t']) => Some("the SDKs for JavaScript, Rust, C++ and Java"),
            name if name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./@:+%".contains(c)) => None,
            _ => Some("the SDKs for Rust, C++ and Java"),
        }
    }
}

impl FromStr for ProfileName {
    type Err = ProfileNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = |c: char| c.is_control() || "[]#;".contains(c);
        if text.is_empty() || text.trim() != text || text.contains(bad) {
            return Err(ProfileNameError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
