//! What AWS says of a permanent key, and of the machine's clock.

use super::Facts;
use super::finding::{Finding, Reason};
use super::kind::Kind;
use crate::diagnosis::{CLOCK_TOLERANCE, clock_is_off, clock_remedy};
use crate::profile::ProfileName;
use crate::time::{Seconds, Timestamp, seconds_between};

/// A key that is older should be replaced, as AWS's own checks say (IAM User Guide, rotating access keys).
const OLD_KEY_DAYS: i64 = 90;
const DAY: i64 = 24 * 60 * 60;

/// What was heard when the key of a profile was tried.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The profile with the key.
    pub profile: ProfileName,
    /// How far the machine's clock is ahead of AWS's; negative if behind.
    pub clock_offset: Option<Seconds>,
    /// Why nobody has answered, and what helps.
    pub unreachable: Option<Reason>,
    /// Why AWS does not take the key, and what helps.
    pub refused: Option<Reason>,
    /// When the key was created, if its user may ask for that.
    pub key_made: Option<Timestamp>,
    /// The device of the files that IAM does not list, and those that it lists.
    pub unlisted: Option<(String, Vec<String>)>,
}

/// What is wrong with what was heard.
pub(super) fn online(facts: &Facts<'_>) -> Vec<Finding> {
    let Some(heard) = facts.heard else { return Vec::new() };
    let of = |kind| Finding::new(kind).of(heard.profile.as_str());
    let clock = clock(heard.clock_offset, facts.environment.is_wsl());
    let days = heard.key_made.map(|made| seconds_between(made, facts.clock.now).0 / DAY);
    let old = days.filter(|days| *days >= OLD_KEY_DAYS).map(|days| of(Kind::OldKey).about(days.to_string()));
    let unreachable = heard.unreachable.as_ref().map(|reason| of(Kind::Unreachable).because(reason));
    let refused = heard.refused.as_ref().map(|reason| of(Kind::KeyRefused).because(reason));
    let unlisted = heard
        .unlisted
        .as_ref()
        .map(|(serial, listed)| of(Kind::UnlistedSerial).about(format!("{serial}, but {}", listed.join(", "))));
    [clock, unreachable, refused, unlisted, old].into_iter().flatten().collect()
}

/// The machine's clock, if it differs from that of AWS by more than anybody takes.
pub fn clock(ahead: Option<Seconds>, is_wsl: bool) -> Option<Finding> {
    let ahead = ahead.filter(|ahead| ahead.0.abs() >= CLOCK_TOLERANCE)?;
    let remedy = clock_remedy(is_wsl).to_owned();
    Some(Finding::new(Kind::ClockSkew).about(clock_is_off(ahead)).mended_by(Some(remedy)))
}
