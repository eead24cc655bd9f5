//! A request to a service of AWS other than STS: a POST of a form, with or without a signature, which is sent once.
//!
//! The services have crates of their own, which are large, and only a few of their calls are needed. Therefore the
//! requests are built here, with parts of the SDK that awsmfa contains anyway.

use std::convert::Infallible;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sdk_sts::error::SdkError;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;

use super::response_limit::ResponseLimit;
use super::sts::{Caller, StsError, connections, dispatch_failure, trust};
use crate::endpoint::Endpoint;
use crate::endpoint_url::EndpointUrl;
use crate::secret::Secret;

const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// A form for a service.
pub(super) struct Form<'a> {
    /// The service, as signatures name it.
    pub service: &'static str,
    /// The call, for traces.
    pub action: &'static str,
    /// The path of the endpoint, with a slash before it.
    pub path: &'static str,
    /// The encoded form.
    pub body: &'a str,
    /// The credentials to sign with; none to send the request unsigned.
    pub signer: Option<&'a Caller<'a>>,
}

/// A complete answer, whatever its status.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    /// The body; bytes that are not UTF-8 are replaced.
    pub body: Secret,
}

/// The reason why there is no complete answer. The messages contain no part of the request or the answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum PostError {
    /// The request could not be created or sent, or was not answered.
    #[error(transparent)]
    Network(StsError),
    /// The answer broke off, or is too large.
    #[error("its answer is too large, or broke off")]
    Unreadable { status: u16 },
}

/// Sends a form and returns the answer.
pub(super) fn send(endpoint: &Endpoint, form: &Form<'_>) -> Result<Answer, PostError> {
    let setup = |cause: &str| PostError::Network(StsError::Setup { cause: cause.to_owned() });
    let base = endpoint.url.as_ref().map(EndpointUrl::as_str).ok_or_else(|| setup("there is no endpoint"))?;
    let url = format!("{}{}", base.trim_end_matches('/'), form.path);
    let request = request(&url, &endpoint.region, form).ok_or_else(|| setup("it could not be signed"))?;
    let request = request.try_into().map_err(|_| setup("it is not valid"))?;
    let trust = trust::store(endpoint.ca_bundle.as_deref()).map_err(PostError::Network)?;
    let operation = Operation::builder()
        .service_name(form.service)
        .operation_name(form.action)
        .http_client(connections(endpoint, trust))
        .endpoint_url(base)
        .no_auth()
        .no_retry()
        .timeout_config(TimeoutConfig::disabled())
        .interceptor(ResponseLimit)
        .serializer(Ok)
        .deserializer::<_, Infallible>(|response: &HttpResponse| {
            let body = response.body().bytes().map(|body| String::from_utf8_lossy(body).into_owned());
            Ok(Answer { status: response.status().as_u16(), body: Secret::new(body.unwrap_or_default()) })
        })
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| setup(&error.to_string()))?;
    let limit = endpoint.connect_limit + endpoint.read_limit;
    let answer = runtime.block_on(async { tokio::time::timeout(limit, operation.invoke(request)).await });
    // Dropping the runtime would wait for a DNS lookup, which may take much longer than a user would wait.
    runtime.shutdown_background();
    let no_answer =
        || PostError::Network(StsError::NoAnswer { endpoint: shown(endpoint), cause: "it took too long".to_owned() });
    match answer {
        Err(_) => Err(no_answer()),
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(SdkError::DispatchFailure(failure))) => {
            Err(PostError::Network(dispatch_failure(failure.as_connector_error(), true, shown(endpoint))))
        }
        Ok(Err(SdkError::ResponseError(context))) => {
            Err(PostError::Unreadable { status: context.raw().status().as_u16() })
        }
        Ok(Err(SdkError::TimeoutError(_))) => Err(no_answer()),
        // The SDK's messages about such errors may quote the request.
        Ok(Err(_)) => Err(setup("the SDK did not build it")),
    }
}

/// Returns the endpoint's URL without its path, and the proxy, for messages.
pub(super) fn shown(endpoint: &Endpoint) -> String {
    let url = endpoint.url.as_ref().map(EndpointUrl::as_str).unwrap_or_default();
    let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
    match &endpoint.proxy {
        Some(proxy) => format!("{origin} through the proxy {}", proxy.name),
        None => origin,
    }
}

/// Builds the request, and signs it if the form has a signer.
fn request(url: &str, region: &str, form: &Form<'_>) -> Option<http::Request<SdkBody>> {
    let request = http::Request::builder().method("POST").uri(url).header("content-type", CONTENT_TYPE);
    let mut request = request.body(SdkBody::from(form.body)).ok()?;
    let Some(signer) = form.signer else { return Some(request) };
    let (id, secret) = signer.key();
    let token = signer.session_token().map(|token| token.expose().to_owned());
    let identity = Credentials::new(id, secret.expose(), token, None, "awsmfa").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(form.service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let headers = [("content-type", CONTENT_TYPE)].into_iter();
    let signable = SignableRequest::new("POST", url, headers, SignableBody::Bytes(form.body.as_bytes())).ok()?;
    let (instructions, _) = sign(signable, &params).ok()?.into_parts();
    instructions.apply_to_request_http1x(&mut request);
    Some(request)
}
