//! The state of each step of a plan: how far its session has come on the way into the credentials file.

use std::rc::Rc;

use crate::error::Error;
use crate::io::recovery::Recovery;
use crate::profile::ProfileName;
use crate::resolve::{LoginPlan, Step};
use crate::session::Session;

/// The state of a step. A plan has one for each of its steps, in the same order.
pub(super) enum StepState {
    /// It has not run.
    Pending,
    /// It has not run, and its session could not be written to its profile. It may run for the steps that need the
    /// session.
    Unwritable(Rc<Error>),
    /// It has no session.
    NoSession(Rc<Error>),
    /// It has a session, which is not in the credentials file (yet).
    Received {
        session: Session,
        /// The session on disk; none if nothing is to be written, or if the recovery file could not be created.
        kept: Option<Recovery>,
        /// The rehearsal's reason why the session cannot be written.
        unwritable: Option<Rc<Error>>,
    },
    /// It has a session, which could not be written.
    NotWritten {
        error: Rc<Error>,
        /// The rehearsal's reason, if it was known before.
        unwritable: Option<Rc<Error>>,
    },
    /// Its session is in the credentials file.
    Written(Session),
}

impl StepState {
    /// The states of a plan that has not run.
    pub(super) fn all_pending(plan: &LoginPlan) -> Vec<Self> {
        plan.steps.iter().map(|_| Self::Pending).collect()
    }

    /// The session, if it can sign requests of other steps or be reported.
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

/// The steps whose sessions are in the file now, with their session profiles.
pub(super) fn written<'a>(
    plan: &'a LoginPlan,
    states: &'a [StepState],
) -> impl Iterator<Item = (&'a Step, &'a ProfileName, &'a Session)> {
    plan.steps.iter().zip(states).filter_map(|(step, state)| match state {
        StepState::Written(session) => Some((step, step.session_profile.as_ref()?, session)),
        _ => None,
    })
}
