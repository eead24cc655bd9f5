//! Sharing one MFA code between the steps that need a code of the same device for the same key.

use super::plan::{Call, SessionSource, SourceCredentials, Step};
use crate::token_code::SerialNumber;

/// Makes the steps that need a code of the same device for the same key share one code. The first of them that requests
/// a session of the user uses the code, and the others use its session. If all of them assume roles, a new step
/// requests that session, which is written to no file.
pub(super) fn share_codes(steps: &mut Vec<Step>) {
    let mut groups: Vec<((String, SerialNumber), Vec<usize>)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let Some((key, Some(mfa))) = step.call.key_and_mfa() else { continue };
        let group = (key.id().to_owned(), mfa.serial_number.clone());
        match groups.iter_mut().find(|(found, _)| *found == group) {
            Some((_, members)) => members.push(index),
            None => groups.push((group, vec![index])),
        }
    }
    for (_, members) in groups.into_iter().filter(|(_, members)| members.len() > 1) {
        let is_of_user =
            |index: &usize| matches!(steps.get(*index).map(|step| &step.call), Some(Call::GetSessionToken { .. }));
        let base = members.iter().copied().find(is_of_user).unwrap_or(steps.len());
        if base == steps.len() {
            let base = members.first().and_then(|first| steps.get(*first)).and_then(base_step);
            steps.extend(base);
        }
        let process = members.iter().find_map(|index| steps.get(*index)?.call.mfa()?.process.clone());
        if let Some(Step { call: Call::GetSessionToken { mfa, .. }, .. }) = steps.get_mut(base) {
            mfa.process = mfa.process.take().or(process);
        }
        for index in members.into_iter().filter(|index| *index != base) {
            let Some(step) = steps.get_mut(index) else { continue };
            match &mut step.call {
                Call::AssumeRole { source, .. } => {
                    *source = SourceCredentials::Session { session: SessionSource::Step(base), fallback: None };
                }
                call => *call = Call::Reuse(base),
            }
            step.cut_duration = step.call.cut_at_chaining_limit();
        }
    }
}

/// Returns a step that requests a session of the user with the key and the device of `step`, and writes it to no file.
fn base_step(step: &Step) -> Option<Step> {
    let (key, mfa) = step.call.key_and_mfa()?;
    Some(Step {
        call: Call::GetSessionToken { key: key.clone(), mfa: mfa?.clone(), duration: None },
        session_profile: None,
        cut_duration: None,
        ..step.clone()
    })
}
