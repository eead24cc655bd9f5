//! What the SDK does not hand out: where a request went, and what time the server says it is.

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

/// What was seen of the last request.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The endpoint's URL, without path, and the proxy before it: for messages.
    pub endpoint: String,
    /// Set if the request was handed to the network.
    pub was_sent: bool,
    /// The `Date` of the answer.
    pub date: Option<Timestamp>,
    /// When the answer came, by the machine's clock.
    pub answered: Option<Timestamp>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// AWS's name for the request, for its support.
    pub request_id: Option<String>,
}

impl Seen {
    /// How far the machine's clock is ahead of the server's; negative if behind.
    pub(super) fn clock_offset(&self) -> Option<Seconds> {
        Some(seconds_between(self.date?, self.answered?))
    }
}

/// Watches requests and answers go by.
#[derive(Clone, Debug, Default)]
pub(super) struct Observer {
    seen: Arc<Mutex<Seen>>,
    /// Without user and password.
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
        // The SDK's own takes AWS_EXECUTION_ENV as it is: with a line break in it no request could be made.
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
