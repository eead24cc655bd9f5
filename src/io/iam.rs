//! AWS IAM: the one call that lists a user's MFA devices.
//!
//! `aws-sdk-iam` is ten times the size of `aws-sdk-sts`, for one call of 180. So the request is signed here, with the parts
//! of the SDK that are there anyway.

use std::convert::Infallible;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;

use super::sts::{http_client, trust};
use crate::endpoint::Endpoint;
use crate::io::clock::Stopwatch;
use crate::session::LongTermKey;
use crate::token_code::SerialNumber;

/// The call; without a name it is about the user whose key signs (API reference, `ListMFADevices`).
const BODY: &str = "Action=ListMFADevices&Version=2010-05-08";
const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// Lists the devices of the key's user that have codes; none if IAM does not tell: many users may not ask before they have
/// logged in with a code.
pub fn mfa_devices(endpoint: &Endpoint, key: &LongTermKey) -> Option<Vec<SerialNumber>> {
    let watch = Stopwatch::start();
    let answer = ask(endpoint, key);
    let (devices, cause) = match answer {
        Ok(body) => (Some(serial_numbers(&body)), None),
        Err(cause) => (None, Some(cause)),
    };
    let found = devices.as_ref().map(Vec::len);
    tracing::debug!(
        action = "ListMFADevices",
        endpoint = endpoint.url,
        found,
        cause,
        took_ms = watch.ms(),
        "asked IAM"
    );
    devices
}

/// Returns the body of a good answer. The causes repeat nothing of what was sent or answered.
fn ask(endpoint: &Endpoint, key: &LongTermKey) -> Result<String, &'static str> {
    let url = endpoint.url.as_deref().ok_or("no endpoint")?;
    let request = signed(url, &endpoint.region, key).ok_or("the request could not be signed")?;
    let request = request.try_into().map_err(|_| "the request could not be made")?;
    let trust = trust::store(endpoint.ca_bundle.as_deref()).map_err(|_| "the CA bundle cannot be used")?;
    let operation = Operation::builder()
        .service_name("iam")
        .operation_name("ListMFADevices")
        .http_client(http_client(trust, endpoint.proxy.clone()))
        .endpoint_url(url)
        .no_auth()
        .no_retry()
        .timeout_config(TimeoutConfig::disabled())
        .serializer(Ok)
        .deserializer::<_, Infallible>(|response: &HttpResponse| {
            let body = response.body().bytes().map(|body| String::from_utf8_lossy(body).into_owned());
            Ok((response.status().is_success(), body.unwrap_or_default()))
        })
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|_| "no runtime")?;
    let limit = endpoint.connect_limit + endpoint.read_limit;
    let answer = runtime.block_on(async { tokio::time::timeout(limit, operation.invoke(request)).await });
    // A look-up of a name that nobody answers may take much longer than anybody waits for.
    runtime.shutdown_background();
    match answer {
        Ok(Ok((true, body))) => Ok(body),
        Ok(Ok((false, _))) => Err("IAM refused"),
        Ok(Err(_)) => Err("IAM cannot be reached"),
        Err(_) => Err("IAM took too long"),
    }
}

fn signed(url: &str, region: &str, key: &LongTermKey) -> Option<http::Request<SdkBody>> {
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
    let signable = SignableRequest::new("POST", url.as_str(), headers, SignableBody::Bytes(BODY.as_bytes())).ok()?;
    let (instructions, _) = sign(signable, &params).ok()?.into_parts();
    let request = http::Request::builder().method("POST").uri(url).header("content-type", CONTENT_TYPE);
    let mut request = request.body(SdkBody::from(BODY)).ok()?;
    instructions.apply_to_request_http1x(&mut request);
    Some(request)
}

/// What stands between the tags; security keys have no codes and are left out.
fn serial_numbers(body: &str) -> Vec<SerialNumber> {
    let tagged = body.split("<SerialNumber>").skip(1);
    tagged.filter_map(|rest| rest.split("</SerialNumber>").next()?.trim().parse().ok()).collect()
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
}
