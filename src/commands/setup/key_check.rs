//! What AWS says of a key: whose it is, and which MFA devices its user has.

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
) -> Result<Told, Error> {
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
    Ok(Told { identity, devices: devices.unwrap_or_default() })
}
