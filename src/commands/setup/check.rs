//! What AWS says of a key: whose it is, and which MFA devices its user has.

use crate::commands::execute::long_term_key;
use crate::diagnosis::Identity;
use crate::error::Error;
use crate::io::sts::{Caller, Sts};
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Request, ResolveError, Situation};
use crate::session::LongTermKey;

use super::Setting;

/// The key of a profile in the files, or that a program prints.
pub(super) fn key_of(name: &ProfileName, profiles: Profiles<'_>) -> Result<LongTermKey, Error> {
    let unknown = || ResolveError::UnknownProfile { name: name.clone(), near: Vec::new(), known: Vec::new() };
    let profile = profiles.get(name.as_str()).ok_or_else(unknown)?;
    long_term_key(&resolve::key(&profile, name)?, name)
}

/// Asks STS whose the key is.
pub(super) fn identity(
    setting: Setting<'_>,
    profiles: Profiles<'_>,
    source: &ProfileName,
    key: &LongTermKey,
) -> Result<Identity, Error> {
    let Setting { args, context, .. } = setting;
    let request = Request {
        region: args.region.clone(),
        endpoint_url: args.endpoint_url.clone(),
        ca_bundle: args.ca_bundle.clone(),
        ..Request::default()
    };
    let situation = Situation { profiles, environment: &context.environment, now: context.now };
    let endpoint = resolve::endpoint_of(&request, situation, &[source], args.serial_number.as_deref())?;
    let answer = Sts::new(&endpoint, &Caller::Key(key)).and_then(|sts| sts.identity());
    answer.map_err(|source| Error::Unchecked { source })
}
