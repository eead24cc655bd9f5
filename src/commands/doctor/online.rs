//! `doctor --online`: what AWS says of the key that pays, and what time it has. No code is spent.

use crate::check::{Heard, Reason};
use crate::commands::aws_key::key_of;
use crate::commands::doctor::gather::Gathered;
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::io::iam;
use crate::io::sts::{Caller, Sts, StsError};
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Choice, Request, Situation, has_long_term_key};
use crate::setup::candidate;

/// Asks, and notes what was heard.
pub(super) fn ask(gathered: &mut Gathered, context: &Context, messages: Messages) {
    let profiles = gathered.files.profiles();
    let selected = gathered.facts(context).selected.map(|selected| selected.name);
    let Some(payer) = payer(selected, profiles) else {
        messages.warning("there is no long-term access key to ask AWS with: name its profile with --profile");
        return;
    };
    gathered.heard = Some(hear(&payer, profiles, context));
}

/// The profile whose key pays for the selected one, else the only one that has a key.
fn payer(selected: Option<ProfileName>, profiles: Profiles<'_>) -> Option<ProfileName> {
    let mut next = selected;
    for _ in 0..crate::limits::CHAIN {
        let Some(name) = next else { break };
        if profiles.get(name.as_str()).is_some_and(|profile| has_long_term_key(&profile)) {
            return Some(name);
        }
        next = resolve::link(Choice::of(&name), profiles).ok().map(|link| link.source_profile);
    }
    match candidate::permanent_profiles(profiles).as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn hear(payer: &ProfileName, profiles: Profiles<'_>, context: &Context) -> Heard {
    let mut heard = Heard {
        profile: payer.clone(),
        clock_offset: None,
        unreachable: None,
        refused: None,
        key_made: None,
        unlisted: None,
    };
    if let Err(error) = try_key(&mut heard, profiles, context) {
        let reason = Reason::from(&error);
        let is_refused = match &error {
            Error::Unchecked { source } => matches!(source, StsError::Refused { .. }),
            Error::Sts { .. } => false,
            _ => true,
        };
        if is_refused {
            heard.refused = Some(reason);
        } else {
            heard.unreachable = Some(reason);
        }
    }
    heard
}

fn try_key(heard: &mut Heard, profiles: Profiles<'_>, context: &Context) -> Result<(), Error> {
    let situation = Situation { profiles, environment: &context.environment, clock: &context.clock };
    let key = key_of(&heard.profile, profiles)?;
    let endpoint = resolve::endpoint_of(&Request::default(), situation, &[&heard.profile], None)?;
    let caller = Caller::Key(&key);
    let sts = Sts::new(&endpoint, &caller)?;
    let answer = sts.identity();
    heard.clock_offset = sts.clock_offset();
    let identity = answer.map_err(|source| match source {
        StsError::Refused { .. } => Error::Unchecked { source },
        source => Error::from(source),
    })?;
    let iam = resolve::iam_endpoint(endpoint.clone(), &identity.arn, &context.environment)?;
    let keys = iam.as_ref().and_then(|iam| iam::access_keys(iam, &key));
    let devices = iam.as_ref().and_then(|iam| iam::mfa_devices(iam, &key)).unwrap_or_default();
    let session = candidate::session_profile(&heard.profile, profiles).unwrap_or_else(|| heard.profile.clone());
    let named = candidate::serial_number(&heard.profile, &session, profiles);
    heard.unlisted = named
        .filter(|named| !devices.is_empty() && !devices.contains(named))
        .map(|named| (named.to_string(), devices.iter().map(ToString::to_string).collect()));
    let own = keys.unwrap_or_default().into_iter().find(|(id, _)| *id == key.access_key_id);
    heard.key_made = own.map(|(_, made)| made);
    Ok(())
}
