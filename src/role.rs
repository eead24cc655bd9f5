//! A role to assume, which `resolve` determines and `io::sts` uses.

use std::fmt;

use crate::session_scope::SessionScope;
use crate::time::Seconds;
use crate::value::{ExternalId, RoleArn, RoleSessionName};

/// The longest session of a role that is assumed with temporary credentials, including those of `GetSessionToken` (AWS
/// Knowledge Center, "iam-role-chaining-limit").
pub const CHAINED_ROLE_LIMIT: Seconds = Seconds(3600);

/// A role to assume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The role's ARN, `arn:aws:iam::…:role/…`.
    pub arn: RoleArn,
    /// The session's name in AWS's logs.
    pub session_name: RoleSessionName,
    /// The origin of that name.
    pub session_name_origin: SessionNameOrigin,
    /// The external id that the role expects.
    pub external_id: Option<ExternalId>,
    /// The requested duration; `None` lets STS decide (1 hour).
    pub duration: Option<Seconds>,
    /// The session policies, the tags and the source identity of the session.
    pub scope: Box<SessionScope>,
}

/// The origin of the name of a role session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionNameOrigin {
    /// A flag or a line of a file, in words.
    Setting(String),
    /// The user who owns the key, according to STS.
    User,
    /// The MFA device. It is named by a flag, a variable or a line of a file, in words.
    Device(String),
    /// The user of this machine.
    Machine,
}

impl SessionNameOrigin {
    /// Returns whether the user has not chosen the name.
    fn is_default(&self) -> bool {
        matches!(self, Self::Device(_) | Self::Machine)
    }
}

impl fmt::Display for SessionNameOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(origin) => write!(f, "from {origin}"),
            Self::User => f.write_str("the name of the IAM user"),
            Self::Device(origin) => write!(f, "the name of the MFA device from {origin}"),
            Self::Machine => f.write_str("from the name of this machine's user"),
        }
    }
}

impl Role {
    /// Returns the role with the name of the IAM user as the name of its session, which trust policies may require
    /// (IAM User Guide, `sts:RoleSessionName`). Returns none if the session has a name that the user has chosen, or if
    /// the name of the IAM user cannot be one.
    pub fn named_after(&self, user: &str) -> Option<Self> {
        let session_name = user.parse().ok().filter(|_| self.session_name_origin.is_default())?;
        Some(Self { session_name, session_name_origin: SessionNameOrigin::User, ..self.clone() })
    }

    /// Limits the duration of a request that is signed with temporary credentials, since STS refuses more than an hour.
    /// Returns the requested duration if it was longer.
    pub fn cut_at_chaining_limit(&mut self) -> Option<Seconds> {
        let requested = self.duration.filter(|requested| *requested > CHAINED_ROLE_LIMIT)?;
        self.duration = Some(CHAINED_ROLE_LIMIT);
        Some(requested)
    }
}
