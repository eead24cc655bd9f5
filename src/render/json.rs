//! JSON for programs.

use serde_json::json;

use crate::profile::ProfileName;
use crate::session::SessionState;
use crate::time::{Timestamp, rfc3339, seconds_between};

/// The state of a session: `state` is one of valid, expiring, expired, none, unknown; times are UTC, RFC 3339.
pub fn status(profile: &ProfileName, state: SessionState, now: Timestamp) -> String {
    let expiration = state.expiration();
    let value = json!({
        "profile": profile.as_str(),
        "state": state_name(state),
        "expiration": expiration.map(rfc3339),
        "remaining_seconds": expiration.map(|time| seconds_between(now, time).0.max(0)),
    });
    value.to_string()
}

fn state_name(state: SessionState) -> &'static str {
    match state {
        SessionState::None => "none",
        SessionState::Unknown => "unknown",
        SessionState::Expired(_) => "expired",
        SessionState::Expiring(_) => "expiring",
        SessionState::Valid(_) => "valid",
    }
}
