//! The MFA device that a profile would inherit from another one in aws-vault. awsmfa and the AWS clients do not read it
//! there, so errors and findings name the line to write.
//!
//! aws-vault takes a property that a profile lacks from the profile that `include_profile` names. Older versions also
//! read `parent_profile`, and take what is still missing from `[default]` (`populateFromConfigFile` in vault/config.go of
//! ByteNess/aws-vault and of 99designs/aws-vault).

use super::Situation;
use super::external::ExternalSource;
use super::link::{self, Choice};
use super::resolve_error::ResolveError;
use crate::limits;
use crate::platform::shell_word;
use crate::profile::property::MFA_SERIAL;
use crate::profile::{FileKind, Place, ProfileName, Profiles};
use crate::token_code::SerialNumber;

/// The properties that name the other profile, in aws-vault's order.
const INCLUDES: [&str; 2] = ["include_profile", "parent_profile"];

/// A device in another profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InheritedDevice {
    /// The device.
    pub serial_number: SerialNumber,
    /// The profile that names it.
    pub owner: ProfileName,
    /// The property that leads to that profile, and its place; none if it is `[default]`, which nothing names.
    pub include: Option<(&'static str, Place)>,
}

impl InheritedDevice {
    /// Returns the edit that gives `profile` the device.
    pub fn edit(&self, profile: &ProfileName) -> String {
        let header = FileKind::Config.header_of(profile);
        format!("add a line `mfa_serial = {}` to [{header}] of the config file", self.serial_number)
    }

    /// Returns the same, with the reason, or with a condition if nothing but the name of `[default]` suggests it.
    pub fn remedy(&self, profile: &ProfileName) -> String {
        let (edit, owner) = (self.edit(profile), FileKind::Config.header_of(&self.owner));
        match &self.include {
            Some((property, place)) => {
                format!("{edit}: aws-vault takes it from [{owner}] by {property} ({place}), which awsmfa does not read")
            }
            None => format!(
                "[{owner}] has a device: if it belongs to the user of '{profile}', too, {edit}; otherwise \
                 `awsmfa setup --source-profile {}` finds the right one",
                shell_word(profile.as_str())
            ),
        }
    }
}

/// Returns the property of a profile that names another one for aws-vault, its place, and the name.
pub fn include(name: &ProfileName, profiles: Profiles<'_>) -> Option<(&'static str, Place, String)> {
    let profile = profiles.get(name.as_str())?;
    INCLUDES.into_iter().find_map(|property| {
        let found = profile.property(property)?;
        Some((property, found.place(), found.value.into_owned()))
    })
}

/// Finds the device that one of these profiles would inherit, the last of which has the key.
pub fn inherited_device(names: &[&ProfileName], profiles: Profiles<'_>) -> Option<InheritedDevice> {
    let included = names.iter().find_map(|name| {
        let (property, place, next) = include(name, profiles)?;
        let (owner, serial_number) = included_device(next.parse().ok()?, profiles)?;
        Some(InheritedDevice { serial_number, owner, include: Some((property, place)) })
    });
    included.or_else(|| {
        let owner = ProfileName::default_profile();
        let serial_number = device_of(&owner, profiles).filter(|_| names.last() != Some(&&owner))?;
        Some(InheritedDevice { serial_number, owner, include: None })
    })
}

/// Follows the properties from one profile to the next, up to one with a device.
fn included_device(first: ProfileName, profiles: Profiles<'_>) -> Option<(ProfileName, SerialNumber)> {
    let mut name = first;
    // The number of profiles is limited because they may form a loop.
    for _ in 0..limits::CHAIN {
        if let Some(device) = device_of(&name, profiles) {
            return Some((name, device));
        }
        let (.., next) = include(&name, profiles)?;
        name = next.parse().ok()?;
    }
    None
}

fn device_of(name: &ProfileName, profiles: Profiles<'_>) -> Option<SerialNumber> {
    profiles.get(name.as_str())?.property(MFA_SERIAL)?.value.parse().ok()
}

/// Returns the error for a code that no request of a profile uses.
pub(super) fn unused_code(profile: &ProfileName, situation: Situation<'_>) -> ResolveError {
    let profiles = situation.profiles;
    let mut names = vec![profile.clone()];
    names.extend(link::link(Choice::of(profile), profiles).ok().map(|link| link.source_profile));
    let external = names.iter().find_map(|name| ExternalSource::of_named(name, profiles));
    if let Some(from) = external {
        return ResolveError::NotForProvided { profile: profile.clone(), flag: "--token-code", from };
    }
    let including = names.iter().find_map(|name| {
        let (property, place, _) = include(name, profiles)?;
        Some((name, (property.to_owned(), place)))
    });
    let names: Vec<&ProfileName> = names.iter().collect();
    let inherited = inherited_device(&names, profiles).and_then(|device| {
        // The device of [default] can only be that of the key.
        let target = including.as_ref().map(|(name, _)| *name).filter(|_| device.include.is_some());
        Some((target.or(names.last().copied())?.clone(), Box::new(device)))
    });
    ResolveError::UnusedCode { profile: profile.clone(), include: including.map(|(_, include)| include), inherited }
}
