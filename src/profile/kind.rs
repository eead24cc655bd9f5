//! The kinds of profiles.

use std::fmt;

/// The kind of a profile, as shown by `list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileKind {
    /// A profile that holds a long-term access key.
    Permanent,
    /// A profile with a role.
    Role,
    /// A profile that sessions are written to.
    Session,
    /// A profile without a key, role or link: for IAM Identity Center or another sign-in, for another tool, or with settings
    /// only.
    Other,
}

impl fmt::Display for ProfileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permanent => "permanent",
            Self::Role => "role",
            Self::Session => "session",
            Self::Other => "other",
        })
    }
}
