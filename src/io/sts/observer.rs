//! What the SDK does not hand out: where a request went, and what time the server says it is.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_sts::config::interceptors::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_sdk_sts::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sts::error::BoxError;
use jiff::Timestamp;

/// What was seen of the last request.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The endpoint's URL, without path.
    pub endpoint: String,
    /// Whether the request was handed to the network.
    pub was_sent: bool,
    /// The `Date` of the answer.
    pub date: Option<Timestamp>,
}

/// Watches requests and answers go by.
#[derive(Clone, Debug, Default)]
pub(super) struct Observer(Arc<Mutex<Seen>>);

impl Observer {
    pub(super) fn seen(&self) -> Seen {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Observer {
    fn name(&self) -> &'static str {
        "awsmfa-observer"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let uri = context.request().uri();
        let endpoint = uri.split('/').take(3).collect::<Vec<_>>().join("/");
        self.note(|seen| *seen = Seen { endpoint, was_sent: true, date: None });
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        self.note(|seen| seen.date = date.map(|zoned| zoned.timestamp()));
        Ok(())
    }
}
