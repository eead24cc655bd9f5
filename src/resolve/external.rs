//! Credentials that the AWS SDK gets for a profile: those of a sign-in, of IAM Identity Center, of a web identity or of
//! the machine.

use std::fmt;

use super::permanent::has_long_term_key;
use crate::awsmfa_command;
use crate::platform::shell_word;
use crate::profile::property::{
    AWSMFA_SOURCE_PROFILE, CREDENTIAL_SOURCE, LOGIN_SESSION, ROLE_ARN, SOURCE_PROFILE, SSO_PREFIX,
    WEB_IDENTITY_TOKEN_FILE,
};
use crate::profile::{Profile, ProfileName, Profiles};

/// A source of temporary credentials outside the two files (AWS SDKs and Tools Reference Guide, "Standardized credential
/// providers").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExternalSource {
    /// `login_session`: the sign-in of `aws login`.
    SignIn,
    /// `sso_session`, or the older `sso_start_url`: the sign-in of `aws sso login`.
    IdentityCenter,
    /// `web_identity_token_file`: a role that is assumed with a token.
    WebIdentity,
    /// `credential_source`: a role that is assumed with the credentials of the environment, an EC2 instance or an ECS
    /// container.
    Machine,
}

impl ExternalSource {
    /// Finds the source of a profile. Returns none for a profile with a link to another one, and for a profile without a
    /// role that holds a long-term access key. Clients ignore the key of a role. With `source_profile` and a web identity, the AWS
    /// CLI and the SDK for Rust would use the web identity, and the SDK for Go the source profile.
    pub fn of(profile: &Profile<'_>) -> Option<Self> {
        // Most profiles have none of these properties, and this is looked up for each profile of a list.
        profile.first_of(&[SSO_PREFIX, LOGIN_SESSION, WEB_IDENTITY_TOKEN_FILE, CREDENTIAL_SOURCE])?;
        let has = |name: &str| profile.property(name).is_some();
        if has(SOURCE_PROFILE) || has(AWSMFA_SOURCE_PROFILE) || awsmfa_command::named_by(profile).is_some() {
            return None;
        }
        if has(ROLE_ARN) {
            let by_token = has(WEB_IDENTITY_TOKEN_FILE).then_some(Self::WebIdentity);
            return by_token.or_else(|| has(CREDENTIAL_SOURCE).then_some(Self::Machine));
        }
        if has_long_term_key(profile) {
            return None;
        }
        if profile.first_of(&[SSO_PREFIX]).is_some() {
            return Some(Self::IdentityCenter);
        }
        has(LOGIN_SESSION).then_some(Self::SignIn)
    }

    /// Finds the source of the profile with this name.
    pub fn of_named(name: &ProfileName, profiles: Profiles<'_>) -> Option<Self> {
        Self::of(&profiles.get(name.as_str())?)
    }

    /// Returns the arguments of the AWS CLI that sign in again; none if no command does.
    pub fn sign_in(self) -> Option<&'static [&'static str]> {
        match self {
            Self::SignIn => Some(&["login"]),
            Self::IdentityCenter => Some(&["sso", "login"]),
            Self::WebIdentity | Self::Machine => None,
        }
    }

    /// Returns the command that signs in to a profile again.
    pub fn sign_in_command(self, profile: &ProfileName) -> Option<String> {
        Some(format!("aws {} --profile {}", self.sign_in()?.join(" "), shell_word(profile.as_str())))
    }
}

impl fmt::Display for ExternalSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "the sign-in of `aws login`",
            Self::IdentityCenter => "IAM Identity Center",
            Self::WebIdentity => WEB_IDENTITY_TOKEN_FILE,
            Self::Machine => CREDENTIAL_SOURCE,
        })
    }
}
