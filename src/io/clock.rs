//! The machine's clock and time zone.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{own_files, safe_open};
use crate::limits;

/// The time zone database on Unix.
const ZONES: &str = "/usr/share/zoneinfo";

/// Returns the current time.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A stopwatch, for the output of `--debug` and for time limits.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Returns the time since the start in milliseconds.
    pub fn ms(&self) -> u128 {
        self.0.elapsed().as_millis()
    }
}

/// Returns the time zone for the output: the one in `TZ`, otherwise the machine's, or UTC if neither is known.
///
/// To find the system's zone, jiff searches the whole time zone database, which takes longer than everything else that
/// `status` does. Therefore the zone's file is read here, and jiff is the fallback.
pub fn zone() -> TimeZone {
    let name = std::env::var("TZ").unwrap_or_default();
    let name = name.trim_start_matches(':');
    let path = if name.is_empty() { Path::new("/etc/localtime").to_owned() } else { Path::new(ZONES).join(name) };
    let read = read_zone(&path).and_then(|bytes| TimeZone::tzif(name, &bytes).ok());
    read.or_else(|| TimeZone::posix(name).ok()).or_else(|| known_zone(name)).unwrap_or(TimeZone::UTC)
}

/// Reads the file of a time zone. `TZ` can contain any path, so pipes and devices are refused.
fn read_zone(path: &Path) -> Option<Vec<u8>> {
    let (file, _) = safe_open::regular(path, limits::ZONE_BYTES).ok()?;
    own_files::read_opened(&file, limits::ZONE_BYTES).ok()
}

/// Looks up a time zone in the database, wherever that is. The system's zone is looked up only if `TZ` is unset or
/// empty: otherwise jiff would open any path in it.
fn known_zone(name: &str) -> Option<TimeZone> {
    if name.is_empty() { TimeZone::try_system().ok() } else { TimeZone::get(name).ok() }
}
