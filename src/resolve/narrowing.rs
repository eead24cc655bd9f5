//! The checks of a request for a session with a scope of its own: which sessions can have one, and which profiles a
//! narrowed session can be written to.
//!
//! A session that session policies narrow never takes the place of one without them: programs that use the profile
//! would fail, or the next login would keep the session. Nor does a session without them take the place of a narrowed
//! one: the programs that use that profile are meant to do less.

use super::external::ExternalSource;
use super::link::{self, Choice, Link, RoleOrigin};
use super::resolve_error::ResolveError;
use super::{Request, Situation};
use crate::profile::property::{AWSMFA_SOURCE_PROFILE, ROLE_ARN, SOURCE_PROFILE};
use crate::profile::{Place, ProfileName, Profiles};
use crate::session::{self, CredentialKind};

/// Checks the link of a session with the scope of the request, and the session that its profile holds.
///
/// # Errors
///
/// Fails if the session is a user's or comes from the AWS SDK, or if it must not be written to its profile.
pub(super) fn check(
    request: &Request,
    choice: Choice<'_>,
    link: &Link,
    situation: Situation<'_>,
) -> Result<(), ResolveError> {
    let profiles = situation.profiles;
    let of_duration = request.duration.map(|_| "--duration-seconds");
    if let Some(flag) = request.scope.first_flag().or(of_duration)
        && link.role.is_none()
        && let Some(from) = ExternalSource::of_named(&link.source_profile, profiles)
    {
        return Err(ResolveError::NotForProvided { profile: link.source_profile.clone(), flag, from });
    }
    if let Some(flag) = request.scope.first_flag()
        && link.role.is_none()
    {
        let role = role_with(link, profiles);
        return Err(ResolveError::ScopeOfUser { profile: choice.selected.clone(), flag, role });
    }
    if request.is_unsaved {
        return Ok(());
    }
    let held = held(&link.session_profile, profiles);
    if !request.scope.is_narrowing() {
        return match held {
            Some((place, true)) => {
                Err(ResolveError::WouldWiden { session_profile: link.session_profile.clone(), place })
            }
            _ => Ok(()),
        };
    }
    let refused = |held: Option<Place>| ResolveError::WouldNarrow {
        profile: choice.selected.clone(),
        session_profile: link.session_profile.clone(),
        flag: request.scope.first_flag().unwrap_or("--policy"),
        held: held.map(Box::new),
        other: other_name(choice, link, profiles),
    };
    match held {
        Some((place, false)) => Err(refused(Some(place))),
        _ if is_of_others(choice, link, profiles) => Err(refused(None)),
        _ => Ok(()),
    }
}

/// Returns the line of the session that a profile holds, and whether session policies narrow it.
fn held(name: &ProfileName, profiles: Profiles<'_>) -> Option<(Place, bool)> {
    let target = profiles.get(name.as_str())?;
    let section = target.credentials_section()?;
    let is_session = CredentialKind::of(&section) == CredentialKind::Session;
    is_session.then(|| (Place { line: section.line(), ..target.place() }, session::is_narrowed(&section)))
}

/// Returns whether a login without session policies would write to the profile, or if none was named.
fn is_of_others(choice: Choice<'_>, link: &Link, profiles: Profiles<'_>) -> bool {
    let usual = link::link(Choice { session_profile: None, ..choice }, profiles);
    choice.session_profile.is_none()
        || usual.is_ok_and(|usual| usual.session_profile == link.session_profile)
        || link::link(Choice::of(&link.session_profile), profiles).is_ok()
}

/// Returns the name of a profile that could hold the session, if it is free.
fn other_name(choice: Choice<'_>, link: &Link, profiles: Profiles<'_>) -> Option<ProfileName> {
    let role = match &link.role {
        Some(RoleOrigin::Flag(arn)) => arn.rsplit('/').next().unwrap_or_default(),
        Some(RoleOrigin::Profile(name) | RoleOrigin::AssumeRole(name)) => name.as_str(),
        None => choice.selected.as_str(),
    };
    let name: ProfileName = format!("{role}-readonly").parse().ok()?;
    let is_free = held(&name, profiles).is_none_or(|(_, is_narrowed)| is_narrowed);
    (is_free && link::link(Choice::of(&name), profiles).is_err()).then_some(name)
}

/// Finds a role profile that uses the same key or session.
pub fn role_with(link: &Link, profiles: Profiles<'_>) -> Option<ProfileName> {
    let sources = [&link.source_profile, &link.session_profile];
    let linking = sources.into_iter().flat_map(|source| {
        let links = [AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE].into_iter();
        links.flat_map(|property| profiles.linking(property, source.as_str()))
    });
    let mut roles = linking.filter(|profile| profile.property(ROLE_ARN).is_some());
    roles.find_map(|role| role.name().parse().ok())
}
