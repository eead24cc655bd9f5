//! What STS is asked in a step of a plan.

use crate::role::Role;
use crate::time::Seconds;

/// What STS is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A session for the key's own user; without a duration STS decides (12 hours).
    GetSessionToken(Option<Seconds>),
    /// A session of a role.
    AssumeRole(Role),
    /// Nothing: the payer's session is wanted in a second profile.
    Reuse,
}

impl Call {
    /// AWS's name for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::GetSessionToken(_) => "GetSessionToken",
            Self::AssumeRole(_) => "AssumeRole",
            Self::Reuse => "none, another step's session",
        }
    }

    /// The role that is asked for.
    pub fn role(&self) -> Option<&Role> {
        if let Self::AssumeRole(role) = self { Some(role) } else { None }
    }

    /// The duration that is asked for; none lets STS decide.
    pub fn duration(&self) -> Option<Seconds> {
        match self {
            Self::GetSessionToken(duration) => *duration,
            Self::AssumeRole(role) => role.duration,
            Self::Reuse => None,
        }
    }
}
