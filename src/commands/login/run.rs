//! Runs the steps of a plan: MFA codes, calls to STS, and a recovery file for each session.
//!
//! As soon as STS returns a session, it is saved to a recovery file, if possible, and stays there if the commit fails.
//! A step that fails does not undo the others.

use std::rc::Rc;

use crate::commands::ask_aws_about_key::{long_term_key, source_credentials};
use crate::commands::login::codes::Codes;
use crate::commands::login::commit::{commit, keep};
use crate::commands::login::request_session::{Exchange, Exchanged, Request, UsedCode};
use crate::commands::login::step_state::{self, StepState};
use crate::commands::shared_files::SharedFiles;
use crate::credential_process_output::Printed;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::io::files::{Committed, ReservedSpace};
use crate::io::interrupt::Answering;
use crate::io::sts::{Caller, StsError};
use crate::profile::{ProfileName, SharedFile};
use crate::resolve::{Call, KeySource, LoginPlan, Mfa, SessionSource, SourceCredentials, Step};
use crate::role::Role;
use crate::session::Session;
use crate::time::Seconds;

/// The result of a run, besides the states of the steps.
#[derive(Default)]
pub(super) struct Executed {
    /// The replacement of the credentials file.
    pub committed: Committed,
    /// The credentials file with the sessions in it.
    pub credentials: Option<SharedFile>,
    /// The lead of the local clock over that of STS, at its last response.
    pub clock_offset: Option<Seconds>,
    /// The requested durations, by session profile, that were cut to one hour because a `credential_process` printed a
    /// session.
    pub cut: Vec<(ProfileName, Seconds)>,
}

/// Runs the needed steps and the steps that those need, and writes the sessions.
pub(super) fn execute(
    plan: &LoginPlan,
    states: &mut [StepState],
    needed: &[usize],
    codes: Codes<'_>,
    reserved: ReservedSpace,
    files: &SharedFiles,
    exchange: Exchange<'_>,
) -> Executed {
    let (used, unreachable, executed) = (Vec::new(), Vec::new(), Executed::default());
    let mut run = Run { plan, states, codes, reserved, files, exchange, used, unreachable, executed };
    for index in needed {
        run.step(*index);
    }
    let Run { mut executed, used, reserved, states, .. } = run;
    (executed.committed, executed.credentials) = commit(plan, states, reserved.target(), files);
    exchange.remember(&used, true);
    executed
}

struct Run<'a> {
    plan: &'a LoginPlan,
    states: &'a mut [StepState],
    codes: Codes<'a>,
    /// The disk space reserved for the first session, in case the disk fills up.
    reserved: ReservedSpace,
    files: &'a SharedFiles,
    exchange: Exchange<'a>,
    used: Vec<UsedCode>,
    unreachable: Vec<(&'a Endpoint, Rc<Error>)>,
    executed: Executed,
}

impl Run<'_> {
    /// Runs a step, after the step that it needs; returns its session.
    fn step(&mut self, index: usize) -> Option<Session> {
        let plan = self.plan;
        let step = plan.steps.get(index)?;
        let unwritable = match self.states.get(index)? {
            StepState::Pending => None,
            StepState::Unwritable(error) => Some(Rc::clone(error)),
            state => return state.session().cloned(),
        };
        if let Some((_, error)) = self.unreachable.iter().find(|(endpoint, _)| **endpoint == step.endpoint) {
            // Another request would use up a code, and wait for another timeout, for nothing.
            step_state::set(self.states, index, StepState::NoSession(Rc::clone(error)));
            return None;
        }
        match self.call(step) {
            Ok(None) => None,
            Ok(Some((session, _answering))) => {
                // The session is saved before the next step, which may take long or be interrupted.
                self.reserved.release();
                let keep = |name| keep(name, &session, self.reserved.target(), self.files).ok();
                let kept = step.session_profile.as_ref().and_then(keep);
                step_state::set(self.states, index, StepState::Received { session: session.clone(), kept, unwritable });
                Some(session)
            }
            Err(error) => {
                let error = Rc::new(error);
                if matches!(*error, Error::Sts { source: StsError::Unreachable { .. }, .. }) {
                    self.unreachable.push((&step.endpoint, Rc::clone(&error)));
                }
                step_state::set(self.states, index, StepState::NoSession(error));
                None
            }
        }
    }

    /// Gets the session of a step; none if the step that it needs has none. Signals are delayed until the session is on
    /// disk.
    fn call(&mut self, step: &Step) -> Result<Option<(Session, Option<Answering>)>, Error> {
        let exchanged = match &step.call {
            Call::Reuse(source) => return Ok(self.step(*source).map(|session| (session, None))),
            Call::GetSessionToken { key, mfa, duration } => {
                let key = long_term_key(key, &step.source_profile)?;
                let code = self.codes.next(mfa)?;
                self.exchange.with_code(step, Request::SessionToken(*duration), mfa, &Caller::Key(&key), code)?
            }
            Call::AssumeRole { role, source: SourceCredentials::Key { key, mfa } } => {
                self.assume_with_key(step, role, key, mfa.as_ref())?
            }
            Call::AssumeRole { role, source: SourceCredentials::Session { session, fallback } } => {
                let session = match session {
                    SessionSource::Stored(session) => Some((**session).clone()),
                    SessionSource::Step(source) => self.step(*source),
                };
                let Some(session) = session else { return Ok(None) };
                self.assume_with_session(step, role, &session, fallback.as_ref())?
            }
        };
        self.executed.clock_offset = exchanged.clock_offset.or(self.executed.clock_offset);
        self.used.extend(exchanged.used);
        Ok(Some((exchanged.session, exchanged.answering)))
    }

    /// Assumes a role with a long-term access key, or with a session that a program prints instead of one.
    fn assume_with_key(
        &mut self,
        step: &Step,
        role: &Role,
        source: &KeySource,
        mfa: Option<&Mfa>,
    ) -> Result<Exchanged, Error> {
        let mut role = role.clone();
        let (key, printed);
        let caller = match source_credentials(source, &step.source_profile)? {
            Printed::Key(found) => {
                key = found;
                Caller::Key(&key)
            }
            Printed::Session(found) => {
                printed = found;
                let cut = role.cut_at_chaining_limit();
                self.executed.cut.extend(step.session_profile.clone().zip(cut));
                Caller::Session(&printed)
            }
        };
        match mfa {
            None => self.exchange.without_code(step, &role, &caller),
            Some(mfa) => self.exchange.with_code(step, Request::Role(&role), mfa, &caller, self.codes.next(mfa)?),
        }
    }

    /// Assumes a role with a session; if the role does not accept the session and a code is available, with the key and
    /// the code.
    fn assume_with_session(
        &mut self,
        step: &Step,
        role: &Role,
        session: &Session,
        fallback: Option<&(KeySource, Mfa)>,
    ) -> Result<Exchanged, Error> {
        let error = match self.exchange.without_code(step, role, &Caller::Session(session)) {
            Err(error) if error.is_access_denied() => error,
            exchanged => return exchanged,
        };
        let Some((source, mfa)) = fallback else { return Err(error) };
        let Ok(code) = self.codes.next(mfa) else { return Err(error) };
        if code.check().is_err() {
            return Err(error);
        }
        self.exchange.messages.note(&format!(
            "awsmfa: the role does not accept the session of '{}': it needs a code of its own",
            step.source_profile
        ));
        let key = long_term_key(source, &step.source_profile)?;
        self.exchange.with_code(step, Request::Role(role), mfa, &Caller::Key(&key), code)
    }
}
