//! AWS IAM: the calls about a user's own access keys and MFA devices, and the alias of an account.
//!
//! `aws-sdk-iam` is ten times the size of `aws-sdk-sts`, and takes a third of a clean build, for ten of its 180 calls:
//! see `form_post`. No request is sent twice: IAM would create a second access key.

pub mod mfa_devices;

use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};

use super::form_post::{self, Form, PostError};
use super::sts::{Caller, StsError};
use crate::endpoint::Endpoint;
use crate::endpoint_url::EndpointUrl;
use crate::io::clock::Stopwatch;
use crate::secret::Secret;
use crate::session::LongTermKey;
use crate::time::Timestamp;
use crate::token_code::SerialNumber;

/// The reason why a call failed. The message contains no part of the request, and nothing secret of the answer.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum IamError {
    /// IAM answered with an error.
    #[error("{code}: {message}")]
    Refused { code: String, message: String },
    /// There is no endpoint, no connection, or no complete answer.
    #[error("{cause}")]
    Unanswered { cause: String, may_be_done: bool },
    /// Something other than IAM answered, such as a captive portal.
    #[error("the endpoint did not answer as AWS IAM does (HTTP status {status})")]
    NotIam { status: u16 },
}

impl IamError {
    /// Returns whether IAM may have done what was requested.
    pub fn may_be_done(&self) -> bool {
        match self {
            Self::Refused { .. } => false,
            Self::Unanswered { may_be_done, .. } => *may_be_done,
            Self::NotIam { status } => *status >= 500 || *status == 200,
        }
    }

    /// Returns whether IAM does not know the key, device or user.
    pub fn is_missing(&self) -> bool {
        self.has_code(&["NoSuchEntity"])
    }

    /// Returns whether something of this name exists already.
    pub fn is_taken(&self) -> bool {
        self.has_code(&["EntityAlreadyExists"])
    }

    /// Returns whether IAM does not delete a device because it is enabled.
    pub fn is_in_use(&self) -> bool {
        self.has_code(&["DeleteConflict"])
    }

    /// Returns whether IAM does not accept the codes of a device.
    pub fn is_rejected_code(&self) -> bool {
        self.has_code(&["InvalidAuthenticationCode"])
    }

    /// Returns whether the same request may succeed in a moment.
    pub fn is_temporary(&self) -> bool {
        self.has_code(&["EntityTemporarilyUnmodifiable", "ConcurrentModification"])
    }

    fn has_code(&self, codes: &[&str]) -> bool {
        matches!(self, Self::Refused { code, .. } if codes.contains(&code.as_str()))
    }
}

impl From<PostError> for IamError {
    fn from(error: PostError) -> Self {
        let is_unsent = matches!(
            error,
            PostError::Network(StsError::Unreachable { .. } | StsError::CaBundle { .. } | StsError::Setup { .. })
        );
        Self::Unanswered { cause: error.to_string(), may_be_done: !is_unsent }
    }
}

/// An access key of a user, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// The ID of the key.
    pub access_key_id: String,
    /// The time at which it was created.
    pub created: Option<Timestamp>,
    /// Set if AWS accepts requests with the key.
    pub is_active: bool,
}

/// Lists the MFA devices of the key's owner that generate codes. Returns `None` if IAM does not answer or refuses: many
/// users are allowed this call only in a session with MFA.
pub fn mfa_devices(endpoint: &Endpoint, key: &LongTermKey) -> Option<Vec<SerialNumber>> {
    let body = call(endpoint, &Caller::Key(key), "ListMFADevices", &[]).ok()?;
    Some(serial_numbers(body.expose()))
}

/// Lists the access keys of a user, or those of the caller.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn access_keys(endpoint: &Endpoint, caller: &Caller<'_>, user: Option<&str>) -> Result<Vec<ListedKey>, IamError> {
    let parameters: Vec<_> = user.map(|user| ("UserName", user)).into_iter().collect();
    let body = call(endpoint, caller, "ListAccessKeys", &parameters)?;
    Ok(listed_keys(body.expose()))
}

/// Returns the alias of the caller's account. Returns `None` if it has none, or if IAM does not answer or refuses.
pub fn account_alias(endpoint: &Endpoint, caller: &Caller<'_>) -> Option<String> {
    let body = call(endpoint, caller, "ListAccountAliases", &[]).ok()?;
    alias(body.expose())
}

/// Creates an access key for a user. IAM allows two for each user (IAM User Guide, "IAM and AWS STS quotas").
///
/// # Errors
///
/// Fails if IAM refuses or does not answer. See [`IamError::may_be_done`].
pub fn create_access_key(endpoint: &Endpoint, caller: &Caller<'_>, user: &str) -> Result<LongTermKey, IamError> {
    let body = call(endpoint, caller, "CreateAccessKey", &[("UserName", user)])?;
    let names = ["AccessKeyId", "SecretAccessKey"];
    match records(body.expose(), "AccessKey", names).into_iter().next() {
        Some([Some(access_key_id), Some(secret)]) if !access_key_id.is_empty() && !secret.is_empty() => {
            Ok(LongTermKey { access_key_id, secret_access_key: Secret::new(secret) })
        }
        _ => Err(IamError::NotIam { status: 200 }),
    }
}

/// Activates or deactivates an access key of a user.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn set_active(
    endpoint: &Endpoint,
    caller: &Caller<'_>,
    user: &str,
    access_key_id: &str,
    is_active: bool,
) -> Result<(), IamError> {
    let status = if is_active { "Active" } else { "Inactive" };
    let parameters = [("UserName", user), ("AccessKeyId", access_key_id), ("Status", status)];
    call(endpoint, caller, "UpdateAccessKey", &parameters).map(drop)
}

/// Deletes an access key of a user.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn delete_access_key(
    endpoint: &Endpoint,
    caller: &Caller<'_>,
    user: &str,
    access_key_id: &str,
) -> Result<(), IamError> {
    call(endpoint, caller, "DeleteAccessKey", &[("UserName", user), ("AccessKeyId", access_key_id)]).map(drop)
}

/// Returns the time at which an access key was last used; none if it has never been.
///
/// # Errors
///
/// Fails if IAM refuses or does not answer.
pub fn last_used(endpoint: &Endpoint, caller: &Caller<'_>, access_key_id: &str) -> Result<Option<Timestamp>, IamError> {
    let body = call(endpoint, caller, "GetAccessKeyLastUsed", &[("AccessKeyId", access_key_id)])?;
    let found = records(body.expose(), "AccessKeyLastUsed", ["LastUsedDate"]).into_iter().next();
    let [date] = found.ok_or(IamError::NotIam { status: 200 })?;
    // A key that was never used has no date, or the text N/A.
    Ok(date.and_then(|date| date.parse().ok()))
}

/// Calls IAM and returns the body of a successful answer.
fn call(
    endpoint: &Endpoint,
    caller: &Caller<'_>,
    action: &'static str,
    parameters: &[(&str, &str)],
) -> Result<Secret, IamError> {
    let watch = Stopwatch::start();
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("Action", action).append_pair("Version", "2010-05-08").extend_pairs(parameters);
    let body = body.finish();
    let form = Form { service: "iam", action, path: "/", body: &body, signer: Some(caller) };
    let answer = form_post::send(endpoint, &form).map_err(IamError::from).and_then(|answer| match answer.status {
        200..300 => Ok(answer.body),
        status => Err(refusal(answer.body.expose(), status)),
    });
    tracing::info!(
        action,
        endpoint = endpoint.url.as_ref().map(EndpointUrl::as_str),
        cause = answer.as_ref().err().map(ToString::to_string),
        took_ms = watch.ms(),
        "asked IAM"
    );
    answer
}

fn refusal(body: &str, status: u16) -> IamError {
    match records(body, "Error", ["Code", "Message"]).into_iter().next() {
        Some([Some(code), message]) if status < 500 => IamError::Refused { code, message: message.unwrap_or_default() },
        _ => IamError::NotIam { status },
    }
}

/// Returns the serial numbers in an answer. Security keys generate no codes and are left out.
fn serial_numbers(body: &str) -> Vec<SerialNumber> {
    let devices = records(body, "member", ["SerialNumber"]);
    devices.into_iter().filter_map(|[serial]| serial?.trim().parse().ok()).collect()
}

/// Returns the first account alias in an answer. IAM's rule for them (API reference, `CreateAccountAlias`) keeps anything
/// else off the terminal.
fn alias(body: &str) -> Option<String> {
    let is_alias = |text: &String| {
        (3..=63).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let aliases = records(body, "AccountAliases", ["member"]);
    aliases.into_iter().find_map(|[alias]| alias.filter(is_alias))
}

fn listed_keys(body: &str) -> Vec<ListedKey> {
    let keys = records(body, "member", ["AccessKeyId", "CreateDate", "Status"]);
    let key = |[id, created, status]: [Option<String>; 3]| {
        let created = created.and_then(|time| time.parse().ok());
        Some(ListedKey { access_key_id: id?, created, is_active: status.as_deref() == Some("Active") })
    };
    keys.into_iter().filter_map(key).collect()
}

/// Returns the texts of the elements with these names in each `container`. Text that is not XML has none.
fn records<const N: usize>(body: &str, container: &str, names: [&str; N]) -> Vec<[Option<String>; N]> {
    let mut found = Vec::new();
    let read = |found: &mut Vec<_>| -> Result<(), XmlDecodeError> {
        let mut document = Document::new(body);
        let mut root = document.root_element()?;
        if root.start_el().matches(container) {
            found.push(texts(&mut root, names)?);
            return Ok(());
        }
        collect(&mut root, container, names, found)
    };
    if read(&mut found).is_err() { Vec::new() } else { found }
}

fn collect<const N: usize>(
    tag: &mut ScopedDecoder<'_, '_>,
    container: &str,
    names: [&str; N],
    found: &mut Vec<[Option<String>; N]>,
) -> Result<(), XmlDecodeError> {
    while let Some(mut child) = tag.next_tag() {
        if child.start_el().matches(container) {
            found.push(texts(&mut child, names)?);
        } else {
            collect(&mut child, container, names, found)?;
        }
    }
    Ok(())
}

fn texts<const N: usize>(
    container: &mut ScopedDecoder<'_, '_>,
    names: [&str; N],
) -> Result<[Option<String>; N], XmlDecodeError> {
    let mut found = [const { None }; N];
    while let Some(mut child) = container.next_tag() {
        let place = names.iter().position(|name| child.start_el().matches(name));
        if let Some(place) = place.and_then(|place| found.get_mut(place)) {
            *place = Some(try_data(&mut child)?.into_owned());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_keys_are_left_out() {
        let body = "<R><MFADevices><member><SerialNumber>arn:aws:iam::123456789012:mfa/ada</SerialNumber></member><member>\
                    <SerialNumber>arn:aws:iam::123456789012:u2f/user/ada/key-ABCDEFGH</SerialNumber></member>\
                    </MFADevices></R>";
        let found: Vec<String> = serial_numbers(body).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["arn:aws:iam::123456789012:mfa/ada"]);
        assert!(serial_numbers("<html>").is_empty());
    }

    #[test]
    fn an_alias_is_what_iam_allows_as_one() {
        let body = |text: &str| format!("<R><AccountAliases><member>{text}</member></AccountAliases></R>");
        assert_eq!(alias(&body("example-corp")).as_deref(), Some("example-corp"));
        for other in ["", "ab", "\u{1b}[2J", "Example", &"a".repeat(64)] {
            assert_eq!(alias(&body(other)), None, "{other:?}");
        }
        assert!(alias("<R><AccountAliases/></R>").is_none() && alias("<html>").is_none());
    }

    #[test]
    fn keys_are_listed_with_their_states() {
        let body = "<R><member><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><Status>Active</Status>\
                    <CreateDate>2026-01-01T00:00:00Z</CreateDate></member><member>\
                    <AccessKeyId>AKIAI44QH8DHBEXAMPLE</AccessKeyId><Status>Inactive</Status></member></R>";
        let created = "2026-01-01T00:00:00Z".parse().ok();
        assert!(created.is_some());
        let key = |id: &str, created, is_active| ListedKey { access_key_id: id.to_owned(), created, is_active };
        let expected = [key("AKIAIOSFODNN7EXAMPLE", created, true), key("AKIAI44QH8DHBEXAMPLE", None, false)];
        assert_eq!(listed_keys(body), expected);
    }

    #[test]
    fn an_error_that_is_not_from_iam_says_nothing_about_the_request() {
        let body =
            "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>a &amp; b</Message></Error></ErrorResponse>";
        let error = refusal(body, 404);
        assert!(error.is_missing() && !error.may_be_done(), "{error}");
        assert_eq!(error.to_string(), "NoSuchEntity: a & b");
        for (body, status) in [("<html>", 404), (body, 503), ("", 502)] {
            assert!(matches!(refusal(body, status), IamError::NotIam { .. }), "{body}");
        }
        assert!(refusal("", 502).may_be_done());
    }
}
