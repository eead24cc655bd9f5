//! The calls of IAM about the MFA devices of the user who asks (IAM API Reference; the policies in docs/policies).
//!
//! With the key alone, a user may list devices, synchronize one, and add a first one; everything else needs a session
//! with MFA.

use aws_smithy_types::base64;
use jiff::Timestamp;

use super::answer::Params;
use super::iam::denied;
use super::issue;
use super::state::{Caller, Credential, State};
use super::xml::ServiceError;

pub const ACTIONS: [&str; 5] =
    ["CreateVirtualMFADevice", "EnableMFADevice", "ResyncMFADevice", "DeactivateMFADevice", "DeleteVirtualMFADevice"];

/// The number of devices in an answer: a small one, so that lists have several parts.
const PAGE: usize = 2;

/// IAM's limit (IAM User Guide, "IAM and AWS STS quotas").
const DEVICES: usize = 8;

/// An MFA device.
#[derive(Clone)]
pub struct MfaDevice {
    pub serial: String,
    /// In base32; empty for the device that a user begins with.
    pub seed: String,
    /// The ARN of the user, if it is enabled.
    pub user: Option<String>,
    pub enabled: Timestamp,
}

/// Answers a call; the result is the content of its result element.
pub fn answer(state: &mut State, caller: &Caller, action: &str, params: &Params) -> Result<String, ServiceError> {
    let user = caller.arn.rsplit('/').next().unwrap_or_default().to_owned();
    let has_mfa = caller.credential == Credential::Session { mfa: true };
    let is_key = caller.credential == Credential::Permanent;
    let has_device = state.mfa_devices.iter().any(|device| device.user.as_deref() == Some(&caller.arn));
    let is_allowed = match action {
        "ListMFADevices" | "ResyncMFADevice" => has_mfa || is_key,
        "DeactivateMFADevice" => has_mfa,
        _ => has_mfa || (is_key && !has_device),
    };
    let is_own = params.get("UserName").is_none_or(|name| name == user);
    if !is_allowed || !is_own || !caller.arn.contains(":user/") {
        return Err(denied(caller, action));
    }
    match action {
        "ListMFADevices" => return list(state, caller, &user, params.get("Marker")),
        "CreateVirtualMFADevice" => return create(state, caller, required(params, "VirtualMFADeviceName")?),
        _ => {}
    }
    change(state, caller, action, params)
}

fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, ServiceError> {
    params.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
        let message = format!("1 validation error detected: Value null at '{name}' failed to satisfy constraint");
        ServiceError::validation(message)
    })
}

/// Answers a call that changes a device.
fn change(state: &mut State, caller: &Caller, action: &str, params: &Params) -> Result<String, ServiceError> {
    let serial = required(params, "SerialNumber")?;
    let found = state.mfa_devices.iter().position(|device| device.serial == serial);
    let missing = || {
        let message = format!("VirtualMFADevice with serial number {serial} does not exist.");
        ServiceError::new(404, "NoSuchEntity", message)
    };
    let place = found.ok_or_else(missing)?;
    let device = state.mfa_devices.get(place).cloned().ok_or_else(missing)?;
    match action {
        "DeleteVirtualMFADevice" if device.user.is_some() => {
            Err(ServiceError::new(409, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first."))
        }
        "DeleteVirtualMFADevice" => {
            state.mfa_devices.remove(place);
            state.remove_device(serial);
            Ok(String::new())
        }
        "DeactivateMFADevice" if device.user.as_deref() != Some(&caller.arn) => Err(missing()),
        "DeactivateMFADevice" => {
            state.mfa_devices.get_mut(place).into_iter().for_each(|device| device.user = None);
            Ok(String::new())
        }
        "EnableMFADevice" => {
            if device.user.is_some() {
                let message = "MFADevice entity at the same path and name already exists.";
                return Err(ServiceError::new(409, "EntityAlreadyExists", message));
            }
            check_codes(state, serial, params)?;
            let now = state.now();
            if let Some(device) = state.mfa_devices.get_mut(place) {
                (device.user, device.enabled) = (Some(caller.arn.clone()), now);
            }
            Ok(String::new())
        }
        _ => check_codes(state, serial, params).map(|()| String::new()),
    }
}

fn check_codes(state: &mut State, serial: &str, params: &Params) -> Result<(), ServiceError> {
    let (first, second) = (required(params, "AuthenticationCode1")?, required(params, "AuthenticationCode2")?);
    let now = state.unix_now();
    if state.device(serial).is_some_and(|device| device.spend_pair(first, second, now)) {
        return Ok(());
    }
    Err(ServiceError::new(403, "InvalidAuthenticationCode", "Authentication code for device is not valid."))
}

fn create(state: &mut State, caller: &Caller, name: &str) -> Result<String, ServiceError> {
    let serial = format!("arn:aws:iam::{}:mfa/{name}", caller.account);
    if state.mfa_devices.iter().any(|device| device.serial == serial) {
        let message = "MFADevice entity at the same path and name already exists.";
        return Err(ServiceError::new(409, "EntityAlreadyExists", message));
    }
    if state.mfa_devices.iter().filter(|device| device.user.as_ref() == Some(&caller.arn)).count() >= DEVICES {
        return Err(ServiceError::new(409, "LimitExceeded", "Cannot exceed quota for MfaDevicesPerUser: 8"));
    }
    let seed = issue::seed();
    let bytes = super::authenticator::decoded(&seed);
    state.add_device(&serial, &bytes, &seed, None);
    Ok(format!(
        "<VirtualMFADevice><SerialNumber>{serial}</SerialNumber><Base32StringSeed>{}</Base32StringSeed>\
         <QRCodePNG>iVBORw0KGgo=</QRCodePNG></VirtualMFADevice>",
        base64::encode(&seed)
    ))
}

fn list(state: &State, caller: &Caller, user: &str, marker: Option<&str>) -> Result<String, ServiceError> {
    let own: Vec<&MfaDevice> =
        state.mfa_devices.iter().filter(|device| device.user.as_ref() == Some(&caller.arn)).collect();
    let start: usize = marker.map_or(Ok(0), str::parse).map_err(|_| ServiceError::validation("Invalid marker"))?;
    let member = |device: &&MfaDevice| {
        format!(
            "<member><UserName>{user}</UserName><SerialNumber>{}</SerialNumber><EnableDate>{:.0}</EnableDate></member>",
            device.serial, device.enabled
        )
    };
    let members: String = own.iter().skip(start).take(PAGE).map(member).collect();
    let end = start + PAGE;
    let rest = if end < own.len() {
        format!("<IsTruncated>true</IsTruncated><Marker>{end}</Marker>")
    } else {
        "<IsTruncated>false</IsTruncated>".to_owned()
    };
    Ok(format!("<MFADevices>{members}</MFADevices>{rest}"))
}
