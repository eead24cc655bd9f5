//! `awsmfa device enrol`: creates a virtual MFA device, enables it, and writes it to the profile.
//!
//! Everything that can fail without a device is tried before it is created. Until it is enabled, an error, a
//! signal or the end of the input deletes it again.

use std::ops::ControlFlow;

use serde_json::json;

use super::code_pair::CodePair;
use super::device_owner::{Owner, Subject};
use super::half_made::{Deletion, HalfMade};
use crate::commands::{apply, json_result};
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::io::iam::IamError;
use crate::io::iam::mfa_devices::{self, CreatedDevice};
use crate::io::interrupt::{self, Answering};
use crate::io::screen::{self, Screen};
use crate::io::token_source::{TokenSource, TokenSourceError};
use crate::limits;
use crate::mfa_device::{MfaDeviceError, key_uri, virtual_device};
use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::render::qr_screen::{Picture, text_screen};
use crate::secret::Secret;
use crate::setup::{self, Connection, Draft, candidate};
use crate::token_code::SerialNumber;
use crate::value::MfaDeviceName;

/// Create and enable a virtual MFA device
///
/// Shows the QR code of the device, and writes the device to the profile once it is enabled. The secret is shown on the
/// terminal only, and is gone from it afterwards. Two consecutive codes of the authenticator app enable the device.
/// Without them, or after Ctrl-C, the device is deleted again. The long-term access key signs the requests to IAM, or a
/// session if the user has a device already.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A profile of the user, of any kind
    ///
    /// The same as --profile.
    #[arg(value_name = "PROFILE")]
    pub(crate) name_of_profile: Option<ProfileName>,
    /// The name of the device [default: the name of the user]
    #[arg(long, value_name = "NAME")]
    name: Option<MfaDeviceName>,
    /// Show the secret as text instead of a QR code
    ///
    /// For a password manager or a YubiKey.
    #[arg(long)]
    text: bool,
    /// Set if the profile names the device that is to be created, so that no login can use it yet.
    #[arg(skip)]
    is_first: bool,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

impl Args {
    /// Returns the arguments for the first device of a profile.
    pub(super) fn first_of(profile: &ProfileName, global: &GlobalArgs) -> Self {
        let name_of_profile = Some(profile.clone());
        Self { name_of_profile, name: None, text: false, is_first: true, global: global.clone() }
    }
}

/// Enrols a device.
///
/// # Errors
///
/// Fails if the device cannot be created or enabled. It is deleted then. Also fails if the profile cannot be changed.
pub(super) fn run(args: &Args, global: &GlobalArgs, context: &Context) -> Result<u8, Error> {
    let subject = Subject::of(args.name_of_profile.as_ref(), global, context)?;
    interrupt::handle();
    TokenSource::Prompt.check()?;
    check_screen(&subject, args.text)?;
    let owner = match signing(&subject, args.is_first)? {
        ControlFlow::Continue(owner) => owner,
        ControlFlow::Break(code) => return Ok(code),
    };
    let name = args.name.as_ref().map_or(owner.user.as_str(), MfaDeviceName::as_str);
    let not_a_user = || MfaDeviceError::NotAUser { arn: owner.arn.clone() };
    let serial = virtual_device(&owner.arn, name).ok_or_else(not_a_user)?;
    rehearse(&subject, &owner, &serial, args.text)?;
    let enrolment = Enrolment { args, subject: &subject, owner: &owner };
    let serial = enrolment.run(name, serial)?;
    let result = json!({ "profile": subject.profile.as_str(), "serial_number": serial.as_str(), "result": "enabled" });
    json_result::print(&result, global).map(|()| 0)
}

/// Returns the owner with the key if the user has no device, because there can be no session with MFA then.
fn signing(subject: &Subject<'_>, is_first: bool) -> Result<ControlFlow<u8, Owner>, Error> {
    if is_first || subject.device()?.is_none() {
        return subject.with_key().map(ControlFlow::Continue);
    }
    // The device that the profile names may have been removed.
    if let Ok(owner) = subject.with_key()
        && owner.devices().is_ok_and(|devices| devices.is_empty())
    {
        return Ok(ControlFlow::Continue(owner));
    }
    subject.with_session()
}

/// Tests, before a login uses a code, whether the terminal can show a QR code for the shortest name of a user.
fn check_screen(subject: &Subject<'_>, as_text: bool) -> Result<(), MfaDeviceError> {
    if subject.context.environment.get("TERM") == Some("dumb") {
        return Err(MfaDeviceError::NoScreen);
    }
    if as_text { Ok(()) } else { picture("a", "123456789012", &seed_of_usual_length(), size()).map(drop) }
}

/// Returns a text as long as the seeds of AWS, which have 64 letters and digits.
fn seed_of_usual_length() -> Secret {
    Secret::new("A2".repeat(32))
}

/// Tests everything that the enrolment needs later.
fn rehearse(subject: &Subject<'_>, owner: &Owner, serial: &SerialNumber, as_text: bool) -> Result<(), Error> {
    if !as_text {
        picture(&owner.user, &owner.account, &seed_of_usual_length(), size())?;
    }
    let (_, changes) = planned(subject, serial)?;
    for change in &changes {
        change.rehearse()?.release();
    }
    Ok(())
}

/// Returns the rows and columns of the terminal; those that all terminals have, if it does not tell.
fn size() -> (usize, usize) {
    screen::size().unwrap_or((24, 80))
}

fn picture(user: &str, account: &str, seed: &Secret, size: (usize, usize)) -> Result<Picture, MfaDeviceError> {
    let uris = [true, false].map(|with_issuer| key_uri(user, account, seed, with_issuer));
    let (rows, columns) = size;
    Picture::fitting(&uris, size).ok_or(MfaDeviceError::TooSmall { columns, rows })
}

/// Returns the changes to the files that make the profile use the device, as `setup` makes them.
fn planned(subject: &Subject<'_>, serial: &SerialNumber) -> Result<(Draft, Vec<apply::Change>), Error> {
    let files = subject.files()?;
    let (source_profile, session_profile) = (subject.profile.clone(), subject.session_profile.clone());
    let key_profile = candidate::key_profile(&session_profile).unwrap_or_else(|| source_profile.clone());
    let serial_number = serial.clone();
    let connection =
        Connection { source_profile, session_profile, key_profile, key: None, serial_number, region: None, role: None };
    let mut draft = Draft::of(files.profiles());
    setup::connect(&mut draft, &connection)?;
    let changes = apply::changes(&files, &draft)?;
    Ok((draft, changes))
}

/// An enrolment that nothing known prevents.
struct Enrolment<'a> {
    args: &'a Args,
    subject: &'a Subject<'a>,
    owner: &'a Owner,
}

impl Enrolment<'_> {
    /// Returns the serial number of the device.
    fn run(&self, name: &str, serial: SerialNumber) -> Result<SerialNumber, Error> {
        let Subject { profile, messages, .. } = self.subject;
        let (device, seed) = {
            // A signal must not end the process between the answer and the note that the device must be deleted.
            let _settling = interrupt::settling();
            let caller = self.owner.signer.caller();
            let created = mfa_devices::create(&self.owner.iam, &caller, name);
            let CreatedDevice { serial_number, seed } = created.map_err(|error| self.not_created(error, serial))?;
            let (owner, profile) = (self.owner.clone(), profile.clone());
            let device = HalfMade { owner, serial: serial_number, profile, messages: *messages };
            device.delete_on_signal();
            (device, seed)
        };
        // A signal must not end the process before the profile names the device.
        let (pair, _settling) = match self.enabled(&device, &seed) {
            Ok(enabled) => enabled,
            Err(error) => return Err(device.abandoned(error)),
        };
        let serial = device.serial;
        messages.note(&format!("awsmfa: the MFA device {serial} is enabled"));
        pair.remember(&serial, self.subject.context, *messages);
        self.write(&serial).map_err(|error| {
            messages.error(&error);
            let cause = "the files could not be changed".to_owned();
            MfaDeviceError::NotWritten { serial: serial.clone(), profile: profile.clone(), cause }
        })?;
        messages.note(&format!("log in with: awsmfa login {}", shell_word(self.subject.session_profile.as_str())));
        Ok(serial)
    }

    fn not_created(&self, source: IamError, serial: SerialNumber) -> Error {
        let profile = self.subject.profile.clone();
        if source.is_taken() {
            return MfaDeviceError::Exists { serial, profile }.into();
        }
        if source.may_be_done() {
            return MfaDeviceError::Uncertain { serial, profile, cause: source.to_string() }.into();
        }
        Error::Iam { action: "CreateVirtualMFADevice", source }
    }

    /// Shows the secret, and enables the device with two codes. From then on, signals no longer delete it.
    fn enabled(&self, device: &HalfMade, seed: &Secret) -> Result<(CodePair, Answering), Error> {
        let mut screen = Screen::enter().map_err(|_| MfaDeviceError::NoScreen)?;
        let mut wrong = String::new();
        for attempt in 1.. {
            let pair = CodePair::ask(&wrong, |wrong, question| {
                // The size of the terminal may have changed.
                let shown = self.screen(device, seed, wrong, question)?;
                Ok(screen.prompt(&shown).map_err(TokenSourceError::Ended)?)
            })?;
            let settling = interrupt::settling();
            let Err(error) = self.enable(device, &pair) else {
                interrupt::take_last_work();
                return Ok((pair, settling));
            };
            // A signal that has arrived deletes the device now.
            drop(settling);
            if !error.is_rejected_code() {
                return Err(Error::Iam { action: "EnableMFADevice", source: error });
            }
            if attempt == limits::CODE_ATTEMPTS {
                let serial = device.serial.clone();
                return Err(MfaDeviceError::Rejected { serial, cause: error.to_string() }.into());
            }
            wrong = "AWS does not accept these codes. Type two new ones.".to_owned();
        }
        unreachable!("the loop ends at the last attempt")
    }

    /// Enables the device. If the answer is lost, finds out whether it is enabled.
    fn enable(&self, device: &HalfMade, pair: &CodePair) -> Result<(), IamError> {
        let enabled = self.owner.patiently(|Owner { iam, signer, user, .. }| {
            mfa_devices::enable(iam, &signer.caller(), user, &device.serial, pair.both())
        });
        let Err(error) = enabled else { return Ok(()) };
        if !error.may_be_done() {
            return Err(error);
        }
        match self.owner.devices() {
            Ok(listed) if listed.iter().any(|found| found.serial_number == device.serial.as_str()) => Ok(()),
            // IAM does not delete a device that is enabled, so this shows it, too.
            Err(_) if matches!(device.delete(), Deletion::Enabled) => Ok(()),
            _ => Err(error),
        }
    }

    fn screen(&self, device: &HalfMade, seed: &Secret, wrong: &str, question: &str) -> Result<Secret, MfaDeviceError> {
        let serial = device.serial.as_str();
        let undo = "Press Ctrl-C to cancel; the device is then deleted.";
        let codes = "Then type the code that it shows, wait for the next one, and type that, too.";
        if self.args.text {
            let uri = key_uri(&self.owner.user, &self.owner.account, seed, true);
            let secret = Secret::new(format!("Secret key: {}", seed.expose()));
            let uri = Secret::new(format!("URI: {}", uri.expose()));
            let how = "Add the secret key or the URI to your authenticator.";
            let paragraphs = [serial, "", secret.expose(), "", uri.expose(), "", how, codes, undo, "", wrong];
            return Ok(text_screen(&paragraphs, question));
        }
        let picture = picture(&self.owner.user, &self.owner.account, seed, size())?;
        let scan = "Scan the code with your authenticator app.";
        Ok(picture.screen(&[serial, "", scan, "", codes, "", undo, "", wrong], question))
    }

    /// Makes the profile use the device. The files are read again, since the prompts may have taken long.
    fn write(&self, serial: &SerialNumber) -> Result<(), Error> {
        let Subject { profile, context, messages, .. } = self.subject;
        let (_, changes) = planned(self.subject, serial)?;
        if !changes.is_empty() {
            apply::commit(&changes, None, context, *messages)?;
        }
        messages.note(&format!("awsmfa: '{profile}' uses the MFA device {serial}"));
        if !changes.is_empty() {
            messages.note("undo the change of the files with: awsmfa setup --undo");
        }
        if let Some(other) = context.environment.get("AWS_MFA_SERIAL").filter(|other| *other != serial.as_str()) {
            messages.warning(&format!(
                "AWS_MFA_SERIAL is set to {other} and takes precedence: unset it to use the new device"
            ));
        }
        Ok(())
    }
}
