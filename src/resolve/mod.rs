//! The planning of a login from the request, the two files and the environment.
//!
//! Nothing here prompts, sends or writes. A login that cannot work is refused here, before the prompt for an MFA code.

mod chain;
mod code_sharing;
mod endpoint_choice;
mod external;
mod foreign;
mod guard;
mod inherited_device;
mod link;
mod naming_conventions;
mod narrowing;
mod near_names;
mod origin;
mod permanent;
mod plan;
mod planner;
mod resolve_error;
mod resolve_hints;
mod role_settings;
mod scope_settings;
mod services;
mod settings;
mod targets;

use std::time::Duration;

pub use chain::{Chain, ChainEnd, chain};
pub use external::ExternalSource;
pub use guard::{check_holding, check_target, looked_past};
pub use inherited_device::{InheritedDevice, include, inherited_device};
pub use link::{Choice, Link, RoleOrigin, link, session_profile, session_profile_by};
pub use narrowing::role_with;
pub use near_names::{near_key_profile, unknown};
pub use origin::Origin;
pub use permanent::{has_long_term_key, is_self_sourced};
pub use plan::{Call, LoginPlan, Mfa, Outcome, PlannedProfile, SessionSource, SourceCredentials, Step};
pub use planner::resolve;
pub use resolve_error::ResolveError;
pub(crate) use settings::checked;
pub use settings::{KeySource, MAX_KEY_AGE, SESSION_DURATION, key, max_key_age, min_remaining, serial_number};

use crate::endpoint::{self as endpoints, Endpoint};
use crate::endpoint_url::EndpointUrl;
use crate::environment::Environment;
use crate::profile::property::{ASSUME_ROLE, MFA_SERIAL, ROLE_ARN};
use crate::profile::{ProfileName, Profiles};
use crate::proxy::Proxy;
use crate::session_scope::SessionScope;
use crate::time::{Clock, Seconds};
use crate::web_console::Console;

/// A request to log in, as given by the flags of `login`.
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
    /// The session policies, tags and source identity in the flags, for the requested role.
    pub scope: SessionScope,
    /// Set if the requested session is written to no file.
    pub is_unsaved: bool,
    /// Set to sign in with the AWS CLI if a sign-in has ended.
    pub signs_in: bool,
    /// Set for a profile that only the requested one needs: variables for the requested role do not apply to it.
    pub is_source: bool,
    /// `--serial-number`, unchecked.
    pub serial_number: Option<String>,
    /// `--duration-seconds`.
    pub duration: Option<Seconds>,
    /// `--min-remaining`.
    pub min_remaining: Option<Seconds>,
    /// Set to renew sessions that are still valid: with `--force`, or if an MFA code was given.
    pub renew: bool,
    /// Set to renew the sessions of the source profiles, too: if an MFA code was given.
    pub renew_sources: bool,
    /// The session profiles that another process renewed while this one waited; they are not renewed again.
    pub renewed: Vec<ProfileName>,
    /// Set if an MFA code was given; it is an error if no request uses it.
    pub has_code: bool,
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

/// The facts that a plan is based on.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// Both files.
    pub profiles: Profiles<'a>,
    /// The environment variables.
    pub environment: &'a Environment,
    /// The current time.
    pub clock: &'a Clock,
}

/// The profile that a command acts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The profile.
    pub name: ProfileName,
    /// The variable that names it; none if it comes from the command line, or is `default` because nothing is selected.
    pub by: Option<&'static str>,
}

/// Returns the profile that a command acts on: its argument or `--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`,
/// `default`.
///
/// # Errors
///
/// Fails if the value of a variable is not a valid profile name.
pub fn selected_profile(flag: Option<&ProfileName>, environment: &Environment) -> Result<Selected, ResolveError> {
    if let Some(name) = flag {
        // The name is not logged, because it may be a misplaced MFA code.
        tracing::info!(from = "the command line", "selected");
        return Ok(Selected { name: name.clone(), by: None });
    }
    if let Some((variable, value)) = selecting_variable(environment) {
        tracing::info!(profile = value, from = variable, "selected");
        let origin = variable.to_owned();
        let name = value.parse().map_err(|source| ResolveError::ProfileName { origin, source })?;
        return Ok(Selected { name, by: Some(variable) });
    }
    tracing::info!(profile = "default", from = "nothing else", "selected");
    Ok(Selected { name: ProfileName::default_profile(), by: None })
}

/// Returns the variable that selects the profile, and its value. `AWS_PROFILE` comes first, as in most AWS clients.
pub fn selecting_variable(environment: &Environment) -> Option<(&'static str, &str)> {
    let variables = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter();
    variables.filter_map(|variable| Some((variable, environment.get(variable)?))).next()
}

/// Returns the IAM endpoint for the user with this ARN: the one in `AWS_ENDPOINT_URL_IAM`, or else a custom STS
/// endpoint, or else the endpoint of the partition. Returns none if the partition's endpoint is unknown.
///
/// # Errors
///
/// Fails if the endpoint or its proxy cannot be used.
pub fn iam_endpoint(sts: Endpoint, arn: &str, environment: &Environment) -> Result<Option<Endpoint>, ResolveError> {
    let Some((default, region)) = endpoints::partition_of_arn(arn).and_then(endpoints::of_iam) else { return Ok(None) };
    let custom = sts.url.clone();
    let of_service = OtherService { variable: "AWS_ENDPOINT_URL_IAM", custom, default, region };
    of_service.endpoint(sts, environment).map(Some)
}

/// Returns the endpoint of AWS sign-in: the one in `AWS_ENDPOINT_URL_SIGNIN`, or else that of the partition. Does not
/// default to a custom STS endpoint: requests to AWS sign-in contain the secret access key, and those to STS do not.
///
/// # Errors
///
/// Fails if the endpoint or its proxy cannot be used.
pub fn signin_endpoint(sts: Endpoint, console: Console, environment: &Environment) -> Result<Endpoint, ResolveError> {
    let (default, region) = (console.signin, console.region());
    let of_service = OtherService { variable: "AWS_ENDPOINT_URL_SIGNIN", custom: None, default, region };
    of_service.endpoint(sts, environment)
}

/// A service other than STS, with the choices for its endpoint.
struct OtherService<'a> {
    /// The variable that names the endpoint.
    variable: &'static str,
    /// The endpoint to use if the variable is not set.
    custom: Option<EndpointUrl>,
    /// The endpoint to use otherwise.
    default: &'a str,
    /// The region to sign for.
    region: &'a str,
}

impl OtherService<'_> {
    /// Returns the endpoint, with the certificates and the time limits of that of STS.
    fn endpoint(self, sts: Endpoint, environment: &Environment) -> Result<Endpoint, ResolveError> {
        let is_ignored =
            environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|it| it.eq_ignore_ascii_case("true"));
        let url = match (environment.get(self.variable).filter(|_| !is_ignored), self.custom) {
            (Some(text), _) => endpoint_choice::encrypted(text, &Origin::Variable(self.variable), false)?,
            (None, Some(url)) => url,
            (None, None) => endpoint_choice::encrypted(self.default, &Origin::Variable(self.variable), false)?,
        };
        let proxy =
            Proxy::for_url(&url, environment).map_err(|error| ResolveError::Proxy { variable: error.variable })?;
        Ok(Endpoint { url: Some(url), region: self.region.to_owned(), proxy, ..sts })
    }
}

/// Returns the STS endpoint for the key of a profile; `arn` determines the partition if no region is set.
///
/// # Errors
///
/// Fails if a setting in the flags, variables or files cannot be used.
pub fn endpoint_of(
    request: &Request,
    situation: Situation<'_>,
    profiles: &[&ProfileName],
    arn: Option<&str>,
) -> Result<Endpoint, ResolveError> {
    let found: Vec<_> = profiles.iter().map(|name| situation.profiles.get(name.as_str())).collect();
    let found: Vec<_> = found.iter().map(Option::as_ref).collect();
    endpoint_choice::endpoint(request, situation, &found, arn)
}

/// Returns the STS endpoint for the session of a profile, with the settings that a login to the profile uses.
///
/// # Errors
///
/// Fails if a setting in the variables or files cannot be used.
pub fn endpoint_of_session(
    selected: &ProfileName,
    session_profile: &ProfileName,
    situation: Situation<'_>,
) -> Result<Endpoint, ResolveError> {
    let link = link(Choice::of(selected), situation.profiles).ok();
    let sources = link.map(|link| chain(&link.source_profile, situation.profiles).profiles).unwrap_or_default();
    let names: Vec<&ProfileName> = [session_profile, selected].into_iter().chain(&sources).collect();
    let found = names.iter().filter_map(|name| situation.profiles.get(name.as_str()));
    let arn = found.into_iter().find_map(|profile| {
        let arn = [ROLE_ARN, ASSUME_ROLE, MFA_SERIAL].into_iter().find_map(|name| profile.property(name))?;
        Some(arn.value.into_owned())
    });
    endpoint_of(&Request::default(), situation, &names, arn.as_deref())
}
