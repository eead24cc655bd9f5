//! The clock and the time zone of the machine.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The time now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The zone that times are shown in; UTC where it is unknown.
pub fn zone() -> TimeZone {
    TimeZone::try_system().unwrap_or(TimeZone::UTC)
}
