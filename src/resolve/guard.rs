//! The checks that a profile must pass before a session is written to it.
//!
//! The source for what each AWS client does is `docs/clients.md`, "Which profile a session can be written to".

use super::resolve_error::ResolveError;
use crate::profile::property::{
    CREDENTIAL_PROCESS, CREDENTIAL_SOURCE, LOGIN_SESSION, MANAGER, ROLE_ARN, SSO_PREFIX, WEB_IDENTITY_TOKEN_FILE,
};
use crate::profile::{Place, Profile, ProfileName, Profiles};
use crate::session::{CredentialKind, MANAGED_BY};

/// The properties that make some clients ignore a session in the same profile or refuse the profile, and what these
/// clients do. [`SSO_PREFIX`] is a prefix.
const IGNORING: [(&str, &str); 6] = [
    (ROLE_ARN, "every AWS SDK would assume that role instead"),
    (CREDENTIAL_PROCESS, "the SDKs for Rust and Java would run that process instead"),
    (SSO_PREFIX, "the AWS CLI, boto3 and the SDKs for Rust and Ruby would use IAM Identity Center instead"),
    (WEB_IDENTITY_TOKEN_FILE, "the AWS CLI, boto3 and the SDKs for Rust and Go would refuse the profile"),
    (CREDENTIAL_SOURCE, "the SDKs for Rust, Go and Ruby would refuse the profile"),
    (LOGIN_SESSION, "the SDK for Rust would refuse the profile"),
];

/// Checks that a session can be written to `session_profile`, and that clients will use it there.
///
/// # Errors
///
/// Fails if it would overwrite a long-term access key or credentials that another program manages, or if some client
/// would ignore it.
pub fn check_target(session_profile: &ProfileName, profiles: Profiles<'_>) -> Result<(), ResolveError> {
    let Some(target) = profiles.get(session_profile.as_str()) else { return Ok(()) };
    check_holding(session_profile, &target)?;
    if let Some((property, place, clients)) = looked_past(&target) {
        return Err(ResolveError::LookedPast { profile: session_profile.clone(), property, place, clients });
    }
    // Most SDKs treat the profile as a role profile even if the value is empty.
    if let Some(place) = target.place_of_empty(ROLE_ARN) {
        let (property, clients) = (format!("an empty {ROLE_ARN}"), "most AWS SDKs would refuse the profile");
        return Err(ResolveError::LookedPast { profile: session_profile.clone(), property, place, clients });
    }
    Ok(())
}

/// Finds the property that makes some clients ignore the keys of a profile. Returns its name, its place, and what these
/// clients do.
pub fn looked_past(profile: &Profile<'_>) -> Option<(String, Place, &'static str)> {
    IGNORING.into_iter().find_map(|(name, clients)| {
        let (property, place) = profile.first_of(&[name])?;
        Some((property, place, clients))
    })
}

/// Checks that the section holds no long-term access key, which no command overwrites or removes, and that no other
/// program manages it.
///
/// # Errors
///
/// Fails if it holds a key, or if another program manages it.
pub fn check_holding(name: &ProfileName, target: &Profile<'_>) -> Result<(), ResolveError> {
    let Some(section) = target.credentials_section() else { return Ok(()) };
    if CredentialKind::of(&section) == CredentialKind::LongTermKey {
        let place = Place { line: section.line(), ..target.place() };
        return Err(ResolveError::TargetHoldsKey { profile: name.clone(), place });
    }
    let Some(manager) = target.credentials_property(MANAGER).filter(|manager| manager.value != MANAGED_BY) else {
        return Ok(());
    };
    let place = manager.place();
    Err(ResolveError::KeptByOther { profile: name.clone(), manager: manager.value.into_owned(), place })
}
