//! The values that a login needs, each from the first place that has it: flag, variable, property.

use std::fmt;
use std::ops::RangeInclusive;

use super::Request;
use super::error::ResolveError;
use crate::endpoint::{CONNECT_LIMIT, Endpoint, READ_LIMIT};
use crate::environment::Environment;
use crate::profile::property::{
    ACCESS_KEY_ID, AWS_MFA_DEVICE, AWSMFA_DURATION_SECONDS, AWSMFA_MIN_REMAINING, CA_BUNDLE, CREDENTIAL_PROCESS,
    DURATION_SECONDS, ENDPOINT_URL, MFA_SERIAL, REGION, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN,
};
use crate::profile::{Found, Place, Profile, ProfileName};
use crate::secret::Secret;
use crate::session::LongTermKey;
use crate::time::Seconds;
use crate::token_code::SerialNumber;

/// How long a session must still last, if nothing says otherwise.
const MIN_REMAINING: Seconds = Seconds(15 * 60);

/// The bounds of `GetSessionToken`, by its API reference.
pub const SESSION_DURATION: RangeInclusive<i64> = 900..=129_600;

/// The bounds of `AssumeRole`, by its API reference; the role's own maximum may be less.
const ROLE_DURATION: RangeInclusive<i64> = 900..=43_200;

/// Where a partition's sessions are asked for if no region is set: the first region of each.
const PARTITION_REGIONS: [(&str, &str); 8] = [
    ("aws", "us-east-1"),
    ("aws-cn", "cn-north-1"),
    ("aws-us-gov", "us-gov-west-1"),
    ("aws-iso", "us-iso-east-1"),
    ("aws-iso-b", "us-isob-east-1"),
    ("aws-iso-e", "eu-isoe-west-1"),
    ("aws-iso-f", "us-isof-south-1"),
    ("aws-eusc", "eusc-de-east-1"),
];

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
                Some((found.value.into_owned(), Origin::Property(name, found.place)))
            })
        };
        flag.or_else(variable).or_else(property)
    }
}

/// The MFA device: `--serial-number`, `AWS_MFA_SERIAL`, `mfa_serial` of these profiles in turn, aws-mfa's
/// `aws_mfa_device`.
pub(super) fn serial_number(
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
        let origin = Origin::Property(DURATION_SECONDS, found.place);
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

/// Where and how STS is asked; `arn` tells the partition if no region is set.
pub(super) fn endpoint(
    request: &Request,
    environment: &Environment,
    profiles: &[Option<&Profile<'_>>],
    arn: Option<&str>,
) -> Result<Endpoint, ResolveError> {
    let find = |flag, value: &Option<String>, variables, property| {
        let flag = value.as_deref().map(|value| (flag, value));
        let properties = profiles.iter().map(|profile| (property, *profile)).collect();
        Lookup { flag, variables, properties }.find(environment)
    };
    let is_true = |name| environment.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let url = if is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
        request.endpoint_url.clone().map(|url| (url, Origin::Flag("--endpoint-url")))
    } else {
        find("--endpoint-url", &request.endpoint_url, &["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"], ENDPOINT_URL)
    };
    Ok(Endpoint {
        region: region(request.region.as_deref(), environment, profiles, arn)?,
        url: url.map(checked_url).transpose()?,
        use_fips: is_true("AWS_USE_FIPS_ENDPOINT"),
        use_dual_stack: is_true("AWS_USE_DUALSTACK_ENDPOINT"),
        ca_bundle: find("--ca-bundle", &request.ca_bundle, &["AWS_CA_BUNDLE"], CA_BUNDLE).map(|(path, _)| path),
        connect_limit: request.connect_limit.unwrap_or(CONNECT_LIMIT),
        read_limit: request.read_limit.unwrap_or(READ_LIMIT),
    })
}

/// The SDK would find out only when the code is on its way.
fn checked_url((url, origin): (String, Origin)) -> Result<String, ResolveError> {
    let parsed = url.parse::<http::Uri>().ok();
    let is_good = parsed.is_some_and(|url| {
        let has_host = url.host().is_some_and(|host| !host.is_empty());
        // A password in it would be shown in messages.
        let has_user = url.authority().is_some_and(|authority| authority.as_str().contains('@'));
        matches!(url.scheme_str(), Some("http" | "https")) && has_host && !has_user
    });
    is_good.then_some(url).ok_or_else(|| ResolveError::EndpointUrl { origin: origin.to_string() })
}

/// The region: flag, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profiles in turn, the first region of the partition of
/// `arn`, us-east-1.
fn region(
    flag: Option<&str>,
    environment: &Environment,
    profiles: &[Option<&Profile<'_>>],
    arn: Option<&str>,
) -> Result<String, ResolveError> {
    let lookup = Lookup {
        flag: flag.map(|value| ("--region", value)),
        variables: &["AWS_REGION", "AWS_DEFAULT_REGION"],
        properties: profiles.iter().map(|profile| (REGION, *profile)).collect(),
    };
    if let Some((value, origin)) = lookup.find(environment) {
        let is_good = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !value.is_empty()
            && !value.starts_with('-')
            && !value.ends_with('-');
        return is_good.then_some(value).ok_or_else(|| ResolveError::Region { origin: origin.to_string() });
    }
    let partition = arn.and_then(|arn| arn.strip_prefix("arn:")?.split(':').next());
    let first = PARTITION_REGIONS.iter().find(|(name, _)| Some(*name) == partition);
    Ok(first.map_or("us-east-1", |(_, region)| region).to_owned())
}

/// The long-term key: in the credentials file, then in the config file, then from its `credential_process`.
pub(super) fn key(source: &Profile<'_>, name: &ProfileName) -> Result<KeySource, ResolveError> {
    let in_credentials = |property: &str| source.credentials_property(property);
    let in_config = |property: &str| source.config_property(property);
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
            Err(ResolveError::SessionAsSource { profile: name.clone(), place: token.place })
        }
        (Some(id), Some(secret), None) => {
            Ok(Some(LongTermKey { access_key_id: id.value.into_owned(), secret_access_key: Secret::new(secret.value) }))
        }
        (Some(id), None, _) => half(SECRET_ACCESS_KEY, id.place),
        (None, Some(secret), _) => half(ACCESS_KEY_ID, secret.place),
    }
}
