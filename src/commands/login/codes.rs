//! The sources of a login's MFA codes.

use std::rc::Rc;

use crate::commands::login::step_state::{self, StepState};
use crate::context::Context;
use crate::error::Error;
use crate::io::token_source::{TokenSource, TokenSourceError};
use crate::resolve::{Call, KeySource, LoginPlan, Mfa};

/// The sources of the MFA codes of a plan. A code from the command line or the environment is used for the first step
/// that needs one.
pub(super) struct Codes<'a> {
    given: Option<TokenSource<'a>>,
    may_ask: bool,
    is_exec: bool,
    waits: bool,
}

impl<'a> Codes<'a> {
    pub(super) fn new(flag: Option<&'a str>, context: &'a Context) -> Self {
        let source = TokenSource::choose(flag, context.environment.get("AWSMFA_TOKEN_CODE"), None);
        Self { given: source.is_given().then_some(source), may_ask: true, is_exec: false, waits: false }
    }

    /// Sets whether prompts are allowed. If not, only `mfa_process` and a code that was given can supply a code.
    pub(super) fn asking(self, may_ask: bool) -> Self {
        Self { may_ask, ..self }
    }

    /// Selects the hints for `exec`, which has no flags for a code.
    pub(super) fn for_exec(self) -> Self {
        Self { is_exec: true, ..self }
    }

    /// Sets whether to wait for the next code if STS rejects the code of a program.
    pub(super) fn waiting(self, waits: bool) -> Self {
        Self { waits, ..self }
    }

    pub(super) fn waits(&self) -> bool {
        self.waits
    }

    pub(super) fn may_ask(&self) -> bool {
        self.may_ask
    }

    pub(super) fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// Returns whether one of these steps would prompt for a code.
    pub(super) fn will_prompt(&self, plan: &LoginPlan, wanted: &[usize]) -> bool {
        let steps = wanted.iter().filter_map(|index| plan.steps.get(*index)?.call.mfa());
        let mut unanswered = steps.skip(usize::from(self.given.is_some()));
        unanswered.any(|mfa| matches!(self.source(mfa), Ok(TokenSource::Prompt)))
    }

    /// Checks the form of a code that was given.
    pub(super) fn check_given(&self) -> Result<(), Error> {
        Ok(self.given.map_or(Ok(()), TokenSource::check)?)
    }

    /// Marks the steps that certainly cannot get a code as failed. A step whose key comes from a program may need none.
    pub(super) fn check(&self, plan: &LoginPlan, states: &mut [StepState], needed: &[usize]) {
        let mut given = self.given;
        for index in needed {
            let call = plan.steps.get(*index).map(|step| &step.call);
            let Some((key, Some(mfa))) = call.and_then(Call::key_and_mfa) else { continue };
            let may_need_none = matches!(key, KeySource::Process(_));
            let offered = if may_need_none { given } else { given.take() };
            if let Err(error) = self.checked(offered, mfa)
                && (offered.is_some() || !may_need_none)
            {
                step_state::set(states, *index, StepState::NoSession(Rc::new(error)));
            }
        }
    }

    /// Returns the given source of a code, or else that of the device, if it can be used.
    fn checked<'b>(&self, given: Option<TokenSource<'b>>, mfa: &'b Mfa) -> Result<TokenSource<'b>, Error> {
        let source = given.map_or_else(|| self.source(mfa), Ok)?;
        match source.check() {
            Err(TokenSourceError::NoTerminal) if self.is_exec => {
                let remedy = "run `awsmfa login` on a terminal first, or set AWSMFA_TOKEN_CODE";
                Err(Error::CodeNeeded { serial_number: mfa.serial_number.clone(), remedy })
            }
            checked => Ok(checked.map(|()| source)?),
        }
    }

    /// Returns the source of the next code.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be used.
    pub(super) fn next<'b>(&mut self, mfa: &'b Mfa) -> Result<TokenSource<'b>, Error>
    where
        'a: 'b,
    {
        let given = self.given.take();
        self.checked(given, mfa)
    }

    pub(super) fn source<'b>(&self, mfa: &'b Mfa) -> Result<TokenSource<'b>, Error> {
        if !self.may_ask && mfa.process.is_none() {
            let remedy = "run `awsmfa login` first, or allow the prompt with --prompt";
            return Err(Error::CodeNeeded { serial_number: mfa.serial_number.clone(), remedy });
        }
        Ok(TokenSource::choose(None, None, mfa.process.as_deref()))
    }
}
