//! The commit of a login: all sessions in one replacement of the credentials file. A session that cannot be written
//! stays in its recovery file.

use std::mem;
use std::rc::Rc;

use crate::commands::login::rehearse::{with_session, write_session};
use crate::commands::login::step_state::StepState;
use crate::commands::shared_files::SharedFiles;
use crate::error::Error;
use crate::io::clock::Stopwatch;
use crate::io::files::{self, Committed, Target};
use crate::io::recovery::{self, Recovery};
use crate::profile::{ProfileName, SharedFile};
use crate::resolve::LoginPlan;
use crate::session::Session;

/// Saves a session to a recovery file until the commit.
pub(super) fn keep(
    name: &ProfileName,
    session: &Session,
    target: &Target,
    files: &SharedFiles,
) -> Result<Recovery, Error> {
    let empty = files.credentials_with(Vec::new())?;
    let bytes = write_session(name, session, &empty)?;
    Ok(recovery::keep(target, &bytes)?)
}

/// Writes the sessions that were received. Returns the details of the replacement, and the credentials file with the
/// sessions in it.
pub(super) fn commit(
    plan: &LoginPlan,
    states: &mut [StepState],
    target: &Target,
    files: &SharedFiles,
) -> (Committed, Option<SharedFile>) {
    let credentials = files.profiles().credentials;
    let steps = plan.steps.iter().zip(&*states).enumerate();
    let received = steps.filter(|(_, (_, state))| matches!(state, StepState::Received { .. }));
    let to_write: Vec<(usize, &ProfileName)> =
        received.filter_map(|(index, (step, _))| Some((index, step.session_profile.as_ref()?))).collect();
    if to_write.is_empty() {
        return (Committed::default(), None);
    }
    let mut failures: Vec<Option<Error>> = Vec::new();
    let mut written = None;
    let watch = Stopwatch::start();
    let known = credentials.document.shared_bytes();
    let committed = files::replace_known(target, &known, |bytes| -> Result<Rc<Vec<u8>>, Error> {
        failures.clear();
        let mut fresh = files.fresh_credentials(bytes)?;
        for (index, name) in &to_write {
            let Some(session) = states.get(*index).and_then(StepState::session) else { continue };
            match with_session(name, session, files, &fresh) {
                Ok(bytes) => {
                    fresh = files.credentials_with(bytes)?;
                    failures.push(None);
                }
                Err(error) => failures.push(Some(error)),
            }
        }
        let bytes = fresh.document.shared_bytes();
        written = Some(fresh);
        Ok(bytes)
    });
    tracing::info!(path = %credentials.path.display(), written = committed.is_ok(), took_ms = watch.ms(), "commit");
    let (committed, failures) = match committed {
        Ok(committed) => (committed, failures.into_iter().map(|failure| failure.map(Rc::new)).collect()),
        Err(error) => (Committed::default(), vec![Some(Rc::new(error)); to_write.len()]),
    };
    for ((index, profile), failure) in to_write.into_iter().zip(failures) {
        if let Some(state) = states.get_mut(index) {
            *state = after_commit(mem::replace(state, StepState::Pending), profile, failure);
        }
    }
    (committed, written)
}

fn after_commit(state: StepState, profile: &ProfileName, failure: Option<Rc<Error>>) -> StepState {
    let StepState::Received { session, kept, unwritable } = state else { return state };
    match failure {
        None => {
            if let Some(kept) = kept {
                kept.discard();
            }
            StepState::Written(session)
        }
        Some(source) => {
            let recovery = kept.inspect(Recovery::sync).map(|kept| kept.path);
            let error = Rc::new(Error::Unwritten { profile: profile.clone(), recovery, source });
            StepState::NotWritten { error, unwritable }
        }
    }
}
