//! The one call to IAM that `setup` makes: the MFA devices of the user who asks.

use super::answer::Params;
use super::http::{Request, Response};
use super::issue;
use super::model::Call;
use super::signature;
use super::state::State;
use super::xml::ServiceError;

const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// Answers `ListMFADevices`, and records it.
pub fn answer(state: &mut State, request: &Request, params: Params) -> Response {
    let answer = signature::check(state, request, "iam").and_then(|caller| {
        state.listed_devices.clone().ok_or_else(|| {
            ServiceError::access_denied(format!(
                "User: {} is not authorized to perform: iam:ListMFADevices",
                caller.arn
            ))
        })
    });
    state.calls.push(Call {
        action: params.get("Action").unwrap_or_default().to_owned(),
        access_key_id: signature::claimed_key(request).unwrap_or_default().to_owned(),
        outcome: answer.as_ref().map_or_else(|error| error.code, |_| "ok").to_owned(),
        user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
        code_spent: false,
        fault: None,
        params: params.0,
    });
    let devices = match answer {
        Ok(devices) => devices,
        Err(error) => return error.response(),
    };
    let member = |serial: &String| {
        format!("<member><SerialNumber>{serial}</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>")
    };
    let members: String = devices.iter().map(member).collect();
    let id = issue::request_id();
    let body = format!(
        "<ListMFADevicesResponse xmlns=\"{NAMESPACE}\"><ListMFADevicesResult><IsTruncated>false</IsTruncated><MFADevices>\
         {members}</MFADevices></ListMFADevicesResult></ListMFADevicesResponse>"
    );
    Response::xml(200, body, id)
}
