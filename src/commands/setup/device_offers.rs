//! The MFA devices that `setup` offers on a terminal.

use std::collections::HashSet;

use crate::commands::ask_aws_about_key::KeyOwner;
use crate::io::dialog::Choice;
use crate::profile::{ProfileName, Profiles};
use crate::setup::candidate;
use crate::token_code::SerialNumber;

/// An MFA device to choose.
pub(super) struct DeviceOffer {
    pub choice: Choice,
    /// None for one that is to be typed.
    pub serial_number: Option<SerialNumber>,
    /// Set if it does not exist yet.
    pub is_new: bool,
}

impl DeviceOffer {
    fn known((serial, detail): (SerialNumber, &'static str)) -> Self {
        Self { choice: Choice::new(serial.to_string(), detail), serial_number: Some(serial), is_new: false }
    }
}

/// Returns the devices to choose from, the most likely one first.
pub(super) fn of_key(source: &ProfileName, owner: Option<&KeyOwner>, profiles: Profiles<'_>) -> Vec<DeviceOffer> {
    let session = candidate::session_profile(source, profiles);
    let in_files = session.and_then(|session| candidate::serial_number(source, &session, profiles));
    let (listed, has_none) = match owner {
        Some(owner) => (owner.devices.as_slice(), owner.has_no_device),
        None => (&[] as &[SerialNumber], false),
    };
    let named_as_user = owner.filter(|_| listed.is_empty()).and_then(KeyOwner::guessed_device);
    // A device in the files that IAM does not list has been replaced.
    let is_old = |serial: &SerialNumber| has_none || (!listed.is_empty() && !listed.contains(serial));
    let (old, current): (Vec<_>, Vec<_>) = in_files.into_iter().partition(is_old);
    let mut known: Vec<(SerialNumber, &str)> = current.into_iter().map(|serial| (serial, "in the files")).collect();
    known.extend(listed.iter().map(|serial| (serial.clone(), "listed by IAM")));
    known.extend(old.into_iter().map(|serial| (serial, "in the files, but not listed by IAM")));
    known.extend(named_as_user.clone().filter(|_| !has_none).map(|it| (it, "a guess from the user's name")));
    let mut seen = HashSet::new();
    known.retain(|(serial, _)| seen.insert(serial.clone()));
    let new = named_as_user.map(|serial| DeviceOffer {
        choice: Choice::new("a new one", "shows a QR code for your authenticator app"),
        serial_number: Some(serial),
        is_new: true,
    });
    let other = DeviceOffer {
        choice: Choice::new("another one", "the IAM console shows it under Security credentials"),
        serial_number: None,
        is_new: false,
    };
    let mut offers: Vec<DeviceOffer> = known.into_iter().map(DeviceOffer::known).collect();
    offers.splice(if has_none { 0..0 } else { offers.len()..offers.len() }, new);
    offers.push(other);
    offers
}
