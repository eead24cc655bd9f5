//! Carries a plan out: codes, calls to STS, one commit for all sessions.
//!
//! From STS's answer on nothing may lose a session: it is on disk before the commit begins, and stays there if the commit
//! fails. A step that fails does not undo the others.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::commands::login::codes::Codes;
use crate::commands::login::outcome::Failures;
use crate::commands::login::request_session::{Exchange, Exchanged, UsedCode};
use crate::commands::shared_files::SharedFiles;
use crate::credential_process_output::{self, CredentialProcessError, Printed};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::io::clock::{self, Stopwatch};
use crate::io::files::{self, Committed, Room, Target};
use crate::io::interrupt::Answering;
use crate::io::process;
use crate::io::recovery::{self, Recovery};
use crate::io::sts::{Caller, StsError};
use crate::limits;
use crate::profile::{ProfileName, Profiles, SharedFile};
use crate::resolve::{self, Call, KeySource, LoginPlan, Payer, Step};
use crate::secret::Secret;
use crate::session::{self, LongTermKey, Session};
use crate::time::{Seconds, Timestamp};

/// What came of the steps of a plan.
#[derive(Default)]
pub(in crate::commands) struct Executed {
    /// The sessions, by step.
    sessions: BTreeMap<usize, Session>,
    /// The same on disk, until they are in the credentials file.
    kept: BTreeMap<usize, Recovery>,
    /// Why there is no session.
    pub no_session: Failures,
    /// Why a session is not in the file.
    pub not_written: Failures,
    /// What was written.
    pub committed: Committed,
    /// The file with that in it.
    pub credentials: Option<SharedFile>,
    /// How far the machine's clock was ahead of STS's when it gave the last session.
    pub clock_offset: Option<Seconds>,
    /// The requested durations of roles whose source turned out to be a session, by session profile.
    pub cut: Vec<(ProfileName, Seconds)>,
}

impl Executed {
    /// The session of a step.
    pub(in crate::commands) fn session(&self, step: usize) -> Option<&Session> {
        self.sessions.get(&step)
    }

    /// The steps whose sessions are in the file now, with their session profiles.
    pub(in crate::commands) fn written<'a>(
        &'a self,
        plan: &'a LoginPlan,
    ) -> impl Iterator<Item = (&'a Step, &'a ProfileName, &'a Session)> {
        let written = self.sessions.iter().filter(|(index, _)| !self.not_written.contains_key(index));
        written.filter_map(|(index, session)| {
            let step = plan.steps.get(*index)?;
            Some((step, step.session_profile.as_ref()?, session))
        })
    }
}

/// What a rehearsal shows.
pub(in crate::commands) struct Rehearsed {
    /// The credentials file with placeholders in it.
    pub bytes: Rc<Vec<u8>>,
    /// The steps whose sessions could not be written.
    pub failures: Failures,
}

/// Tries the edits of these steps out with a placeholder session.
pub(in crate::commands) fn rehearse(
    plan: &LoginPlan,
    wanted: &[usize],
    files: &SharedFiles,
) -> Result<Rehearsed, Error> {
    let credentials = files.profiles().credentials;
    let mut tried = files.credentials_with(credentials.document.shared_bytes())?;
    let mut failures = Failures::new();
    for index in wanted {
        let Some(name) = plan.steps.get(*index).and_then(|step| step.session_profile.as_ref()) else { continue };
        match with_session(name, &placeholder(), files, &tried) {
            Ok(bytes) => tried = files.credentials_with(bytes)?,
            Err(error) => {
                failures.insert(*index, Rc::new(error));
            }
        }
    }
    Ok(Rehearsed { bytes: tried.document.shared_bytes(), failures })
}

/// Room for a session's token, in bytes. Tokens are typically smaller, says the STS API Reference, which names no limit.
const TOKEN_ROOM: usize = 4096;

/// Tries the commit of so many sessions out, all but the rename: lock, room on the disk, mode and owner. The room stays taken.
pub(in crate::commands) fn rehearse_write(
    files: &SharedFiles,
    rehearsed: &[u8],
    sessions: usize,
) -> Result<Room, Error> {
    let length = rehearsed.len() + sessions * TOKEN_ROOM;
    Ok(files::rehearse(&files.profiles().credentials.path, length)?)
}

/// A session for trying the edits out. Its token is short: the second reader looks at each of its characters.
fn placeholder() -> Session {
    Session {
        access_key_id: "ASIAPLACEHOLDER00000".to_owned(),
        secret_access_key: Secret::new("x".repeat(40)),
        session_token: Secret::new("x".repeat(40)),
        expiration: Timestamp::UNIX_EPOCH,
    }
}

/// Runs the wanted steps and those that pay for them, and writes what they give.
pub(in crate::commands) fn execute(
    plan: &LoginPlan,
    wanted: &[usize],
    codes: Codes<'_>,
    room: Room,
    files: &SharedFiles,
    exchange: Exchange<'_>,
) -> Executed {
    let mut run = Run {
        plan,
        codes,
        room,
        files,
        exchange,
        used: Vec::new(),
        unreachable: Vec::new(),
        executed: Executed::default(),
    };
    for index in wanted {
        run.step(*index);
    }
    let Run { mut executed, used, room, .. } = run;
    commit(plan, &mut executed, room.target(), files);
    exchange.remember(&used, true);
    executed
}

struct Run<'a> {
    plan: &'a LoginPlan,
    codes: Codes<'a>,
    /// For the first session, should the disk fill up while STS is asked.
    room: Room,
    files: &'a SharedFiles,
    exchange: Exchange<'a>,
    used: Vec<UsedCode>,
    unreachable: Vec<(&'a Endpoint, Rc<Error>)>,
    executed: Executed,
}

impl Run<'_> {
    /// Runs a step and, before it, the one that pays for it. Without the payer's session there is none.
    fn step(&mut self, index: usize) -> Option<Session> {
        if let Some(session) = self.executed.sessions.get(&index) {
            return Some(session.clone());
        }
        let plan = self.plan;
        let step = plan.steps.get(index).filter(|_| !self.executed.no_session.contains_key(&index))?;
        let payer = match &step.payer {
            Payer::Step(payer) => Some(self.step(*payer)?),
            Payer::Session(session) => Some((**session).clone()),
            Payer::Key(_) => None,
        };
        if let Some((_, error)) = self.unreachable.iter().find(|(endpoint, _)| **endpoint == step.endpoint) {
            // A second code would be asked for in vain, and the same time waited for.
            self.executed.no_session.insert(index, Rc::clone(error));
            return None;
        }
        match self.call(step, payer.as_ref()) {
            Ok((session, _answering)) => {
                // At once: the next step may take long, or be interrupted.
                self.room.release();
                let target = self.room.target();
                let kept = step.session_profile.as_ref().map(|name| keep(name, &session, target, self.files));
                self.executed.kept.extend(kept.and_then(Result::ok).map(|kept| (index, kept)));
                self.executed.sessions.insert(index, session.clone());
                Some(session)
            }
            Err(error) => {
                let error = Rc::new(error);
                if matches!(*error, Error::Sts { source: StsError::Unreachable { .. }, .. }) {
                    self.unreachable.push((&step.endpoint, Rc::clone(&error)));
                }
                self.executed.no_session.insert(index, error);
                None
            }
        }
    }

    /// Gets a session; signals wait until the caller has put it on disk.
    fn call(&mut self, step: &Step, payer: Option<&Session>) -> Result<(Session, Option<Answering>), Error> {
        if let (Call::Reuse, Some(session)) = (&step.call, payer) {
            return Ok((session.clone(), None));
        }
        let exchanged = match (&step.payer, payer) {
            (Payer::Key(source), _) => self.call_with_key(step, source)?,
            (_, Some(session)) => self.call_with_session(step, session)?,
            (_, None) => return Err(StsError::Setup { cause: "there are no source credentials".to_owned() }.into()),
        };
        self.executed.clock_offset = exchanged.clock_offset.or(self.executed.clock_offset);
        self.used.extend(exchanged.used);
        Ok((exchanged.session, exchanged.answering))
    }

    /// Signs the request with the credentials of the source profile; a program may print a session in the place of a key.
    fn call_with_key(&mut self, step: &Step, source: &KeySource) -> Result<Exchanged, Error> {
        let (key, printed);
        let mut cut;
        let (caller, step) = match source_credentials(source, &step.source_profile)? {
            Printed::Key(found) => {
                key = found;
                (Caller::Key(&key), step)
            }
            Printed::Session(_) if step.call.role().is_none() => {
                let cause = CredentialProcessError::Session.to_string();
                return Err(Error::KeyProcess { profile: step.source_profile.clone(), cause });
            }
            Printed::Session(found) => {
                printed = found;
                cut = step.clone();
                cut.cut_at_chaining_limit();
                self.executed.cut.extend(step.session_profile.clone().zip(cut.cut_duration));
                (Caller::Session(&printed), &cut)
            }
        };
        match &step.mfa {
            None => self.exchange.without_code(step, &caller),
            Some(mfa) => self.exchange.with_code(step, mfa, &caller, self.codes.next(mfa)?),
        }
    }

    /// Signs the request with a session; if the role does not accept it, and a code can be had, with the key and the code.
    fn call_with_session(&mut self, step: &Step, session: &Session) -> Result<Exchanged, Error> {
        let error = match self.exchange.without_code(step, &Caller::Session(session)) {
            Err(error) if error.is_access_denied() => error,
            exchanged => return exchanged,
        };
        let Some((source, mfa)) = &step.fallback else { return Err(error) };
        let Ok(code) = self.codes.next(mfa) else { return Err(error) };
        if code.check().is_err() {
            return Err(error);
        }
        self.exchange.messages.note(&format!(
            "awsmfa: the role does not accept the session of '{}': it needs a code of its own",
            step.source_profile
        ));
        let key = long_term_key(source, &step.source_profile)?;
        self.exchange.with_code(step, mfa, &Caller::Key(&key), code)
    }
}

/// Gets the credentials of a source profile, from a program if need be.
fn source_credentials(source: &KeySource, profile: &ProfileName) -> Result<Printed, Error> {
    match source {
        KeySource::Key(key) => Ok(Printed::Key(key.clone())),
        KeySource::Process(command) => {
            let failed = |cause: String| Error::KeyProcess { profile: profile.clone(), cause };
            let watch = Stopwatch::start();
            let output = process::output_of(command, limits::PROGRAM).map_err(|error| failed(error.to_string()))?;
            tracing::info!(%profile, took_ms = watch.ms(), "credential_process printed credentials");
            credential_process_output::credentials(&output, clock::now()).map_err(|error| failed(error.to_string()))
        }
    }
}

/// Gets the key of a permanent profile, from a program if need be.
pub(in crate::commands) fn long_term_key(source: &KeySource, profile: &ProfileName) -> Result<LongTermKey, Error> {
    match source_credentials(source, profile)? {
        Printed::Key(key) => Ok(key),
        Printed::Session(_) => {
            Err(Error::KeyProcess { profile: profile.clone(), cause: CredentialProcessError::Session.to_string() })
        }
    }
}

/// Writes all sessions in one commit. One that cannot be written stays in its recovery file.
fn commit(plan: &LoginPlan, executed: &mut Executed, target: &Target, files: &SharedFiles) {
    let credentials = files.profiles().credentials;
    let sessions = &executed.sessions;
    let name_of = |index: &usize| plan.steps.get(*index).and_then(|step| step.session_profile.clone());
    let to_write: Vec<(usize, ProfileName)> =
        sessions.keys().filter_map(|index| Some((*index, name_of(index)?))).collect();
    if to_write.is_empty() {
        return;
    }
    let mut failures = BTreeMap::new();
    let watch = Stopwatch::start();
    let known = credentials.document.shared_bytes();
    let committed = files::replace_known(target, &known, |bytes| -> Result<Rc<Vec<u8>>, Error> {
        failures.clear();
        let mut fresh = files.fresh_credentials(bytes)?;
        for (index, name) in &to_write {
            let Some(session) = sessions.get(index) else { continue };
            match with_session(name, session, files, &fresh) {
                Ok(bytes) => fresh = files.credentials_with(bytes)?,
                Err(error) => {
                    failures.insert(*index, Rc::new(error));
                }
            }
        }
        let bytes = fresh.document.shared_bytes();
        executed.credentials = Some(fresh);
        Ok(bytes)
    });
    tracing::info!(path = %credentials.path.display(), written = committed.is_ok(), took_ms = watch.ms(), "commit");
    match committed {
        Ok(committed) => executed.committed = committed,
        Err(error) => {
            let error = Rc::new(error);
            failures = to_write.iter().map(|(index, ..)| (*index, Rc::clone(&error))).collect();
        }
    }
    for (index, profile) in to_write {
        let recovery = executed.kept.remove(&index);
        match failures.remove(&index) {
            None => recovery.into_iter().for_each(Recovery::discard),
            Some(source) => {
                let recovery = recovery.inspect(Recovery::sync).map(|kept| kept.path);
                let error = Error::Unwritten { profile, recovery, source };
                executed.not_written.insert(index, Rc::new(error));
            }
        }
    }
}

/// The credentials file with the session in it.
pub(in crate::commands) fn with_session(
    name: &ProfileName,
    session: &Session,
    files: &SharedFiles,
    credentials: &SharedFile,
) -> Result<Vec<u8>, Error> {
    let profiles = Profiles { config: files.profiles().config, credentials };
    resolve::check_target(name, profiles)?;
    write_session(name, session, credentials)
}

fn write_session(name: &ProfileName, session: &Session, credentials: &SharedFile) -> Result<Vec<u8>, Error> {
    let exists = credentials.document.sections_named(name.as_str()).next().is_some();
    let edits = session::login_edits(session, exists);
    credentials.document.edited(name.as_str(), &edits).map_err(|source| Error::Edit {
        path: credentials.path.clone(),
        profile: name.clone(),
        source,
    })
}

fn keep(name: &ProfileName, session: &Session, target: &Target, files: &SharedFiles) -> Result<Recovery, Error> {
    let empty = files.credentials_with(Vec::new())?;
    let bytes = write_session(name, session, &empty)?;
    Ok(recovery::keep(target, &bytes)?)
}
