//! What AWS says of a key: whose it is, and which MFA devices its user has.

use crate::commands::execute::long_term_key;
use crate::context::Context;
use crate::diagnosis::Identity;
use crate::endpoint::{self, Endpoint};
use crate::error::Error;
use crate::io::iam;
use crate::io::sts::{Caller, Sts};
use crate::profile::{ProfileName, Profiles};
use crate::proxy::Proxy;
use crate::resolve::{self, Request, ResolveError, Situation};
use crate::session::LongTermKey;
use crate::setup::candidate;
use crate::token_code::SerialNumber;

use super::Setting;

/// The key of a profile in the files, or that a program prints.
pub(super) fn key_of(name: &ProfileName, profiles: Profiles<'_>) -> Result<LongTermKey, Error> {
    let unknown = || ResolveError::UnknownProfile { name: name.clone(), near: Vec::new(), known: Vec::new() };
    let profile = profiles.get(name.as_str()).ok_or_else(unknown)?;
    long_term_key(&resolve::key(&profile, name)?, name)
}

/// What AWS says of a key.
pub(super) struct Told {
    /// Whose it is.
    pub identity: Identity,
    /// The MFA devices of its user that have codes, if the user may ask for them.
    pub devices: Vec<SerialNumber>,
}

impl Told {
    /// The device that the user's name suggests.
    pub(super) fn guess(&self) -> Option<SerialNumber> {
        candidate::guessed_serial_number(&self.identity.arn)
    }
}

/// Asks STS whose the key is, and IAM for the devices if they are needed.
pub(super) fn ask(
    setting: Setting<'_>,
    profiles: Profiles<'_>,
    source: &ProfileName,
    key: &LongTermKey,
    needs_devices: bool,
) -> Result<Told, Error> {
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
    let identity = answer.map_err(|source| Error::Unchecked { source })?;
    let iam = needs_devices.then(|| of_iam(endpoint, &identity, context)).flatten();
    let devices = iam.and_then(|iam| iam::mfa_devices(&iam, key));
    Ok(Told { identity, devices: devices.unwrap_or_default() })
}

/// Where IAM is asked: where the variables say, or at a STS endpoint that is not AWS's own, or at that of the partition.
fn of_iam(sts: Endpoint, identity: &Identity, context: &Context) -> Option<Endpoint> {
    let (url, region) = endpoint::of_iam(endpoint::partition_of_arn(&identity.arn)?)?;
    let named = context.environment.get("AWS_ENDPOINT_URL_IAM").map(str::to_owned);
    let url = named.or(sts.url).unwrap_or_else(|| url.to_owned());
    let proxy = Proxy::for_url(&url, &context.environment).ok()?;
    Some(Endpoint { url: Some(url), region: region.to_owned(), proxy, ..sts })
}
