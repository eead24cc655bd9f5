//! Runs the steps of a plan: MFA codes, calls to STS, and a recovery file for the sessions.
//!
//! As soon as STS returns a session, it is saved to the recovery file, if possible, and stays there if the commit fails.
//! A step that fails does not undo the others.

use std::rc::Rc;
use std::time::Duration;

use crate::commands::ask_aws_about_key::source_credentials;
use crate::commands::code_memory::UsedCode;
use crate::commands::login::codes::Codes;
use crate::commands::login::commit::commit;
use crate::commands::login::request_session::{Exchange, Request};
use crate::commands::login::step_state::{self, StepState};
use crate::commands::login::write_sessions::recovery_lines;
use crate::commands::shared_files::SharedFiles;
use crate::credential_process_output::{CredentialProcessError, Printed};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::io::clock::Stopwatch;
use crate::io::files::{Committed, FileError, ReservedSpace};
use crate::io::interrupt::{self, Answering};
use crate::io::keyring::KeyringError;
use crate::io::recovery::{self, Recovery};
use crate::io::screen;
use crate::io::sts::{Caller, StsError};
use crate::io::token_source::TokenSource;
use crate::limits;
use crate::profile::{ProfileName, SharedFile};
use crate::provided_credentials::ProvideError;
use crate::render::code_prompt::code_prompt;
use crate::resolve::{Call, ExternalSource, KeySource, LoginPlan, Mfa, SourceCredentials, Step};
use crate::role::Role;
use crate::session::Session;
use crate::time::{Seconds, Timestamp};
use crate::token_code::SerialNumber;

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
    /// The session profiles whose sessions come from their sources as they are.
    pub printed: Vec<ProfileName>,
    /// Delays signals until the login has been reported, if requests ran at the same time.
    pub gathering: Option<Answering>,
}

/// Runs the needed steps and the steps that those need, and writes the sessions.
pub(super) fn execute(
    plan: &LoginPlan,
    states: &mut [StepState],
    needed: &[usize],
    codes: Codes<'_>,
    reserved: Option<ReservedSpace>,
    files: &SharedFiles,
    exchange: Exchange<'_>,
) -> Executed {
    let mut run = Run {
        plan,
        states,
        codes,
        reserved,
        exchange,
        kept: None,
        unsynced: None,
        used: Vec::new(),
        unreachable: Vec::new(),
        has_answered: false,
        failed_in_a_row: 0,
        printed: Vec::new(),
        uncoded: None,
        executed: Executed::default(),
    };
    run.all(needed);
    run.note_unused_code();
    let Run { mut executed, used, reserved, states, kept, .. } = run;
    (executed.committed, executed.credentials) = match &reserved {
        Some(reserved) => commit(plan, states, kept, reserved.target(), files),
        None => Default::default(),
    };
    exchange.remember(&used, true);
    executed
}

pub(super) struct Run<'a> {
    pub plan: &'a LoginPlan,
    pub states: &'a mut [StepState],
    codes: Codes<'a>,
    /// The disk space reserved for the first session, in case the disk fills up; none if no session is written.
    reserved: Option<ReservedSpace>,
    pub exchange: Exchange<'a>,
    /// The recovery file, from the first session on.
    kept: Option<Recovery>,
    /// The time since the first session in the recovery file that has not been synced.
    unsynced: Option<Stopwatch>,
    used: Vec<UsedCode>,
    unreachable: Vec<(&'a Endpoint, Rc<Error>)>,
    /// Set if STS has answered a request.
    has_answered: bool,
    /// The number of requests since the last answer that could not be sent.
    failed_in_a_row: usize,
    /// The credentials from programs, the keyring and the AWS SDK, or the causes of their failures.
    printed: Vec<(KeySource, Result<Printed, Failure>)>,
    /// The first source profile whose program has printed a session, so that no code was needed.
    uncoded: Option<ProfileName>,
    pub executed: Executed,
}

/// The reason why a program, the keyring or the AWS SDK provided no credentials.
#[derive(Clone)]
enum Failure {
    Process(String),
    Keyring(KeyringError),
    Provided(ExternalSource, ProvideError),
}

impl<'a> Run<'a> {
    fn all(&mut self, needed: &[usize]) {
        let plan = self.plan;
        // The codes are used first: a code is valid for a short time only, and other steps need the sessions.
        for index in needed {
            let Some(step) = plan.steps.get(*index).filter(|step| step.call.mfa().is_some()) else { continue };
            if self.may_run(*index) {
                let answer = self.exchange_code(step);
                self.finish(*index, answer);
            }
        }
        let refused = self.run_at_once(needed);
        if !refused.is_empty() && !interrupt::is_requested() {
            self.sync(Duration::ZERO);
            // A signal must end a prompt at once.
            self.executed.gathering = None;
            for (index, error) in refused {
                let answer = self.exchange_code_after_refusal(index, error);
                self.finish(index, answer);
            }
            // The steps that need the sessions of those.
            for (index, error) in self.run_at_once(needed) {
                self.finish(index, Err(error));
            }
        }
        if interrupt::is_requested() {
            self.mark_interrupted(needed);
        }
    }

    /// Returns whether a step has not run, and its endpoint can be reached.
    pub fn may_run(&mut self, index: usize) -> bool {
        let Some(step) = self.plan.steps.get(index).filter(|_| self.is_open(index)) else { return false };
        let Some((_, error)) = self.unreachable.iter().find(|(endpoint, _)| **endpoint == step.endpoint) else {
            return true;
        };
        // Another request would use up a code, and wait for another timeout, for nothing.
        step_state::set(self.states, index, StepState::NoSession(Rc::clone(error)));
        false
    }

    pub fn is_open(&self, index: usize) -> bool {
        matches!(self.states.get(index), Some(StepState::Pending | StepState::Unwritable(_)))
    }

    /// Records the answer to a step, and saves its session to the recovery file.
    pub fn finish(&mut self, index: usize, answer: Result<(Session, Option<Answering>), Error>) {
        let plan = self.plan;
        let Some(step) = plan.steps.get(index) else { return };
        let state = match answer {
            Ok((session, _answering)) => {
                (self.has_answered, self.failed_in_a_row) = (true, 0);
                let is_kept = step.session_profile.as_ref().is_some_and(|name| self.keep(name, &session).is_ok());
                let unwritable = match self.states.get(index) {
                    Some(StepState::Unwritable(error)) => Some(Rc::clone(error)),
                    _ => None,
                };
                StepState::Received { session, is_kept, unwritable }
            }
            Err(error) => {
                let error = Rc::new(error);
                if matches!(*error, Error::Sts { source: StsError::Unreachable { .. }, .. }) {
                    self.failed_in_a_row += 1;
                    // While STS answers other requests, a proxy may have refused only this connection.
                    if !self.has_answered || self.failed_in_a_row > limits::REQUESTS_AT_ONCE {
                        self.unreachable.push((&step.endpoint, Rc::clone(&error)));
                    }
                }
                StepState::NoSession(error)
            }
        };
        step_state::set(self.states, index, state);
    }

    /// Saves a session to the recovery file, which is created for the first one.
    fn keep(&mut self, name: &ProfileName, session: &Session) -> Result<(), FileError> {
        let Some(reserved) = &mut self.reserved else { unreachable!("there is space for a session with a profile") };
        reserved.release();
        let lines = recovery_lines([(name, session)]);
        self.kept = self.kept.take().filter(Recovery::is_there);
        match &mut self.kept {
            Some(kept) => kept.append(&lines)?,
            kept => *kept = Some(recovery::keep(reserved.target(), &lines)?),
        }
        self.unsynced.get_or_insert_with(Stopwatch::start);
        Ok(())
    }

    /// Syncs the recovery file if a session in it was saved this long ago.
    pub fn sync(&mut self, after: Duration) {
        if let Some(kept) = &self.kept
            && self.unsynced.as_ref().is_some_and(|since| since.elapsed() >= after)
        {
            kept.sync();
            self.unsynced = None;
        }
    }

    /// Requests the session of a step that needs a code. Signals are delayed until the session is on disk.
    fn exchange_code(&mut self, step: &Step) -> Result<(Session, Option<Answering>), Error> {
        self.sync(Duration::ZERO);
        match &step.call {
            Call::GetSessionToken { key, mfa, duration } => {
                let key = match self.source_credentials(key, step)? {
                    Printed::Key(key) => key,
                    Printed::Session(session) => return Ok((self.provided(key, step, session)?, None)),
                };
                let code = self.codes.next(mfa)?;
                self.with_code(step, Request::SessionToken(*duration), mfa, &Caller::Key(&key), code)
            }
            Call::AssumeRole { role, source: SourceCredentials::Key { key, mfa: Some(mfa) } } => {
                let printed = self.source_credentials(key, step)?;
                if let Printed::Session(_) = printed {
                    // A code is sent only with a long-term access key: an MFA device belongs to a user.
                    let cut = self.cut_for(step, role, &printed);
                    let session = self.exchange.assume(step, cut.as_ref().unwrap_or(role), &caller(&printed))?;
                    self.uncoded.get_or_insert_with(|| step.source_profile.clone());
                    return Ok((session, None));
                }
                let code = self.codes.next(mfa)?;
                self.with_code(step, Request::Role(role), mfa, &caller(&printed), code)
            }
            _ => unreachable!("only these calls have a code"),
        }
    }

    /// Assumes a role that did not accept a session, if a code is available: with the key and the code.
    fn exchange_code_after_refusal(
        &mut self,
        index: usize,
        error: Error,
    ) -> Result<(Session, Option<Answering>), Error> {
        let plan = self.plan;
        let Some((step, role, key, mfa)) = plan.steps.get(index).and_then(fallback) else { return Err(error) };
        let Ok(code) = self.codes.next(mfa) else { return Err(error) };
        let Ok(Printed::Key(key)) = self.source_credentials(key, step) else { return Err(error) };
        self.exchange.messages.note(&format!(
            "awsmfa: the role does not accept the session of '{}': it needs a code of its own",
            step.source_profile
        ));
        self.sync(Duration::ZERO);
        self.with_code(step, Request::Role(role), mfa, &Caller::Key(&key), code)
    }

    fn with_code(
        &mut self,
        step: &Step,
        request: Request<'_>,
        mfa: &Mfa,
        caller: &Caller<'_>,
        code: TokenSource<'_>,
    ) -> Result<(Session, Option<Answering>), Error> {
        // Devices of several accounts may have the same name.
        let others: Vec<&SerialNumber> = self.plan.steps.iter().filter_map(device).collect();
        let columns = screen::size().map(|(_, columns)| columns);
        let question = code_prompt(&mfa.serial_number, &others, &step.source_profile, columns);
        let exchanged = self.exchange.with_code(step, request, mfa, caller, (code, &question))?;
        self.executed.clock_offset = exchanged.clock_offset.or(self.executed.clock_offset);
        self.used.push(exchanged.used);
        Ok((exchanged.session, Some(exchanged.answering)))
    }

    /// Returns a session that this source has provided without a code, if it can be written.
    pub fn provided(&mut self, source: &KeySource, step: &Step, session: Session) -> Result<Session, Error> {
        // A session that is written to no file need not have an end.
        if session.expiration < Timestamp::MAX || step.session_profile.is_none() {
            if let KeySource::Process(_) = source {
                self.uncoded.get_or_insert_with(|| step.source_profile.clone());
            }
            self.executed.printed.extend(step.session_profile.clone());
            return Ok(session);
        }
        let profile = step.source_profile.clone();
        let cause = CredentialProcessError::NoExpiration;
        Err(match source {
            KeySource::External { source, .. } => {
                Error::Provided { profile, from: *source, error: ProvideError::other(&cause) }
            }
            KeySource::Key(_) | KeySource::Keyring(_) | KeySource::Process(_) => {
                Error::KeyProcess { profile, cause: cause.to_string() }
            }
        })
    }

    /// Says so if no step has used the code that was given, because a program has printed a session.
    fn note_unused_code(&self) {
        if let Some(profile) = self.uncoded.as_ref().filter(|_| self.codes.is_given()) {
            self.exchange.messages.note(&format!(
                "awsmfa: the MFA code was not used: the credential_process of '{profile}' printed a session"
            ));
        }
    }

    /// Returns the source credentials of a step. A program is run once for all steps, and so is the AWS SDK.
    pub fn source_credentials(&mut self, source: &KeySource, step: &Step) -> Result<Printed, Error> {
        let profile = &step.source_profile;
        if let KeySource::Key(key) = source {
            return Ok(Printed::Key(key.clone()));
        }
        let known = self.printed.iter().find(|(known, printed)| {
            // A keyring that was not unlocked for one key would prompt again for the next one.
            let is_locked = matches!(printed, Err(Failure::Keyring(error)) if error.is_of_all_entries());
            known.is_same(source) || (is_locked && matches!(source, KeySource::Keyring(_)))
        });
        let known = known.map(|(_, printed)| printed.clone());
        let printed = match known {
            Some(printed) => printed,
            None => {
                let printed = match source {
                    KeySource::External { profile, source, urls } => {
                        let provided = self.exchange.provided(profile, *source, urls, &step.endpoint);
                        provided.map_err(|error| Failure::Provided(*source, error))
                    }
                    source => match source_credentials(source, profile) {
                        Err(Error::KeyProcess { cause, .. }) => Err(Failure::Process(cause)),
                        Err(Error::Keyring { source, .. }) => Err(Failure::Keyring(source)),
                        printed => Ok(printed?),
                    },
                };
                self.printed.push((source.clone(), printed.clone()));
                printed
            }
        };
        printed.map_err(|failure| match failure {
            Failure::Process(cause) => Error::KeyProcess { profile: profile.clone(), cause },
            Failure::Keyring(source) => Error::Keyring { profile: profile.clone(), source },
            Failure::Provided(from, error) => Error::Provided { profile: profile.clone(), from, error },
        })
    }

    /// Returns the role with the duration that AWS allows, if a program has printed a session instead of a key.
    pub fn cut_for(&mut self, step: &Step, role: &Role, printed: &Printed) -> Option<Role> {
        let Printed::Session(_) = printed else { return None };
        let mut role = role.clone();
        let cut = role.cut_at_chaining_limit();
        self.executed.cut.extend(step.session_profile.clone().zip(cut));
        Some(role)
    }
}

pub(super) fn caller(printed: &Printed) -> Caller<'_> {
    match printed {
        Printed::Key(key) => Caller::Key(key),
        Printed::Session(session) => Caller::Session(session),
    }
}

/// Returns the device that a step may need a code of.
fn device(step: &Step) -> Option<&SerialNumber> {
    let mfa = step.call.mfa().or_else(|| fallback(step).map(|(.., mfa)| mfa));
    mfa.map(|mfa| &mfa.serial_number)
}

/// Returns the role of a step, and the key and the device to use if the role does not accept the session.
pub(super) fn fallback(step: &Step) -> Option<(&Step, &Role, &KeySource, &Mfa)> {
    match &step.call {
        Call::AssumeRole { role, source: SourceCredentials::Session { fallback: Some((key, mfa)), .. } } => {
            Some((step, role, key, mfa))
        }
        _ => None,
    }
}
