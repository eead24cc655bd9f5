//! Runs the steps that need no MFA code: their requests at the same time, each as soon as the session that signs it is
//! there.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::mem;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::commands::login::run::{Run, caller, fallback};
use crate::commands::login::step_state::{self, StepState};
use crate::credential_process_output::Printed;
use crate::error::Error;
use crate::io::clock::Stopwatch;
use crate::io::interrupt;
use crate::io::progress::Progress;
use crate::io::sts::{Sts, StsError, settle_connections, within};
use crate::limits;
use crate::render::text;
use crate::resolve::{Call, ResolveError, SessionSource, SourceCredentials, Step};
use crate::role::Role;
use crate::session::Session;
use crate::time::Seconds;

/// The time between two looks at the progress and at signals.
const TICK: Duration = Duration::from_millis(100);

/// The most answers that come over an open connection while others are being opened: TCP and TLS 1.2 take three round
/// trips.
const ANSWERS_WHILE_CONNECTING: usize = 3;

/// The longest time to wait for these answers: one slow answer must not hold up the other requests.
const LONGEST_TO_CONNECT: Duration = Duration::from_secs(1);

/// The steps that have not run.
struct Queue {
    ready: VecDeque<usize>,
    /// For each step, those that need its session.
    waiting: Vec<Vec<usize>>,
}

impl Queue {
    /// Makes the steps ready that need the session of this one.
    fn release(&mut self, step: usize) {
        self.ready.extend(self.waiting.get_mut(step).map(mem::take).unwrap_or_default());
    }
}

/// The answer to the request of a step, and the lead of the local clock over that of STS.
type Answer = (usize, Result<Session, StsError>, Option<Seconds>);

impl<'a> Run<'a> {
    /// Runs the steps that need no code. Returns those that were refused and can be run with a code, each with its error.
    pub(super) fn run_at_once(&mut self, needed: &[usize]) -> Vec<(usize, Error)> {
        let mut queue = self.queue(needed);
        if queue.ready.is_empty() {
            return Vec::new();
        }
        // The session of a code cannot be requested again, so it is synced before anything takes time. The others can.
        self.sync(Duration::ZERO);
        // Programs may prompt, so they run before signals are delayed.
        for index in &queue.ready {
            let Some(step) = self.plan.steps.get(*index) else { continue };
            if let Call::AssumeRole { source: SourceCredentials::Key { key, .. }, .. }
            | Call::Provide { source: key, .. } = &step.call
            {
                // The error is reported where the credentials are used.
                let _ = self.source_credentials(key, step);
            }
        }
        if self.executed.gathering.is_none() {
            self.executed.gathering = Some(interrupt::gathering());
        }
        let network = self.exchange.network;
        let failed = network.run(self.gather(&mut queue, needed)).unwrap_or_default();
        let mut refused = Vec::new();
        for (index, error) in failed {
            let Some(step) = self.plan.steps.get(index) else { continue };
            let error = match self.signer(step) {
                // To find the cause may take requests.
                Ok(_) if interrupt::is_requested() => Error::Sts { source: error, with_code: false },
                Ok(signer) => self.exchange.explained_without_code(error, step, &caller(&signer)),
                Err(error) => error,
            };
            if error.is_access_denied() && fallback(step).is_some() {
                refused.push((index, error));
            } else {
                self.finish(index, Err(error));
            }
        }
        refused
    }

    /// Returns the steps that need no code and whose source credentials are there, or will be there.
    fn queue(&self, needed: &[usize]) -> Queue {
        let mut queue = Queue { ready: VecDeque::new(), waiting: vec![Vec::new(); self.plan.steps.len()] };
        for index in needed.iter().copied().filter(|index| self.is_open(*index)) {
            let Some(step) = self.plan.steps.get(index).filter(|step| step.call.mfa().is_none()) else { continue };
            match step.call.source_step() {
                Some(source) if self.is_open(source) => {
                    if let Some(waiting) = queue.waiting.get_mut(source) {
                        waiting.push(index);
                    }
                }
                Some(source) if self.states.get(source).and_then(StepState::session).is_none() => {}
                _ => queue.ready.push_back(index),
            }
        }
        queue
    }

    /// Sends the requests and records the sessions; returns the errors. Ends early after a signal.
    async fn gather(&mut self, queue: &mut Queue, needed: &[usize]) -> Vec<(usize, StsError)> {
        let mut progress = Progress::new(self.exchange.messages.is_quiet(), &self.exchange.context.environment);
        let mut failed = Vec::new();
        let mut running = FuturesUnordered::new();
        let (mut peak, mut answers_to_await, mut growing) = (0, 0, Stopwatch::start());
        loop {
            settle_connections().await;
            if interrupt::is_requested() {
                return failed;
            }
            // While connections are being opened, another request would open one more.
            if answers_to_await == 0 || running.is_empty() || growing.elapsed() > LONGEST_TO_CONNECT {
                while running.len() < limits::REQUESTS_AT_ONCE
                    && let Some(index) = queue.ready.pop_front()
                {
                    running.extend(self.request(index, queue));
                }
                answers_to_await = if running.len() > peak { ANSWERS_WHILE_CONNECTING + 1 } else { 0 };
                peak = peak.max(running.len());
                growing = Stopwatch::start();
            }
            if running.is_empty() {
                return failed;
            }
            let mut answer = within(TICK, running.next()).await.flatten();
            while let Some((index, result, clock_offset)) = answer {
                answers_to_await = answers_to_await.saturating_sub(1);
                self.executed.clock_offset = clock_offset.or(self.executed.clock_offset);
                match result {
                    Ok(session) => {
                        self.finish(index, Ok((session, None)));
                        queue.release(index);
                    }
                    Err(source @ StsError::Unreachable { .. }) => {
                        self.finish(index, Err(Error::Sts { source, with_code: false }));
                    }
                    Err(error) => failed.push((index, error)),
                }
                answer = running.next().now_or_never().flatten();
            }
            self.sync(TICK);
            progress.show(|| self.progress(needed, &failed));
        }
    }

    /// Starts the request of a step. Returns nothing if it needs none or cannot be sent.
    fn request(&mut self, index: usize, queue: &mut Queue) -> Option<impl Future<Output = Answer> + use<'a>> {
        if !self.may_run(index) {
            return None;
        }
        let step = self.plan.steps.get(index)?;
        if let Call::Reuse(source) = step.call {
            let session = self.states.get(source).and_then(StepState::session).cloned()?;
            self.finish(index, Ok((session, None)));
            queue.release(index);
            return None;
        }
        if let Call::Provide { source, .. } = &step.call {
            let answer = self.source_credentials(source, step).and_then(|printed| match printed {
                Printed::Session(session) => Ok((self.provided(source, step, session)?, None)),
                Printed::Key(_) => Err(no_device(step)),
            });
            let is_there = answer.is_ok();
            self.finish(index, answer);
            if is_there {
                queue.release(index);
            }
            return None;
        }
        match self.prepared(step) {
            Ok((sts, role)) => Some(async move {
                let answer = sts.assume_role(&role, None).await;
                (index, answer, sts.clock_offset())
            }),
            Err(error) => {
                self.finish(index, Err(error));
                None
            }
        }
    }

    fn prepared(&mut self, step: &'a Step) -> Result<(Sts<'a>, Cow<'a, Role>), Error> {
        let signer = self.signer(step)?;
        let Some(role) = step.call.role() else { unreachable!("steps without a code assume a role") };
        let is_of_key = matches!(step.call, Call::AssumeRole { source: SourceCredentials::Key { .. }, .. });
        let cut = if is_of_key { self.cut_for(step, role, &signer) } else { None };
        let sts = self.exchange.network.sts(&step.endpoint, &caller(&signer))?;
        Ok((sts, cut.map_or(Cow::Borrowed(role), Cow::Owned)))
    }

    /// Returns the credentials that sign the request of a step without a code.
    fn signer(&mut self, step: &Step) -> Result<Printed, Error> {
        let source = match &step.call {
            Call::AssumeRole { source: SourceCredentials::Key { key, .. }, .. } => {
                return self.source_credentials(key, step);
            }
            Call::AssumeRole { source: SourceCredentials::Session { session, .. }, .. } => session,
            Call::GetSessionToken { .. } | Call::Provide { .. } | Call::Reuse(_) => {
                unreachable!("they are not assumed without a code")
            }
        };
        let session = match source {
            SessionSource::Stored(session) => Some(&**session),
            SessionSource::Step(source) => self.states.get(*source).and_then(StepState::session),
        };
        Ok(Printed::Session(session.cloned().unwrap_or_else(|| unreachable!("the step waits for it"))))
    }

    /// Returns a line with the number of steps that are done, and the profiles of the others.
    fn progress(&self, needed: &[usize], failed: &[(usize, StsError)]) -> String {
        let is_left = |index: &&usize| self.is_open(**index) && !failed.iter().any(|(failed, _)| failed == *index);
        let left: Vec<usize> = needed.iter().filter(is_left).copied().collect();
        let name = |index: &usize| Some(self.plan.steps.get(*index)?.session_profile.as_ref()?.as_str());
        let names: Vec<&str> = left.iter().filter_map(name).collect();
        let (done, all) = (needed.len() - left.len(), needed.len());
        text::escape(&format!("awsmfa: {done} of {all} sessions; waiting for {}", names.join(", ")))
    }

    /// Marks the steps that a signal has prevented.
    pub(super) fn mark_interrupted(&mut self, needed: &[usize]) {
        let error = Rc::new(Error::Interrupted);
        for index in needed {
            if matches!(self.states.get(*index), Some(StepState::Pending)) {
                step_state::set(self.states, *index, StepState::NoSession(Rc::clone(&error)));
            }
        }
    }
}

/// Returns the error for a `credential_process` that has printed a long-term access key: without an MFA device, the key
/// cannot be used to request a session.
fn no_device(step: &Step) -> Error {
    ResolveError::NoSerialNumber { profile: step.source_profile.clone(), inherited: None }.into()
}
