//! The long-term access key of a profile, and the lookup of its owner with AWS.

use crate::commands::keyring_entry;
use crate::credential_process_output::{self, CredentialProcessError, Printed};
use crate::diagnosis::Identity;
use crate::endpoint::Endpoint;
use crate::environment::Environment;
use crate::error::Error;
use crate::io::clock::{self, Stopwatch};
use crate::io::iam;
use crate::io::process;
use crate::io::sts::{Caller, Network, StsError};
use crate::limits;
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, KeySource};
use crate::session::LongTermKey;
use crate::setup::candidate;
use crate::time::Seconds;
use crate::token_code::SerialNumber;

/// Returns the long-term access key of a profile, from the files or from its `credential_process`.
pub(super) fn key_of(name: &ProfileName, profiles: Profiles<'_>) -> Result<LongTermKey, Error> {
    let profile = profiles.get(name.as_str()).ok_or_else(|| resolve::unknown(name, profiles))?;
    long_term_key(&resolve::key(&profile, name)?, name)
}

/// Returns the credentials of a source profile; runs its `credential_process` if it has one instead of a key.
pub(super) fn source_credentials(source: &KeySource, profile: &ProfileName) -> Result<Printed, Error> {
    match source {
        KeySource::Key(key) => Ok(Printed::Key(key.clone())),
        KeySource::Process(command) => {
            let failed = |cause: String| Error::KeyProcess { profile: profile.clone(), cause };
            let watch = Stopwatch::start();
            let output = process::output_of(command, limits::PROGRAM).map_err(|error| failed(error.to_string()))?;
            tracing::info!(%profile, took_ms = watch.ms(), "credential_process printed credentials");
            credential_process_output::credentials(&output, clock::now()).map_err(|error| failed(error.to_string()))
        }
        KeySource::Keyring(name) => Ok(Printed::Key(keyring_entry::read(name, profile)?.key)),
        KeySource::External { .. } => unreachable!("a login gets these itself"),
    }
}

/// Returns the key of a permanent profile; fails if its `credential_process` prints a session instead.
pub(super) fn long_term_key(source: &KeySource, profile: &ProfileName) -> Result<LongTermKey, Error> {
    match source_credentials(source, profile)? {
        Printed::Key(key) => Ok(key),
        Printed::Session(_) => {
            Err(Error::KeyProcess { profile: profile.clone(), cause: CredentialProcessError::Session.to_string() })
        }
    }
}

/// The owner of a key, as AWS reports it.
pub(super) struct KeyOwner {
    pub identity: Identity,
    /// The MFA devices that generate codes; empty if the user may not list them.
    pub devices: Vec<SerialNumber>,
    /// Set if IAM lists no device that generates codes.
    pub has_no_device: bool,
    /// The endpoint of IAM, if there is one.
    pub iam: Option<Endpoint>,
}

impl KeyOwner {
    /// Guesses the MFA device from the name of the user.
    pub(super) fn guessed_device(&self) -> Option<SerialNumber> {
        candidate::guessed_serial_number(&self.identity.arn)
    }
}

/// Asks STS for the user of the key, and IAM for the user's MFA devices. Also returns how far the local clock is ahead
/// of that of AWS, which any response from STS shows.
pub(super) fn owner_of(
    key: &LongTermKey,
    endpoint: &Endpoint,
    environment: &Environment,
) -> (Option<Seconds>, Result<KeyOwner, Error>) {
    let caller = Caller::Key(key);
    let network = match Network::new() {
        Ok(network) => network,
        Err(error) => return (None, Err(error.into())),
    };
    let sts = match network.sts(endpoint, &caller) {
        Ok(sts) => sts,
        Err(error) => return (None, Err(error.into())),
    };
    let identity = network.run(sts.identity()).and_then(|identity| identity).map_err(|source| match source {
        StsError::Refused { .. } => Error::Unchecked { source },
        source => Error::from(source),
    });
    let owner = identity.and_then(|identity| {
        let iam = resolve::iam_endpoint(endpoint.clone(), &identity.arn, environment)?;
        let listed = iam.as_ref().and_then(|iam| iam::mfa_devices(iam, key));
        let has_no_device = listed.as_ref().is_some_and(Vec::is_empty);
        Ok(KeyOwner { identity, devices: listed.unwrap_or_default(), has_no_device, iam })
    });
    (sts.clock_offset(), owner)
}
