//! The state of each step of a plan: the progress of its session towards the credentials file.

use std::rc::Rc;

use crate::error::Error;
use crate::profile::ProfileName;
use crate::resolve::{LoginPlan, Step};
use crate::session::Session;

/// The state of a step. A plan has one for each of its steps, in the same order.
pub(super) enum StepState {
    /// It has not run.
    Pending,
    /// It has not run, and its session could not be written to its profile. It still runs if other steps need the
    /// session.
    Unwritable(Rc<Error>),
    /// It has no session.
    NoSession(Rc<Error>),
    /// It has a session that is not in the credentials file.
    Received {
        session: Session,
        /// Set if the session is in the recovery file.
        is_kept: bool,
        /// The reason, found by the rehearsal, why the session cannot be written.
        unwritable: Option<Rc<Error>>,
    },
    /// It has a session that could not be written.
    NotWritten {
        error: Rc<Error>,
        /// The reason found by the rehearsal, if it found one.
        unwritable: Option<Rc<Error>>,
    },
    /// Its session is in the credentials file.
    Written(Session),
}

impl StepState {
    /// Returns the states of a plan that has not run.
    pub(super) fn all_pending(plan: &LoginPlan) -> Vec<Self> {
        plan.steps.iter().map(|_| Self::Pending).collect()
    }

    /// Returns the session, if it can sign requests of other steps or be reported.
    pub(super) fn session(&self) -> Option<&Session> {
        match self {
            Self::Received { session, .. } | Self::Written(session) => Some(session),
            Self::Pending | Self::Unwritable(_) | Self::NoSession(_) | Self::NotWritten { .. } => None,
        }
    }
}

/// Sets the state of a step.
pub(super) fn set(states: &mut [StepState], step: usize, state: StepState) {
    if let Some(place) = states.get_mut(step) {
        *place = state;
    }
}

/// Returns the steps with a session in the file now, each with its session profile and session.
pub(super) fn written<'a>(
    plan: &'a LoginPlan,
    states: &'a [StepState],
) -> impl Iterator<Item = (&'a Step, &'a ProfileName, &'a Session)> {
    plan.steps.iter().zip(states).filter_map(|(step, state)| match state {
        StepState::Written(session) => Some((step, step.session_profile.as_ref()?, session)),
        _ => None,
    })
}
