//! A trial run of the planner of `login` for the selected profile.

use super::Facts;
use super::finding::{Finding, Reason};
use super::finding_kind::Kind;
use crate::document::Edit;
use crate::profile::ProfileName;
use crate::profile::property::SESSION_TOKEN;
use crate::resolve::{self, Outcome, Request, ResolveError, Situation};
use crate::secret::Secret;
use crate::session;

/// Returns a finding if a login would fail. A profile that is selected only by default may be missing or
/// have no source.
pub(super) fn login(facts: &Facts<'_>) -> Option<Finding> {
    let selected = facts.surroundings.selected.as_ref()?;
    let finding = || Finding::new(Kind::CannotLogIn).for_profile(selected.name.as_str());
    let request = Request { profiles: vec![selected.name.clone()], renew: true, ..Request::default() };
    let situation = Situation { profiles: facts.profiles, environment: facts.environment, clock: facts.clock };
    let plan = match resolve::resolve(&request, situation) {
        Ok(plan) => plan,
        Err(error) => return Some(finding().because(&Reason::from(&error))),
    };
    match &plan.profiles.first()?.outcome {
        Err(ResolveError::NoSource { near: None, .. } | ResolveError::UnknownProfile { .. })
            if selected.by.is_none() =>
        {
            None
        }
        // A session from another program works until it expires. Another check reports it as a note.
        Err(ResolveError::NoSource { profile, .. } | ResolveError::ForeignSource { profile, .. })
            if facts.profiles.get(profile.as_str()).is_some_and(|profile| session::is_held_by(&profile)) =>
        {
            None
        }
        Err(error) => Some(finding().because(&Reason::from(error))),
        Ok(Outcome::StillValid { .. }) => None,
        Ok(Outcome::Step(step)) => {
            let target = plan.steps.get(*step)?.session_profile.as_ref()?;
            Some(finding().with_detail(cannot_write(target, facts)?))
        }
    }
}

/// Returns the reason why a session could not be written to its section, if there is one.
fn cannot_write(target: &ProfileName, facts: &Facts<'_>) -> Option<String> {
    let credentials = facts.profiles.credentials;
    let edit = Edit::Set { name: SESSION_TOKEN, value: Secret::new("x") };
    credentials.edited(target.as_str(), &[edit]).err().map(|error| error.to_string())
}
