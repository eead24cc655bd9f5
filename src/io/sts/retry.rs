//! When a request may be sent again: only where it cannot spend a code twice, and not for long.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::StsError;

/// How long to wait before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(1200)];

/// A clock that is off by less is none that STS refuses a signature for, nor one that the SDK corrects.
const CLOCK_OFF_SECONDS: i64 = 4 * 60;

/// Calls until there is an answer, or until nothing more can come of it: when STS or the network has given the same answer
/// three times, or when `limit` is over.
pub(super) fn patiently<T>(limit: Duration, call: impl Fn() -> Result<T, StsError>) -> Result<T, StsError> {
    let began = Instant::now();
    let mut pauses = PAUSES.iter();
    let mut is_corrected = false;
    loop {
        let error = match call() {
            Err(error) => error,
            answer => return answer,
        };
        if let Some(ahead) = error.refused_clock().filter(|ahead| ahead.0.abs() >= CLOCK_OFF_SECONDS)
            && !is_corrected
        {
            // The SDK has read the time from the answer, and signs the next request with it.
            tracing::info!(ahead_s = ahead.0, "the clock is off: signed again with the time of STS");
            is_corrected = true;
            continue;
        }
        let again = pauses.next().filter(|_| error.is_before_processing());
        let Some(pause) = again.filter(|pause| began.elapsed() + **pause < limit) else { return Err(error) };
        tracing::info!(%error, pause_ms = pause.as_millis(), "nothing was processed: sent again");
        sleep(*pause);
    }
}
