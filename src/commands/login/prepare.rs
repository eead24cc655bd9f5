//! The preparation of a login: the plan, its rehearsal, and a check of the sources of its codes.

use std::rc::Rc;

use crate::commands::login::codes::Codes;
use crate::commands::login::outcome;
use crate::commands::login::rehearse::rehearse;
use crate::commands::login::step_state::StepState;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::files;
use crate::limits;
use crate::profile::ProfileName;
use crate::profile::property::SESSION_TOKEN;
use crate::resolve::{self, LoginPlan, Request, Situation};
use crate::secret::Secret;

/// A plan after its rehearsal.
pub(super) struct Prepared {
    pub plan: LoginPlan,
    pub states: Vec<StepState>,
    /// The credentials file with placeholders in it.
    pub rehearsed: Rc<Vec<u8>>,
}

impl Prepared {
    pub(super) fn new(
        request: &Request,
        codes: &Codes<'_>,
        files: &SharedFiles,
        context: &Context,
    ) -> Result<Self, Error> {
        let mut prepared = Self::without_codes(request, files, context)?;
        let needed = outcome::needed(&prepared.plan, &prepared.states);
        codes.check(&prepared.plan, &mut prepared.states, &needed);
        Ok(prepared)
    }

    /// Prepares a login without checking the sources of its codes, for a dry run.
    pub(super) fn without_codes(request: &Request, files: &SharedFiles, context: &Context) -> Result<Self, Error> {
        let plan = plan(request, files, context)?;
        let mut states = StepState::all_pending(&plan);
        let needed = outcome::needed(&plan, &states);
        let rehearsed = rehearse(&plan, &mut states, &needed, files);
        Ok(Self { plan, states, rehearsed })
    }

    /// Returns the session profiles to lock. There are none if the login will prompt: no other process must wait for a
    /// user. If there are very many, only those that need a code are locked, because the number of open files is
    /// limited: then another process may at worst assume the same role at the same time.
    pub(super) fn to_lock(&self, codes: &Codes<'_>) -> Vec<ProfileName> {
        let needed = outcome::needed(&self.plan, &self.states);
        if codes.will_prompt(&self.plan, &needed) {
            return Vec::new();
        }
        let are_many = needed.len() > limits::EXCHANGE_LOCKS;
        let steps = needed.iter().filter_map(|index| self.plan.steps.get(*index));
        let steps = steps.filter(|step| !are_many || step.call.mfa().is_some());
        steps.take(limits::EXCHANGE_LOCKS).filter_map(|step| step.session_profile.clone()).collect()
    }

    /// Returns the session profiles of the plan that have a different session now.
    pub(super) fn renewed(&self, before: &SharedFiles, now: &SharedFiles) -> Vec<ProfileName> {
        let token = |files: &SharedFiles, name: &ProfileName| {
            let profile = files.profiles().get(name.as_str())?;
            profile.credentials_property(SESSION_TOKEN).map(|found| Secret::new(found.value))
        };
        let targets = self.plan.steps.iter().filter_map(|step| step.session_profile.as_ref());
        let is_renewed = |name: &&ProfileName| token(now, name).is_some_and(|now| token(before, name) != Some(now));
        targets.filter(is_renewed).cloned().collect()
    }
}

/// Reads both files again if the credentials file has changed.
pub(super) fn changed_since(
    files: &SharedFiles,
    global: &GlobalArgs,
    context: &Context,
) -> Result<Option<SharedFiles>, Error> {
    let credentials = files.profiles().credentials;
    if files::is_unchanged(&credentials.path, credentials.document.bytes())? {
        return Ok(None);
    }
    SharedFiles::read(global, context).map(Some)
}

/// Plans a login.
fn plan(request: &Request, files: &SharedFiles, context: &Context) -> Result<LoginPlan, Error> {
    let environment = &context.environment;
    let plan = resolve::resolve(request, Situation { profiles: files.profiles(), environment, clock: &context.clock })?;
    for step in &plan.steps {
        tracing::info!(
            source_profile = %step.source_profile,
            session_profile = step.session_profile.as_ref().map(ToString::to_string),
            serial_number = step.call.mfa().map(|mfa| mfa.serial_number.to_string()),
            call = step.call.name(),
            role = step.call.role().map(|role| role.arn.as_str()),
            duration_s = step.call.duration().map(|duration| duration.0),
            "call to make"
        );
    }
    Ok(plan)
}
