//! Profiles without a key that hold a session of another tool, and how to renew it.

use super::Situation;
use super::link::{self, Choice};
use super::resolve_error::ResolveError;
use crate::profile::property::MANAGER;
use crate::profile::{Place, Profile, ProfileName};
use crate::session::{self, CredentialKind, MANAGED_BY, Session};

/// Returns the error for a profile without a key.
pub(super) fn no_key(name: &ProfileName, profile: &Profile<'_>) -> ResolveError {
    if let Some((what, remedy, place)) = foreign_session(profile) {
        return ResolveError::ForeignSource { profile: name.clone(), what, remedy, place };
    }
    ResolveError::NoSource { profile: name.clone(), place: profile.place(), near: None }
}

/// Returns the session in either file that another tool wrote, if it has not ended. awsmfa cannot renew it, since the
/// profile has no link to a key.
pub(super) fn valid_session(name: &ProfileName, situation: Situation<'_>) -> Option<Session> {
    let Situation { profiles, clock, .. } = situation;
    let profile = profiles.get(name.as_str())?;
    if link::link(Choice::of(name), profiles).is_ok() {
        return None;
    }
    let stored = match profile.credentials_section() {
        Some(section) if CredentialKind::of(&section) == CredentialKind::Session => session::stored(&section, clock),
        _ => session::stored_in_config(&profile),
    }?;
    let has_ended = stored.expiration.is_some_and(|expiration| expiration <= clock.now);
    (!has_ended).then(|| Session::from(stored))
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
