//! AWS IAM: the calls that list a user's MFA devices and access keys, and the alias of an account.
//!
//! `aws-sdk-iam` is ten times the size of `aws-sdk-sts`, and only three of its 180 calls are needed: see `form_post`.

use super::form_post::{self, Form};
use super::sts::Caller;
use crate::endpoint::Endpoint;
use crate::endpoint_url::EndpointUrl;
use crate::io::clock::Stopwatch;
use crate::secret::Secret;
use crate::session::LongTermKey;
use crate::time::Timestamp;
use crate::token_code::SerialNumber;

/// Lists the MFA devices of the key's owner that generate codes. Returns `None` if IAM does not answer or refuses: many
/// users are allowed this call only in a session with MFA.
pub fn mfa_devices(endpoint: &Endpoint, key: &LongTermKey) -> Option<Vec<SerialNumber>> {
    list(endpoint, &Caller::Key(key), "ListMFADevices", serial_numbers)
}

/// Lists the access keys of the key's owner and their creation times. Returns `None` if IAM does not answer or refuses.
pub fn access_keys(endpoint: &Endpoint, key: &LongTermKey) -> Option<Vec<(String, Timestamp)>> {
    list(endpoint, &Caller::Key(key), "ListAccessKeys", creation_times)
}

/// Returns the alias of the caller's account. Returns `None` if it has none, or if IAM does not answer or refuses.
pub fn account_alias(endpoint: &Endpoint, caller: &Caller<'_>) -> Option<String> {
    list(endpoint, caller, "ListAccountAliases", aliases)?.into_iter().next()
}

/// Calls IAM, and parses the answer with `read`. The request names no user, so IAM answers for the owner of the key
/// (API reference of the calls).
fn list<T>(endpoint: &Endpoint, caller: &Caller<'_>, action: &'static str, read: fn(&str) -> Vec<T>) -> Option<Vec<T>> {
    let watch = Stopwatch::start();
    let answer = call(endpoint, caller, action).map(|body| read(body.expose()));
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
fn call(endpoint: &Endpoint, caller: &Caller<'_>, action: &'static str) -> Result<Secret, String> {
    let body = format!("Action={action}&Version=2010-05-08");
    let form = Form { service: "iam", action, path: "/", body: &body, signer: Some(caller) };
    let answer = form_post::send(endpoint, &form).map_err(|error| error.to_string())?;
    match answer.status {
        200..300 => Ok(answer.body),
        status => Err(format!("IAM refused (HTTP status {status})")),
    }
}

/// Returns the serial numbers in a response. Security keys generate no codes and are left out.
fn serial_numbers(body: &str) -> Vec<SerialNumber> {
    let tagged = body.split("<SerialNumber>").skip(1);
    tagged.filter_map(|rest| rest.split("</SerialNumber>").next()?.trim().parse().ok()).collect()
}

/// Returns the account aliases in a response. IAM's rule for them (API reference, `CreateAccountAlias`) keeps anything
/// else off the terminal.
fn aliases(body: &str) -> Vec<String> {
    let is_alias = |text: &&str| {
        (3..=63).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let (_, list) = body.split_once("<AccountAliases>").unwrap_or_default();
    let members = list.split("<member>").skip(1);
    members
        .filter_map(|rest| rest.split("</member>").next())
        .map(str::trim)
        .filter(is_alias)
        .map(str::to_owned)
        .collect()
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
    fn an_alias_is_what_iam_allows_as_one() {
        let body = |alias: &str| format!("<AccountAliases><member>{alias}</member></AccountAliases>");
        assert_eq!(aliases(&body("example-corp")), ["example-corp"]);
        for other in ["", "ab", "\u{1b}[2J", "Example", &"a".repeat(64)] {
            assert!(aliases(&body(other)).is_empty(), "{other:?}");
        }
        assert!(aliases("<AccountAliases/>").is_empty() && aliases("<html>").is_empty());
    }

    #[test]
    fn a_key_without_a_creation_time_is_left_out() {
        let body = "<member><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><CreateDate>2026-01-01T00:00:00Z</CreateDate>\
                    </member><member><AccessKeyId>AKIAI44QH8DHBEXAMPLE</AccessKeyId></member>";
        let expected = "2026-01-01T00:00:00Z".parse().expect("a time");
        assert_eq!(creation_times(body), [("AKIAIOSFODNN7EXAMPLE".to_owned(), expected)]);
    }
}
