//! A role to assume, which `resolve` determines and `io::sts` uses.

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
    /// The external id that the role expects.
    pub external_id: Option<ExternalId>,
    /// The requested duration; `None` lets STS decide (1 hour).
    pub duration: Option<Seconds>,
    /// The session policies, the tags and the source identity of the session.
    pub scope: Box<SessionScope>,
}

impl Role {
    /// Limits the duration of a request that is signed with temporary credentials, since STS refuses more than an hour.
    /// Returns the requested duration if it was longer.
    pub fn cut_at_chaining_limit(&mut self) -> Option<Seconds> {
        let requested = self.duration.filter(|requested| *requested > CHAINED_ROLE_LIMIT)?;
        self.duration = Some(CHAINED_ROLE_LIMIT);
        Some(requested)
    }
}
