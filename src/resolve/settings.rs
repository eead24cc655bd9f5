//! The settings of a login, each from the first place that sets it: flag, variable or property.

use std::mem;
use std::ops::RangeInclusive;

use super::external::ExternalSource;
use super::origin::Origin;
use super::resolve_error::ResolveError;
use crate::endpoint_url::EndpointUrl;
use crate::environment::Environment;
use crate::key_in_files::EntryName;
use crate::profile::property::{
    ACCESS_KEY_ID, AWS_MFA_DEVICE, AWSMFA_DURATION_SECONDS, AWSMFA_KEYRING, AWSMFA_MAX_KEY_AGE, AWSMFA_MIN_REMAINING,
    CREDENTIAL_PROCESS, DURATION_SECONDS, MFA_PROCESS, MFA_SERIAL, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN,
};
use crate::profile::{Found, Profile, ProfileName};
use crate::secret::Secret;
use crate::session::{self, LongTermKey};
use crate::time::{DAY, Seconds};
use crate::token_code::SerialNumber;
use crate::value::{Value, is_quoted};

/// The default of [`min_remaining`].
const MIN_REMAINING: Seconds = Seconds(15 * 60);

/// The default of [`max_key_age`] (CIS AWS Foundations Benchmark, "Ensure access keys are rotated every 90 days or less").
pub const MAX_KEY_AGE: Seconds = Seconds(90 * DAY);

/// The durations that `GetSessionToken` accepts, in seconds (AWS STS API Reference).
pub const SESSION_DURATION: RangeInclusive<i64> = 900..=129_600;

/// The durations that `AssumeRole` accepts, in seconds (AWS STS API Reference); the role's own maximum may be lower.
const ROLE_DURATION: RangeInclusive<i64> = 900..=43_200;

/// The source of the credentials of a profile.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// A file, which holds a long-term access key.
    Key(LongTermKey),
    /// The keyring of the operating system, which holds the long-term access key in this entry.
    Keyring(EntryName),
    /// A command that prints a long-term access key or a session in the format of `credential_process`.
    Process(String),
    /// The AWS SDK, which gets temporary credentials for the profile.
    External {
        /// The profile.
        profile: ProfileName,
        /// The kind of source.
        source: ExternalSource,
        /// The URLs that are set for the services of a sign-in, each with its variable.
        urls: Vec<(&'static str, EndpointUrl)>,
    },
}

impl KeySource {
    /// Returns an identifier of the source: the ID of the key, the command that prints it, or the profile.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Key(key) => &key.access_key_id,
            Self::Keyring(name) => name.as_str(),
            Self::Process(command) => command,
            Self::External { profile, .. } => profile.as_str(),
        }
    }

    /// Returns whether both are the same source.
    pub fn is_same(&self, other: &Self) -> bool {
        mem::discriminant(self) == mem::discriminant(other) && self.id() == other.id()
    }
}

/// The flag, variables and properties that may set a value, in order of precedence.
pub(super) struct Lookup<'a> {
    pub flag: Option<(&'static str, &'a str)>,
    pub variables: &'a [&'static str],
    pub properties: Vec<(&'static str, Option<&'a Profile<'a>>)>,
}

impl<'a> Lookup<'a> {
    /// Finds the first value that is set.
    ///
    /// # Errors
    ///
    /// Fails if it is in a file and AWS clients may read it differently.
    pub(super) fn find(self, environment: &'a Environment) -> Result<Option<(String, Origin)>, ResolveError> {
        let found = match self.flag {
            Some((name, value)) => Some((value.to_owned(), Origin::Flag(name))),
            None => self.variable(environment).map_or_else(|| self.property(), |found| Ok(Some(found)))?,
        };
        if let Some((_, origin)) = &found {
            // The value is not logged, because it may be a secret; the steps log the values that are not.
            tracing::info!(from = %origin, "setting");
        }
        Ok(found)
    }

    fn variable(&self, environment: &Environment) -> Option<(String, Origin)> {
        let mut set = self.variables.iter().filter_map(|name| Some((*name, environment.get(name)?)));
        set.next().map(|(name, value)| (value.to_owned(), Origin::Variable(name)))
    }

    fn property(&self) -> Result<Option<(String, Origin)>, ResolveError> {
        for (name, profile) in &self.properties {
            if let Some(found) = profile.as_ref().and_then(|profile| profile.property(name)) {
                let value = whole(&found, name)?;
                return Ok(Some((value, Origin::Property(name, found.place()))));
            }
        }
        Ok(None)
    }
}

/// Parses and validates a value from this origin.
///
/// # Errors
///
/// Fails if the text is not a valid value.
pub(crate) fn checked<T: Value>(text: &str, origin: &Origin) -> Result<T, ResolveError> {
    text.parse().map_err(|error: T::Err| ResolveError::Value {
        what: T::NAME,
        origin: origin.clone(),
        rule: error.to_string(),
    })
}

/// Returns the value of a property, if all AWS clients read it in the same way.
///
/// # Errors
///
/// Fails if the value continues on an indented line, or is in quotes.
pub(super) fn whole(found: &Found<'_>, property: &'static str) -> Result<String, ResolveError> {
    if found.is_continued() {
        return Err(ResolveError::Continued { property, place: found.place() });
    }
    // A command may begin with a quoted path.
    if is_quoted(&found.value) && !matches!(property, CREDENTIAL_PROCESS | MFA_PROCESS) {
        return Err(ResolveError::Quoted { property, place: found.place() });
    }
    Ok(found.value.clone().into_owned())
}

/// Returns the MFA device and its origin: `--serial-number`, `AWS_MFA_SERIAL`, `mfa_serial` of these profiles in turn,
/// or aws-mfa's `aws_mfa_device`.
///
/// # Errors
///
/// Fails if the first value that is set does not name a device that generates codes.
pub fn serial_number(
    flag: Option<&str>,
    environment: &Environment,
    profiles: &[Option<&Profile<'_>>],
) -> Result<Option<(SerialNumber, Origin)>, ResolveError> {
    let named = |name| profiles.iter().map(move |profile| (name, *profile));
    let lookup = Lookup {
        flag: flag.map(|value| ("--serial-number", value)),
        variables: &["AWS_MFA_SERIAL"],
        properties: named(MFA_SERIAL).chain(named(AWS_MFA_DEVICE)).collect(),
    };
    let Some((value, origin)) = lookup.find(environment)? else { return Ok(None) };
    match value.parse() {
        Ok(serial_number) => Ok(Some((serial_number, origin))),
        Err(source) => Err(ResolveError::SerialNumber { origin, source }),
    }
}

/// Returns the requested duration of a user's session; if none, STS applies its default of 12 hours.
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

/// Returns the requested duration of a role's session; if none, STS applies its default of 1 hour.
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

/// Returns the minimum remaining time of a session; a login renews a session that expires sooner.
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

/// Returns the age from which a long-term access key is too old.
///
/// # Errors
///
/// Fails if the value that is set is not a duration.
pub fn max_key_age(environment: &Environment, source: Option<&Profile<'_>>) -> Result<Seconds, ResolveError> {
    let found = seconds("AWSMFA_MAX_KEY_AGE", AWSMFA_MAX_KEY_AGE, environment, None, source)?;
    Ok(found.map_or(MAX_KEY_AGE, |(seconds, _)| seconds))
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
    let Some((value, origin)) = lookup.find(environment)? else { return Ok(None) };
    let parsed = value.parse().map_err(|source| ResolveError::Duration { origin: origin.to_string(), source })?;
    Ok(Some((parsed, origin)))
}

/// Returns the long-term access key from the credentials file, or else from the config file, or else its ID in the
/// keyring, or else the `credential_process`.
///
/// # Errors
///
/// Fails if the profile has no key, half a key or a session, or if the key has characters that no access key contains.
pub fn key(source: &Profile<'_>, name: &ProfileName) -> Result<KeySource, ResolveError> {
    let in_credentials = |property: &str| source.credentials_property(property);
    let in_config = |property: &str| source.config_property(property);
    let from = [ACCESS_KEY_ID, AWSMFA_KEYRING, CREDENTIAL_PROCESS];
    if let Some(found) = from.into_iter().find_map(|property| source.property(property)) {
        tracing::info!(profile = %name, from = %found.place(), "long-term key");
    }
    if let Some(key) = key_in(in_credentials, name)? {
        return Ok(KeySource::Key(key));
    }
    if let Some(key) = key_in(in_config, name)? {
        return Ok(KeySource::Key(key));
    }
    let no_key = || ResolveError::NoKey { profile: name.clone(), place: source.place() };
    if let Some(found) = source.property(AWSMFA_KEYRING) {
        let value = word(&found, AWSMFA_KEYRING, "name of an entry in the keyring")?;
        return EntryName::parse(&value).map(KeySource::Keyring).ok_or_else(no_key);
    }
    match source.property(CREDENTIAL_PROCESS) {
        Some(found) => Ok(KeySource::Process(whole(&found, CREDENTIAL_PROCESS)?)),
        None => Err(no_key()),
    }
}

fn key_in<'a>(
    property: impl Fn(&str) -> Option<Found<'a>>,
    name: &ProfileName,
) -> Result<Option<LongTermKey>, ResolveError> {
    let token = property(SESSION_TOKEN).or_else(|| property(SECURITY_TOKEN));
    let half = |missing, place| Err(ResolveError::HalfKey { profile: name.clone(), missing, place });
    let (id, secret) = match (property(ACCESS_KEY_ID), property(SECRET_ACCESS_KEY)) {
        (None, None) => return Ok(None),
        (Some(id), None) => return half(SECRET_ACCESS_KEY, id.place()),
        (None, Some(secret)) => return half(ACCESS_KEY_ID, secret.place()),
        (Some(id), Some(secret)) => (id, secret),
    };
    let is_session = session::is_session_key_id(&id.value);
    match token {
        Some(token) if session::is_long_term_key_id(&id.value) => {
            return Err(ResolveError::LeftOverToken { profile: name.clone(), place: token.place() });
        }
        Some(token) => return Err(ResolveError::SessionAsSource { profile: name.clone(), place: token.place() }),
        None if is_session => {
            return Err(ResolveError::SessionAsSource { profile: name.clone(), place: id.place() });
        }
        None => {}
    }
    let access_key_id = word(&id, ACCESS_KEY_ID, "access key id")?;
    let secret_access_key = Secret::new(word(&secret, SECRET_ACCESS_KEY, "secret access key")?);
    Ok(Some(LongTermKey { access_key_id, secret_access_key }))
}

/// Checks that a part of a key, which is sent in a header or signs the request, is one word of visible ASCII.
fn word(found: &Found<'_>, property: &'static str, what: &'static str) -> Result<String, ResolveError> {
    let value = whole(found, property)?;
    if session::is_word(&value) {
        return Ok(value);
    }
    let rule = "must be one word of visible ASCII characters".to_owned();
    Err(ResolveError::Value { what, origin: Origin::Property(property, found.place()), rule })
}
