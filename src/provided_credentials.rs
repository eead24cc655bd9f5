//! The output of the hidden command `provide`: a session that the AWS SDK has got for a profile, in the form of a
//! `credential_process`, or the reason why there is none.

use std::fmt::Display;

use serde_json::{Value, json};

use crate::credential_process_output::{self, Printed};
use crate::secret::Secret;
use crate::time::Timestamp;

/// The reason why the AWS SDK got no credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct ProvideError {
    /// The SDK's description, without secrets.
    pub cause: String,
    /// Set if a new sign-in helps.
    pub is_signed_out: bool,
}

impl ProvideError {
    /// Creates an error that a new sign-in does not fix.
    pub fn other(cause: &dyn Display) -> Self {
        Self { cause: cause.to_string(), is_signed_out: false }
    }

    /// Renders the error for the process that waits for the credentials.
    pub fn render(&self) -> String {
        json!({ "Error": self.cause, "SignedOut": self.is_signed_out }).to_string()
    }
}

/// Parses the output of the command.
///
/// # Errors
///
/// Fails if it is an error, or if the session has ended by `now`.
pub fn parse(output: &Secret, now: Timestamp) -> Result<Printed, ProvideError> {
    let value: Value = serde_json::from_str(output.expose()).unwrap_or_default();
    if let Some(cause) = value.get("Error").and_then(Value::as_str) {
        let is_signed_out = value.get("SignedOut").and_then(Value::as_bool).unwrap_or_default();
        return Err(ProvideError { cause: cause.to_owned(), is_signed_out });
    }
    credential_process_output::credentials(output, now).map_err(|error| ProvideError::other(&error))
}

/// Returns the text of one of the two files, in which the properties for endpoint URLs have become comments: the SDK uses
/// them even if they are to be ignored. awsmfa gives it the URLs that count as variables.
pub fn without_endpoint_urls(text: &str) -> String {
    let is_named = |line: &str| {
        let name = line.split('=').next().unwrap_or_default().trim_end();
        ["endpoint_url", "services"].iter().any(|property| name.eq_ignore_ascii_case(property))
    };
    let lines =
        text.split_inclusive('\n').map(|line| if is_named(line) { format!("#{line}") } else { line.to_owned() });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_urls_become_comments() {
        let text = "[profile dev]\r\nServices = local\r\nendpoint_url=http://x\nendpoint_url_x = y\n\n[services local]\n\
                    sso =\n  endpoint_url = http://y";
        let expected = text.replace("Services", "#Services").replace("\nendpoint_url=", "\n#endpoint_url=");
        assert_eq!(without_endpoint_urls(text), expected);
    }

    #[test]
    fn an_error_arrives_as_it_was_sent() {
        let error = ProvideError { cause: "the \"token\" has expired".to_owned(), is_signed_out: true };
        assert_eq!(parse(&Secret::new(error.render()), Timestamp::UNIX_EPOCH).err(), Some(error));
        let other = ProvideError::other(&"no connection");
        assert_eq!(parse(&Secret::new(other.render()), Timestamp::UNIX_EPOCH).err(), Some(other));
        assert!(parse(&Secret::new("{}"), Timestamp::UNIX_EPOCH).is_err());
    }
}
