//! Which profiles a login is for.

use std::collections::HashSet;

use super::error::ResolveError;
use super::link::{self, Choice};
use super::{Request, Situation, selected_profile, settings};
use crate::profile::ProfileName;

/// The profiles that were asked for: by name, all that could be logged in to, or the selected one.
pub(super) fn asked_for(request: &Request, situation: Situation<'_>) -> Result<Vec<ProfileName>, ResolveError> {
    let environment = situation.environment;
    if request.all {
        return Ok(all(situation));
    }
    if request.profiles.is_empty() {
        let selects = environment.get("AWS_PROFILE").or(environment.get("AWS_DEFAULT_PROFILE")).is_some();
        // With nothing else named, the source profile is what the person means.
        let source = request.source_profile.as_ref().filter(|_| !selects);
        return Ok(vec![source.cloned().map_or_else(|| selected_profile(None, environment), Ok)?]);
    }
    Ok(request.profiles.clone())
}

/// Every profile with a session of its own that awsmfa can get: roles over known profiles, keys with an MFA device. One
/// name for each session profile.
fn all(situation: Situation<'_>) -> Vec<ProfileName> {
    let profiles = situation.profiles;
    profiles.make_index();
    let names = profiles.names().into_iter().filter_map(|name| name.parse::<ProfileName>().ok());
    let mut seen = HashSet::new();
    names
        .filter(|name| {
            let Ok(link) = link::link(Choice::of(name), profiles) else { return false };
            let parts = [&link.session_profile, &link.source_profile].map(|name| profiles.get(name.as_str()));
            let serial = settings::serial_number(None, situation.environment, &parts.each_ref().map(Option::as_ref));
            (link.role.is_some() || matches!(serial, Ok(Some(_)) | Err(_)))
                && seen.insert((link.session_profile, link.source_profile, link.role))
        })
        .collect()
}
