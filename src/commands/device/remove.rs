//! `awsmfa device remove`: deactivates an MFA device, and deletes it if it is a virtual one.

use std::ops::ControlFlow;

use clap::builder::NonEmptyStringValueParser;
use serde_json::json;

use super::device_owner::{Owner, Subject};
use crate::commands::json_result;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::iam::mfa_devices;
use crate::io::interrupt;
use crate::io::terminal::{self, Terminal};
use crate::mfa_device::{DeviceKind, MfaDeviceError, short_name, virtual_device};
use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::profile::property::{AWS_MFA_DEVICE, MFA_SERIAL};
use crate::render::text;
use crate::value::MfaDeviceName;

/// Deactivate an MFA device, and delete a virtual one
///
/// If the device is enabled, a session signs the requests to IAM; awsmfa logs in first if there is none. You must type the
/// name of the device first. Profiles and access keys are not changed.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A profile of the user, of any kind
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name_of_profile: Option<ProfileName>,
    /// The ARN or serial number of the device
    ///
    /// [default: that of the profile]
    #[arg(long, value_name = "SERIAL", value_parser = NonEmptyStringValueParser::new())]
    serial_number: Option<String>,
    /// The name of a virtual device
    #[arg(long, value_name = "NAME", conflicts_with = "serial_number")]
    name: Option<MfaDeviceName>,
    /// Do not prompt for the name of the device
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Removes a device.
///
/// # Errors
///
/// Fails if the removal is not confirmed, or if IAM refuses.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let subject = Subject::of(args.name_of_profile.as_ref(), global, context)?;
    interrupt::handle();
    let mut owner = subject.at_hand()?;
    let serial = device(args, &subject, &owner)?;
    let is_enabled = owner.devices()?.iter().any(|found| found.serial_number == serial);
    confirm(args, &serial)?;
    if is_enabled {
        owner = match subject.with_session()? {
            ControlFlow::Continue(owner) => owner,
            ControlFlow::Break(code) => return Ok(code),
        };
    }
    remove(&subject, &owner, &serial, is_enabled)?;
    subject.messages.note(&format!("awsmfa: the MFA device {serial} is removed"));
    report_profiles(&subject, &serial)?;
    let result = json!({ "profile": subject.profile.as_str(), "serial_number": serial, "result": "removed" });
    json_result::print(&result, global).map(|()| 0)
}

/// Returns the device that is meant.
fn device(args: &Args, subject: &Subject<'_>, owner: &Owner) -> Result<String, Error> {
    if let Some(serial) = &args.serial_number {
        return Ok(serial.clone());
    }
    if let Some(name) = &args.name {
        let serial = virtual_device(&owner.arn, name.as_str());
        return Ok(serial.ok_or_else(|| MfaDeviceError::NotAUser { arn: owner.arn.clone() })?.to_string());
    }
    match subject.device()? {
        Some(serial) => Ok(serial.to_string()),
        None => {
            let devices = owner.devices()?.len();
            Err(MfaDeviceError::Unnamed { profile: subject.profile.clone(), devices }.into())
        }
    }
}

/// Lets the user type the name of the device.
fn confirm(args: &Args, serial: &str) -> Result<(), Error> {
    if args.yes {
        return Ok(());
    }
    if !terminal::is_there() {
        return Err(MfaDeviceError::Unconfirmed { serial: serial.to_owned() }.into());
    }
    let mut terminal = Terminal::open().map_err(Error::Terminal)?;
    let question = format!("Type {} to remove the MFA device {serial}: ", short_name(serial));
    let typed = terminal.prompt(&text::escape(&question)).map_err(Error::Terminal)?;
    if typed.expose().trim() == short_name(serial) {
        return Ok(());
    }
    Err(MfaDeviceError::OtherName { serial: serial.to_owned() }.into())
}

fn remove(subject: &Subject<'_>, owner: &Owner, serial: &str, is_enabled: bool) -> Result<(), Error> {
    if is_enabled {
        let deactivated = owner
            .patiently(|Owner { iam, signer, user, .. }| mfa_devices::deactivate(iam, &signer.caller(), user, serial));
        match deactivated {
            // Another one was faster, or an earlier answer was lost.
            Err(error) if error.is_missing() => {}
            done => done.map_err(|source| Error::Iam { action: "DeactivateMFADevice", source })?,
        }
    }
    if DeviceKind::of(serial) != DeviceKind::Virtual {
        return Ok(());
    }
    let deleted = owner.patiently(|Owner { iam, signer, .. }| mfa_devices::delete(iam, &signer.caller(), serial));
    deleted.map_err(|source| {
        if is_enabled {
            let (serial, profile) = (serial.to_owned(), subject.profile.clone());
            return MfaDeviceError::Deactivated { serial, profile, cause: source.to_string() }.into();
        }
        Error::Iam { action: "DeleteVirtualMFADevice", source }
    })
}

/// Names the profiles that still use the device.
fn report_profiles(subject: &Subject<'_>, serial: &str) -> Result<(), Error> {
    let files = subject.files()?;
    let profiles = files.profiles();
    for name in profiles.names() {
        let Some(profile) = profiles.get(name) else { continue };
        let names_it = |property| profile.property(property).is_some_and(|found| found.value == serial);
        if [MFA_SERIAL, AWS_MFA_DEVICE].into_iter().any(names_it) {
            let word = shell_word(name);
            subject.messages.note(&format!(
                "awsmfa: '{name}' still uses this device: `awsmfa device enrol {word}` adds a new one, or change mfa_serial in the \
                 profile"
            ));
        }
    }
    Ok(())
}
