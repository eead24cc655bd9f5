//! The state of a stored session: its remaining time, compared with the expiry margin.

use crate::document::SectionRef;
use crate::session;
use crate::time::{self, Clock, Seconds, Timestamp};

/// The state of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// No session.
    None,
    /// A session with an unknown expiration.
    Unknown,
    /// A session that has ended.
    Expired(Timestamp),
    /// A session that ends within the expiry margin.
    Expiring(Timestamp),
    /// A session that ends later.
    Valid(Timestamp),
}

impl SessionState {
    /// Returns the state of the session in `section`, without asking AWS. A session that lacks a part that clients need
    /// counts as none.
    pub fn of(section: Option<&SectionRef<'_>>, clock: &Clock, min_remaining: Seconds) -> Self {
        let Some(section) = section else { return Self::None };
        if !session::is_complete(section) {
            return Self::None;
        }
        let Some(expiration) = session::expiration(section, clock) else { return Self::Unknown };
        let remaining = time::seconds_between(clock.now, expiration);
        if remaining <= Seconds(0) {
            Self::Expired(expiration)
        } else if remaining < min_remaining {
            Self::Expiring(expiration)
        } else {
            Self::Valid(expiration)
        }
    }

    /// Returns the end of the session, past or future, if it is known.
    pub fn expiration(&self) -> Option<Timestamp> {
        match self {
            Self::None | Self::Unknown => None,
            Self::Expired(time) | Self::Expiring(time) | Self::Valid(time) => Some(*time),
        }
    }
}
