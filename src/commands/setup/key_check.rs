//! Asks AWS for the owner of a long-term access key.

use crate::diagnosis::Identity;
use crate::error::Error;
use crate::io::iam;
use crate::io::sts::{Caller, Sts};
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Request, Situation};
use crate::session::LongTermKey;
use crate::setup::candidate;
use crate::token_code::SerialNumber;

use super::Setting;

/// The owner of a key, as AWS reports it.
pub(super) struct KeyOwner {
    pub identity: Identity,
    /// The MFA devices with codes, if the user may list them.
    pub devices: Vec<SerialNumber>,
}

impl KeyOwner {
    /// Guesses the MFA device from the name of the user.
    pub(super) fn guessed_device(&self) -> Option<SerialNumber> {
        candidate::guessed_serial_number(&self.identity.arn)
    }
}

/// Asks STS for the user of the key, and IAM for the user's MFA devices.
pub(super) fn owner_of(
    setting: Setting<'_>,
    profiles: Profiles<'_>,
    source: &ProfileName,
    key: &LongTermKey,
) -> Result<KeyOwner, Error> {
    let Setting { args, context, .. } = setting;
    let request = Request {
        region: args.region.clone(),
        endpoint_url: args.endpoint_url.clone(),
        ca_bundle: args.ca_bundle.clone(),
        ..Request::default()
    };
    let situation = Situation { profiles, environment: &context.environment, clock: &context.clock };
    let endpoint = resolve::endpoint_of(&request, situation, &[source], args.serial_number.as_deref())?;
    let answer = Sts::new(&endpoint, &Caller::Key(key)).and_then(|sts| sts.identity());
    let identity = answer.map_err(|source| Error::Unchecked { source })?;
    let iam = resolve::iam_endpoint(endpoint, &identity.arn, &context.environment)?;
    let devices = iam.and_then(|iam| iam::mfa_devices(&iam, key));
    Ok(KeyOwner { identity, devices: devices.unwrap_or_default() })
}
