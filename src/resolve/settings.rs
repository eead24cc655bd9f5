//! The values that a login needs, each from the first place that has it: flag, variable, property.

use std::fmt;
use std::ops::RangeInclusive;

use super::error::ResolveError;
use crate::environment::Environment;
use crate::profile::property::{
    ACCESS_KEY_ID, AWS_MFA_DEVICE, AWSMFA_DURATION_SECONDS, AWSMFA_MIN_REMAINING, CREDENTIAL_PROCESS, DURATION_SECONDS,
    MFA_SERIAL, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN,
};
use crate::profile::{Found, Place, Profile, ProfileName};
use crate::secret::Secret;
use crate::session::{self, LongTermKey};
use crate::time::Seconds;
use crate::token_code::SerialNumber;

/// How long a session must still last, if nothing says otherwise.
const MIN_REMAINING: Seconds = Seconds(15 * 60);

/// The bounds of `GetSessionToken`, by its API reference.
pub const SESSION_DURATION: RangeInclusive<i64> = 900..=129_600;

/// The bounds of `AssumeRole`, by its API reference; the role's own maximum may be less.
const ROLE_DURATION: RangeInclusive<i64> = 900..=43_200;

/// Where the long-term key comes from.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// It stands in a file.
    Key(LongTermKey),
    /// This command prints it, as JSON that AWS tools expect of a `credential_process`.
    Process(String),
}

impl KeySource {
    /// Tells keys apart: the access key id, or the command that prints the key.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Key(key) => &key.access_key_id,
            Self::Process(command) => command,
        }
    }
}

/// Where a value came from, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag.
    Flag(&'static str),
    /// A variable.
    Variable(&'static str),
    /// A line of a file.
    Property(&'static str, Place),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::Property(name, place) => write!(f, "{name} ({place})"),
        }
    }
}

/// The flag, the variable and the profiles in which a value is looked for, in this order.
pub(super) struct Lookup<'a> {
    pub flag: Option<(&'static str, &'a str)>,
    pub variables: &'a [&'static str],
    pub properties: Vec<(&'static str, Option<&'a Profile<'a>>)>,
}

impl<'a> Lookup<'a> {
    pub(super) fn find(self, environment: &'a Environment) -> Option<(String, Origin)> {
        let flag = self.flag.map(|(name, value)| (value.to_owned(), Origin::Flag(name)));
        let variable = || {
            let mut set = self.variables.iter().filter_map(|name| Some((*name, environment.get(name)?)));
            set.next().map(|(name, value)| (value.to_owned(), Origin::Variable(name)))
        };
        let property = || {
            self.properties.iter().find_map(|(name, profile)| {
                let found = profile.as_ref()?.property(name)?;
                let place = found.place();
                Some((found.value.into_owned(), Origin::Property(name, place)))
            })
        };
        let found = flag.or_else(variable).or_else(property);
        if let Some((_, origin)) = &found {
            // Not the value, which may be somebody's secret: what is no secret is in the events of the steps.
            tracing::info!(from = %origin, "setting");
        }
        found
    }
}

/// The MFA device: `--serial-number`, `AWS_MFA_SERIAL`, `mfa_serial` of these profiles in turn, aws-mfa's
/// `aws_mfa_device`.
///
/// # Errors
///
/// Fails if the first that is set names no device with codes.
pub fn serial_number(
    flag: Option<&str>,
    environment: &Environment,
    profiles: &[Option<&Profile<'_>>],
) -> Result<Option<SerialNumber>, ResolveError> {
    let named = |name| profiles.iter().map(move |profile| (name, *profile));
    let lookup = Lookup {
        flag: flag.map(|value| ("--serial-number", value)),
        variables: &["AWS_MFA_SERIAL"],
        properties: named(MFA_SERIAL).chain(named(AWS_MFA_DEVICE)).collect(),
    };
    let Some((value, origin)) = lookup.find(environment) else { return Ok(None) };
    let parsed = value.parse().map_err(|source| ResolveError::SerialNumber { origin: origin.to_string(), source })?;
    Ok(Some(parsed))
}

/// How long the session should last; none lets STS decide (12 hours).
pub(super) fn duration(
    flag: Option<Seconds>,
    environment: &Environment,
    session: Option<&Profile<'_>>,
    source: &Profile<'_>,
) -> Result<Option<Seconds>, ResolveError> {
    let found = match flag {
        Some(seconds) => Some((seconds, Origin::Flag("--duration-seconds"))),
        None => seconds("AWSMFA_DURATION_SECONDS", AWSMFA_DURATION_SECONDS, environment, session, Some(source))?,
    };
    in_range(found, "sessions", &SESSION_DURATION)
}

/// How long a role's session should last; none lets STS decide (1 hour).
pub(super) fn role_duration(
    flag: Option<Seconds>,
    role: Option<&Profile<'_>>,
) -> Result<Option<Seconds>, ResolveError> {
    let flag = flag.map(|seconds| (seconds, Origin::Flag("--duration-seconds")));
    let property = || {
        let Some(found) = role.and_then(|role| role.property(DURATION_SECONDS)) else { return Ok(None) };
        let origin = Origin::Property(DURATION_SECONDS, found.place());
        let parsed =
            found.value.parse().map_err(|source| ResolveError::Duration { origin: origin.to_string(), source })?;
        Ok(Some((parsed, origin)))
    };
    let found = if flag.is_some() { flag } else { property()? };
    in_range(found, "sessions of roles", &ROLE_DURATION)
}

fn in_range(
    found: Option<(Seconds, Origin)>,
    what: &'static str,
    range: &RangeInclusive<i64>,
) -> Result<Option<Seconds>, ResolveError> {
    match found {
        Some((seconds, origin)) if !range.contains(&seconds.0) => {
            Err(ResolveError::DurationRange { origin: origin.to_string(), what, max: Seconds(*range.end()) })
        }
        found => Ok(found.map(|(seconds, _)| seconds)),
    }
}

/// How long a session must still last to be good enough.
pub fn min_remaining(
    flag: Option<Seconds>,
    environment: &Environment,
    session: Option<&Profile<'_>>,
    source: Option<&Profile<'_>>,
) -> Result<Seconds, ResolveError> {
    if let Some(seconds) = flag {
        return Ok(seconds);
    }
    let found = seconds("AWSMFA_MIN_REMAINING", AWSMFA_MIN_REMAINING, environment, session, source)?;
    Ok(found.map_or(MIN_REMAINING, |(seconds, _)| seconds))
}

fn seconds(
    variable: &'static str,
    property: &'static str,
    environment: &Environment,
    session: Option<&Profile<'_>>,
    source: Option<&Profile<'_>>,
) -> Result<Option<(Seconds, Origin)>, ResolveError> {
    let properties = vec![(property, session), (property, source)];
    let lookup = Lookup { flag: None, variables: &[variable], properties };
    let Some((value, origin)) = lookup.find(environment) else { return Ok(None) };
    let parsed = value.parse().map_err(|source| ResolveError::Duration { origin: origin.to_string(), source })?;
    Ok(Some((parsed, origin)))
}

/// The long-term key: in the credentials file, then in the config file, then from its `credential_process`.
///
/// # Errors
///
/// Fails if there is none, half of one, or a session.
pub fn key(source: &Profile<'_>, name: &ProfileName) -> Result<KeySource, ResolveError> {
    let in_credentials = |property: &str| source.credentials_property(property);
    let in_config = |property: &str| source.config_property(property);
    if let Some(found) = source.property(ACCESS_KEY_ID).or_else(|| source.property(CREDENTIAL_PROCESS)) {
        tracing::info!(profile = %name, from = %found.place(), "long-term key");
    }
    if let Some(key) = key_in(in_credentials, name)? {
        return Ok(KeySource::Key(key));
    }
    if let Some(key) = key_in(in_config, name)? {
        return Ok(KeySource::Key(key));
    }
    let process = source.property(CREDENTIAL_PROCESS).map(|found| found.value.into_owned());
    process.map(KeySource::Process).ok_or_else(|| ResolveError::NoKey { profile: name.clone(), place: source.place() })
}

fn key_in<'a>(
    property: impl Fn(&str) -> Option<Found<'a>>,
    name: &ProfileName,
) -> Result<Option<LongTermKey>, ResolveError> {
    let token = property(SESSION_TOKEN).or_else(|| property(SECURITY_TOKEN));
    let half = |missing, place| Err(ResolveError::HalfKey { profile: name.clone(), missing, place });
    match (property(ACCESS_KEY_ID), property(SECRET_ACCESS_KEY), token) {
        (None, None, _) => Ok(None),
        (Some(_), Some(_), Some(token)) => {
            Err(ResolveError::SessionAsSource { profile: name.clone(), place: token.place() })
        }
        (Some(id), Some(_), None) if session::is_session_key_id(&id.value) => {
            Err(ResolveError::SessionAsSource { profile: name.clone(), place: id.place() })
        }
        (Some(id), Some(secret), None) => {
            Ok(Some(LongTermKey { access_key_id: id.value.into_owned(), secret_access_key: Secret::new(secret.value) }))
        }
        (Some(id), None, _) => half(SECRET_ACCESS_KEY, id.place()),
        (None, Some(secret), _) => half(ACCESS_KEY_ID, secret.place()),
    }
}
