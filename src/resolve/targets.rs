//! The profiles that a login is requested for.

use std::collections::HashSet;

use super::external::ExternalSource;
use super::link::{self, Choice};
use super::resolve_error::ResolveError;
use super::{Request, Selected, Situation, selected_profile, selecting_variable, settings};
use crate::profile::ProfileName;

/// Returns the requested profiles: those on the command line, all that awsmfa can log in to, or the selected one.
pub(super) fn requested(request: &Request, situation: Situation<'_>) -> Result<Vec<Selected>, ResolveError> {
    let environment = situation.environment;
    if request.all {
        return Ok(all(situation).into_iter().map(|name| Selected { name, by: None }).collect());
    }
    if request.profiles.is_empty() {
        // If neither an argument nor a variable selects a profile, the source profile is meant.
        let is_selected = selecting_variable(environment).is_some();
        let source = if is_selected { None } else { request.source_profile.as_ref() };
        return Ok(vec![selected_profile(source, environment)?]);
    }
    Ok(request.profiles.iter().map(|name| Selected { name: name.clone(), by: None }).collect())
}

/// Returns the profiles that awsmfa can request a session for: roles with a known source profile, and keys with an MFA
/// device. A source that the AWS SDK handles is not one of them. If several profiles resolve to the same session, only
/// the first is returned.
fn all(situation: Situation<'_>) -> Vec<ProfileName> {
    let profiles = situation.profiles;
    profiles.make_index();
    let names = profiles.names().into_iter().filter_map(|name| name.parse::<ProfileName>().ok());
    let mut seen = HashSet::new();
    names
        .filter(|name| {
            let Ok(link) = link::link(Choice::of(name), profiles) else { return false };
            let has_role = link.role.is_some();
            if !has_role && ExternalSource::of_named(&link.source_profile, profiles).is_some() {
                return false;
            }
            let parts = [&link.session_profile, &link.source_profile].map(|name| profiles.get(name.as_str()));
            let serial = settings::serial_number(None, situation.environment, &parts.each_ref().map(Option::as_ref));
            (has_role || matches!(serial, Ok(Some(_)) | Err(_)))
                && seen.insert((link.session_profile, link.source_profile, link.role))
        })
        .collect()
}
