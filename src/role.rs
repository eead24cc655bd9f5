//! A role to assume: a value, decided by `resolve` and used by `io::sts`.

use crate::time::Seconds;

/// Where a role over a role ends, by AWS's limit of role chaining.
pub const CHAINED_ROLE_LIMIT: Seconds = Seconds(3600);

/// A role to assume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `arn:aws:iam::…:role/…`.
    pub arn: String,
    /// What the session is called in AWS's logs.
    pub session_name: String,
    /// What the role asks its callers for.
    pub external_id: Option<String>,
    /// How long the session should last; none lets STS decide (1 hour).
    pub duration: Option<Seconds>,
}
