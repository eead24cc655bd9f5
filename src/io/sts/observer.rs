//! Facts about a request that the SDK does not return, such as its endpoint and the server's time.

use std::sync::{Arc, Mutex, PoisonError};

use aws_runtime::user_agent::{ApiMetadata, AwsUserAgent};
use aws_sdk_sts::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextRef,
    BeforeTransmitInterceptorContextRef,
};
use aws_sdk_sts::config::{AppName, ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sts::error::BoxError;
use aws_smithy_types::date_time::{DateTime, Format};
use aws_types::os_shim_internal::Env;
use jiff::Timestamp;

use crate::io::clock;
use crate::time::{Seconds, seconds_between};

/// The facts about the last request.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The endpoint's URL without its path, and the proxy, for messages.
    pub endpoint: String,
    /// Set if the request was passed to the network.
    pub was_sent: bool,
    /// The `Date` header of the answer.
    pub date: Option<Timestamp>,
    /// The time at which the answer arrived, by the machine's clock.
    pub answered: Option<Timestamp>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// AWS's id of the request, which AWS Support asks for.
    pub request_id: Option<String>,
}

impl Seen {
    /// Returns how far the machine's clock is ahead of the server's; negative if it is behind.
    pub(super) fn clock_offset(&self) -> Option<Seconds> {
        Some(seconds_between(self.date?, self.answered?))
    }
}

/// An interceptor that records the facts about each request and its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Observer {
    seen: Arc<Mutex<Seen>>,
    /// The proxy's URL, without user and password.
    proxy: Option<String>,
}

impl Observer {
    pub(super) fn new(proxy: Option<String>) -> Self {
        Self { seen: Arc::default(), proxy }
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Observer {
    fn name(&self) -> &'static str {
        "awsmfa-observer"
    }

    fn read_before_execution(
        &self,
        _: &BeforeSerializationInterceptorContextRef<'_>,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // The SDK's own user agent contains AWS_EXECUTION_ENV unescaped: if that variable contained a line break, every
        // request would fail.
        let service = ApiMetadata::new("sts", aws_sdk_sts::meta::PKG_VERSION);
        let mut agent = AwsUserAgent::new_from_environment(Env::from_slice(&[]), service);
        if let Ok(name) = AppName::new("awsmfa") {
            agent.set_app_name(name);
        }
        bag.interceptor_state().store_put(agent);
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let uri = context.request().uri();
        let mut endpoint = uri.split('/').take(3).collect::<Vec<_>>().join("/");
        if let Some(proxy) = &self.proxy {
            endpoint = format!("{endpoint} through the proxy {proxy}");
        }
        self.note(|seen| *seen = Seen { endpoint, was_sent: true, ..Seen::default() });
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let date = response.headers().get("date").and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        self.note(|seen| {
            seen.date = date.and_then(|date| Timestamp::from_second(date.secs()).ok());
            seen.answered = Some(clock::now());
            seen.status = Some(response.status().as_u16());
            seen.request_id = response.headers().get("x-amzn-requestid").map(str::to_owned);
        });
        Ok(())
    }
}
