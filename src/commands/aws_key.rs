//! The long-term access key that `setup` and `doctor` ask AWS about.

use crate::credential_process_output::{self, CredentialProcessError, Printed};
use crate::error::Error;
use crate::io::clock::{self, Stopwatch};
use crate::io::process;
use crate::limits;
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, KeySource, ResolveError};
use crate::session::LongTermKey;

/// Returns the key of a profile, from the files or from a program that prints it.
pub(super) fn key_of(name: &ProfileName, profiles: Profiles<'_>) -> Result<LongTermKey, Error> {
    let unknown =
        || ResolveError::UnknownProfile { name: name.clone(), origin: None, near: Vec::new(), known: Vec::new() };
    let profile = profiles.get(name.as_str()).ok_or_else(unknown)?;
    long_term_key(&resolve::key(&profile, name)?, name)
}

/// Gets the credentials of a source profile, from a program if need be.
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
    }
}

/// Gets the key of a permanent profile, from a program if need be.
pub(super) fn long_term_key(source: &KeySource, profile: &ProfileName) -> Result<LongTermKey, Error> {
    match source_credentials(source, profile)? {
        Printed::Key(key) => Ok(key),
        Printed::Session(_) => {
            Err(Error::KeyProcess { profile: profile.clone(), cause: CredentialProcessError::Session.to_string() })
        }
    }
}
