//! AWS STS: the calls that turn a token code into a session.
//!
//! All async code is here, on a runtime of one thread that lives as long as the call. A request that may have been processed
//! is not sent again: a code works once, so a second attempt could only hide what went wrong with the first.

mod client;
mod greeting;
mod observer;
mod retry;
mod sts_error;
pub(super) mod trust;

use aws_sdk_sts::config::SharedHttpClient;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::types::Credentials;
use jiff::Timestamp;

pub(super) use client::http_client;
use greeting::Greeter;
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

/// The time by which the machine's clock may be behind or ahead of STS's and still be one that somebody has set: zones are 14 hours
/// apart at most.
const CLOCK_TRUST: Seconds = Seconds(24 * 60 * 60);

/// The credentials that sign a request to STS.
pub enum Caller<'a> {
    /// A user with a long-term key.
    Key(&'a LongTermKey),
    /// Whoever a session was given to.
    Session(&'a Session),
}

impl Caller<'_> {
    /// The id of the key that signs, and its secret.
    pub fn key(&self) -> (&str, &Secret) {
        match self {
            Self::Key(key) => (&key.access_key_id, &key.secret_access_key),
            Self::Session(session) => (&session.access_key_id, &session.secret_access_key),
        }
    }
}

/// The proof that the person has the MFA device.
#[derive(Clone, Copy)]
pub struct MfaProof<'a> {
    /// The device.
    pub serial_number: &'a SerialNumber,
    /// One of its codes.
    pub token_code: &'a TokenCode,
}

/// Access to STS for one caller.
pub struct Sts<'a> {
    endpoint: &'a Endpoint,
    caller: &'a Caller<'a>,
    client: aws_sdk_sts::Client,
    /// Open ones are used again.
    connections: SharedHttpClient,
    /// There until it is dropped.
    runtime: Option<tokio::runtime::Runtime>,
    observer: Observer,
}

impl<'a> Sts<'a> {
    /// Sets the call up: reads the certificates to trust, starts the runtime. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Fails if the file of certificates cannot be used.
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

    /// Opens the connection while a person is waited for: the next call then takes one round trip. If STS does not know the
    /// key, `refused` hears of it, before a code is typed in vain.
    ///
    /// # Errors
    ///
    /// Fails if the person takes so long that all is to be set up anew, and that fails.
    pub fn connect_while<T>(
        &mut self,
        refused: impl FnMut(StsError) + Send + 'static,
        wait: impl FnOnce() -> T,
    ) -> Result<T, StsError> {
        let began = Stopwatch::start();
        let waited = self.connected_while(refused, wait);
        if began.is_over(limits::IDLE_CONNECTION) {
            *self = Self::new(self.endpoint, self.caller)?;
        }
        Ok(waited)
    }

    fn connected_while<T>(&self, refused: impl FnMut(StsError) + Send + 'static, wait: impl FnOnce() -> T) -> T {
        let Some(runtime) = &self.runtime else { return wait() };
        runtime.spawn(Greeter::new(self.endpoint, self.caller, self.connections.clone()).greet(refused));
        let (waiting, end) = tokio::sync::oneshot::channel::<()>();
        std::thread::scope(|scope| {
            // Until the end, so that a connection that the server closes meanwhile is not used any more.
            let _driver = std::thread::Builder::new().spawn_scoped(scope, || runtime.block_on(end));
            let _waiting = waiting;
            wait()
        })
    }

    /// The time by STS's clock if the last answer told it, else by the machine's.
    pub fn time(&self) -> Timestamp {
        self.observer.seen().date.unwrap_or_else(super::clock::now)
    }

    /// How far the machine's clock was ahead of STS's at the last answer; negative if behind.
    pub fn clock_offset(&self) -> Option<Seconds> {
        self.observer.seen().clock_offset()
    }

    /// Exchanges a token code for a session; without a duration STS decides (12 hours, 1 hour for the account's root).
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

    /// Assumes a role, with a code where the caller's key needs one.
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

    /// Asks whom the caller's key belongs to, which needs no permission (API reference, `GetCallerIdentity`).
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
        match answer {
            Ok(credentials) => checked(credentials, &seen),
            Err(error) => Err(sts_error::from_sdk(error, &seen)),
        }
    }
}

impl Drop for Sts<'_> {
    fn drop(&mut self) {
        // A look-up of a name that nobody answers may take much longer than anybody waits for.
        self.runtime.take().into_iter().for_each(tokio::runtime::Runtime::shutdown_background);
    }
}

/// Checks what STS answered: the SDK takes an answer with empty or missing fields for a success.
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
    // An answer without one gets the SDK's own: 1970.
    let expiration = Timestamp::from_second(credentials.expiration().secs()).ok();
    let expiration =
        expiration.filter(|time| *time != Timestamp::UNIX_EPOCH).ok_or_else(|| incomplete("no Expiration"))?;
    // By STS's own clock, if it told the time: the machine's may be off by some hours, as where local time is taken for UTC.
    let now = super::clock::now();
    let end_by_sts = End::of(expiration, seen.date.unwrap_or(now));
    let is_long_past = seconds_between(expiration, now) > CLOCK_TRUST;
    match end_by_sts {
        End::Past => return Err(incomplete("a session that has expired already")),
        End::Plausible if is_long_past => {
            return Err(incomplete("a session that has expired already by this machine's clock"));
        }
        End::TooFar => return Err(incomplete("an Expiration that is later than AWS gives, more than 36h ahead")),
        End::Plausible => {}
    }
    Ok(Session {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: Secret::new(credentials.secret_access_key()),
        session_token: Secret::new(credentials.session_token()),
        expiration,
    })
}
