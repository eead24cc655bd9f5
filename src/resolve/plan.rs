//! Which calls to STS a login takes, who pays for each, and where the sessions go.
//!
//! A plan is a list of steps that refer to each other: the session of one pays for the next. Profiles that are asked for
//! together share steps, and those that need a code of the same device for the same key share the code.

use super::call::Call;
use super::resolve_error::ResolveError;
use super::settings::{KeySource, Origin};
use crate::endpoint::Endpoint;
use crate::profile::ProfileName;
use crate::role::CHAINED_ROLE_LIMIT;
use crate::session::Session;
use crate::time::{Seconds, Timestamp};
use crate::token_code::SerialNumber;

/// Everything that a login needs to know but the token codes and the keys that a process prints.
#[derive(Debug)]
pub struct LoginPlan {
    /// What becomes of each profile that was asked for.
    pub goals: Vec<Goal>,
    /// The calls; a step may refer to any other, never in a circle.
    pub steps: Vec<Step>,
}

impl LoginPlan {
    /// A step and those that pay for it, the first payer first.
    pub fn chain(&self, step: usize) -> Vec<usize> {
        let payer = self.steps.get(step).and_then(|step| match step.payer {
            Payer::Step(payer) => Some(payer),
            Payer::Key(_) | Payer::Session(_) => None,
        });
        let mut chain = payer.map(|payer| self.chain(payer)).unwrap_or_default();
        chain.push(step);
        chain
    }
}

/// A profile that was asked for.
#[derive(Debug)]
pub struct Goal {
    /// The profile, as it was named.
    pub profile: ProfileName,
    /// What has to be done for it, or why nothing can be.
    pub outcome: Result<Outcome, ResolveError>,
}

/// What has to be done for a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: its session is still valid.
    StillValid {
        /// Where it stands.
        session_profile: ProfileName,
        /// How long it is.
        until: Timestamp,
    },
    /// This step, and those that pay for it.
    Step(usize),
}

/// One call to STS.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is asked.
    pub call: Call,
    /// Who asks.
    pub payer: Payer,
    /// The code that goes with it.
    pub mfa: Option<Mfa>,
    /// The key and the device to try with a code, if the role does not accept the session that signs the request.
    pub fallback: Option<(KeySource, Mfa)>,
    /// Where the session is written; none keeps it for the steps that it pays for.
    pub session_profile: Option<ProfileName>,
    /// The profile that pays, for messages and guards.
    pub source_profile: ProfileName,
    /// Where STS is asked.
    pub endpoint: Endpoint,
    /// The requested duration, where AWS's limit for temporary source credentials cuts it.
    pub cut_duration: Option<Seconds>,
}

impl Step {
    /// Cuts the duration of a role that is assumed with temporary credentials: STS refuses more than an hour then.
    pub fn cut_at_chaining_limit(&mut self) {
        let Call::AssumeRole(role) = &mut self.call else { return };
        if let Some(requested) = role.duration
            && requested > CHAINED_ROLE_LIMIT
        {
            role.duration = Some(CHAINED_ROLE_LIMIT);
            self.cut_duration = Some(requested);
        }
    }
}

/// Who asks STS.
#[derive(Clone, Debug)]
pub enum Payer {
    /// A long-term key.
    Key(KeySource),
    /// A session that is in the file.
    Session(Box<Session>),
    /// The session of another step.
    Step(usize),
}

/// A code that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mfa {
    /// The device.
    pub serial_number: SerialNumber,
    /// The origin of the name.
    pub origin: Origin,
    /// The command that prints its codes.
    pub process: Option<String>,
}
