//! Findings of `doctor --online` about a long-term access key, its MFA device and the machine's clock.

use super::Facts;
use super::finding::{Finding, Reason};
use super::finding_kind::Kind;
use crate::diagnosis::{CLOCK_TOLERANCE, clock_is_off, clock_remedy};
use crate::key_rotation::{Rotation, Stage};
use crate::profile::ProfileName;
use crate::time::{DAY, Seconds, Timestamp, seconds_between};

/// AWS's answers about the key of a profile.
#[derive(Clone, Debug)]
pub struct KeyCheck {
    /// The profile that holds the key.
    pub profile: ProfileName,
    /// The time by which the machine's clock is ahead of AWS's clock; negative if it is behind.
    pub clock_offset: Option<Seconds>,
    /// [`Kind::Unreachable`] or [`Kind::KeyRefused`], and the error and its hint, if AWS did not accept the key.
    pub failure: Option<(Kind, Reason)>,
    /// The creation time of the key, if its user is allowed to list access keys.
    pub key_created: Option<Timestamp>,
    /// The age from which the key is too old.
    pub max_age: Seconds,
    /// The MFA device in the files, if IAM does not list it, and the devices that IAM lists.
    pub unlisted: Option<(String, Vec<String>)>,
}

/// Returns the findings that follow from AWS's answers.
pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let Some(key_check) = &facts.surroundings.key_check else { return Vec::new() };
    let finding = |kind| Finding::new(kind).for_profile(key_check.profile.as_str());
    let clock = clock(key_check.clock_offset, facts.environment.is_wsl());
    let age = key_check.key_created.map(|created| seconds_between(created, facts.clock.now));
    let old = age.filter(|age| *age >= key_check.max_age);
    let old = old.map(|age| finding(Kind::OldKey).with_detail((age.0 / DAY).to_string()));
    let failure = key_check.failure.as_ref().map(|(kind, reason)| finding(*kind).because(reason));
    let unlisted = key_check.unlisted.as_ref().map(|(serial, listed)| {
        finding(Kind::UnlistedSerial).with_detail(format!("{serial}, but {}", listed.join(", ")))
    });
    [clock, failure, unlisted, old].into_iter().flatten().collect()
}

/// Returns the findings about rotations that are not finished.
pub(super) fn unfinished_rotations(rotations: &[(ProfileName, Rotation)]) -> Vec<Finding> {
    let findings = rotations.iter().map(|(profile, rotation)| match &rotation.stage {
        Stage::Creating(_) | Stage::Replacing(_) => {
            Finding::new(Kind::UnfinishedRotation).for_profile(profile.as_str())
        }
        Stage::Replaced(keys, since) => Finding::new(Kind::ReplacedKey)
            .for_profile(profile.as_str())
            .with_detail(format!("{}, replaced at {since}", keys.old.access_key_id)),
    });
    findings.collect()
}

/// Returns a finding if the machine's clock is off by more than AWS clients tolerate.
pub fn clock(ahead: Option<Seconds>, is_wsl: bool) -> Option<Finding> {
    let ahead = ahead.filter(|ahead| ahead.0.abs() >= CLOCK_TOLERANCE)?;
    let remedy = clock_remedy(is_wsl).to_owned();
    Some(Finding::new(Kind::ClockSkew).with_detail(clock_is_off(ahead)).with_remedy(Some(remedy)))
}
