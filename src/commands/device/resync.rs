//! `awsmfa device resync`: tells AWS how far the clock of a device is off.

use serde_json::json;

use super::code_pair::CodePair;
use super::device_owner::{Owner, Subject};
use crate::commands::json_result;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::iam::mfa_devices;
use crate::io::interrupt;
use crate::io::terminal::Terminal;
use crate::io::token_source::{TokenSource, TokenSourceError};
use crate::limits;
use crate::mfa_device::MfaDeviceError;
use crate::profile::ProfileName;
use crate::resolve;
use crate::token_code::SerialNumber;

/// Resynchronize a device if AWS no longer accepts its codes
///
/// Two consecutive codes show AWS how far the clock of the device is off. The stored session signs the request to IAM, or
/// the long-term access key if there is none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile that uses the device, of any kind
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    /// The ARN or serial number of the device
    ///
    /// [default: that of the profile]
    #[arg(long, value_name = "SERIAL")]
    serial_number: Option<String>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Synchronizes a device.
///
/// # Errors
///
/// Fails if there is no terminal, or if IAM refuses.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let subject = Subject::of(args.name.as_ref(), global, context)?;
    let flag = args.serial_number.as_deref();
    let named = match flag {
        Some(_) => resolve::serial_number(flag, &context.environment, &[])?.map(|(serial, _)| serial),
        None => subject.device()?,
    };
    interrupt::handle();
    TokenSource::Prompt.check()?;
    let owner = subject.at_hand()?;
    let serial = match named {
        Some(serial) => serial,
        None => only_device(&subject, &owner)?,
    };
    subject.messages.about(&format!("awsmfa: type two codes of {serial}, one after the other"));
    let mut terminal = Terminal::open().map_err(Error::Terminal)?;
    for attempt in 1.. {
        let pair = CodePair::ask("", |wrong, question| {
            if !wrong.is_empty() {
                terminal.write_line(&format!("awsmfa: {wrong}"));
            }
            Ok(terminal.prompt(question).map_err(TokenSourceError::Ended)?)
        })?;
        let synchronized = owner.patiently(|Owner { iam, signer, user, .. }| {
            mfa_devices::resync(iam, &signer.caller(), user, &serial, pair.both())
        });
        let Err(source) = synchronized else {
            pair.remember(&serial, context, subject.messages);
            subject.messages.note(&format!("awsmfa: the MFA device {serial} is synchronized"));
            let (profile, serial) = (subject.profile.as_str(), serial.as_str());
            let result = json!({ "profile": profile, "serial_number": serial, "result": "synchronized" });
            return json_result::print(&result, global).map(|()| 0);
        };
        if !source.is_rejected_code() {
            return Err(Error::Iam { action: "ResyncMFADevice", source });
        }
        let error = MfaDeviceError::Rejected { serial: serial.clone(), cause: source.to_string() }.into();
        if attempt == limits::CODE_ATTEMPTS {
            return Err(error);
        }
        subject.messages.error(&error);
    }
    unreachable!("the loop ends at the last attempt")
}

/// Returns the only device with codes that IAM lists.
fn only_device(subject: &Subject<'_>, owner: &Owner) -> Result<SerialNumber, Error> {
    let listed = owner.devices()?;
    let mut devices: Vec<SerialNumber> = listed.iter().filter_map(|device| device.serial_number.parse().ok()).collect();
    match (devices.pop(), devices.len()) {
        (Some(only), 0) => Ok(only),
        (last, others) => {
            let devices = others + usize::from(last.is_some());
            Err(MfaDeviceError::Unnamed { profile: subject.profile.clone(), devices }.into())
        }
    }
}
