//! The hints of errors that concern the web console.

use super::Error;
use super::hints::sts_hint;
use crate::io::signin::SigninError;
use crate::io::sts::StsError;
use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::web_console::PARTITIONS;

/// Returns the hint, if there is one.
pub(super) fn console_hint(error: &Error) -> Option<String> {
    let text = match error {
        Error::NotARole { role, .. } => not_a_role_hint(role.as_ref()),
        Error::NoConsole { .. } => format!("`console` supports the partitions {PARTITIONS}"),
        Error::OtherDestination { host, .. } => format!("its pages are those of {host}"),
        Error::Signin { profile, source } => return signin_hint(source, profile),
        Error::Browser(_) => "without --open, awsmfa prints the URL, so that you can open it yourself".to_owned(),
        _ => return None,
    };
    Some(text)
}

fn not_a_role_hint(role: Option<&ProfileName>) -> String {
    let by_hand = "users sign in on the console's own page, with their password";
    match role {
        Some(role) => format!("`awsmfa console {}` signs in with a role; {by_hand}", shell_word(role.as_str())),
        None => format!("name the profile of a role; {by_hand}"),
    }
}

fn signin_hint(error: &SigninError, profile: &ProfileName) -> Option<String> {
    match error {
        SigninError::Network(error) => sts_hint(error, false),
        SigninError::Refused { .. } => {
            let profile = shell_word(profile.as_str());
            Some(format!("if the session was revoked, `awsmfa login --force {profile}` requests a new one"))
        }
        // The causes are the same as those of a strange answer from STS.
        SigninError::NotSignin { status, .. } => {
            sts_hint(&StsError::NotSts { endpoint: String::new(), status: *status }, false)
        }
    }
}
