//! Times and durations, as users and tools write them and as messages show them.

use std::cell::OnceCell;
use std::fmt;
use std::str::FromStr;

pub use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The time, and the zone that local times are in.
#[derive(Clone, Debug)]
pub struct Clock {
    /// The time now.
    pub now: Timestamp,
    /// The reader of the machine's time zone, called on first use since it opens a file.
    read_zone: fn() -> TimeZone,
    zone: OnceCell<TimeZone>,
}

impl Clock {
    /// Creates a clock that shows `now`; `read_zone` is called when the zone is first needed.
    pub fn new(now: Timestamp, read_zone: fn() -> TimeZone) -> Self {
        Self { now, read_zone, zone: OnceCell::new() }
    }

    /// Creates a clock that shows `now`, in UTC.
    pub fn utc(now: Timestamp) -> Self {
        Self::new(now, || TimeZone::UTC)
    }

    /// Returns the time zone of the machine.
    pub fn zone(&self) -> &TimeZone {
        self.zone.get_or_init(self.read_zone)
    }
}

/// The number of seconds in a day.
pub const DAY: i64 = 24 * 60 * 60;

/// A whole number of seconds, which users write as `3600`, `12h`, `90m`, `1h30m`, `45s` or `1d`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub i64);

/// The error for a text that is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a duration must be a number of seconds, or days, hours and minutes such as 1d, 12h, 90m or 1h30m")]
pub struct DurationError;

impl Seconds {
    /// Rounds a minute or more to whole minutes.
    pub fn to_nearest_minute(self) -> Self {
        if self.0 < 60 { self } else { Self((self.0 + 30) / 60 * 60) }
    }
}

impl FromStr for Seconds {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let seconds = |digits: &str, unit: i64| {
            let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { digits.parse::<i64>().ok()?.checked_mul(unit) } else { None }
        };
        let part = |part: &str| {
            let units = [('d', DAY), ('h', 3600), ('m', 60), ('s', 1)];
            units.into_iter().find_map(|(unit, length)| seconds(part.strip_suffix(unit)?, length))
        };
        let sum =
            || text.split_inclusive(['d', 'h', 'm', 's']).try_fold(0, |sum: i64, next| sum.checked_add(part(next)?));
        match text {
            "" => Err(DurationError),
            _ => seconds(text, 1).or_else(sum).map(Self).ok_or(DurationError),
        }
    }
}

impl fmt::Display for Seconds {
    /// Writes `11h 58m`, `14m` or `45s`: seconds only below a minute.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.0.max(0);
        let (hours, minutes, seconds) = (total / 3600, total % 3600 / 60, total % 60);
        match (hours, minutes) {
            (0, 0) => write!(f, "{seconds}s"),
            (0, minutes) => write!(f, "{minutes}m"),
            (hours, 0) => write!(f, "{hours}h"),
            (hours, minutes) => write!(f, "{hours}h {minutes}m"),
        }
    }
}

/// Returns the whole seconds from `now` to `until`; negative if `until` is in the past.
pub fn seconds_between(now: Timestamp, until: Timestamp) -> Seconds {
    Seconds(until.as_second() - now.as_second())
}

/// Returns a duration in whole days: `1 day`, `118 days`.
pub fn days_in_words(duration: Seconds) -> String {
    match duration.0.max(0) / DAY {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// Returns the time `by` seconds earlier, or the same time if the result is out of range.
pub fn earlier(time: Timestamp, by: Seconds) -> Timestamp {
    time.checked_sub(jiff::SignedDuration::from_secs(by.0)).unwrap_or(time)
}

/// Parses an expiration as most known tools write it: RFC 3339, `2026-11-21 05:00:00` in UTC, or seconds since 1970.
pub fn parse_expiration(text: &str) -> Option<Timestamp> {
    parse_expiration_in(text, || None)
}

/// Parses an expiration; a time without a zone is in `zone`, or in UTC.
pub fn parse_expiration_in<'a>(text: &str, zone: impl FnOnce() -> Option<&'a TimeZone>) -> Option<Timestamp> {
    let text = text.trim_matches(['"', '\'']);
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    let (civil, is_utc) = text.strip_suffix(" UTC").map_or((text, false), |civil| (civil, true));
    if let Ok(civil) = civil.parse::<jiff::civil::DateTime>() {
        let zone = if is_utc { None } else { zone() };
        let zoned = civil.to_zoned(zone.cloned().unwrap_or(TimeZone::UTC)).ok();
        return zoned.map(|zoned| zoned.timestamp());
    }
    text.parse::<i64>().ok().and_then(|seconds| Timestamp::from_second(seconds).ok())
}

/// Formats a time as `2026-11-21T05:00:00Z`, in whole seconds, which Starship reads.
pub fn rfc3339(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// Formats a time as `2026-11-21 06:00 +01:00`, in the given zone.
pub fn local(time: Timestamp, zone: &TimeZone) -> String {
    // strftime is not used: it would make the program 20 KB larger.
    let zoned = time.to_zoned(zone.clone());
    let (date, clock, offset) = (zoned.date(), zoned.time(), zoned.offset().seconds());
    let sign = if offset < 0 { '-' } else { '+' };
    let offset = offset.abs() / 60;
    format!("{date} {:02}:{:02} {sign}{:02}:{:02}", clock.hour(), clock.minute(), offset / 60, offset % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let cases =
            [("3600", 3600), ("12h", 43200), ("90m", 5400), ("1h30m", 5400), ("45s", 45), ("1d", 86400), ("0", 0)];
        for (text, seconds) in cases {
            assert_eq!(text.parse(), Ok(Seconds(seconds)), "{text}");
        }
        for text in ["", "h", "12x", "1.5h", "-5", "12 h", "1h30", "99999999999999999999", "９"] {
            assert_eq!(text.parse::<Seconds>(), Err(DurationError), "{text}");
        }
    }

    #[test]
    fn durations_are_written_in_the_two_largest_units() {
        let cases = [(43080, "11h 58m"), (43200, "12h"), (840, "14m"), (899, "14m"), (59, "59s"), (0, "0s")];
        for (seconds, words) in cases {
            assert_eq!(Seconds(seconds).to_string(), words);
        }
    }

    #[test]
    fn remaining_time_is_rounded_to_minutes_but_for_the_last_one() {
        for (seconds, rounded) in [(43199, 43200), (43169, 43140), (89, 60), (90, 120), (59, 59), (-5, -5)] {
            assert_eq!(Seconds(seconds).to_nearest_minute(), Seconds(rounded));
        }
    }

    #[test]
    fn expirations_of_every_known_tool_are_read() {
        let expected = Timestamp::from_second(1_795_237_200).expect("in range");
        let texts = [
            "2026-11-21T05:00:00Z",
            "2026-11-21T06:00:00+01:00",
            "2026-11-21T05:00:00+0000",
            "2026-11-21 05:00:00",
            "2026-11-21 05:00:00 UTC",
            "1795237200",
        ];
        for text in texts {
            assert_eq!(parse_expiration(text), Some(expected), "{text}");
        }
        assert_eq!(parse_expiration("soon"), None);
        assert_eq!(rfc3339(expected), "2026-11-21T05:00:00Z");
    }

    #[test]
    fn times_are_shown_to_the_minute_with_the_offset_of_the_zone() {
        let time = Timestamp::from_millisecond(1_795_237_205_678).expect("in range");
        let cases =
            [(0, "2026-11-21 05:00 +00:00"), (19_800, "2026-11-21 10:30 +05:30"), (-12_600, "2026-11-21 01:30 -03:30")];
        for (offset, shown) in cases {
            let offset = jiff::tz::Offset::from_seconds(offset).expect("in range");
            assert_eq!(local(time, &offset.to_time_zone()), shown);
        }
        assert_eq!(rfc3339(time), "2026-11-21T05:00:05Z");
    }
}
