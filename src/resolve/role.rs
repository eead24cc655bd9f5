//! What `AssumeRole` is asked: the role's ARN and how the session is called, from flags and the role profile.

use super::error::ResolveError;
use super::link::RoleOrigin;
use super::settings::{self, Lookup};
use super::{Origin, Request};
use crate::environment::Environment;
use crate::profile::property::{ASSUME_ROLE, EXTERNAL_ID, ROLE_ARN, ROLE_SESSION_NAME};
use crate::profile::{Profile, Profiles};
use crate::role::Role;

/// Reads a role; `request` has flags for the profile that was asked for only.
pub(super) fn role(
    origin: &RoleOrigin,
    request: &Request,
    environment: &Environment,
    profiles: Profiles<'_>,
) -> Result<Role, ResolveError> {
    let (profile, property) = match origin {
        RoleOrigin::Flag(_) => (None, ROLE_ARN),
        RoleOrigin::Profile(name) => (profiles.get(name.as_str()), ROLE_ARN),
        RoleOrigin::AssumeRole(name) => (profiles.get(name.as_str()), ASSUME_ROLE),
    };
    let profile = profile.as_ref();
    let find = |flag: &'static str, value: Option<&String>, property: &'static str| {
        let flag = value.map(|value| (flag, value.as_str()));
        Lookup { flag, variables: &[], properties: vec![(property, profile)] }.find(environment)
    };
    let arn = find("--role-arn", request.role_arn.as_ref(), property);
    let arn = checked(arn, "role ARN", "it looks like arn:aws:iam::<account>:role/<name>", is_role_arn)?;
    let session_name = find("--role-session-name", request.role_session_name.as_ref(), ROLE_SESSION_NAME);
    let rule = "it has 2 to 64 letters, digits and signs of = , . @ - + _";
    let session_name = checked(session_name, "role session name", rule, is_session_name)?;
    let external_id = find("--external-id", request.external_id.as_ref(), EXTERNAL_ID);
    let rule = "it has 2 to 1224 letters, digits and signs of = , . @ : / - + _";
    let external_id = checked(external_id, "external id", rule, is_external_id)?;
    Ok(Role {
        arn: arn.unwrap_or_default(),
        session_name: session_name.unwrap_or_else(|| default_session_name(environment)),
        external_id,
        duration: settings::role_duration(request.duration, profile)?,
    })
}

fn checked(
    found: Option<(String, Origin)>,
    what: &'static str,
    rule: &'static str,
    is_good: impl Fn(&str) -> bool,
) -> Result<Option<String>, ResolveError> {
    match found {
        Some((value, origin)) if !is_good(&value) => Err(ResolveError::Role { what, origin: origin.to_string(), rule }),
        found => Ok(found.map(|(value, _)| value)),
    }
}

fn is_role_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_iam = matches!(parts.as_slice(), ["arn", _, "iam", "", _, resource] if resource.starts_with("role/"));
    is_iam && (20..=2048).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The pattern of the API reference, `AssumeRole`, `RoleSessionName`.
fn is_session_name(text: &str) -> bool {
    (2..=64).contains(&text.len()) && text.bytes().all(is_session_name_byte)
}

fn is_session_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_=,.@+-".contains(&byte)
}

/// The pattern of the API reference, `AssumeRole`, `ExternalId`.
fn is_external_id(text: &str) -> bool {
    (2..=1224).contains(&text.len()) && text.bytes().all(|byte| is_session_name_byte(byte) || b":/".contains(&byte))
}

/// `awsmfa-<user>`, without what a session name cannot have.
fn default_session_name(environment: &Environment) -> String {
    let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| environment.get(name)).unwrap_or("user");
    let user: String = user.chars().filter(|c| u8::try_from(*c).is_ok_and(is_session_name_byte)).take(57).collect();
    format!("awsmfa-{user}")
}

/// The profile whose properties speak of the role, if one does.
pub(super) fn profile_of<'a>(origin: Option<&RoleOrigin>, profiles: Profiles<'a>) -> Option<Profile<'a>> {
    match origin? {
        RoleOrigin::Flag(_) => None,
        RoleOrigin::Profile(name) | RoleOrigin::AssumeRole(name) => profiles.get(name.as_str()),
    }
}
