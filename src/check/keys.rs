//! Keys and sessions, as they stand in a profile.

use super::finding::Finding;
use super::kind::Kind;
use crate::profile::property::{
    ACCESS_KEY_ID, MANAGER, ROLE_ARN, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN, SOURCE_PROFILE,
};
use crate::profile::{Found, Place, Profile, ProfileName, Profiles};
use crate::session;

/// What about the session profile keeps some clients from it.
pub fn session_profile(name: &ProfileName, profiles: Profiles<'_>) -> Vec<Finding> {
    let profile = profiles.get(name.as_str());
    let own = profile.iter().flat_map(|profile| [source_profile(profile), token_in_config(profile)]);
    unportable_name(name).into_iter().chain(own.flatten()).collect()
}

fn unportable_name(name: &ProfileName) -> Option<Finding> {
    name.unseen_by().map(|clients| Finding::new(Kind::UnportableName).of(name.as_str()).about(clients))
}

/// `source_profile` in a profile that is no role.
fn source_profile(profile: &Profile<'_>) -> Option<Finding> {
    let found = profile.property(SOURCE_PROFILE).filter(|_| profile.property(ROLE_ARN).is_none())?;
    Some(Finding::new(Kind::SourceProfileWithoutRole).of(profile.name()).at(found.place()))
}

fn token_in_config(profile: &Profile<'_>) -> Option<Finding> {
    let found = profile.config_property(SESSION_TOKEN).or_else(|| profile.config_property(SECURITY_TOKEN))?;
    Some(Finding::new(Kind::TokenInConfig).of(profile.name()).at(found.place()))
}

/// What is wrong with the keys of a profile, and what keeps some clients from it.
pub(super) fn keys(name: &ProfileName, profile: &Profile<'_>) -> Vec<Finding> {
    let at = |kind, place: Place| Finding::new(kind).of(profile.name()).at(place);
    // Whose name begins with the word profile is told by its header.
    let has_other_finding = name.as_str().starts_with("profile ") || name.as_str() == "DEFAULT";
    let unportable = unportable_name(name).filter(|_| !has_other_finding);
    let unportable = unportable.map(|finding| finding.at(profile.place()));
    let mut found: Vec<Finding> =
        [unportable, source_profile(profile), token_in_config(profile)].into_iter().flatten().collect();
    let of_credentials = [ACCESS_KEY_ID, SECRET_ACCESS_KEY].map(|name| profile.credentials_property(name));
    let of_config = [ACCESS_KEY_ID, SECRET_ACCESS_KEY].map(|name| profile.config_property(name));
    for halves in [of_credentials, of_config] {
        match halves {
            [Some(half), None] => found.push(at(Kind::HalfKey, half.place()).about(SECRET_ACCESS_KEY)),
            [None, Some(half)] => found.push(at(Kind::HalfKey, half.place()).about(ACCESS_KEY_ID)),
            _ => {}
        }
    }
    for name in [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN] {
        found.extend(profile.place_of_empty(name).map(|place| at(Kind::EmptyKey, place).about(name)));
    }
    found.extend(security_token(profile));
    found.extend(left_over(profile));
    found
}

/// A token, and what belongs to it, beside a long-term key.
fn left_over(profile: &Profile<'_>) -> Option<Finding> {
    let section = profile.credentials_section()?;
    let left = session::leftovers(&section);
    let (_, line) = left.iter().find(|(name, _)| matches!(*name, SESSION_TOKEN | SECURITY_TOKEN))?;
    let names: Vec<&str> = left.iter().map(|(name, _)| *name).filter(|name| *name != MANAGER).collect();
    let place = Place { line: *line, ..profile.place() };
    Some(Finding::new(Kind::LeftOverToken).of(profile.name()).at(place).about(names.join(" and ")))
}

/// The old name of the token in the credentials file: botocore prefers it, others do not know it.
fn security_token(profile: &Profile<'_>) -> Option<Finding> {
    let old = profile.credentials_section()?.property(SECURITY_TOKEN)?;
    let place = Place { line: old.line(), ..profile.place() };
    let at = |kind| Some(Finding::new(kind).of(profile.name()).at(place));
    let has_key = profile.credentials_property(ACCESS_KEY_ID).is_some();
    match profile.credentials_property(SESSION_TOKEN) {
        Some(Found { value, .. }) if value == old.value() => None,
        // Without a value, too, it wins. Beside a long-term key both are left over.
        Some(_) if session::leftovers(&profile.credentials_section()?).is_empty() => at(Kind::StaleSecurityToken),
        Some(_) => None,
        None if has_key && !old.is_empty() && session::leftovers(&profile.credentials_section()?).is_empty() => {
            at(Kind::SecurityTokenAlone)
        }
        None => None,
    }
}
