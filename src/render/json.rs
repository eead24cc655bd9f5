//! JSON output, for other programs.

use std::path::Path;

use serde_json::{Value, json};

use crate::escape::escape_json;
use crate::profile::ProfileName;
use crate::render::text::Owner;
use crate::secret::Secret;
use crate::session::StoredSession;
use crate::session_state::SessionState;
use crate::time::{Timestamp, rfc3339, seconds_between};
use crate::web_console::URL_SECONDS;

/// Renders JSON that is safe to show on a terminal.
pub fn text(value: &Value) -> String {
    escape_json(&value.to_string())
}

/// Renders an error, its hint and its exit code.
pub fn error(message: &str, hint: Option<&str>, exit_code: u8) -> String {
    text(&json!({ "error": message, "hint": hint, "exit_code": exit_code }))
}

/// Renders a warning.
pub fn warning(message: &str) -> String {
    text(&json!({ "warning": message }))
}

/// Renders the result of a login: `result` is `written`, `valid` (the old session still was) or `failed`.
pub fn login_result(
    profile: &ProfileName,
    result: &str,
    session: Option<(&ProfileName, Timestamp)>,
    error: Option<&str>,
) -> Value {
    json!({
        "profile": profile.as_str(),
        "result": result,
        "session_profile": session.map(|(name, _)| name.as_str()),
        "expiration": session.map(|(_, expiration)| rfc3339(expiration)),
        "error": error,
    })
}

/// Renders the result of a logout: `result` is `removed`, `none` (there was no session) or `kept` (another tool wrote
/// it).
pub fn logout_result(profile: &ProfileName, result: &str) -> Value {
    json!({ "profile": profile.as_str(), "result": result })
}

/// Renders the change that a login would make, as a diff; the diff is empty if nothing would change.
pub fn change(path: &Path, diff: &str) -> String {
    text(&json!({ "file": path.display().to_string(), "change": diff }))
}

/// Renders the state of a session: `valid`, `expiring`, `expired`, `none` or `unknown`. Times are in UTC (RFC 3339).
pub fn status(profile: &ProfileName, state: SessionState, now: Timestamp) -> String {
    let expiration = state.expiration();
    let value = json!({
        "profile": profile.as_str(),
        "state": state_name(state),
        "expiration": expiration.map(rfc3339),
        "remaining_seconds": expiration.map(|time| seconds_between(now, time).0.max(0)),
    });
    text(&value)
}

/// Renders the output of a `credential_process` (AWS SDKs and Tools Reference Guide, process credential provider).
pub fn credential_process(session: &StoredSession) -> String {
    let mut value = json!({
        "Version": 1,
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key.expose(),
        "SessionToken": session.session_token.expose(),
    });
    // Without an Expiration, a tool uses the session for as long as it runs, which is correct if the end is unknown.
    if let (Some(time), Some(object)) = (session.expiration, value.as_object_mut()) {
        object.insert("Expiration".to_owned(), rfc3339(time).into());
    }
    text(&value)
}

/// Renders the owner of a session, for `whoami`. The time is in UTC (RFC 3339).
pub fn owner(owner: &Owner<'_>, now: Timestamp) -> String {
    let value = json!({
        "profile": owner.profile.as_str(),
        "arn": owner.identity.arn,
        "account": owner.identity.account,
        "account_alias": owner.alias,
        "expiration": owner.expiration.map(rfc3339),
        "remaining_seconds": owner.expiration.map(|time| seconds_between(now, time).0.max(0)),
    });
    text(&value)
}

/// Renders the sign-in URL of the console.
pub fn console(profile: &ProfileName, url: &Secret) -> String {
    text(&json!({ "profile": profile.as_str(), "url": url.expose(), "expires_in_seconds": URL_SECONDS }))
}

/// Returns the word for a state.
pub fn state_name(state: SessionState) -> &'static str {
    match state {
        SessionState::None => "none",
        SessionState::Unknown => "unknown",
        SessionState::Expired(_) => "expired",
        SessionState::Expiring(_) => "expiring",
        SessionState::Valid(_) => "valid",
    }
}
