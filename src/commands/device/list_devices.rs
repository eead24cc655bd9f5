//! `awsmfa device list`: prints the MFA devices of a user.

use super::device_owner::Subject;
use crate::context::Context;
use crate::error::Error;
use crate::global::{GlobalArgs, OutputFormat};
use crate::io::terminal;
use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::render::device_table;
use crate::token_code::SerialNumber;

/// List the MFA devices of a user
///
/// The device that the profile uses has a * in the first column. The stored session signs the request to IAM, or the
/// long-term access key if there is none. There is no login and no prompt.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A profile of the user, of any kind
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name: Option<ProfileName>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// Prints the devices.
///
/// # Errors
///
/// Fails if the credentials are not those of a user, or if IAM refuses.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let subject = Subject::of(args.name.as_ref(), global, context)?;
    let owner = subject.at_hand()?;
    let used = subject.device()?;
    let listed = owner.devices()?;
    let devices: Vec<_> = listed.iter().map(|device| (device.serial_number.as_str(), device.enabled)).collect();
    let used = used.as_ref().map(SerialNumber::as_str);
    let rendered = match global.output() {
        OutputFormat::Text if devices.is_empty() => {
            let profile = shell_word(subject.profile.as_str());
            subject
                .messages
                .note(&format!("awsmfa: {} has no MFA device: `awsmfa device enrol {profile}` adds one", owner.arn));
            return Ok(0);
        }
        OutputFormat::Text => device_table::table(&devices, used),
        OutputFormat::Json => device_table::json(&devices, used),
    };
    terminal::print(&rendered).map_err(Error::Output)?;
    if let Some(used) = used
        && !devices.iter().any(|(serial, _)| *serial == used)
    {
        subject.messages.warning(&format!(
            "'{}' uses {used}, but this device is not enabled for {}: change mfa_serial in the profile",
            subject.profile, owner.arn
        ));
    }
    Ok(0)
}
