//! Retries of requests to STS.

use std::cell::Cell;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::StsError;
use crate::limits;

/// The waits before the second and the third attempt of a request that uses a code, or that cannot be sent.
const PAUSES: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(1200)];

/// The longest wait before the second attempt of a request without a code. It doubles with each attempt, and is never
/// longer than [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);

/// The clock offset, in seconds, from which STS may refuse a signature because of its time, and from which the SDK
/// corrects the time.
const CLOCK_OFF_SECONDS: i64 = 4 * 60;

/// The condition for sending a request again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeatable {
    /// STS has certainly not processed it. This is the condition for a request with a code.
    IfUnprocessed,
    /// It was throttled, or the answer got lost.
    Always,
}

/// The time in which requests are repeated, shared by all requests of a login. It begins with the first failure.
#[derive(Default)]
pub(super) struct Budget {
    until: Cell<Option<Instant>>,
}

impl Budget {
    /// Returns whether a request may be sent again after this pause.
    fn allows(&self, pause: Duration) -> bool {
        let now = Instant::now();
        let until = self.until.get().unwrap_or_else(|| now + limits::RETRIES);
        self.until.set(Some(until));
        now + pause < until
    }
}

/// Makes a call, and repeats it if it may succeed. A request with a code, or one that cannot be sent, is repeated twice
/// within `limit`; others within the budget. A call that was refused because of a wrong clock is repeated once with the
/// corrected time.
pub(super) async fn patiently<T>(
    budget: &Budget,
    repeatable: Repeatable,
    limit: Duration,
    call: impl AsyncFn() -> Result<T, StsError>,
) -> Result<T, StsError> {
    let began = Instant::now();
    let mut pauses = PAUSES.iter().copied();
    let mut backoff = SHORTEST;
    let mut is_corrected = false;
    loop {
        let error = match call().await {
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
        let pause = if repeatable == Repeatable::Always && error.is_passing() {
            let pause = jittered(backoff);
            backoff = LONGEST.min(backoff * 2);
            budget.allows(pause).then_some(pause)
        } else if error.is_before_processing() {
            pauses.next().filter(|pause| began.elapsed() + *pause < limit)
        } else {
            None
        };
        let Some(pause) = pause else { return Err(error) };
        let reason = if error.is_before_processing() { "nothing was processed" } else { "no code was sent" };
        tracing::info!(%error, pause_ms = pause.as_millis(), "{reason}: sent again");
        sleep(pause).await;
    }
}

/// Returns a random wait between half of this one and all of it, so that requests that were throttled together are not
/// repeated together.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + fastrand::f64() / 2.0)
}
