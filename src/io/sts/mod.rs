//! AWS STS: the calls that exchange an MFA code for a session.
//!
//! A request with a code that may have been processed is not sent again: a code works only once, so a second attempt
//! could only hide the error of the first.

mod client;
mod network;
mod observer;
mod preconnect;
mod retry;
mod role_scope;
mod sts_error;
pub(super) mod trust;

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use aws_sdk_sts::types::Credentials;
use jiff::Timestamp;

pub(super) use client::{connections, environment_http_client};
pub use network::{Network, settle_connections, within};
use observer::{Observer, Seen};
use retry::Repeatable;
pub use sts_error::StsError;
pub(super) use sts_error::dispatch_failure;

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

    /// Returns the token that a session sends with each request.
    pub fn session_token(&self) -> Option<&Secret> {
        match self {
            Self::Key(_) => None,
            Self::Session(session) => Some(&session.session_token),
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
    network: &'a Network,
    endpoint: &'a Endpoint,
    client: aws_sdk_sts::Client,
    /// The facts about the last request.
    last: RefCell<Seen>,
}

impl<'a> Sts<'a> {
    fn new(network: &'a Network, endpoint: &'a Endpoint, client: aws_sdk_sts::Client) -> Self {
        Self { network, endpoint, client, last: RefCell::default() }
    }

    /// Opens the connection during `wait`, while the user types a code, so that the next call takes only one round
    /// trip. If STS does not know the key, calls `refused`, so that the user need not type a useless code. Also returns
    /// the owner of the key, if STS has answered by then.
    ///
    /// # Errors
    ///
    /// Fails if `wait` takes so long that the connection must be set up again, and that fails.
    pub fn connect_while<T>(
        &mut self,
        caller: &Caller<'_>,
        refused: impl FnMut(StsError) + Send + 'static,
        wait: impl FnOnce() -> T,
    ) -> Result<(T, Option<Identity>), StsError> {
        let began = Stopwatch::start();
        let identity = Arc::new(OnceLock::new());
        let opening = preconnect::open(self.client.clone(), self.observer(), refused, Arc::clone(&identity));
        let waited = self.network.run_during(opening, wait);
        if began.elapsed() > limits::IDLE_CONNECTION {
            self.reconnect(caller)?;
        }
        Ok((waited, identity.get().cloned()))
    }

    /// Makes the next request open a new connection if the old ones have not been used for a while: a code that is sent
    /// over a connection that was dropped silently is lost.
    ///
    /// # Errors
    ///
    /// Fails if the CA bundle can no longer be used.
    pub fn reconnect_if_idle(&mut self, caller: &Caller<'_>) -> Result<(), StsError> {
        if self.network.is_idle() { self.reconnect(caller) } else { Ok(()) }
    }

    fn reconnect(&mut self, caller: &Caller<'_>) -> Result<(), StsError> {
        self.network.forget(self.endpoint);
        *self = self.network.sts(self.endpoint, caller)?;
        Ok(())
    }

    /// Returns the time of STS's last answer, or the machine's time if there is none.
    pub fn time(&self) -> Timestamp {
        self.last.borrow().date.unwrap_or_else(super::clock::now)
    }

    /// Returns how far the machine's clock was ahead of STS's at the last answer; negative if it was behind.
    pub fn clock_offset(&self) -> Option<Seconds> {
        self.last.borrow().clock_offset()
    }

    /// Requests a session with an MFA code. Without a duration, STS uses its default: 12 hours, or 1 hour for the root
    /// user.
    ///
    /// # Errors
    ///
    /// Fails if STS refuses or cannot be reached, or if its answer is not a session that is valid now.
    pub async fn get_session_token(&self, duration: Option<Seconds>, mfa: MfaProof<'_>) -> Result<Session, StsError> {
        let call = self
            .client
            .get_session_token()
            .serial_number(mfa.serial_number.as_str())
            .token_code(mfa.token_code.expose())
            .set_duration_seconds(duration.and_then(|seconds| i32::try_from(seconds.0).ok()));
        self.patiently("GetSessionToken", Repeatable::IfUnprocessed, async |observer| {
            let answer = call.clone().customize().interceptor(observer.clone()).send().await;
            session(answer.as_ref().map(|output| output.credentials()), &observer.seen())
        })
        .await
    }

    /// Assumes a role, with an MFA code if one is given. Without a code, the request is repeated also if the answer got
    /// lost: at worst, that creates a second session.
    ///
    /// # Errors
    ///
    /// Fails if STS refuses or cannot be reached, or if its answer is not a session that is valid now.
    pub async fn assume_role(&self, role: &Role, mfa: Option<MfaProof<'_>>) -> Result<Session, StsError> {
        let call = role_scope::set(self.client.assume_role(), role)
            .role_arn(role.arn.as_str())
            .role_session_name(role.session_name.as_str())
            .set_external_id(role.external_id.as_ref().map(ToString::to_string))
            .set_duration_seconds(role.duration.and_then(|seconds| i32::try_from(seconds.0).ok()))
            .set_serial_number(mfa.map(|mfa| mfa.serial_number.as_str().to_owned()))
            .set_token_code(mfa.map(|mfa| mfa.token_code.expose().to_owned()));
        let repeatable = if mfa.is_some() { Repeatable::IfUnprocessed } else { Repeatable::Always };
        self.patiently("AssumeRole", repeatable, async |observer| {
            let answer = call.clone().customize().interceptor(observer.clone()).send().await;
            let session = session(answer.as_ref().map(|output| output.credentials()), &observer.seen())?;
            Ok(Session { is_narrowed: role.scope.is_narrowing(), ..session })
        })
        .await
    }

    /// Looks up the owner of the caller's key, which needs no permission (API reference, `GetCallerIdentity`).
    ///
    /// # Errors
    ///
    /// Fails if STS does not know the key or cannot be reached.
    pub async fn identity(&self) -> Result<Identity, StsError> {
        self.patiently("GetCallerIdentity", Repeatable::IfUnprocessed, async |observer| {
            let answer = self.client.get_caller_identity().customize().interceptor(observer.clone()).send().await;
            let output = answer.map_err(|error| sts_error::from_sdk(&error, &observer.seen()))?;
            Ok(identity_from(&output))
        })
        .await
    }

    /// Makes a call, which gets an observer of its own, and repeats it if that may help.
    async fn patiently<T>(
        &self,
        action: &'static str,
        repeatable: Repeatable,
        call: impl AsyncFn(&Observer) -> Result<T, StsError>,
    ) -> Result<T, StsError> {
        retry::patiently(&self.network.budget, repeatable, self.endpoint.connect_limit, async || {
            let watch = Stopwatch::start();
            let observer = self.observer();
            let answer = call(&observer).await;
            let seen = observer.seen();
            tracing::info!(
                action,
                endpoint = seen.endpoint,
                status = seen.status,
                request_id = seen.request_id,
                took_ms = watch.ms(),
                "asked STS"
            );
            self.last.replace(seen);
            answer
        })
        .await
    }

    fn observer(&self) -> Observer {
        Observer::new(self.endpoint.proxy.as_ref().map(|proxy| proxy.name.clone()))
    }
}

fn identity_from(output: &GetCallerIdentityOutput) -> Identity {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Identity { account: text(output.account()), arn: text(output.arn()) }
}

fn session<E>(answer: Result<Option<&Credentials>, &SdkError<E>>, seen: &Seen) -> Result<Session, StsError>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    checked(answer.map_err(|error| sts_error::from_sdk(error, seen))?, seen)
}

/// Checks STS's answer: the SDK accepts one with empty or missing fields.
fn checked(credentials: Option<&Credentials>, seen: &Seen) -> Result<Session, StsError> {
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
                is_narrowed: false,
            });
        }
    }))
}
