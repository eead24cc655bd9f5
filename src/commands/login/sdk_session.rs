//! The sessions that the AWS SDK gets, after a new sign-in if `--sign-in` is given.

use crate::commands::login::request_session::Exchange;
use crate::credential_process_output::Printed;
use crate::endpoint::Endpoint;
use crate::endpoint_url::EndpointUrl;
use crate::io::clock::{self, Stopwatch};
use crate::io::{process, provided};
use crate::limits;
use crate::profile::ProfileName;
use crate::provided_credentials::{self, ProvideError};
use crate::resolve::ExternalSource;

impl Exchange<'_> {
    /// Gets the session of a profile from the AWS SDK. If the sign-in has ended, and `--sign-in` is given, runs the
    /// command of the AWS CLI that signs in, and tries once more.
    pub(super) fn provided(
        &self,
        profile: &ProfileName,
        from: ExternalSource,
        urls: &[(&'static str, EndpointUrl)],
        endpoint: &Endpoint,
    ) -> Result<Printed, ProvideError> {
        match (self.load(profile, urls, endpoint), from.sign_in()) {
            (Err(error), Some(arguments)) if error.is_signed_out && self.signs_in => {
                self.sign_in(profile, arguments).map_err(|error| ProvideError::other(&error))?;
                self.load(profile, urls, endpoint)
            }
            (loaded, _) => loaded,
        }
    }

    fn load(
        &self,
        profile: &ProfileName,
        urls: &[(&'static str, EndpointUrl)],
        endpoint: &Endpoint,
    ) -> Result<Printed, ProvideError> {
        let watch = Stopwatch::start();
        let (config, credentials) = self.paths;
        let output = provided::run(profile.as_str(), urls, endpoint, config, credentials);
        let output = output.map_err(|error| ProvideError::other(&error))?;
        tracing::info!(%profile, took_ms = watch.ms(), "the AWS SDK was asked for credentials");
        provided_credentials::parse(&output, clock::now())
    }

    fn sign_in(&self, profile: &ProfileName, arguments: &[&str]) -> Result<(), process::ProcessError> {
        let words = [arguments, &["--profile", profile.as_str()]].concat();
        self.messages.note(&format!("awsmfa: running aws {}", words.join(" ")));
        let (config, credentials) = self.paths;
        // Other logins must not wait for a sign-in, which can take minutes.
        self.locks.release();
        process::converse("aws", &words, config, credentials, limits::SIGN_IN)
    }
}
