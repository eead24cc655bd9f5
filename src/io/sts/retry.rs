//! Retries of requests that STS has not processed, for a short time only.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::StsError;

/// The waits before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(1200)];

/// The clock offset, in seconds, from which STS may refuse a signature because of its time, and from which the SDK
/// corrects the time.
const CLOCK_OFF_SECONDS: i64 = 4 * 60;

/// Makes a call, and repeats it if it was not processed: up to three attempts, within `limit`. A call that was refused
/// because of a wrong clock is repeated once with the corrected time.
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
            // The SDK takes the time from the answer, and signs the next request with it.
            tracing::info!(ahead_s = ahead.0, "the clock is off: signed again with the time of STS");
            is_corrected = true;
            continue;
        }
        if !error.is_before_processing() {
            return Err(error);
        }
        let Some(pause) = pauses.next().filter(|pause| began.elapsed() + **pause < limit) else { return Err(error) };
        tracing::info!(%error, pause_ms = pause.as_millis(), "nothing was processed: sent again");
        sleep(*pause);
    }
}
