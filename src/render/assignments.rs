//! The variables that `env` and `exec` set for a session, and that `use` sets to select a profile in a shell.

use crate::environment::{Environment, PREVIOUS_PROFILE, SELECTED_PROFILE};
use crate::profile::ProfileName;
use crate::resolve::selecting_variable;
use crate::session::StoredSession;
use crate::time::{Timestamp, rfc3339};

/// A variable and its value; `None` clears it.
pub type Assignment = (&'static str, Option<String>);

/// The variables that `env` sets or clears. Those that could contradict the session are cleared: the profile variables,
/// and the old token variable, which botocore prefers.
const OF_SESSION: [&str; 10] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    EXPIRATION,
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    SELECTED_PROFILE,
];

/// The end of the session, for the prompt of the shell: Starship reads it (its documentation, module `aws`).
const EXPIRATION: &str = "AWS_CREDENTIAL_EXPIRATION";

/// The variables that AWS clients prefer to a profile: access keys and, in botocore and the SDK for Java, the role of a
/// web identity.
const PREFERRED: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
];

const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// The variables that select a profile. `logout` leaves them: without them, AWS tools would use the default profile,
/// which may hold a long-term access key.
const OF_SELECTION: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/// Returns the assignments that set the session of a profile and clear what would contradict it. Without a region, the
/// region variables are left alone.
pub fn of_session(profile: &ProfileName, session: &StoredSession, region: Option<&str>) -> Vec<Assignment> {
    let value = |name: &str| match name {
        "AWS_ACCESS_KEY_ID" => Some(session.access_key_id.clone()),
        "AWS_SECRET_ACCESS_KEY" => Some(session.secret_access_key.expose().to_owned()),
        "AWS_SESSION_TOKEN" => Some(session.session_token.expose().to_owned()),
        EXPIRATION => session.expiration.map(rfc3339),
        SELECTED_PROFILE => Some(profile.to_string()),
        name if REGIONS.contains(&name) => region.map(str::to_owned),
        _ => None,
    };
    let left_alone = |name: &str| region.is_none() && REGIONS.contains(&name);
    OF_SESSION.into_iter().filter(|name| !left_alone(name)).map(|name| (name, value(name))).collect()
}

/// Returns the assignments that clear everything that [`of_session`] may set.
pub fn clearing() -> Vec<Assignment> {
    OF_SESSION.into_iter().map(|name| (name, None)).collect()
}

/// A selection of a profile for the AWS tools that are started in a shell.
#[derive(Clone, Copy)]
pub struct ShellSelection<'a> {
    /// The profile.
    pub profile: &'a ProfileName,
    /// Set if awsmfa writes the session of the profile.
    pub is_managed: bool,
    /// The end of its session, if it is known.
    pub expiration: Option<Timestamp>,
}

/// Returns the assignments that select a profile, or none, in the shell that has these variables. What clients prefer
/// to a profile is cleared, and the profile that was selected before is remembered. `regions` are those that `env` may
/// have set.
pub fn selecting(
    selection: Option<ShellSelection<'_>>,
    regions: &[String],
    environment: &Environment,
) -> Vec<Assignment> {
    let name = |selection: ShellSelection<'_>| selection.profile.to_string();
    let marker = selection.filter(|selection| selection.is_managed).map(name);
    let mut assignments = vec![
        ("AWS_PROFILE", selection.map(name)),
        ("AWS_DEFAULT_PROFILE", None),
        (SELECTED_PROFILE, marker),
        (EXPIRATION, selection.and_then(|selection| selection.expiration).map(rfc3339)),
    ];
    let before = selecting_variable(environment).map(|(_, before)| before).or(environment.get(SELECTED_PROFILE));
    if let Some(before) = before.filter(|before| selection.is_none_or(|it| it.profile.as_str() != *before)) {
        assignments.push((PREVIOUS_PROFILE, Some(before.to_owned())));
    }
    assignments.extend(PREFERRED.map(|name| (name, None)));
    assignments.extend(clearing_regions(regions, environment));
    assignments
}

/// Returns the assignments that clear a session that `env` has set. `regions` are those that it may have set.
pub fn clearing_session(regions: &[String], environment: &Environment) -> Vec<Assignment> {
    let names = OF_SESSION.into_iter().filter(|name| !REGIONS.contains(name) && !OF_SELECTION.contains(name));
    names.map(|name| (name, None)).chain(clearing_regions(regions, environment)).collect()
}

/// Returns the assignment of the end of the selected session, for the prompt of the shell.
pub fn expiring_at(expiration: Option<Timestamp>) -> Vec<Assignment> {
    vec![(EXPIRATION, expiration.map(rfc3339))]
}

/// Clears the regions that `env` has set; others are the user's.
fn clearing_regions(regions: &[String], environment: &Environment) -> Vec<Assignment> {
    let is_own = |name| environment.get(name).is_some_and(|region| regions.iter().any(|own| own == region));
    REGIONS.into_iter().filter(|name| is_own(name)).map(|name| (name, None)).collect()
}
