//! The limit on the size of a response: without one, the SDK reads for as long as the server sends.

use aws_sdk_sts::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_sts::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sts::error::BoxError;
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;

use crate::limits;

/// An interceptor that refuses responses larger than [`limits::ANSWER_BYTES`].
#[derive(Debug)]
pub(super) struct ResponseLimit;

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for ResponseLimit {
    fn name(&self) -> &'static str {
        "awsmfa-response-limit"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().take_body();
        *context.response_mut().body_mut() =
            body.map(|body| SdkBody::from_body_1_x(Limited::new(body, limits::ANSWER_BYTES)));
        Ok(())
    }
}
