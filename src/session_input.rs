//! The JSON in which other programs print a session, as `import` accepts it: the output of a `credential_process`, or
//! that of a command of `aws sts`.

use serde_json::Value;

use crate::credential_process_output::{CredentialProcessError, word};
use crate::limits;
use crate::secret::Secret;
use crate::session::{End, Session, is_long_term_key_id, is_session_key_id};
use crate::time::Timestamp;

/// A reason to refuse the input. The message does not repeat any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionInputError {
    /// Nothing but spaces and line breaks.
    #[error("standard input is empty")]
    Empty,
    /// More than the limit.
    #[error("standard input has more than {} KiB", limits::SESSION_INPUT_BYTES / 1024)]
    TooLarge,
    /// Not UTF-8.
    #[error("standard input is not UTF-8")]
    NotUtf8,
    /// Not JSON, not an object, or followed by other text.
    #[error("standard input is not exactly one JSON object")]
    NotOneObject,
    /// Several credentials in one object.
    #[error("standard input has both Credentials and AccessKeyId, so it is not clear which session is meant")]
    TwoSessions,
    /// An object of another kind.
    #[error("the JSON from standard input has neither Credentials nor AccessKeyId")]
    NoCredentials,
    /// The output of a `credential_process` of an unknown version.
    #[error("the JSON from standard input has AccessKeyId, but not \"Version\": 1")]
    NotVersion1,
    /// A field is missing or empty.
    #[error("the JSON from standard input has no {0}")]
    Missing(&'static str),
    /// A field has characters that cannot be sent.
    #[error("{0} in the JSON from standard input is not one word of visible ASCII characters")]
    NotAWord(&'static str),
    /// A key that does not expire.
    #[error("the JSON from standard input is a long-term access key, not a session")]
    LongTermKey,
    /// A time that is not in RFC 3339, or has no zone.
    #[error("Expiration in the JSON from standard input is not a time such as 2026-11-21T05:00:00Z")]
    NotATime,
    /// The session has ended.
    #[error("the session from standard input has expired")]
    Expired,
    /// No AWS session lasts that long.
    #[error("the session from standard input expires in more than 36h, later than AWS allows")]
    TooLong,
}

impl SessionInputError {
    /// Returns what to do instead.
    pub fn hint(self) -> Option<&'static str> {
        let hint = match self {
            Self::Empty | Self::NotOneObject | Self::NoCredentials | Self::TwoSessions | Self::TooLarge => {
                "import reads JSON: from `aws sts assume-role --output json` (no --query), from `aws configure \
                 export-credentials --format process`, or from a credential_process"
            }
            Self::NotUtf8 => "import reads JSON in UTF-8",
            Self::Missing("Expiration") => {
                "a session must have an Expiration: without it, AWS tools would go on using the session after it has expired"
            }
            Self::Missing(_) | Self::NotAWord(_) | Self::NotVersion1 | Self::NotATime => {
                "check that the whole output of the program arrives, unchanged"
            }
            Self::LongTermKey => "`aws configure` stores a long-term access key, and `awsmfa login` gets its session",
            Self::Expired => "run that program again to get a new session",
            Self::TooLong => return None,
        };
        Some(hint)
    }
}

impl From<CredentialProcessError> for SessionInputError {
    fn from(error: CredentialProcessError) -> Self {
        match error {
            CredentialProcessError::Missing(name) => Self::Missing(name),
            CredentialProcessError::NotAWord(name) => Self::NotAWord(name),
            CredentialProcessError::NotVersion1 => Self::NotVersion1,
            CredentialProcessError::Expired => Self::Expired,
            CredentialProcessError::NoExpiration => Self::Missing("Expiration"),
            CredentialProcessError::Session => Self::NoCredentials,
        }
    }
}

/// Parses the session.
///
/// # Errors
///
/// Fails if the text is not one session that AWS can have given and that is valid at `now`.
pub fn session(text: &Secret, now: Timestamp) -> Result<Session, SessionInputError> {
    // PowerShell may put a byte order mark before the text that it pipes.
    let text = text.expose().trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(SessionInputError::Empty);
    }
    let value: Value = serde_json::from_str(text).map_err(|_| SessionInputError::NotOneObject)?;
    let credentials = credentials(&value)?;
    let access_key_id = word(credentials, "AccessKeyId")?;
    let secret_access_key = Secret::new(word(credentials, "SecretAccessKey")?);
    let session_token = match word(credentials, "SessionToken") {
        Ok(token) => Secret::new(token),
        Err(CredentialProcessError::Missing(_)) if !is_session_key_id(&access_key_id) => {
            return Err(SessionInputError::LongTermKey);
        }
        Err(error) => return Err(error.into()),
    };
    // AWS gives no session such an id, but a key can have the token of an old session beside it.
    if is_long_term_key_id(&access_key_id) {
        return Err(SessionInputError::LongTermKey);
    }
    let expiration = word(credentials, "Expiration").map_err(|error| match error {
        CredentialProcessError::NotAWord(_) => SessionInputError::NotATime,
        error => error.into(),
    })?;
    let expiration: Timestamp = expiration.parse().map_err(|_| SessionInputError::NotATime)?;
    match End::of(expiration, now) {
        End::Past => Err(SessionInputError::Expired),
        End::TooFar => Err(SessionInputError::TooLong),
        End::Plausible => {
            Ok(Session { access_key_id, secret_access_key, session_token, expiration, is_narrowed: false })
        }
    }
}

/// Returns the object with the fields of the session.
fn credentials(value: &Value) -> Result<&Value, SessionInputError> {
    let object = value.as_object().ok_or(SessionInputError::NotOneObject)?;
    match (object.get("Credentials"), object.get("AccessKeyId")) {
        (None, None) => Err(SessionInputError::NoCredentials),
        (Some(_), Some(_)) => Err(SessionInputError::TwoSessions),
        (Some(credentials), None) => Ok(credentials),
        (None, Some(_)) if object.get("Version").and_then(Value::as_u64) == Some(1) => Ok(value),
        (None, Some(_)) => Err(SessionInputError::NotVersion1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &str = r#""AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "s", "SessionToken": "t""#;
    const END: &str = r#""Expiration": "1970-01-01T01:00:00+00:00""#;

    fn read(text: &str) -> Result<String, SessionInputError> {
        session(&Secret::new(text), Timestamp::UNIX_EPOCH).map(|session| session.expiration.to_string())
    }

    #[test]
    fn the_forms_of_the_aws_cli_are_read() {
        let end = Ok("1970-01-01T01:00:00Z".to_owned());
        assert_eq!(read(&format!("{{\"Version\": 1, {FIELDS}, {END}}}\n")), end);
        assert_eq!(read(&format!("\u{feff}{{\"Version\": 1, {FIELDS}, {END}}}\r\n")), end);
        assert_eq!(read(&format!("{{\"Credentials\": {{{FIELDS}, {END}}}, \"AssumedRoleUser\": {{}}}}")), end);
    }

    #[test]
    fn anything_else_is_refused() {
        let process = format!("{{\"Version\": 1, {FIELDS}, {END}}}");
        let without = |name: &str| process.replace(name, "Other");
        let cases = [
            (" \r\n".to_owned(), SessionInputError::Empty),
            (format!("{process}{process}"), SessionInputError::NotOneObject),
            (format!("{process} done"), SessionInputError::NotOneObject),
            (format!("[{process}]"), SessionInputError::NotOneObject),
            ("{}".to_owned(), SessionInputError::NoCredentials),
            (r#"{"Credentials": null}"#.to_owned(), SessionInputError::Missing("AccessKeyId")),
            (process.replace("{", r#"{"Credentials": {}, "#), SessionInputError::TwoSessions),
            (process.replace("1,", "2,"), SessionInputError::NotVersion1),
            (without("SecretAccessKey"), SessionInputError::Missing("SecretAccessKey")),
            (without("SessionToken"), SessionInputError::Missing("SessionToken")),
            (without("SessionToken").replace("ASIA", "AKIA"), SessionInputError::LongTermKey),
            (process.replace("ASIA", "AKIA"), SessionInputError::LongTermKey),
            (process.replace("\"t\"", "\"t u\""), SessionInputError::NotAWord("SessionToken")),
            (process.replace("\"s\"", "7"), SessionInputError::Missing("SecretAccessKey")),
            (without("Expiration"), SessionInputError::Missing("Expiration")),
            (process.replace("+00:00", ""), SessionInputError::NotATime),
            (process.replace("T01", "T00"), SessionInputError::Expired),
            (process.replace("01-01", "01-03"), SessionInputError::TooLong),
        ];
        for (text, error) in cases {
            assert_eq!(read(&text), Err(error), "{text}");
        }
    }
}
