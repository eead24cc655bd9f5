//! The outcome of a login for each requested profile: derived from the plan and the states of its steps.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::commands::login::step_state::StepState;
use crate::commands::messages::Messages;
use crate::error::Error;
use crate::profile::ProfileName;
use crate::render::text;
use crate::resolve::{LoginPlan, Outcome};
use crate::time::Timestamp;

/// The requested profiles, in the order of the command line, each with its outcome.
pub(in crate::commands) struct Outcomes {
    profiles: Vec<(ProfileName, Result<Outcome, Rc<Error>>)>,
    /// The errors that belong to no requested profile; most concern sessions that only other sessions need.
    others: Vec<Rc<Error>>,
}

/// Returns the steps that can still contribute to a requested session, each after the one that it needs.
pub(super) fn needed(plan: &LoginPlan, states: &[StepState]) -> Vec<usize> {
    let mut seen = HashSet::new();
    let steps = plan.profiles.iter().filter_map(|planned| match planned.outcome {
        Ok(Outcome::Step(step)) if failure(plan, states, step).is_none() => Some(plan.chain(step)),
        _ => None,
    });
    steps.flatten().filter(|step| seen.insert(*step)).collect()
}

/// Returns the reason why a step does not produce a session in the file: its own error, or that of a step that it
/// needs.
fn failure<'a>(plan: &LoginPlan, states: &'a [StepState], step: usize) -> Option<&'a Rc<Error>> {
    if let Some(error) = states.get(step).and_then(unwritten) {
        return Some(error);
    }
    plan.chain(step).into_iter().find_map(|step| match states.get(step)? {
        StepState::NoSession(error) => Some(error),
        _ => None,
    })
}

fn unwritten(state: &StepState) -> Option<&Rc<Error>> {
    match state {
        StepState::Unwritable(error) => Some(error),
        StepState::NotWritten { error, unwritable } => Some(unwritable.as_ref().unwrap_or(error)),
        _ => None,
    }
}

impl Outcomes {
    /// Derives the outcomes from the plan and the states of its steps.
    pub(super) fn of(plan: &LoginPlan, states: &[StepState]) -> Self {
        let profiles = plan.profiles.iter().map(|planned| {
            let outcome = match &planned.outcome {
                Err(error) => Err(Rc::new(Error::Resolve(error.clone()))),
                Ok(Outcome::Step(step)) => failure(plan, states, *step).cloned().map_or(Ok(Outcome::Step(*step)), Err),
                Ok(valid) => Ok(valid.clone()),
            };
            (planned.profile.clone(), outcome)
        });
        let mut is_requested = vec![false; states.len()];
        for planned in &plan.profiles {
            if let Ok(Outcome::Step(step)) = planned.outcome
                && let Some(place) = is_requested.get_mut(step)
            {
                *place = true;
            }
        }
        let others = states.iter().enumerate().filter_map(|(step, state)| match state {
            // The profile fails for the reason found by the rehearsal, so only this error names the recovery file.
            StepState::NotWritten { error, unwritable: Some(_) } => Some(error),
            state if is_requested.get(step) == Some(&false) => unwritten(state),
            _ => None,
        });
        Self { profiles: profiles.collect(), others: others.cloned().collect() }
    }

    /// Returns each profile with its outcome.
    pub(super) fn profiles(&self) -> impl Iterator<Item = (&ProfileName, Result<&Outcome, &Error>)> {
        self.profiles.iter().map(|(name, outcome)| (name, outcome.as_ref().map_err(|error| &**error)))
    }

    /// Returns the session profiles that are still valid, each with the expiration of its session.
    pub(super) fn still_valid(&self) -> impl Iterator<Item = (&ProfileName, Timestamp)> {
        self.profiles.iter().filter_map(|(_, outcome)| match outcome {
            Ok(Outcome::StillValid { session_profile, until }) => Some((session_profile, *until)),
            _ => None,
        })
    }

    /// Returns the profiles that failed.
    pub(super) fn failed(&self) -> impl Iterator<Item = (&ProfileName, &Error)> {
        self.profiles().filter_map(|(name, outcome)| Some((name, outcome.err()?)))
    }

    /// Returns whether a session is missing, or not in the file.
    pub(in crate::commands) fn has_failed(&self) -> bool {
        self.failed().next().is_some() || !self.others.is_empty()
    }

    /// Prints the errors, each once and with its profiles if several were requested; returns the exit code of the first.
    pub(in crate::commands) fn report_failures(&self, messages: Messages) -> u8 {
        let mut failed: Vec<(&Error, Vec<&str>)> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for (name, error) in self.failed() {
            let index = *known.entry(format!("{error}\0{}", error.hint().unwrap_or_default())).or_insert(failed.len());
            match failed.get_mut(index) {
                Some((_, names)) => names.push(name.as_str()),
                None => failed.push((error, vec![name.as_str()])),
            }
        }
        failed.extend(self.others.iter().map(|error| (&**error, Vec::new())));
        for (error, names) in &failed {
            if !names.is_empty() && self.profiles.len() > 1 {
                messages.about(&format!("awsmfa: {} failed:", text::without_codes(&text::list(names))));
            }
            messages.error(error);
        }
        failed.first().map_or(0, |(error, _)| error.exit_code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // tests/resolve covers plans; these tests cover only the effect of the states.
    fn plan(outcomes: &[Result<Outcome, crate::resolve::ResolveError>]) -> LoginPlan {
        let profiles = outcomes.iter().enumerate().map(|(number, outcome)| crate::resolve::PlannedProfile {
            profile: format!("p{number}").parse().expect("a name"),
            outcome: outcome.clone(),
        });
        LoginPlan { profiles: profiles.collect(), steps: Vec::new() }
    }

    #[test]
    fn a_failed_step_fails_its_profiles_and_is_needed_no_more() {
        let plan = plan(&[Ok(Outcome::Step(0)), Ok(Outcome::Step(1))]);
        let refused = || Rc::new(Error::Usage("refused".to_owned()));
        let states = [StepState::NoSession(refused()), StepState::Pending];
        assert_eq!(needed(&plan, &states), [1]);
        let failed: Vec<String> = Outcomes::of(&plan, &states).failed().map(|(name, _)| name.to_string()).collect();
        assert_eq!(failed, ["p0"]);
    }

    #[test]
    fn an_unwritable_session_that_was_not_requested_is_reported_once() {
        let plan = plan(&[Ok(Outcome::Step(1))]);
        let states = [StepState::Unwritable(Rc::new(Error::Usage("not writable".to_owned()))), StepState::Pending];
        let outcomes = Outcomes::of(&plan, &states);
        assert_eq!((outcomes.failed().count(), outcomes.others.len()), (0, 1));
    }
}
