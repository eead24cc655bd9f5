//! Request + documents + environment -> plan: every decision of a login, before anything happens.
//!
//! Nothing here asks, sends or writes. What cannot work is refused here, before a token code is asked for.

mod asked;
mod call;
mod endpoint;
mod error;
mod guard;
mod link;
mod plan;
mod role;
mod services;
mod settings;
mod share;

use std::time::Duration;

pub use call::Call;
pub use error::ResolveError;
pub use guard::{check_holding, check_target, looked_past};
pub use link::{Choice, Link, has_long_term_key, link, session_profile};
pub use plan::{Goal, LoginPlan, Mfa, Outcome, Payer, Step, resolve};
pub(crate) use settings::Origin;
pub use settings::{KeySource, SESSION_DURATION, key, min_remaining, serial_number};

use crate::endpoint::Endpoint;
use crate::environment::Environment;
use crate::profile::{ProfileName, Profiles};
use crate::time::{Seconds, Timestamp};

/// What the flags of `login` ask for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `--profile`, or the command's own arguments; empty for the profile that the environment selects.
    pub profiles: Vec<ProfileName>,
    /// `--all`.
    pub all: bool,
    /// `--source-profile`.
    pub source_profile: Option<ProfileName>,
    /// `--session-profile`.
    pub session_profile: Option<ProfileName>,
    /// `--role-arn`.
    pub role_arn: Option<String>,
    /// `--role-session-name`.
    pub role_session_name: Option<String>,
    /// `--external-id`.
    pub external_id: Option<String>,
    /// `--serial-number`, unchecked.
    pub serial_number: Option<String>,
    /// `--duration-seconds`.
    pub duration: Option<Seconds>,
    /// `--min-remaining`.
    pub min_remaining: Option<Seconds>,
    /// Whether to renew what is still valid: `--force`, or a code that was given.
    pub renew: bool,
    /// Whether to renew the sessions that pay for it, too: a code that was given.
    pub renew_payers: bool,
    /// `--mfa-process`.
    pub mfa_process: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `--endpoint-url`.
    pub endpoint_url: Option<String>,
    /// `--ca-bundle`.
    pub ca_bundle: Option<String>,
    /// `--cli-connect-timeout`.
    pub connect_limit: Option<Duration>,
    /// `--cli-read-timeout`.
    pub read_limit: Option<Duration>,
}

/// What a plan is made from.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// Both files.
    pub profiles: Profiles<'a>,
    /// The variables.
    pub environment: &'a Environment,
    /// The time.
    pub now: Timestamp,
}

/// The profile that a command acts on: its argument or `--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, `default`.
///
/// # Errors
///
/// Fails if a variable holds what cannot be a profile's name.
pub fn selected_profile(flag: Option<&ProfileName>, environment: &Environment) -> Result<ProfileName, ResolveError> {
    if let Some(name) = flag {
        // Not its name, which could be a code that went astray.
        tracing::info!(from = "the command line", "selected");
        return Ok(name.clone());
    }
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        if let Some(value) = environment.get(variable) {
            tracing::info!(profile = value, from = variable, "selected");
            let origin = variable.to_owned();
            return value.parse().map_err(|source| ResolveError::ProfileName { origin, source });
        }
    }
    tracing::info!(profile = "default", from = "nothing else", "selected");
    Ok(ProfileName::default_profile())
}

/// Where STS is asked about the key of a profile; `arn` tells the partition if no region is set.
///
/// # Errors
///
/// Fails if the flags, variables or files name something that cannot be used.
pub fn endpoint_of(
    request: &Request,
    situation: Situation<'_>,
    profiles: &[&ProfileName],
    arn: Option<&str>,
) -> Result<Endpoint, ResolveError> {
    let found: Vec<_> = profiles.iter().map(|name| situation.profiles.get(name.as_str())).collect();
    let found: Vec<_> = found.iter().map(Option::as_ref).collect();
    endpoint::endpoint(request, situation, &found, arn)
}
