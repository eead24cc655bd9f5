//! The JSON that AWS tools expect of a `credential_process`, read for the long-term key that a permanent profile keeps
//! outside the files.

use serde_json::Value;

use crate::secret::Secret;
use crate::session::{LongTermKey, is_session_key_id};

/// Why the output of a `credential_process` is no long-term key. It repeats nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialProcessError {
    /// Not JSON, or not of version 1.
    #[error("its output is no JSON object with \"Version\": 1")]
    NotVersion1,
    /// A field is missing or empty.
    #[error("its output has no {0}")]
    Missing(&'static str),
    /// It prints a session, and STS gives no session for one.
    #[error("its output is a session, not a long-term key")]
    Session,
}

/// Reads the key.
///
/// # Errors
///
/// Fails if the output is not of the documented form (AWS SDKs and Tools Reference Guide, process credential provider),
/// or holds a session.
pub fn long_term_key(output: &Secret) -> Result<LongTermKey, CredentialProcessError> {
    let value: Value = serde_json::from_str(output.expose()).map_err(|_| CredentialProcessError::NotVersion1)?;
    if value.get("Version").and_then(Value::as_u64) != Some(1) {
        return Err(CredentialProcessError::NotVersion1);
    }
    let field = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if field("SessionToken").is_some() || field("AccessKeyId").is_some_and(is_session_key_id) {
        return Err(CredentialProcessError::Session);
    }
    let needed = |name: &'static str| field(name).ok_or(CredentialProcessError::Missing(name));
    Ok(LongTermKey {
        access_key_id: needed("AccessKeyId")?.to_owned(),
        secret_access_key: Secret::new(needed("SecretAccessKey")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> Result<String, CredentialProcessError> {
        long_term_key(&Secret::new(output))
            .map(|key| format!("{}/{}", key.access_key_id, key.secret_access_key.expose()))
    }

    #[test]
    fn a_long_term_key_is_read_and_anything_else_is_told_apart() {
        let key = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s"}"#;
        assert_eq!(read(key), Ok("AKIAIOSFODNN7EXAMPLE/s".to_owned()));
        assert_eq!(read("no json"), Err(CredentialProcessError::NotVersion1));
        assert_eq!(read(r#"{"Version": 2}"#), Err(CredentialProcessError::NotVersion1));
        assert_eq!(read(r#"{"Version": 1}"#), Err(CredentialProcessError::Missing("AccessKeyId")));
        let half = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": ""}"#;
        assert_eq!(read(half), Err(CredentialProcessError::Missing("SecretAccessKey")));
        let session = r#"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t"}"#;
        assert_eq!(read(session), Err(CredentialProcessError::Session));
        let without_token = r#"{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s"}"#;
        assert_eq!(read(without_token), Err(CredentialProcessError::Session));
    }
}
