//! The commit of a login: all sessions in one replacement of the credentials file. Sessions that cannot be written stay
//! in a recovery file.

use std::mem;
use std::path::PathBuf;
use std::rc::Rc;

use crate::commands::login::step_state::StepState;
use crate::commands::login::write_sessions::{recovery_lines, write_sessions};
use crate::commands::shared_files::SharedFiles;
use crate::error::Error;
use crate::io::clock::Stopwatch;
use crate::io::files::{self, Committed, Target};
use crate::io::recovery::{self, Recovery};
use crate::profile::{ProfileName, SharedFile};
use crate::resolve::LoginPlan;
use crate::session::Session;

/// Writes the sessions that were received. Returns the details of the replacement, and the credentials file with the
/// sessions in it. `kept` is the recovery file of the login; none if it could not be created.
pub(super) fn commit(
    plan: &LoginPlan,
    states: &mut [StepState],
    kept: Option<Recovery>,
    target: &Target,
    files: &SharedFiles,
) -> (Committed, Option<SharedFile>) {
    let steps = plan.steps.iter().zip(&*states).enumerate();
    let to_write: Vec<(usize, &ProfileName)> = steps
        .filter(|(_, (_, state))| matches!(state, StepState::Received { .. }))
        .filter_map(|(index, (step, _))| Some((index, step.session_profile.as_ref()?)))
        .collect();
    let session = |(index, name): &(usize, _)| Some((*name, states.get(*index)?.session()?));
    let sessions: Vec<(&ProfileName, &Session)> = to_write.iter().filter_map(session).collect();
    if sessions.is_empty() {
        return (Committed::default(), None);
    }
    let Replaced { committed, errors, credentials: written } = replace_sessions(&sessions, target, files);
    let unwritten = sessions.iter().zip(&errors).filter(|(_, error)| error.is_some()).map(|(session, _)| *session);
    let unwritten: Vec<_> = unwritten.collect();
    let has_all = unwritten.len() == sessions.len()
        && states.iter().all(|state| !matches!(state, StepState::Received { is_kept: false, .. }));
    let kept = keep_only(kept, &unwritten, has_all, target);
    for ((index, profile), error) in to_write.into_iter().zip(errors) {
        if let Some(state) = states.get_mut(index) {
            *state = after_commit(mem::replace(state, StepState::Pending), profile, error, kept.as_ref());
        }
    }
    (committed, written)
}

/// The result of writing sessions to the credentials file.
pub(in crate::commands) struct Replaced {
    /// The details of the replacement.
    pub committed: Committed,
    /// For each session, the error if it could not be written.
    pub errors: Vec<Option<Rc<Error>>>,
    /// The credentials file with the sessions in it; none if it was not edited.
    pub credentials: Option<SharedFile>,
}

/// Writes sessions to the credentials file in one replacement.
pub(in crate::commands) fn replace_sessions(
    sessions: &[(&ProfileName, &Session)],
    target: &Target,
    files: &SharedFiles,
) -> Replaced {
    let credentials = files.profiles().credentials;
    let mut errors = Vec::new();
    let mut written = None;
    let watch = Stopwatch::start();
    let known = credentials.document.shared_bytes();
    let committed = files::replace_known(target, &known, |bytes| -> Result<Rc<Vec<u8>>, Error> {
        let result = write_sessions(sessions, files, &files.fresh_credentials(bytes)?);
        errors = result.errors.into_iter().map(|error| error.map(Rc::new)).collect();
        let bytes = Rc::new(result.bytes);
        written = Some(files.credentials_with(Rc::clone(&bytes))?);
        Ok(bytes)
    });
    tracing::info!(path = %credentials.path.display(), written = committed.is_ok(), took_ms = watch.ms(), "commit");
    let committed = committed.unwrap_or_else(|error| {
        errors = vec![Some(Rc::new(error)); sessions.len()];
        Committed::default()
    });
    Replaced { committed, errors, credentials: written }
}

/// Makes the recovery file contain the sessions that could not be written, and no others: after a logout, the next login
/// would write those again. `has_all` is set if it contains exactly these. Returns its path, and whether it contains all
/// of them now.
pub(super) fn keep_only(
    kept: Option<Recovery>,
    unwritten: &[(&ProfileName, &Session)],
    has_all: bool,
    target: &Target,
) -> Option<(PathBuf, bool)> {
    if unwritten.is_empty() {
        if let Some(kept) = kept {
            kept.discard();
        }
        return None;
    }
    if let Some(kept) = kept.as_ref().filter(|_| has_all) {
        kept.sync();
        return Some((kept.path.clone(), true));
    }
    let Ok(new) = recovery::keep(target, &recovery_lines(unwritten.iter().copied())) else {
        let kept = kept?;
        kept.sync();
        return Some((kept.path, false));
    };
    new.sync();
    if let Some(old) = kept {
        old.discard();
    }
    Some((new.path, true))
}

fn after_commit(
    state: StepState,
    profile: &ProfileName,
    failure: Option<Rc<Error>>,
    recovery: Option<&(PathBuf, bool)>,
) -> StepState {
    let StepState::Received { session, is_kept, unwritable } = state else { return state };
    let Some(source) = failure else { return StepState::Written(session) };
    let recovery = recovery.filter(|(_, has_all)| *has_all || is_kept).map(|(path, _)| path.clone());
    StepState::NotWritten {
        error: Rc::new(Error::Unwritten { profile: profile.clone(), recovery, source }),
        unwritable,
    }
}
