//! AWS STS: the calls that exchange an MFA code for a session.
//!
//! A request that may have been processed is not sent again: a code works only once, so a second attempt could only
//! hide the error of the first.

mod client;
mod observer;
mod preconnect;
mod retry;
mod sts_error;
pub(super) mod trust;

use aws_sdk_sts::config::SharedHttpClient;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::types::Credentials;
use jiff::Timestamp;

pub(super) use client::http_client;
use observer::Observer;
pub use sts_error::StsError;

use crate::diagnosis::Identity;
use crate::endpoint::Endpoint;
use crate::io::clock::Stopwatch;
use crate::limits;
use crate::role::Role;
use crate::secret::Secret;
use crate::session::{self, End, LongTermKey, Session};
use crate::time::{Seconds, seconds_between};
use crate::token_code::{SerialNumber, TokenCode};

/// The longest time since the expiration of a new session, by the machine's clock, that is accepted: a clock that takes
/// local time for UTC is at most 14 hours off.
const CLOCK_TRUST: Seconds = Seconds(24 * 60 * 60);

/// The credentials that sign a request to STS.
pub enum Caller<'a> {
    /// A user, with a long-term access key.
    Key(&'a LongTermKey),
    /// The user or role of a session.
    Session(&'a Session),
}

impl Caller<'_> {
    /// Returns the id of the key that signs, and its secret.
    pub fn key(&self) -> (&str, &Secret) {
        match self {
            Self::Key(key) => (&key.access_key_id, &key.secret_access_key),
            Self::Session(session) => (&session.access_key_id, &session.secret_access_key),
        }
    }
}

/// The proof that the user has the MFA device.
#[derive(Clone, Copy)]
pub struct MfaProof<'a> {
    /// The MFA device.
    pub serial_number: &'a SerialNumber,
    /// A current code of the device.
    pub token_code: &'a TokenCode,
}

/// Access to STS for one caller.
pub struct Sts<'a> {
    endpoint: &'a Endpoint,
    caller: &'a Caller<'a>,
    client: aws_sdk_sts::Client,
    /// The pool of connections, which all clients share.
    connections: SharedHttpClient,
    /// A single-threaded runtime; `None` only while this is being dropped.
    runtime: Option<tokio::runtime::Runtime>,
    observer: Observer,
}

impl<'a> Sts<'a> {
    /// Prepares the calls: reads the trusted certificates and starts the runtime. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Fails if the CA bundle cannot be used.
    pub fn new(endpoint: &'a Endpoint, caller: &'a Caller<'a>) -> Result<Self, StsError> {
        let trust = trust::store(endpoint.ca_bundle.as_deref())?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| StsError::Setup { cause: error.to_string() })?;
        let observer = Observer::new(endpoint.proxy.as_ref().map(|proxy| proxy.name.clone()));
        let connections = client::connections(endpoint, trust);
        let client = client::build(endpoint, caller, connections.clone(), observer.clone());
        Ok(Self { endpoint, caller, client, connections, runtime: Some(runtime), observer })
    }

    /// Opens the connection during `wait`, while the user types a code, so that the next call takes only one round
    /// trip. If STS does not know the key, calls `refused`, so that the user need not type a useless code.
    ///
    /// # Errors
    ///
    /// Fails if `wait` takes so long that the connection must be set up again, and that fails.
    pub fn connect_while<T>(
        &mut self,
        refused: impl FnMut(StsError) + Send + 'static,
        wait: impl FnOnce() -> T,
    ) -> Result<T, StsError> {
        let began = Stopwatch::start();
        let waited = self.connected_while(refused, wait);
        if began.elapsed() > limits::IDLE_CONNECTION {
            *self = Self::new(self.endpoint, self.caller)?;
        }
        Ok(waited)
    }

    fn connected_while<T>(&self, refused: impl FnMut(StsError) + Send + 'static, wait: impl FnOnce() -> T) -> T {
        let Some(runtime) = &self.runtime else { return wait() };
        // This call has its own observer, so that its answer is not mistaken for that of a later call.
        let observer = Observer::default();
        let client = client::build(self.endpoint, self.caller, self.connections.clone(), observer.clone());
        runtime.spawn(preconnect::open(client, observer, refused));
        let (waiting, end) = tokio::sync::oneshot::channel::<()>();
        std::thread::scope(|scope| {
            // The runtime runs until `wait` returns, so that it notices if the server closes the connection.
            let _driver = std::thread::Builder::new().spawn_scoped(scope, || runtime.block_on(end));
            let _waiting = waiting;
            wait()
        })
    }

    /// Returns the time of STS's last answer, or the machine's time if there is none.
    pub fn time(&self) -> Timestamp {
        self.observer.seen().date.unwrap_or_else(super::clock::now)
    }

    /// Returns how far the machine's clock was ahead of STS's at the last answer; negative if it was behind.
    pub fn clock_offset(&self) -> Option<Seconds> {
        self.observer.seen().clock_offset()
    }

    /// Requests a session with an MFA code. Without a duration, STS uses its default: 12 hours, or 1 hour for the root
    /// user.
    ///
    /// # Errors
    ///
    /// Fails if STS refuses or cannot be reached, or if its answer is not a session that is valid now.
    pub fn get_session_token(&self, duration: Option<Seconds>, mfa: MfaProof<'_>) -> Result<Session, StsError> {
        let call = self
            .client
            .get_session_token()
            .serial_number(mfa.serial_number.as_str())
            .token_code(mfa.token_code.expose())
            .set_duration_seconds(duration.and_then(|seconds| i32::try_from(seconds.0).ok()));
        self.patiently("GetSessionToken", || {
            let answer = self.wait_for(call.clone().send())?;
            self.session(answer.as_ref().map(|output| output.credentials()))
        })
    }

    /// Assumes a role, with an MFA code if one is given.
    ///
    /// # Errors
    ///
    /// Fails if STS refuses or cannot be reached, or if its answer is not a session that is valid now.
    pub fn assume_role(&self, role: &Role, mfa: Option<MfaProof<'_>>) -> Result<Session, StsError> {
        let call = self
            .client
            .assume_role()
            .role_arn(role.arn.as_str())
            .role_session_name(role.session_name.as_str())
            .set_external_id(role.external_id.as_ref().map(ToString::to_string))
            .set_duration_seconds(role.duration.and_then(|seconds| i32::try_from(seconds.0).ok()))
            .set_serial_number(mfa.map(|mfa| mfa.serial_number.as_str().to_owned()))
            .set_token_code(mfa.map(|mfa| mfa.token_code.expose().to_owned()));
        self.patiently("AssumeRole", || {
            let answer = self.wait_for(call.clone().send())?;
            self.session(answer.as_ref().map(|output| output.credentials()))
        })
    }

    /// Looks up the owner of the caller's key, which needs no permission (API reference, `GetCallerIdentity`).
    ///
    /// # Errors
    ///
    /// Fails if STS does not know the key or cannot be reached.
    pub fn identity(&self) -> Result<Identity, StsError> {
        self.patiently("GetCallerIdentity", || {
            let answer = self.wait_for(self.client.get_caller_identity().send())?;
            let output = answer.map_err(|error| sts_error::from_sdk(&error, &self.observer.seen()))?;
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            Ok(Identity { account: text(output.account()), arn: text(output.arn()) })
        })
    }

    fn patiently<T>(&self, action: &'static str, call: impl Fn() -> Result<T, StsError>) -> Result<T, StsError> {
        retry::patiently(self.endpoint.connect_limit, || {
            let watch = Stopwatch::start();
            let answer = call();
            let seen = self.observer.seen();
            tracing::info!(
                action,
                endpoint = seen.endpoint,
                status = seen.status,
                request_id = seen.request_id,
                took_ms = watch.ms(),
                "asked STS"
            );
            answer
        })
    }

    fn wait_for<T>(&self, call: impl Future<Output = T>) -> Result<T, StsError> {
        let runtime = self.runtime.as_ref().ok_or_else(|| StsError::Setup { cause: "it is over".to_owned() })?;
        Ok(runtime.block_on(call))
    }

    fn session<E>(&self, answer: Result<Option<&Credentials>, &SdkError<E>>) -> Result<Session, StsError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let seen = self.observer.seen();
        checked(answer.map_err(|error| sts_error::from_sdk(error, &seen))?, &seen)
    }
}

impl Drop for Sts<'_> {
    fn drop(&mut self) {
        // Dropping the runtime would wait for a DNS lookup, which may take much longer than a user would wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Checks STS's answer: the SDK accepts one with empty or missing fields.
fn checked(credentials: Option<&Credentials>, seen: &observer::Seen) -> Result<Session, StsError> {
    let incomplete = |what| StsError::Incomplete { endpoint: seen.endpoint.clone(), what };
    let credentials = credentials.ok_or_else(|| incomplete("no credentials"))?;
    let fields = [
        (credentials.access_key_id(), "no usable AccessKeyId"),
        (credentials.secret_access_key(), "no usable SecretAccessKey"),
        (credentials.session_token(), "no usable SessionToken"),
    ];
    if let Some((_, what)) = fields.into_iter().find(|(text, _)| !session::is_word(text)) {
        return Err(incomplete(what));
    }
    // If the answer has no expiration, the SDK returns 1970-01-01.
    let expiration = Timestamp::from_second(credentials.expiration().secs()).ok();
    let expiration =
        expiration.filter(|time| *time != Timestamp::UNIX_EPOCH).ok_or_else(|| incomplete("no Expiration"))?;
    // STS's clock is used if its time is known: the machine's may be hours off, for example if it takes local time for
    // UTC.
    let now = super::clock::now();
    Err(incomplete(match End::of(expiration, seen.date.unwrap_or(now)) {
        End::Past => "a session that has expired already",
        End::Plausible if seconds_between(expiration, now) > CLOCK_TRUST => {
            "a session that has expired already by this machine's clock"
        }
        End::TooFar => "an Expiration that is later than AWS gives, more than 36h ahead",
        End::Plausible => {
            return Ok(Session {
                access_key_id: credentials.access_key_id().to_owned(),
                secret_access_key: Secret::new(credentials.secret_access_key()),
                session_token: Secret::new(credentials.session_token()),
                expiration,
            });
        }
    }))
}
