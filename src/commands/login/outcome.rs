//! What becomes of the profiles that a login was asked for.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::profile::ProfileName;
use crate::render::text;
use crate::resolve::{LoginPlan, Outcome};

/// The errors, by step.
pub(in crate::commands) type Failures = BTreeMap<usize, Rc<Error>>;

/// The profiles, in the order of the command line, and how far each has got.
pub(in crate::commands) struct Goals {
    goals: Vec<(ProfileName, Result<Outcome, Rc<Error>>)>,
    /// What went wrong with sessions that nobody asked for by name, but that others need.
    others: Vec<Rc<Error>>,
}

impl Goals {
    pub(in crate::commands) fn of(plan: &LoginPlan) -> Self {
        let goals = plan.goals.iter().map(|goal| {
            let outcome = goal.outcome.clone().map_err(|error| Rc::new(Error::Resolve(error)));
            (goal.profile.clone(), outcome)
        });
        Self { goals: goals.collect(), others: Vec::new() }
    }

    /// The steps that still make sense, each after the one that pays for it.
    pub(in crate::commands) fn steps(&self, plan: &LoginPlan) -> Vec<usize> {
        let steps = self.goals.iter().filter_map(|(_, outcome)| match outcome {
            Ok(Outcome::Step(step)) => Some(plan.chain(*step)),
            _ => None,
        });
        let mut seen = HashSet::new();
        steps.flatten().filter(|step| seen.insert(*step)).collect()
    }

    /// Fails the goals that need one of these sessions, for themselves or to pay for theirs.
    pub(in crate::commands) fn fail_without_session(&mut self, plan: &LoginPlan, failures: &Failures) {
        for (_, outcome) in &mut self.goals {
            let Ok(Outcome::Step(step)) = outcome else { continue };
            if let Some(error) = plan.chain(*step).into_iter().find_map(|step| failures.get(&step)) {
                *outcome = Err(Rc::clone(error));
            }
        }
    }

    /// Fails the goals whose own session cannot be written. One that only pays for others does so without being written.
    pub(in crate::commands) fn fail_unwritable(&mut self, failures: &Failures) {
        for (step, error) in failures {
            let mut of_goal = false;
            for (_, outcome) in &mut self.goals {
                if matches!(outcome, Ok(Outcome::Step(own)) if own == step) {
                    *outcome = Err(Rc::clone(error));
                    of_goal = true;
                }
            }
            if !of_goal {
                self.others.push(Rc::clone(error));
            }
        }
    }

    /// Returns the outcome of each profile.
    pub(in crate::commands) fn outcomes(&self) -> impl Iterator<Item = (&ProfileName, Result<&Outcome, &Error>)> {
        self.goals.iter().map(|(name, outcome)| (name, outcome.as_ref().map_err(|error| &**error)))
    }

    /// Returns whether no profile was asked for: `--all` has found none.
    pub(in crate::commands) fn are_none(&self) -> bool {
        self.goals.is_empty()
    }

    /// The session profiles with which nothing had to be done.
    pub(in crate::commands) fn still_valid(&self) -> impl Iterator<Item = &ProfileName> {
        self.goals.iter().filter_map(|(_, outcome)| match outcome {
            Ok(Outcome::StillValid { session_profile, .. }) => Some(session_profile),
            _ => None,
        })
    }

    pub(in crate::commands) fn report_valid(&self, context: &Context, messages: Messages) {
        for (_, outcome) in &self.goals {
            if let Ok(Outcome::StillValid { session_profile, until }) = outcome {
                let remaining = text::remaining(*until, context.clock.now, context.clock.zone());
                messages.note(&format!("awsmfa: {session_profile} is still valid: {remaining}"));
            }
        }
    }

    /// The profiles whose sessions could not be got, and why.
    pub(in crate::commands) fn failed(&self) -> impl Iterator<Item = (&ProfileName, &Error)> {
        self.goals.iter().filter_map(|(name, outcome)| Some((name, &**outcome.as_ref().err()?)))
    }

    /// Says what went wrong, with the profile that it concerns if there are several; returns the first one's exit code.
    pub(in crate::commands) fn report_failures(&self, messages: Messages) -> u8 {
        let failed = self.goals.iter().filter_map(|(name, outcome)| Some((Some(name), outcome.as_ref().err()?)));
        let failed: Vec<_> = failed.chain(self.others.iter().map(|error| (None, error))).collect();
        for (name, error) in &failed {
            if let Some(name) = name.filter(|_| self.goals.len() > 1) {
                messages.about(&format!("awsmfa: {} failed:", text::without_codes(name.as_str())));
            }
            messages.error(error);
        }
        failed.first().map_or(0, |(_, error)| error.exit_code())
    }
}
