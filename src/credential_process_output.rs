//! The JSON that AWS tools expect from a `credential_process`: a long-term access key or a session that is stored
//! outside the files.

use serde_json::Value;

use crate::secret::Secret;
use crate::session::{LongTermKey, Session, is_session_key_id, is_word};
use crate::time::{Timestamp, parse_expiration};

/// The output of a `credential_process`.
#[derive(Clone, Debug)]
pub enum Printed {
    /// A key that does not expire.
    Key(LongTermKey),
    /// Temporary credentials.
    Session(Session),
}

/// A reason to refuse the output of a `credential_process`. The message does not repeat any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialProcessError {
    /// Not JSON, or not of version 1.
    #[error("its output is not a JSON object with \"Version\": 1")]
    NotVersion1,
    /// A field is missing or empty.
    #[error("its output has no {0}")]
    Missing(&'static str),
    /// A field has characters that cannot be sent.
    #[error("{0} in its output is not one word of visible ASCII characters")]
    NotAWord(&'static str),
    /// A session without an expiration time: AWS tools would go on using it after it has expired.
    #[error("its output is a session without an Expiration, so it cannot be written to a file")]
    NoExpiration,
    /// The session has ended.
    #[error("its output is a session that has expired")]
    Expired,
    /// A session, which cannot be used to request another session.
    #[error("its output is a session, not a long-term access key")]
    Session,
}

/// Parses the credentials.
///
/// # Errors
///
/// Fails if the output does not have the documented form (AWS SDKs and Tools Reference Guide, process credential
/// provider), or holds a session that has ended by `now`.
pub fn credentials(output: &Secret, now: Timestamp) -> Result<Printed, CredentialProcessError> {
    let value: Value = serde_json::from_str(output.expose()).map_err(|_| CredentialProcessError::NotVersion1)?;
    if value.get("Version").and_then(Value::as_u64) != Some(1) {
        return Err(CredentialProcessError::NotVersion1);
    }
    let access_key_id = word(&value, "AccessKeyId")?;
    let secret_access_key = Secret::new(word(&value, "SecretAccessKey")?);
    if field(&value, "SessionToken").is_none() && !is_session_key_id(&access_key_id) {
        return Ok(Printed::Key(LongTermKey { access_key_id, secret_access_key }));
    }
    let session_token = Secret::new(word(&value, "SessionToken")?);
    // According to the guide, credentials without an Expiration do not expire.
    let expiration = field(&value, "Expiration").and_then(parse_expiration).unwrap_or(Timestamp::MAX);
    if expiration <= now {
        return Err(CredentialProcessError::Expired);
    }
    Ok(Printed::Session(Session { access_key_id, secret_access_key, session_token, expiration, is_narrowed: false }))
}

fn field<'a>(credentials: &'a Value, name: &str) -> Option<&'a str> {
    credentials.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Returns a field that is one word.
///
/// # Errors
///
/// Fails if it is missing or empty, or has characters that cannot be sent.
pub(crate) fn word(credentials: &Value, name: &'static str) -> Result<String, CredentialProcessError> {
    match field(credentials, name) {
        None => Err(CredentialProcessError::Missing(name)),
        Some(text) if is_word(text) => Ok(text.to_owned()),
        Some(_) => Err(CredentialProcessError::NotAWord(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> Result<String, CredentialProcessError> {
        match credentials(&Secret::new(output), Timestamp::UNIX_EPOCH)? {
            Printed::Key(key) => Ok(format!("{}/{}", key.access_key_id, key.secret_access_key.expose())),
            Printed::Session(_) => Err(CredentialProcessError::Session),
        }
    }

    #[test]
    fn a_long_term_key_is_read_and_anything_else_is_refused() {
        let key = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s"}"#;
        assert_eq!(read(key), Ok("AKIAIOSFODNN7EXAMPLE/s".to_owned()));
        assert_eq!(read("no json"), Err(CredentialProcessError::NotVersion1));
        assert_eq!(read(r#"{"Version": 2}"#), Err(CredentialProcessError::NotVersion1));
        assert_eq!(read(r#"{"Version": 1}"#), Err(CredentialProcessError::Missing("AccessKeyId")));
        let half = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": ""}"#;
        assert_eq!(read(half), Err(CredentialProcessError::Missing("SecretAccessKey")));
        let session = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t"}"#;
        assert_eq!(read(session), Err(CredentialProcessError::Session));
        let control = r#"{"Version": 1, "AccessKeyId": "AKIA\u0001", "SecretAccessKey": "s"}"#;
        assert_eq!(read(control), Err(CredentialProcessError::NotAWord("AccessKeyId")));
    }

    #[test]
    fn a_session_is_read_with_its_end_and_refused_after_it() {
        let output = Secret::new(
            r#"{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s", "SessionToken": "t",
                "Expiration": "2026-11-21T05:00:00Z"}"#,
        );
        let end: Timestamp = "2026-11-21T05:00:00Z".parse().expect("a time");
        let Ok(Printed::Session(session)) = credentials(&output, Timestamp::UNIX_EPOCH) else { panic!("no session") };
        assert_eq!((session.access_key_id.as_str(), session.expiration), ("ASIAIOSFODNN7EXAMPLE", end));
        assert_eq!(credentials(&output, end).map(|_| ()), Err(CredentialProcessError::Expired));
    }
}
