//! The temporary credentials that the AWS SDK gets for a profile: from a sign-in, IAM Identity Center, a web identity or
//! the machine.
//!
//! The SDK reads the environment and both files itself, and panics on some values, such as an empty endpoint URL.
//! Therefore it runs in a process of its own, with an environment in which no variable is empty. Only requests for such
//! profiles start this process.

use std::error::Error;
use std::ffi::OsStr;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::Command;

use aws_config::BehaviorVersion;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::config::Region;
use aws_smithy_types::error::metadata::ErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::process::{self, ProcessError};
use super::sts::{environment_http_client, trust};
use crate::endpoint::{Endpoint, GLOBAL};
use crate::endpoint_url::EndpointUrl;
use crate::limits;
use crate::provided_credentials::ProvideError;
use crate::secret::Secret;
use crate::session::StoredSession;
use crate::time::Timestamp;

/// The hidden command that calls [`load`].
const COMMAND: &str = "provide";

/// The start of the names of the variables for endpoint URLs.
const ENDPOINT_URL: &str = "AWS_ENDPOINT_URL";

/// Runs awsmfa to get the credentials of a profile in these files. `urls` are the endpoint URLs of services, each with its
/// variable. Returns the output of the command.
///
/// # Errors
///
/// Fails if the process cannot be started, fails or takes too long.
pub fn run(
    profile: &str,
    urls: &[(&'static str, EndpointUrl)],
    endpoint: &Endpoint,
    config: &Path,
    credentials: &Path,
) -> Result<Secret, ProcessError> {
    let start = |source| ProcessError::Start { program: "awsmfa".to_owned(), source };
    let mut command = Command::new(std::env::current_exe().map_err(start)?);
    command.args([COMMAND, "--", profile]).env_clear();
    // Only endpoint URLs that have been checked: the SDK would send a token to any. Windows ignores the case of letters.
    let is_kept = |name: &OsStr, value: &OsStr| {
        let start = name.as_encoded_bytes().get(..ENDPOINT_URL.len());
        !value.is_empty() && !start.is_some_and(|start| start.eq_ignore_ascii_case(ENDPOINT_URL.as_bytes()))
    };
    command.envs(std::env::vars_os().filter(|(name, value)| is_kept(name, value)));
    command.envs(urls.iter().map(|(name, url)| (name, url.as_str())));
    command.env("AWS_CONFIG_FILE", config).env("AWS_SHARED_CREDENTIALS_FILE", credentials);
    if endpoint.region != GLOBAL {
        command.env("AWS_REGION", &endpoint.region);
    }
    if let Some(url) = &endpoint.url {
        command.env("AWS_ENDPOINT_URL_STS", url.as_str());
    }
    if let Some(bundle) = &endpoint.ca_bundle {
        command.env("AWS_CA_BUNDLE", bundle);
    }
    // What the SDK traces may be secret.
    command.env_remove("AWSMFA_LOG");
    process::output("awsmfa", command, limits::PROGRAM)
}

/// Gets the credentials of a profile from the AWS SDK. `config_text` and `credentials` are the texts of the two files.
///
/// # Errors
///
/// Fails with the SDK's description of the cause, which contains no secret.
pub fn load(
    profile: &str,
    config_text: String,
    credentials: String,
    region: Option<&str>,
    ca_bundle: Option<&str>,
) -> Result<StoredSession, ProvideError> {
    let trust = trust::store(ca_bundle).map_err(|error| ProvideError::other(&error))?;
    let timeouts = TimeoutConfig::builder().connect_timeout(limits::CONNECT).read_timeout(limits::READ).build();
    let config = ProviderConfig::empty()
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_region(region.map(|region| Region::new(region.to_owned())))
        .with_http_client(environment_http_client(trust))
        .with_retry_config(RetryConfig::standard().with_max_attempts(2))
        .with_timeout_config(timeouts);
    let files = EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, config_text)
        .with_contents(EnvConfigFileKind::Credentials, credentials)
        .build();
    let provider =
        ProfileFileCredentialsProvider::builder().configure(&config).profile_files(files).profile_name(profile).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| ProvideError::other(&error))?;
    // The message of a panic names a line of the SDK, which does not help the user.
    panic::set_hook(Box::new(|_| {}));
    let loaded = panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(provider.provide_credentials())));
    let loaded = loaded.map_err(|_| {
        ProvideError::other(&"the AWS SDK does not accept a variable or a property, such as an endpoint URL")
    })?;
    let credentials = loaded.map_err(|error| explained(&error))?;
    let token = credentials.session_token().ok_or_else(|| ProvideError::other(&"the AWS SDK has found no session"))?;
    Ok(StoredSession {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: Secret::new(credentials.secret_access_key()),
        session_token: Secret::new(token),
        expiration: credentials.expiry().and_then(|end| Timestamp::try_from(end).ok()),
    })
}

/// The parts of the SDK's messages that mean that the sign-in has ended, or that nothing usable is left of it.
const SIGNED_OUT: [&str; 8] = [
    "token has expired",
    "failed to load the cached SSO token",
    "failed to load cached Login token",
    "cached Login token is expired",
    "cached SSO token file",
    "cached Login token file",
    "UnauthorizedException",
    "Please reauthenticate",
];

/// Joins the messages of an error and its sources; those of [`CredentialsError`] only repeat that something failed. A
/// message with a brace shows a value of Rust, which may be a request with a token in it.
fn explained(error: &CredentialsError) -> ProvideError {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    let mut is_signed_out = false;
    let mut causes: Vec<String> = Vec::new();
    while let Some(error) = next {
        let text = error.to_string();
        let is_missing = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
        is_signed_out |= is_missing || SIGNED_OUT.iter().any(|part| text.contains(part));
        let is_repeated = causes.last().is_some_and(|last| last.ends_with(&text));
        if let Some(metadata) = error.downcast_ref::<ErrorMetadata>() {
            causes.extend(metadata.message().map(str::to_owned));
        } else if !error.is::<CredentialsError>() && !is_repeated && !text.contains('{') {
            causes.push(text);
        }
        next = error.source();
    }
    if causes.is_empty() {
        causes.push(error.to_string());
    }
    ProvideError { cause: causes.join(": "), is_signed_out }
}
