//! One code for everything: steps that need a code of the same device for the same key share it.

use super::call::Call;
use super::plan::{Payer, Step};
use crate::token_code::SerialNumber;

/// Lets steps that need a code of the same device, for the same key, do with one: the first of them that is no role, or
/// one more that is kept in no file, gets a session, and that pays for the others.
pub(super) fn share_codes(steps: &mut Vec<Step>) {
    let mut groups: Vec<((String, SerialNumber), Vec<usize>)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let (Some(mfa), Payer::Key(key)) = (&step.mfa, &step.payer) else { continue };
        let group = (key.id().to_owned(), mfa.serial_number.clone());
        match groups.iter_mut().find(|(found, _)| *found == group) {
            Some((_, members)) => members.push(index),
            None => groups.push((group, vec![index])),
        }
    }
    for (_, members) in groups.into_iter().filter(|(_, members)| members.len() > 1) {
        let is_base =
            |index: &usize| matches!(steps.get(*index).map(|step| &step.call), Some(Call::GetSessionToken(_)));
        let base = members.iter().copied().find(is_base).unwrap_or(steps.len());
        if base == steps.len() {
            let base = members.first().and_then(|first| steps.get(*first)).map(base_step);
            steps.extend(base);
        }
        let process = members.iter().find_map(|index| steps.get(*index)?.mfa.as_ref()?.process.clone());
        if let Some(mfa) = steps.get_mut(base).and_then(|base| base.mfa.as_mut()) {
            mfa.process = mfa.process.take().or(process);
        }
        for index in members.into_iter().filter(|index| *index != base) {
            let Some(step) = steps.get_mut(index) else { continue };
            step.payer = Payer::Step(base);
            step.mfa = None;
            step.cut_at_chaining_limit();
            if let Call::GetSessionToken(_) = step.call {
                step.call = Call::Reuse;
            }
        }
    }
}

/// A session of the user who pays for `step`, to be kept in no file.
fn base_step(step: &Step) -> Step {
    Step {
        call: Call::GetSessionToken(None),
        payer: step.payer.clone(),
        mfa: step.mfa.clone(),
        fallback: None,
        session_profile: None,
        source_profile: step.source_profile.clone(),
        endpoint: step.endpoint.clone(),
        cut_duration: None,
    }
}
