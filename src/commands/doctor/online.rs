//! `doctor --online`: asks AWS about the long-term access key of the selected profile, without an MFA code.

use crate::check::{KeyCheck, Reason};
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

/// Asks AWS and stores the answers in `gathered`.
pub(super) fn ask(gathered: &mut Gathered, context: &Context, messages: Messages) {
    let profiles = gathered.files.profiles();
    let selected = gathered.facts(context).selected.map(|selected| selected.name);
    let Some(name) = permanent_profile(selected, profiles) else {
        messages.warning("there is no long-term access key to ask AWS with: name its profile with --profile");
        return;
    };
    gathered.key_check = Some(check_key(&name, profiles, context));
}

/// Returns the permanent profile that the selected one resolves to, else the only permanent profile.
fn permanent_profile(selected: Option<ProfileName>, profiles: Profiles<'_>) -> Option<ProfileName> {
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

fn check_key(name: &ProfileName, profiles: Profiles<'_>, context: &Context) -> KeyCheck {
    let mut key_check = KeyCheck {
        profile: name.clone(),
        clock_offset: None,
        unreachable: None,
        refused: None,
        key_created: None,
        unlisted: None,
    };
    if let Err(error) = try_key(&mut key_check, profiles, context) {
        let reason = Reason::from(&error);
        let is_refused = match &error {
            Error::Unchecked { source } => matches!(source, StsError::Refused { .. }),
            Error::Sts { .. } => false,
            _ => true,
        };
        if is_refused {
            key_check.refused = Some(reason);
        } else {
            key_check.unreachable = Some(reason);
        }
    }
    key_check
}

fn try_key(key_check: &mut KeyCheck, profiles: Profiles<'_>, context: &Context) -> Result<(), Error> {
    let situation = Situation { profiles, environment: &context.environment, clock: &context.clock };
    let key = key_of(&key_check.profile, profiles)?;
    let endpoint = resolve::endpoint_of(&Request::default(), situation, &[&key_check.profile], None)?;
    let caller = Caller::Key(&key);
    let sts = Sts::new(&endpoint, &caller)?;
    let answer = sts.identity();
    key_check.clock_offset = sts.clock_offset();
    let identity = answer.map_err(|source| match source {
        StsError::Refused { .. } => Error::Unchecked { source },
        source => Error::from(source),
    })?;
    let iam = resolve::iam_endpoint(endpoint.clone(), &identity.arn, &context.environment)?;
    let keys = iam.as_ref().and_then(|iam| iam::access_keys(iam, &key));
    let devices = iam.as_ref().and_then(|iam| iam::mfa_devices(iam, &key)).unwrap_or_default();
    let session = candidate::session_profile(&key_check.profile, profiles).unwrap_or_else(|| key_check.profile.clone());
    let named = candidate::serial_number(&key_check.profile, &session, profiles);
    key_check.unlisted = named
        .filter(|named| !devices.is_empty() && !devices.contains(named))
        .map(|named| (named.to_string(), devices.iter().map(ToString::to_string).collect()));
    let own = keys.unwrap_or_default().into_iter().find(|(id, _)| *id == key.access_key_id);
    key_check.key_created = own.map(|(_, created)| created);
    Ok(())
}
