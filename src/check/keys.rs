//! Findings about the keys and sessions in a profile.

use super::finding::Finding;
use super::finding_kind::Kind;
use crate::profile::property::{
    ACCESS_KEY_ID, AWSMFA_KEYRING, MANAGER, ROLE_ARN, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN, SOURCE_PROFILE,
};
use crate::profile::{Place, Profile, ProfileName, Profiles};
use crate::session;

/// Finds properties and names that prevent some clients from using a session profile.
pub fn session_profile(name: &ProfileName, profiles: Profiles<'_>) -> Vec<Finding> {
    let profile = profiles.get(name.as_str());
    let own = profile.iter().flat_map(|profile| [source_profile(profile), token_in_config(profile)]);
    unportable_name(name).into_iter().chain(own.flatten()).collect()
}

fn unportable_name(name: &ProfileName) -> Option<Finding> {
    name.unseen_by().map(|clients| Finding::new(Kind::UnportableName).for_profile(name.as_str()).with_detail(clients))
}

/// Finds `source_profile` in a profile without `role_arn`.
fn source_profile(profile: &Profile<'_>) -> Option<Finding> {
    let found = profile.property(SOURCE_PROFILE)?;
    let finding = || Finding::new(Kind::SourceProfileWithoutRole).for_profile(profile.name()).at(found.place());
    profile.property(ROLE_ARN).is_none().then(finding)
}

fn token_in_config(profile: &Profile<'_>) -> Option<Finding> {
    let found = profile.config_property(SESSION_TOKEN).or_else(|| profile.config_property(SECURITY_TOKEN))?;
    Some(Finding::new(Kind::TokenInConfig).for_profile(profile.name()).at(found.place()))
}

/// Checks the keys of a profile, and whether all clients can use it.
pub(super) fn keys(name: &ProfileName, profile: &Profile<'_>) -> Vec<Finding> {
    let at = |kind, place: Place| Finding::new(kind).for_profile(profile.name()).at(place);
    // For these profiles, there is a finding about the header already.
    let has_other_finding = name.as_str().starts_with("profile ") || name.as_str() == "DEFAULT";
    let unportable = if has_other_finding { None } else { unportable_name(name) };
    let unportable = unportable.map(|finding| finding.at(profile.place()));
    let mut found: Vec<Finding> =
        [unportable, source_profile(profile), token_in_config(profile)].into_iter().flatten().collect();
    let in_credentials = [ACCESS_KEY_ID, SECRET_ACCESS_KEY].map(|name| profile.credentials_property(name));
    let in_config = [ACCESS_KEY_ID, SECRET_ACCESS_KEY].map(|name| profile.config_property(name));
    for halves in [in_credentials, in_config] {
        match halves {
            [Some(half), None] => found.push(at(Kind::HalfKey, half.place()).with_detail(SECRET_ACCESS_KEY)),
            [None, Some(half)] => found.push(at(Kind::HalfKey, half.place()).with_detail(ACCESS_KEY_ID)),
            _ => {}
        }
    }
    for name in [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN] {
        found.extend(profile.place_of_empty(name).map(|place| at(Kind::EmptyKey, place).with_detail(name)));
    }
    found.extend(missing_token(profile));
    found.extend(two_keys(profile));
    found.extend(security_token(profile));
    found.extend(leftover_token(profile));
    found
}

/// Finds the access key of a session without its token.
fn missing_token(profile: &Profile<'_>) -> Option<Finding> {
    let id = profile.credentials_property(ACCESS_KEY_ID).filter(|_| lacks_token(profile))?;
    Some(Finding::new(Kind::MissingToken).for_profile(profile.name()).at(id.place()).with_detail(SESSION_TOKEN))
}

/// Returns whether the profile has the access key of a session without its token: only two of three lines were copied.
pub(super) fn lacks_token(profile: &Profile<'_>) -> bool {
    let id = profile.credentials_property(ACCESS_KEY_ID);
    id.is_some_and(|id| session::is_session_key_id(&id.value))
        && profile.credentials_property(SECRET_ACCESS_KEY).is_some()
        && [SESSION_TOKEN, SECURITY_TOKEN].into_iter().all(|name| profile.property(name).is_none())
}

/// Finds the name of an entry in the keyring beside a key in the file.
fn two_keys(profile: &Profile<'_>) -> Option<Finding> {
    let stored = profile.property(AWSMFA_KEYRING)?;
    profile.property(ACCESS_KEY_ID)?;
    Some(Finding::new(Kind::TwoKeys).for_profile(profile.name()).at(stored.place()))
}

/// Finds a session token beside a long-term access key.
fn leftover_token(profile: &Profile<'_>) -> Option<Finding> {
    let section = profile.credentials_section()?;
    let leftovers = session::leftovers(&section);
    let (_, line) = leftovers.iter().find(|(name, _)| matches!(*name, SESSION_TOKEN | SECURITY_TOKEN))?;
    let names: Vec<&str> = leftovers.iter().map(|(name, _)| *name).filter(|name| *name != MANAGER).collect();
    let place = Place { line: *line, ..profile.place() };
    Some(Finding::new(Kind::LeftOverToken).for_profile(profile.name()).at(place).with_detail(names.join(" and ")))
}

/// Finds `aws_security_token`, an old name of the session token: botocore prefers it, other clients ignore it.
fn security_token(profile: &Profile<'_>) -> Option<Finding> {
    let section = profile.credentials_section()?;
    let old = section.property(SECURITY_TOKEN)?;
    let has_key = profile.credentials_property(ACCESS_KEY_ID).is_some();
    let kind = match profile.credentials_property(SESSION_TOKEN) {
        Some(token) if token.value == old.value() => return None,
        // botocore prefers the old name even if its value is empty.
        Some(_) => Kind::StaleSecurityToken,
        None if has_key && !old.is_empty() => Kind::SecurityTokenAlone,
        None => return None,
    };
    let place = Place { line: old.line(), ..profile.place() };
    // Beside a long-term access key, both tokens are leftovers.
    let is_leftover = !session::leftovers(&section).is_empty();
    (!is_leftover).then(|| Finding::new(kind).for_profile(profile.name()).at(place))
}
