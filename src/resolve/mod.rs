//! Request + documents + environment -> plan: every decision of a login, before anything happens.
//!
//! Nothing here asks, sends or writes. What cannot work is refused here, before a token code is asked for.

mod error;
mod guard;
mod link;
mod settings;

pub use error::ResolveError;
pub use guard::{check_holding, check_target};
pub use link::{Choice, Link, session_profile};
pub use settings::{KeySource, SESSION_DURATION, min_remaining};

use std::time::Duration;

use crate::endpoint::{CONNECT_LIMIT, Endpoint, READ_LIMIT};
use crate::environment::Environment;
use crate::profile::property::{CA_BUNDLE, ENDPOINT_URL, MFA_PROCESS};
use crate::profile::{Place, ProfileName, Profiles};
use crate::time::Seconds;
use crate::token_code::SerialNumber;
use settings::Lookup;

/// What the flags of `login` ask for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `--profile`, or the command's own argument.
    pub profile: Option<ProfileName>,
    /// `--source-profile`.
    pub source_profile: Option<ProfileName>,
    /// `--session-profile`.
    pub session_profile: Option<ProfileName>,
    /// `--serial-number`, unchecked.
    pub serial_number: Option<String>,
    /// `--duration-seconds`.
    pub duration: Option<Seconds>,
    /// `--min-remaining`.
    pub min_remaining: Option<Seconds>,
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

/// Everything that a login needs to know but the token code and the key that a process prints.
#[derive(Clone, Debug)]
pub struct LoginPlan {
    /// The profile that pays.
    pub source_profile: ProfileName,
    /// The profile that the session is written to.
    pub session_profile: ProfileName,
    /// The long-term key.
    pub key: KeySource,
    /// The MFA device.
    pub serial_number: SerialNumber,
    /// How long the session should last; none lets STS decide.
    pub duration: Option<Seconds>,
    /// How long a session must still last to be good enough.
    pub min_remaining: Seconds,
    /// The command that prints a token code.
    pub mfa_process: Option<String>,
    /// Where STS is asked.
    pub endpoint: Endpoint,
    /// Where a `source_profile` without `role_arn` stands, which some AWS clients refuse.
    pub refused_by_some: Option<Place>,
}

/// The profile that a command acts on: its argument or `--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, `default`.
///
/// # Errors
///
/// Fails if a variable holds what cannot be a profile's name.
pub fn selected_profile(flag: Option<&ProfileName>, environment: &Environment) -> Result<ProfileName, ResolveError> {
    if let Some(name) = flag {
        return Ok(name.clone());
    }
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        if let Some(value) = environment.get(variable) {
            let origin = variable.to_owned();
            return value.parse().map_err(|source| ResolveError::ProfileName { origin, source });
        }
    }
    Ok(ProfileName::default_profile())
}

/// Decides everything.
///
/// # Errors
///
/// Fails if a profile, a key or the MFA device is missing or unusable, or if the session must not be written where it
/// would go.
pub fn resolve(
    request: &Request,
    environment: &Environment,
    profiles: Profiles<'_>,
) -> Result<LoginPlan, ResolveError> {
    let selected = match (&request.profile, &request.source_profile) {
        // With nothing else named, the source profile is what the person means.
        (None, Some(source)) if environment.get("AWS_PROFILE").or(environment.get("AWS_DEFAULT_PROFILE")).is_none() => {
            source.clone()
        }
        (profile, _) => selected_profile(profile.as_ref(), environment)?,
    };
    let choice = Choice {
        selected: &selected,
        source_profile: request.source_profile.as_ref().filter(|source| **source != selected),
        session_profile: request.session_profile.as_ref(),
    };
    let link = link::link(choice, profiles)?;
    guard::check_target(&link.session_profile, &link.source_profile, profiles)?;

    let session = profiles.get(link.session_profile.as_str());
    let session = session.as_ref();
    let Some(source) = profiles.get(link.source_profile.as_str()) else {
        let Link { source_profile, session_profile, place, .. } = link;
        return Err(ResolveError::MissingSource { source_profile, session_profile, place });
    };
    if let Some(found) = source.property(crate::profile::property::ROLE_ARN) {
        return Err(ResolveError::Role { profile: link.source_profile, place: found.place });
    }
    let key = settings::key(&source, &link.source_profile)?;
    let serial_flag = request.serial_number.as_deref();
    let serial_number = settings::serial_number(serial_flag, environment, session, &source, &link.source_profile)?;
    let duration = settings::duration(request.duration, environment, session, &source)?;
    let min_remaining = settings::min_remaining(request.min_remaining, environment, session, Some(&source))?;

    let find = |flag, value: &Option<String>, variables, property| {
        let flag = value.as_deref().map(|value| (flag, value));
        let properties = vec![(property, session), (property, Some(&source))];
        Lookup { flag, variables, properties }.find(environment).map(|(value, _)| value)
    };
    let mfa_process = find("--mfa-process", &request.mfa_process, &["AWSMFA_MFA_PROCESS"], MFA_PROCESS);
    let ca_bundle = find("--ca-bundle", &request.ca_bundle, &["AWS_CA_BUNDLE"], CA_BUNDLE);
    let endpoint_url = if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_some_and(|it| it == "true") {
        request.endpoint_url.clone()
    } else {
        let variables = &["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"];
        find("--endpoint-url", &request.endpoint_url, variables, ENDPOINT_URL)
    };
    let region_flag = request.region.as_deref();
    let region = settings::region(region_flag, environment, session, &source, &serial_number);
    let endpoint = Endpoint {
        region,
        url: endpoint_url,
        ca_bundle,
        connect_limit: request.connect_limit.unwrap_or(CONNECT_LIMIT),
        read_limit: request.read_limit.unwrap_or(READ_LIMIT),
    };
    Ok(LoginPlan {
        source_profile: link.source_profile,
        session_profile: link.session_profile,
        key,
        serial_number,
        duration,
        min_remaining,
        mfa_process,
        endpoint,
        refused_by_some: link.refused_by_some,
    })
}
