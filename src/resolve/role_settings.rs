//! The settings of a role, from flags, variables and the role profile: its ARN, session name, external ID, duration and
//! scope.

use super::link::RoleOrigin;
use super::resolve_error::ResolveError;
use super::settings::{self, Lookup, checked};
use super::{Origin, Request, scope_settings};
use crate::environment::Environment;
use crate::profile::property::{ASSUME_ROLE, EXTERNAL_ID, ROLE_ARN, ROLE_SESSION_NAME};
use crate::profile::{Profile, Profiles};
use crate::role::{Role, SessionNameOrigin};
use crate::token_code::SerialNumber;
use crate::value::{RoleSessionName, Value, is_session_name_byte};

/// Reads the settings of a role; `request` contains the flags that apply to this role. `device` finds the MFA device of
/// the user, if one is configured.
pub(super) fn role(
    origin: &RoleOrigin,
    request: &Request,
    environment: &Environment,
    profiles: Profiles<'_>,
    device: impl FnOnce() -> Option<(SerialNumber, Origin)>,
) -> Result<Role, ResolveError> {
    let profile = profile_of(Some(origin), profiles);
    let profile = profile.as_ref();
    let find = |flag: &'static str, value: Option<&String>, property: &'static str| {
        let flag = value.map(|value| (flag, value.as_str()));
        Lookup { flag, variables: &[], properties: vec![(property, profile)] }.find(environment)
    };
    let arn = match origin {
        RoleOrigin::Flag(arn) => Some((arn.clone(), Origin::Flag("--role-arn"))),
        RoleOrigin::Profile(_) => find("", None, ROLE_ARN)?,
        RoleOrigin::AssumeRole(_) => find("", None, ASSUME_ROLE)?,
    };
    let session_name = find("--role-session-name", request.role_session_name.as_ref(), ROLE_SESSION_NAME)?;
    let (session_name, session_name_origin) = match session_name {
        Some((name, origin)) => (checked(&name, &origin)?, SessionNameOrigin::Setting(origin.to_string())),
        None => default_session_name(device(), environment)?,
    };
    tracing::info!(name = %session_name, origin = %session_name_origin, "role session name");
    let external_id = find("--external-id", request.external_id.as_ref(), EXTERNAL_ID)?;
    let arn = arn.unwrap_or_else(|| (String::new(), Origin::Flag("--role-arn")));
    Ok(Role {
        arn: checked(&arn.0, &arn.1)?,
        session_name,
        session_name_origin,
        external_id: parsed(external_id)?,
        duration: settings::role_duration(request.duration, profile)?,
        scope: Box::new(scope_settings::scope(request, environment, profile)?),
    })
}

fn parsed<T: Value>(found: Option<(String, Origin)>) -> Result<Option<T>, ResolveError> {
    found.map(|(text, origin)| checked(&text, &origin)).transpose()
}

/// Returns the name of the MFA device, which is usually that of the IAM user, or else `awsmfa-<user>`, without the
/// characters that a session name cannot contain.
fn default_session_name(
    device: Option<(SerialNumber, Origin)>,
    environment: &Environment,
) -> Result<(RoleSessionName, SessionNameOrigin), ResolveError> {
    if let Some((device, origin)) = device
        && let Some(name) = device.device_name().and_then(|name| name.parse().ok())
    {
        return Ok((name, SessionNameOrigin::Device(origin.to_string())));
    }
    let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| environment.get(name)).unwrap_or("user");
    let user: String = user.chars().filter(|c| u8::try_from(*c).is_ok_and(is_session_name_byte)).take(57).collect();
    let name = checked(&format!("awsmfa-{user}"), &Origin::Flag("--role-session-name"))?;
    Ok((name, SessionNameOrigin::Machine))
}

/// Returns the profile that the settings of the role are read from, if there is one.
pub(super) fn profile_of<'a>(origin: Option<&RoleOrigin>, profiles: Profiles<'a>) -> Option<Profile<'a>> {
    match origin? {
        RoleOrigin::Flag(_) => None,
        RoleOrigin::Profile(name) | RoleOrigin::AssumeRole(name) => profiles.get(name.as_str()),
    }
}
