//! `doctor --online`: asks AWS about the long-term access key of the selected profile, without an MFA code.

use crate::check::{KeyCheck, Kind, Reason};
use crate::commands::ask_aws_about_key::{KeyOwner, key_of, owner_of};
use crate::commands::doctor::gather::Gathered;
use crate::commands::key_age_memory;
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::io::iam;
use crate::io::sts::{Caller, StsError};
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Chain, ChainEnd, Request, Situation};
use crate::setup::candidate;
use crate::time::{Seconds, days_in_words, seconds_between};

/// Asks AWS and stores the answers in `gathered`.
pub(super) fn ask(gathered: &mut Gathered, context: &Context, messages: Messages) {
    let profiles = gathered.files.profiles();
    let selected = gathered.surroundings.selected.as_ref().map(|selected| &selected.name);
    let Some(name) = permanent_profile(selected, profiles) else {
        messages.warning("there is no long-term access key to ask AWS with: name its profile with --profile");
        return;
    };
    let source = profiles.get(name.as_str());
    let max_age = resolve::max_key_age(&context.environment, source.as_ref()).unwrap_or_else(|error| {
        messages.warning(&error.to_string());
        resolve::MAX_KEY_AGE
    });
    let key_check = check_key(&name, max_age, profiles, context);
    if let Some(created) = key_check.key_created {
        let age = seconds_between(created, context.clock.now);
        messages.note(&format!("awsmfa: the long-term access key of '{name}' was created {} ago", days_in_words(age)));
    }
    gathered.surroundings.key_check = Some(key_check);
}

/// Returns the permanent profile that the selected one resolves to, else the only permanent profile.
fn permanent_profile(selected: Option<&ProfileName>, profiles: Profiles<'_>) -> Option<ProfileName> {
    let chain = selected.map(|selected| resolve::chain(selected, profiles));
    if let Some(Chain { mut profiles, end: ChainEnd::Key }) = chain {
        return profiles.pop();
    }
    match candidate::permanent_profiles(profiles).as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn check_key(name: &ProfileName, max_age: Seconds, profiles: Profiles<'_>, context: &Context) -> KeyCheck {
    let mut key_check = KeyCheck {
        profile: name.clone(),
        clock_offset: None,
        failure: None,
        key_created: None,
        max_age,
        unlisted: None,
    };
    if let Err(error) = try_key(&mut key_check, profiles, context) {
        let kind = match &error {
            Error::Unchecked { source: StsError::Refused { .. } } => Kind::KeyRefused,
            Error::Unchecked { .. } | Error::Sts { .. } => Kind::Unreachable,
            _ => Kind::KeyRefused,
        };
        key_check.failure = Some((kind, Reason::from(&error)));
    }
    key_check
}

fn try_key(key_check: &mut KeyCheck, profiles: Profiles<'_>, context: &Context) -> Result<(), Error> {
    let name = key_check.profile.clone();
    let situation = Situation { profiles, environment: &context.environment, clock: &context.clock };
    let key = key_of(&name, profiles)?;
    let endpoint = resolve::endpoint_of(&Request::default(), situation, &[&name], None)?;
    let (clock_offset, owner) = owner_of(&key, &endpoint, &context.environment);
    key_check.clock_offset = clock_offset;
    let KeyOwner { devices, iam, .. } = owner?;
    let keys = iam.and_then(|iam| iam::access_keys(&iam, &Caller::Key(&key), None).ok()).unwrap_or_default();
    key_check.key_created =
        keys.into_iter().find(|listed| listed.access_key_id == key.access_key_id).and_then(|it| it.created);
    if let Some(created) = key_check.key_created {
        key_age_memory::remember(&key.access_key_id, created, context);
    }
    let session = candidate::session_profile(&name, profiles).unwrap_or_else(|| name.clone());
    if let Some(named) = candidate::serial_number(&name, &session, profiles)
        && !devices.is_empty()
        && !devices.contains(&named)
    {
        key_check.unlisted = Some((named.to_string(), devices.iter().map(ToString::to_string).collect()));
    }
    Ok(())
}
