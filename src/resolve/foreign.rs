//! Profiles without a key: the credentials that they use instead, and how to renew those.

use super::resolve_error::ResolveError;
use crate::platform::shell_word;
use crate::profile::property::{MANAGER, ROLE_ARN};
use crate::profile::{Place, Profile, ProfileName};
use crate::session::{CredentialKind, MANAGED_BY};

/// The property that `aws login` writes (AWS CLI 2.32 and later).
const LOGIN_SESSION: &str = "login_session";
/// The property for a role's source credentials that do not come from a profile.
const CREDENTIAL_SOURCE: &str = "credential_source";
const WEB_IDENTITY: &str = "web_identity_token_file";
/// The prefix of the properties for IAM Identity Center.
const SSO: &str = "sso_";

/// Returns the error for a profile without a key.
pub(super) fn no_key(name: &ProfileName, profile: &Profile<'_>) -> ResolveError {
    if let Some((what, remedy, place)) = foreign_credentials(profile).or_else(|| foreign_session(profile)) {
        return ResolveError::ForeignSource { profile: name.clone(), what, remedy, place };
    }
    ResolveError::NoSource { profile: name.clone(), place: profile.place(), near: None }
}

/// Returns the error for a role without a source profile.
pub(super) fn no_source(name: &ProfileName, role: &Profile<'_>) -> ResolveError {
    for property in [CREDENTIAL_SOURCE, WEB_IDENTITY] {
        if let Some(found) = role.property(property) {
            return ResolveError::ForeignSource {
                profile: name.clone(),
                what: format!("its role is assumed with {property}"),
                remedy: format!(
                    "awsmfa assumes roles with source_profile only: AWS clients assume this one themselves, or write \
                     `source_profile = <profile>` instead of {property} (AWS clients refuse both together)"
                ),
                place: found.place(),
            };
        }
    }
    ResolveError::RoleWithoutSource { profile: name.clone(), place: role.place() }
}

/// Finds credentials that do not come from a key in the files. Returns a description, the remedy and the place.
fn foreign_credentials(profile: &Profile<'_>) -> Option<(String, String, Place)> {
    let word = shell_word(profile.name());
    let place = |name: &str| Some(profile.property(name)?.place());
    if let Some(place) = place(LOGIN_SESSION) {
        let what = "its credentials are those of `aws login`".to_owned();
        return Some((what, format!("`aws login --profile {word}` renews them; awsmfa does not read them"), place));
    }
    if let Some((_, place)) = profile.property_where(|name| name.starts_with(SSO)) {
        let what = "its credentials come from IAM Identity Center".to_owned();
        return Some((what, format!("`aws sso login --profile {word}` renews them; awsmfa does not read them"), place));
    }
    for property in [WEB_IDENTITY, CREDENTIAL_SOURCE] {
        if profile.property(ROLE_ARN).is_none()
            && let Some(place) = place(property)
        {
            let remedy = "name a profile that holds a long-term access key with --source-profile".to_owned();
            return Some((format!("its credentials come from {property}"), remedy, place));
        }
    }
    None
}

/// Finds a session without a link to a key: awsmfa cannot renew it, but the tool that wrote it may.
fn foreign_session(profile: &Profile<'_>) -> Option<(String, String, Place)> {
    let section = profile.credentials_section();
    let in_credentials = section.is_some_and(|section| CredentialKind::of(&section) == CredentialKind::Session);
    if !in_credentials && CredentialKind::in_config(profile) != CredentialKind::Session {
        return None;
    }
    let manager = profile.property(MANAGER).filter(|manager| manager.value != MANAGED_BY);
    let tool = manager.map_or_else(|| "the tool that wrote it".to_owned(), |manager| manager.value.into_owned());
    let what = "it holds a session, and no source profile is configured for it".to_owned();
    let remedy = format!(
        "renew it with {tool}, or name the profile with the long-term access key: --source-profile, or a line \
         `awsmfa_source_profile = …`"
    );
    Some((what, remedy, profile.place()))
}
