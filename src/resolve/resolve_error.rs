//! The errors of planning a login.

use super::external::ExternalSource;
use super::inherited_device::InheritedDevice;
use super::origin::Origin;
use super::{Selected, has_long_term_key, near_key_profile};
use crate::profile::{Place, ProfileName, Profiles};
use crate::time::{DurationError, Seconds};
use crate::token_code::SerialNumberError;

/// An error in the files, flags or variables, found before anything is prompted for, sent or written.
#[derive(Clone, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum ResolveError {
    /// A profile name that is in neither file.
    #[error("there is no profile '{name}'{}{}", from(origin), did_you_mean(near))]
    UnknownProfile { name: ProfileName, origin: Option<&'static str>, near: Vec<String>, known: Vec<String> },
    /// A profile name that looks like a misplaced MFA code. The message does not repeat it.
    #[error("there is no such profile, and the name looks like an MFA code")]
    CodeAsProfile,
    /// A session profile without a source.
    #[error("'{profile}' has no access key, and no profile is configured as the source of its session ({place})")]
    NoSource { profile: ProfileName, place: Place, near: Option<ProfileName> },
    /// A profile whose key is in the credentials file below a header with the word profile.
    #[error("'{profile}' has no access key: in the credentials file, the word profile is a part of the name ({place})")]
    PrefixedSection { profile: ProfileName, place: Place },
    /// A profile that holds another tool's session.
    #[error("'{profile}' has no long-term access key: {what} ({place})")]
    ForeignSource { profile: ProfileName, what: String, remedy: String, place: Place },
    /// A link to a profile that does not exist.
    #[error("the source profile '{source_profile}' of '{session_profile}' does not exist{}", at(place))]
    MissingSource {
        source_profile: ProfileName,
        session_profile: ProfileName,
        place: Option<Place>,
        near: Option<ProfileName>,
    },
    /// Several session profiles of one source profile, or several source profiles of one session profile.
    #[error("several profiles could be used for '{profile}': {}", candidates.join(", "))]
    Ambiguous { profile: ProfileName, candidates: Vec<String> },
    /// A role without a source.
    #[error("no source profile is configured for the role of '{profile}' ({place})")]
    RoleWithoutSource { profile: ProfileName, place: Place },
    /// A setting with an invalid value.
    #[error("the {what} from {origin} cannot be used: it {rule}")]
    Value { what: &'static str, origin: Origin, rule: String },
    /// A value in quotes, which most AWS clients read as part of the value.
    #[error("{property} is in quotes ({place}), which AWS clients read as a part of the value")]
    Quoted { property: &'static str, place: Place },
    /// A value that continues on an indented line, which only some clients read.
    #[error("{property} goes on in the indented line below {place}, which AWS clients read in different ways")]
    Continued { property: &'static str, place: Place },
    /// A session token beside a long-term access key.
    #[error(
        "the long-term access key of '{profile}' has a session token beside it, left over from an old session ({place})"
    )]
    LeftOverToken { profile: ProfileName, place: Place },
    /// An MFA code that no request uses.
    #[error(
        "the MFA code cannot be used: no MFA device is used to request the session of '{profile}'{}",
        included(include)
    )]
    UnusedCode {
        profile: ProfileName,
        include: Option<(String, Place)>,
        /// The device to write, and the profile to write it to.
        inherited: Option<(ProfileName, Box<InheritedDevice>)>,
    },
    /// An endpoint that would expose credentials to the network. `has_flag` is set for that of STS, which a flag may name.
    #[error("the endpoint URL from {origin} is plain http://, which would expose credentials to the network")]
    PlainHttp { origin: String, has_flag: bool },
    /// An endpoint that does not exist.
    #[error("there is no STS endpoint for the region {region}{origin} with these settings: {rule}")]
    NoEndpoint { region: String, origin: String, rule: String },
    /// A proxy that cannot be used.
    #[error("the proxy from {variable} cannot be used: it needs http:// or https:// and a host")]
    Proxy { variable: &'static str },
    /// A section that is managed by another program.
    #[error("the session profile '{profile}' is managed by another program: manager = {manager} ({place})")]
    KeptByOther { profile: ProfileName, manager: String, place: Place },
    /// A `credential_process` that runs awsmfa again for the key that it is expected to print.
    #[error("the credential_process of '{profile}' ({place}) runs awsmfa again, which needs the same key")]
    ProcessLoop { profile: ProfileName, place: Place },
    /// Two sessions for one profile.
    #[error("the sessions of {} would both be written to '{session_profile}'", candidates.join(" and "))]
    SharedTarget { session_profile: ProfileName, candidates: Vec<String> },
    /// Source profiles that form a loop.
    #[error("the source profiles form a loop: {}", chain.join(" -> "))]
    Loop { chain: Vec<String> },
    /// A chain with more source profiles than awsmfa follows.
    #[error("the chain of source profiles has more than {limit} links, up to '{profile}'")]
    ChainTooLong { profile: ProfileName, limit: usize },
    /// An error in a profile further along a chain of source profiles.
    #[error("{source} (needed for {})", chain.join(" -> "))]
    InChain { chain: Vec<String>, source: Box<ResolveError> },
    /// A source profile without a key.
    #[error("the profile '{profile}' has no long-term access key ({place})")]
    NoKey { profile: ProfileName, place: Place },
    /// A source profile with half a key.
    #[error("the profile '{profile}' has only half an access key: {missing} is missing ({place})")]
    HalfKey { profile: ProfileName, missing: &'static str, place: Place },
    /// A source profile that holds a session where a long-term access key is required.
    #[error("the source profile '{profile}' holds a session, not a long-term access key ({place})")]
    SessionAsSource { profile: ProfileName, place: Place },
    /// A source profile without an MFA device.
    #[error("no MFA device is configured for the profile '{profile}'")]
    NoSerialNumber { profile: ProfileName, inherited: Option<Box<InheritedDevice>> },
    /// An MFA device that cannot be used.
    #[error("the MFA serial number from {origin} cannot be used: it {source}")]
    SerialNumber { origin: Origin, source: SerialNumberError },
    /// A value in a variable or a file that is not a duration.
    #[error("the duration from {origin} cannot be used: {source}")]
    Duration { origin: String, source: DurationError },
    /// A duration outside the range that STS accepts.
    #[error("the duration from {origin} cannot be used: STS gives {what} of 15m to {max}")]
    DurationRange { origin: String, what: &'static str, max: Seconds },
    /// A session that would overwrite the key that it is requested with.
    #[error("'{profile}' is both the source profile and the session profile")]
    SameProfile { profile: ProfileName },
    /// A session profile that holds a long-term access key.
    #[error(
        "the session profile '{profile}' holds a long-term access key ({place}), which is never overwritten or removed"
    )]
    TargetHoldsKey { profile: ProfileName, place: Place },
    /// A session profile in which some AWS clients would ignore a session.
    #[error("a session in '{profile}' would not be used: {property} is set ({place}), and {clients}")]
    LookedPast { profile: ProfileName, property: String, place: Place, clients: &'static str },
    /// A flag for the sessions of roles, for the session of a user. `role` is a role profile with the same source.
    #[error("{flag} is for sessions of roles, and the session of '{profile}' is that of a user")]
    ScopeOfUser { profile: ProfileName, flag: &'static str, role: Option<ProfileName> },
    /// A flag for a session that awsmfa requests, for one that the AWS SDK gets.
    #[error(
        "{flag} cannot be used for '{profile}': the AWS SDK gets its session from {from}, and awsmfa cannot change it"
    )]
    NotForProvided { profile: ProfileName, flag: &'static str, from: ExternalSource },
    /// A session with session policies, and a profile that is for sessions without them, or that holds one. `other` is the
    /// name of a free profile.
    #[error(
        "a session with {flag} must not be written to '{session_profile}', {}",
        match held {
            Some(place) => format!("which holds a session without session policies ({place})"),
            None => "which is for sessions without session policies".to_owned(),
        }
    )]
    WouldNarrow {
        profile: ProfileName,
        session_profile: ProfileName,
        flag: &'static str,
        held: Option<Box<Place>>,
        other: Option<ProfileName>,
    },
    /// A session without session policies for a profile that holds one with them.
    #[error(
        "a session without session policies must not be written to '{session_profile}', which holds one with them ({place})"
    )]
    WouldWiden { session_profile: ProfileName, place: Place },
    /// A role that would change what its session inherits.
    #[error(
        "the {what} of {role} cannot be set: {earlier}, which comes before it in the chain of roles, sets it already"
    )]
    Inherited { what: String, role: String, earlier: String },
    /// A value in a file or variable that is not a valid profile name.
    #[error("{origin} does not name a profile: {source}")]
    ProfileName { origin: String, source: crate::profile::ProfileNameError },
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!(": did you mean '{}'?", near.join("' or '")) }
}

fn from(origin: &Option<&'static str>) -> String {
    origin.map(|origin| format!(" (from {origin})")).unwrap_or_default()
}

fn included(include: &Option<(String, Place)>) -> String {
    let Some((property, place)) = include else { return String::new() };
    format!("; awsmfa does not read {property} ({place}), from which aws-vault takes the device")
}

fn at(place: &Option<Place>) -> String {
    place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default()
}

impl ResolveError {
    /// Adds the profile that was probably meant. This is a separate step because comparing names is slow, and few
    /// errors are printed.
    #[must_use]
    pub fn with_near(self, profiles: Profiles<'_>) -> Self {
        match self {
            Self::InChain { chain, source } => Self::InChain { chain, source: Box::new(source.with_near(profiles)) },
            Self::MissingSource { source_profile, session_profile, place, near: None } => {
                let near = near_key_profile(&source_profile, profiles);
                Self::MissingSource { source_profile, session_profile, place, near }
            }
            Self::NoSource { profile, place, near: None } => {
                if let Some(section) = profiles.get(&format!("profile {profile}")).filter(has_long_term_key) {
                    return Self::PrefixedSection { profile, place: section.place() };
                }
                let near = near_key_profile(&profile, profiles);
                Self::NoSource { profile, place, near }
            }
            error => error,
        }
    }

    /// Adds the variable that names the profile, if the error is that the profile does not exist.
    #[must_use]
    pub fn named_by(self, selected: &Selected) -> Self {
        match self {
            Self::UnknownProfile { name, near, known, .. } if name == selected.name => {
                Self::UnknownProfile { name, origin: selected.by, near, known }
            }
            error => error,
        }
    }

    /// Returns whether the chain ends without a long-term access key, for example because another program manages the
    /// credentials, or because the last profile holds a session.
    pub(super) fn is_without_source(&self) -> bool {
        match self {
            Self::InChain { source, .. } => source.is_without_source(),
            Self::NoSource { .. }
            | Self::PrefixedSection { .. }
            | Self::NoKey { .. }
            | Self::SessionAsSource { .. }
            | Self::ForeignSource { .. }
            | Self::RoleWithoutSource { .. } => true,
            _ => false,
        }
    }
}
