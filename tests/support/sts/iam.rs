//! The calls to IAM that awsmfa makes: the MFA devices and the access keys of the user who asks, and the alias of an
//! account. `access_keys` has the calls that change keys.

use jiff::Timestamp;

use super::access_keys;
use super::answer::Params;
use super::http::{Request, Response};
use super::issue;
use super::mfa_devices;
use super::model::Call;
use super::signature;
use super::state::{Caller, State};
use super::xml::ServiceError;

const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// The actions that are for IAM.
pub const ACTIONS: [&str; 12] = [
    "ListMFADevices",
    "ListAccessKeys",
    "ListAccountAliases",
    "CreateAccessKey",
    "UpdateAccessKey",
    "DeleteAccessKey",
    "GetAccessKeyLastUsed",
    "CreateVirtualMFADevice",
    "EnableMFADevice",
    "ResyncMFADevice",
    "DeactivateMFADevice",
    "DeleteVirtualMFADevice",
];

/// Answers one of [`ACTIONS`], and records it.
pub fn answer(state: &mut State, request: &Request, params: Params) -> Response {
    let action = params.get("Action").unwrap_or_default().to_owned();
    let answer = signature::check(state, request, "iam").and_then(|caller| {
        let names_user = params.get("UserName").is_some();
        let of_user = action.contains("AccessKey") && (action != "ListAccessKeys" || names_user);
        let list = match action.as_str() {
            _ if mfa_devices::ACTIONS.contains(&action.as_str()) || (action == "ListMFADevices" && names_user) => {
                return mfa_devices::answer(state, &caller, &action, &params);
            }
            _ if of_user => return access_keys::answer(state, &caller, &action, &params),
            "ListAccessKeys" => keys(state).map(|keys| format!("<AccessKeyMetadata>{keys}</AccessKeyMetadata>")),
            "ListAccountAliases" => {
                state.alias.as_ref().map(|alias| format!("<AccountAliases><member>{alias}</member></AccountAliases>"))
            }
            _ => devices(state).map(|devices| format!("<MFADevices>{devices}</MFADevices>")),
        };
        list.map(|list| format!("<IsTruncated>false</IsTruncated>{list}")).ok_or_else(|| denied(&caller, &action))
    });
    state.calls.push(Call {
        action: action.clone(),
        access_key_id: signature::claimed_key(request).unwrap_or_default().to_owned(),
        outcome: answer.as_ref().map_or_else(|error| error.code, |_| "ok").to_owned(),
        user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
        code_spent: false,
        fault: None,
        params: params.0,
    });
    match answer {
        Ok(result) => {
            let body = format!(
                "<{action}Response xmlns=\"{NAMESPACE}\"><{action}Result>{result}</{action}Result></{action}Response>"
            );
            Response::xml(200, body, issue::request_id())
        }
        Err(error) => error.response(),
    }
}

/// The error for a call that the policies of the caller do not allow.
pub fn denied(caller: &Caller, action: &str) -> ServiceError {
    ServiceError::access_denied(format!("User: {} is not authorized to perform: iam:{action}", caller.arn))
}

fn devices(state: &State) -> Option<String> {
    let member = |serial: &String| {
        format!("<member><SerialNumber>{serial}</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>")
    };
    Some(state.listed_devices.as_ref()?.iter().map(member).collect())
}

fn keys(state: &State) -> Option<String> {
    let member = |(id, made): &(String, Timestamp)| {
        format!(
            "<member><AccessKeyId>{id}</AccessKeyId><Status>Active</Status><CreateDate>{made}</CreateDate></member>"
        )
    };
    Some(state.listed_keys.as_ref()?.iter().map(member).collect())
}
