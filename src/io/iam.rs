//! AWS IAM: the two calls that list a user's MFA devices and access keys.
//!
//! `aws-sdk-iam` is ten times the size of `aws-sdk-sts`, and only two of its 180 calls are needed. Therefore the
//! requests are signed here, with parts of the SDK that awsmfa contains anyway.

use std::convert::Infallible;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;

use super::response_limit::ResponseLimit;
use super::sts::{http_client, trust};
use crate::endpoint::Endpoint;
use crate::endpoint_url::EndpointUrl;
use crate::io::clock::Stopwatch;
use crate::session::LongTermKey;
use crate::time::Timestamp;
use crate::token_code::SerialNumber;

const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// Lists the MFA devices of the key's owner that generate codes. Returns `None` if IAM does not answer or refuses: many
/// users are allowed this call only in a session with MFA.
pub fn mfa_devices(endpoint: &Endpoint, key: &LongTermKey) -> Option<Vec<SerialNumber>> {
    list(endpoint, key, "ListMFADevices", serial_numbers)
}

/// Lists the access keys of the key's owner and their creation times. Returns `None` if IAM does not answer or refuses.
pub fn access_keys(endpoint: &Endpoint, key: &LongTermKey) -> Option<Vec<(String, Timestamp)>> {
    list(endpoint, key, "ListAccessKeys", creation_times)
}

/// Calls IAM, and parses the answer with `read`. The request names no user, so IAM answers for the owner of the key
/// (API reference of both calls).
fn list<T>(endpoint: &Endpoint, key: &LongTermKey, action: &'static str, read: fn(&str) -> Vec<T>) -> Option<Vec<T>> {
    let watch = Stopwatch::start();
    let answer = call(endpoint, key, action).map(|body| read(&body));
    tracing::info!(
        action,
        endpoint = endpoint.url.as_ref().map(EndpointUrl::as_str),
        found = answer.as_ref().ok().map(Vec::len),
        cause = answer.as_ref().err(),
        took_ms = watch.ms(),
        "asked IAM"
    );
    answer.ok()
}

/// Returns the body of a successful response. The errors contain no part of the request or the response.
fn call(endpoint: &Endpoint, key: &LongTermKey, action: &'static str) -> Result<String, &'static str> {
    let url = endpoint.url.as_ref().map(EndpointUrl::as_str).ok_or("no endpoint")?;
    let request = signed(url, &endpoint.region, key, action).ok_or("the request could not be signed")?;
    let request = request.try_into().map_err(|_| "the request could not be made")?;
    let trust = trust::store(endpoint.ca_bundle.as_deref()).map_err(|_| "the CA bundle cannot be used")?;
    let operation = Operation::builder()
        .service_name("iam")
        .operation_name(action)
        .http_client(http_client(trust, endpoint.proxy.clone()))
        .endpoint_url(url)
        .no_auth()
        .no_retry()
        .timeout_config(TimeoutConfig::disabled())
        .interceptor(ResponseLimit)
        .serializer(Ok)
        .deserializer::<_, Infallible>(|response: &HttpResponse| {
            let body = response.body().bytes().map(|body| String::from_utf8_lossy(body).into_owned());
            Ok((response.status().is_success(), body.unwrap_or_default()))
        })
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| "no runtime")?;
    let limit = endpoint.connect_limit + endpoint.read_limit;
    let answer = runtime.block_on(async { tokio::time::timeout(limit, operation.invoke(request)).await });
    // Dropping the runtime would wait for a DNS lookup, which may take much longer than a user would wait.
    runtime.shutdown_background();
    match answer {
        Ok(Ok((true, body))) => Ok(body),
        Ok(Ok((false, _))) => Err("IAM refused"),
        Ok(Err(_)) => Err("IAM cannot be reached, or its answer is too large"),
        Err(_) => Err("IAM took too long"),
    }
}

fn signed(url: &str, region: &str, key: &LongTermKey, action: &str) -> Option<http::Request<SdkBody>> {
    let body = format!("Action={action}&Version=2010-05-08");
    let secret = key.secret_access_key.expose();
    let identity = Credentials::new(key.access_key_id.as_str(), secret, None, None, "awsmfa").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("iam")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let url = format!("{}/", url.trim_end_matches('/'));
    let headers = [("content-type", CONTENT_TYPE)].into_iter();
    let signable = SignableRequest::new("POST", url.as_str(), headers, SignableBody::Bytes(body.as_bytes())).ok()?;
    let (instructions, _) = sign(signable, &params).ok()?.into_parts();
    let request = http::Request::builder().method("POST").uri(url).header("content-type", CONTENT_TYPE);
    let mut request = request.body(SdkBody::from(body.as_str())).ok()?;
    instructions.apply_to_request_http1x(&mut request);
    Some(request)
}

/// Returns the serial numbers in a response. Security keys generate no codes and are left out.
fn serial_numbers(body: &str) -> Vec<SerialNumber> {
    let tagged = body.split("<SerialNumber>").skip(1);
    tagged.filter_map(|rest| rest.split("</SerialNumber>").next()?.trim().parse().ok()).collect()
}

fn creation_times(body: &str) -> Vec<(String, Timestamp)> {
    let members = body.split("<member>").skip(1);
    let text = |member: &str, tag: &str| {
        let (_, rest) = member.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once("</")?.0.trim().to_owned())
    };
    members.filter_map(|it| Some((text(it, "AccessKeyId")?, text(it, "CreateDate")?.parse().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_keys_are_left_out() {
        let body = "<MFADevices><member><SerialNumber>arn:aws:iam::123456789012:mfa/ada</SerialNumber></member><member>\
                    <SerialNumber>arn:aws:iam::123456789012:u2f/user/ada/key-ABCDEFGH</SerialNumber></member></MFADevices>";
        let found: Vec<String> = serial_numbers(body).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["arn:aws:iam::123456789012:mfa/ada"]);
        assert!(serial_numbers("<html>").is_empty());
    }

    #[test]
    fn a_key_without_a_creation_time_is_left_out() {
        let body = "<member><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><CreateDate>2026-01-01T00:00:00Z</CreateDate>\
                    </member><member><AccessKeyId>AKIAI44QH8DHBEXAMPLE</AccessKeyId></member>";
        let expected = "2026-01-01T00:00:00Z".parse().expect("a time");
        assert_eq!(creation_times(body), [("AKIAIOSFODNN7EXAMPLE".to_owned(), expected)]);
    }
}
