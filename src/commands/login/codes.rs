//! The sources of a login's MFA codes.

use std::rc::Rc;

use crate::commands::login::outcome::Failures;
use crate::context::Context;
use crate::error::Error;
use crate::io::token_source::{TokenSource, TokenSourceError};
use crate::resolve::{LoginPlan, Mfa};

/// The source of a plan's MFA codes: one that was given is for the first step that needs one.
pub(in crate::commands) struct Codes<'a> {
    given: Option<TokenSource<'a>>,
    may_ask: bool,
    is_exec: bool,
    waits: bool,
}

impl<'a> Codes<'a> {
    pub(in crate::commands) fn new(flag: Option<&'a str>, context: &'a Context) -> Self {
        let source = TokenSource::choose(flag, context.environment.get("AWSMFA_TOKEN_CODE"), None);
        Self { given: source.is_given().then_some(source), may_ask: true, is_exec: false, waits: false }
    }

    /// Returns whether the user may be asked on the terminal. Without that, only `mfa_process` gives a code.
    pub(in crate::commands) fn asking(self, may_ask: bool) -> Self {
        Self { may_ask, ..self }
    }

    /// For `exec`, which has no flags for a code.
    pub(in crate::commands) fn for_exec(self) -> Self {
        Self { is_exec: true, ..self }
    }

    /// Returns whether to wait for the next code if that of a program is rejected.
    pub(in crate::commands) fn waiting(self, waits: bool) -> Self {
        Self { waits, ..self }
    }

    pub(in crate::commands) fn waits(&self) -> bool {
        self.waits
    }

    pub(in crate::commands) fn may_ask(&self) -> bool {
        self.may_ask
    }

    pub(in crate::commands) fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// Returns whether a user will be asked for a code.
    pub(in crate::commands) fn will_prompt(&self, plan: &LoginPlan, wanted: &[usize]) -> bool {
        let steps = wanted.iter().filter_map(|index| plan.steps.get(*index)?.mfa.as_ref());
        let mut unanswered = steps.skip(usize::from(self.given.is_some()));
        unanswered.any(|mfa| matches!(self.source(mfa), Ok(TokenSource::Prompt)))
    }

    /// Makes sure that a code which was given is one.
    pub(in crate::commands) fn check_given(&self) -> Result<(), Error> {
        Ok(self.given.map_or(Ok(()), TokenSource::check)?)
    }

    /// Finds the steps whose codes will not come, as far as that can be known.
    pub(in crate::commands) fn check(&self, plan: &LoginPlan, wanted: &[usize]) -> Failures {
        let mut given = self.given;
        let mut failures = Failures::new();
        for index in wanted {
            let Some(mfa) = plan.steps.get(*index).and_then(|step| step.mfa.as_ref()) else { continue };
            let source = given.take().map_or_else(|| self.source(mfa), Ok);
            let checked = source.and_then(|source| match source.check() {
                Err(TokenSourceError::NoTerminal) if self.is_exec => {
                    let remedy = "run `awsmfa login` on a terminal first, or set AWSMFA_TOKEN_CODE";
                    Err(Error::CodeNeeded { serial_number: mfa.serial_number.clone(), remedy })
                }
                checked => Ok(checked?),
            });
            if let Err(error) = checked {
                failures.insert(*index, Rc::new(error));
            }
        }
        failures
    }

    /// The source for the next code.
    pub(in crate::commands) fn next<'b>(&mut self, mfa: &'b Mfa) -> Result<TokenSource<'b>, Error>
    where
        'a: 'b,
    {
        match self.given.take() {
            Some(given) => Ok(given),
            None => self.source(mfa),
        }
    }

    pub(in crate::commands) fn source<'b>(&self, mfa: &'b Mfa) -> Result<TokenSource<'b>, Error> {
        if !self.may_ask && mfa.process.is_none() {
            let remedy = "run `awsmfa login` first, or allow the prompt with --prompt";
            return Err(Error::CodeNeeded { serial_number: mfa.serial_number.clone(), remedy });
        }
        Ok(TokenSource::choose(None, None, mfa.process.as_deref()))
    }
}
