//! The plan of a login: the calls to STS, the credentials that sign each, and the profiles that the sessions go to.
//!
//! A plan is a list of steps that refer to each other: the session of one step signs the request of another. Profiles
//! that are requested together share steps, and the steps that need a code of the same device for the same key share
//! the code.

use super::origin::Origin;
use super::resolve_error::ResolveError;
use super::settings::KeySource;
use crate::endpoint::Endpoint;
use crate::profile::ProfileName;
use crate::role::Role;
use crate::session::Session;
use crate::time::{Seconds, Timestamp};
use crate::token_code::SerialNumber;

/// Everything that a login needs to know, except MFA codes and keys that a program prints.
#[derive(Debug)]
pub struct LoginPlan {
    /// The requested profiles, in their order.
    pub profiles: Vec<PlannedProfile>,
    /// The calls; a step may refer to any other, never in a circle.
    pub steps: Vec<Step>,
}

impl LoginPlan {
    /// Returns a step and those that it needs, the first to run first.
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
    /// The profile, as it was named.
    pub profile: ProfileName,
    /// What must be done for it, or why nothing can be.
    pub outcome: Result<Outcome, ResolveError>,
}

/// What must be done for a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: its session is still valid.
    StillValid {
        /// The profile that holds the session.
        session_profile: ProfileName,
        /// The end of the session.
        until: Timestamp,
    },
    /// This step, and those that it needs.
    Step(usize),
}

/// A session to get, and the profile that it is written to.
#[derive(Clone, Debug)]
pub struct Step {
    /// The request, and the credentials that sign it.
    pub call: Call,
    /// The profile that the session is written to; none keeps the session for the steps that need it.
    pub session_profile: Option<ProfileName>,
    /// The profile of the source credentials, for messages and guards.
    pub source_profile: ProfileName,
    /// The STS endpoint.
    pub endpoint: Endpoint,
    /// The requested duration, where AWS's limit for role chaining cuts it.
    pub cut_duration: Option<Seconds>,
}

/// A call to STS.
#[derive(Clone, Debug)]
pub enum Call {
    /// Requests a session of the key's own user.
    GetSessionToken {
        /// The long-term access key that signs the request.
        key: KeySource,
        /// The device whose code goes with the request.
        mfa: Mfa,
        /// The requested duration; without one STS decides (12 hours).
        duration: Option<Seconds>,
    },
    /// Requests a session of a role.
    AssumeRole {
        /// The role.
        role: Role,
        /// The credentials that sign the request.
        source: SourceCredentials,
    },
    /// Sends nothing: the session of this step is written to a second profile.
    Reuse(usize),
}

/// The credentials that a role is assumed with.
#[derive(Clone, Debug)]
pub enum SourceCredentials {
    /// A long-term access key.
    Key {
        /// The key.
        key: KeySource,
        /// The device whose code goes with the request, if one is configured.
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

/// Where a session comes from.
#[derive(Clone, Debug)]
pub enum SessionSource {
    /// A file.
    Stored(Box<Session>),
    /// Another step.
    Step(usize),
}

impl Call {
    /// AWS's name for the call.
    pub fn name(&self) -> &'static str {
        match self {
            Self::GetSessionToken { .. } => "GetSessionToken",
            Self::AssumeRole { .. } => "AssumeRole",
            Self::Reuse(_) => "none, another step's session",
        }
    }

    /// The role to assume.
    pub fn role(&self) -> Option<&Role> {
        if let Self::AssumeRole { role, .. } = self { Some(role) } else { None }
    }

    /// The requested duration; none lets STS decide.
    pub fn duration(&self) -> Option<Seconds> {
        match self {
            Self::GetSessionToken { duration, .. } => *duration,
            Self::AssumeRole { role, .. } => role.duration,
            Self::Reuse(_) => None,
        }
    }

    /// The key that signs the request, and the device whose code goes with it.
    pub fn key_and_mfa(&self) -> Option<(&KeySource, Option<&Mfa>)> {
        match self {
            Self::GetSessionToken { key, mfa, .. } => Some((key, Some(mfa))),
            Self::AssumeRole { source: SourceCredentials::Key { key, mfa }, .. } => Some((key, mfa.as_ref())),
            Self::AssumeRole { source: SourceCredentials::Session { .. }, .. } | Self::Reuse(_) => None,
        }
    }

    /// The device whose code goes with the request.
    pub fn mfa(&self) -> Option<&Mfa> {
        self.key_and_mfa().and_then(|(_, mfa)| mfa)
    }

    /// The step whose session the call needs.
    pub fn source_step(&self) -> Option<usize> {
        match self {
            Self::Reuse(step) => Some(*step),
            Self::AssumeRole {
                source: SourceCredentials::Session { session: SessionSource::Step(step), .. }, ..
            } => Some(*step),
            Self::GetSessionToken { .. } | Self::AssumeRole { .. } => None,
        }
    }

    /// Cuts the duration of a role that is assumed with temporary credentials; returns the requested one if it was
    /// longer.
    pub(super) fn cut_at_chaining_limit(&mut self) -> Option<Seconds> {
        match self {
            Self::AssumeRole { role, source: SourceCredentials::Session { .. } } => role.cut_at_chaining_limit(),
            _ => None,
        }
    }
}

/// An MFA device whose code is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mfa {
    /// The device.
    pub serial_number: SerialNumber,
    /// The origin of the serial number.
    pub origin: Origin,
    /// The command that prints its codes.
    pub process: Option<String>,
}
