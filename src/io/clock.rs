//! The clock and the time zone of the machine.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{opening, own_files};
use crate::limits;

/// Where Unix keeps what is known of time zones.
const ZONES: &str = "/usr/share/zoneinfo";

/// The time now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Measures how long something takes, for `--debug`.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns whether more than this has gone by.
    pub fn is_over(&self, limit: Duration) -> bool {
        self.0.elapsed() > limit
    }

    /// The time since then.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// The time since then, in milliseconds.
    pub fn ms(&self) -> u128 {
        self.0.elapsed().as_millis()
    }
}

/// The zone that times are shown in: `TZ`, else the machine's; UTC where it is unknown.
///
/// Asked for the system's zone, jiff looks through the whole database of zones, which takes longer than all that `status`
/// does otherwise; so the one file is read here, and jiff asked only where that fails.
pub fn zone() -> TimeZone {
    let name = std::env::var("TZ").unwrap_or_default();
    let name = name.trim_start_matches(':');
    let path = if name.is_empty() { Path::new("/etc/localtime").to_owned() } else { Path::new(ZONES).join(name) };
    let read = read_zone(&path).and_then(|bytes| TimeZone::tzif(name, &bytes).ok());
    read.or_else(|| TimeZone::posix(name).ok()).or_else(|| known_zone(name)).unwrap_or(TimeZone::UTC)
}

/// Reads a file that describes a zone. Anybody can name any path in `TZ`: a pipe or a device is not one.
fn read_zone(path: &Path) -> Option<Vec<u8>> {
    let (file, _) = opening::regular(path, limits::ZONE_BYTES).ok()?;
    own_files::read_opened(&file, limits::ZONE_BYTES).ok()
}

/// A zone of the database, wherever that is. Asked for the system's zone, jiff would open whatever `TZ` names.
fn known_zone(name: &str) -> Option<TimeZone> {
    if name.is_empty() { TimeZone::try_system().ok() } else { TimeZone::get(name).ok() }
}
