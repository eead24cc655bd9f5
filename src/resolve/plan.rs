//! The plan of a login: the calls to STS, the credentials that sign them, and the profiles to write sessions to.
//!
//! A plan is a list of steps that refer to each other: the session of one step signs the request of another. Profiles
//! that are requested together share steps. Steps that need a code of the same device for the same key share the code.

use super::origin::Origin;
use super::resolve_error::ResolveError;
use super::settings::KeySource;
use crate::endpoint::Endpoint;
use crate::profile::ProfileName;
use crate::role::Role;
use crate::session::Session;
use crate::time::{Seconds, Timestamp};
use crate::token_code::SerialNumber;

/// Everything that a login needs, except MFA codes and keys that a program prints.
#[derive(Debug)]
pub struct LoginPlan {
    /// The requested profiles, in the order of the request.
    pub profiles: Vec<PlannedProfile>,
    /// The calls. A step may refer to any other, but never in a loop.
    pub steps: Vec<Step>,
}

impl LoginPlan {
    /// Returns a step and the steps that it needs, in the order in which they run.
    pub fn chain(&self, step: usize) -> Vec<usize> {
        let source = self.steps.get(step).and_then(|step| step.call.source_step());
        let mut chain = source.map(|source| self.chain(source)).unwrap_or_default();
        chain.push(step);
        chain
    }
}

/// A requested profile.
#[derive(Debug)]
pub struct PlannedProfile {
    /// The profile, as requested.
    pub profile: ProfileName,
    /// The work to do for the profile, or the error that prevents it.
    pub outcome: Result<Outcome, ResolveError>,
}

/// The work to do for a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// None: its session is still valid.
    StillValid {
        /// The profile that holds the session.
        session_profile: ProfileName,
        /// The end of the session.
        until: Timestamp,
    },
    /// This step, and the steps that it needs.
    Step(usize),
}

/// A session to request, and the profile that it is written to.
#[derive(Clone, Debug)]
pub struct Step {
    /// The request, and the credentials that sign it.
    pub call: Call,
    /// The profile that the session is written to; none if only other steps use it.
    pub session_profile: Option<ProfileName>,
    /// The profile of the source credentials, for messages and guards.
    pub source_profile: ProfileName,
    /// The STS endpoint.
    pub endpoint: Endpoint,
    /// The requested duration, if AWS's limit for role chaining shortens it.
    pub cut_duration: Option<Seconds>,
}

/// A call to STS.
#[derive(Clone, Debug)]
pub enum Call {
    /// A request for a session of the user who owns the key.
    GetSessionToken {
        /// The long-term access key that signs the request.
        key: KeySource,
        /// The device for the MFA code of the request.
        mfa: Mfa,
        /// The requested duration; if none, STS applies its default of 12 hours.
        duration: Option<Seconds>,
    },
    /// A request for a session of a role.
    AssumeRole {
        /// The role.
        role: Role,
        /// The credentials that sign the request.
        source: SourceCredentials,
    },
    /// No request of awsmfa: the AWS SDK or a `credential_process` provides the session.
    Provide {
        /// The source of the session.
        source: KeySource,
        /// The requested duration, which the source need not apply.
        duration: Option<Seconds>,
    },
    /// No request: the session of this step is written to a second profile.
    Reuse(usize),
}

/// The credentials that a role is assumed with.
#[derive(Clone, Debug)]
pub enum SourceCredentials {
    /// A long-term access key.
    Key {
        /// The key.
        key: KeySource,
        /// The device for the MFA code of the request, if one is configured.
        mfa: Option<Mfa>,
    },
    /// Temporary credentials.
    Session {
        /// The session.
        session: SessionSource,
        /// The key and the device to use if the role does not accept the session.
        fallback: Option<(KeySource, Mfa)>,
    },
}

/// The source of a session.
#[derive(Clone, Debug)]
pub enum SessionSource {
    /// A file.
    Stored(Box<Session>),
    /// Another step.
    Step(usize),
}

impl Call {
    /// Returns AWS's name for the call.
    pub fn name(&self) -> &'static str {
        match self {
            Self::GetSessionToken { .. } => "GetSessionToken",
            Self::AssumeRole { .. } => "AssumeRole",
            Self::Provide { .. } => "none, the session is provided",
            Self::Reuse(_) => "none, another step's session",
        }
    }

    /// Returns the role to assume.
    pub fn role(&self) -> Option<&Role> {
        if let Self::AssumeRole { role, .. } = self { Some(role) } else { None }
    }

    /// Returns the requested duration; if none, STS applies its default.
    pub fn duration(&self) -> Option<Seconds> {
        match self {
            Self::GetSessionToken { duration, .. } | Self::Provide { duration, .. } => *duration,
            Self::AssumeRole { role, .. } => role.duration,
            Self::Reuse(_) => None,
        }
    }

    /// Returns the key that signs the request, and the device for its MFA code.
    pub fn key_and_mfa(&self) -> Option<(&KeySource, Option<&Mfa>)> {
        match self {
            Self::GetSessionToken { key, mfa, .. } => Some((key, Some(mfa))),
            Self::AssumeRole { source: SourceCredentials::Key { key, mfa }, .. } => Some((key, mfa.as_ref())),
            Self::AssumeRole { source: SourceCredentials::Session { .. }, .. }
            | Self::Provide { .. }
            | Self::Reuse(_) => None,
        }
    }

    /// Returns the device for the MFA code of the request.
    pub fn mfa(&self) -> Option<&Mfa> {
        self.key_and_mfa().and_then(|(_, mfa)| mfa)
    }

    /// Returns the step that provides the session for the call.
    pub fn source_step(&self) -> Option<usize> {
        match self {
            Self::Reuse(step) => Some(*step),
            Self::AssumeRole {
                source: SourceCredentials::Session { session: SessionSource::Step(step), .. }, ..
            } => Some(*step),
            Self::GetSessionToken { .. } | Self::AssumeRole { .. } | Self::Provide { .. } => None,
        }
    }

    /// Shortens the duration of a role that is assumed with temporary credentials to AWS's limit. Returns the requested
    /// duration if it was longer.
    pub(super) fn cut_at_chaining_limit(&mut self) -> Option<Seconds> {
        match self {
            Self::AssumeRole { role, source: SourceCredentials::Session { .. } } => role.cut_at_chaining_limit(),
            _ => None,
        }
    }
}

/// The MFA device for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mfa {
    /// The device.
    pub serial_number: SerialNumber,
    /// The origin of the serial number.
    pub origin: Origin,
    /// The command that prints its codes.
    pub process: Option<String>,
}
