//! Random delays, so that answers arrive in another order than their requests.

use std::time::Duration;

/// The seed, unless `PROPTEST_RNG_SEED` is another number, as in the property tests.
const SEED: u64 = 20_261_121;

/// A sequence of random times.
pub struct Shuffle {
    state: u64,
    up_to: Duration,
}

impl Shuffle {
    /// Prints the seed, which a failed test shows: the same seed gives the same times.
    #[expect(clippy::disallowed_macros, reason = "the test runner shows it if the test fails")]
    pub fn new(up_to: Duration) -> Self {
        let chosen = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok());
        let state = chosen.unwrap_or(SEED);
        eprintln!("the answers are shuffled with PROPTEST_RNG_SEED={state}");
        Self { state, up_to }
    }

    /// Returns the next time, at most `up_to`.
    pub fn next(&mut self) -> Duration {
        // SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let thousandths = u32::try_from((mixed ^ (mixed >> 31)) % 1001).unwrap_or_default();
        self.up_to * thousandths / 1000
    }
}
