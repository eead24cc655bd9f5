//! The randomness of the property tests: the same in every run.

use proptest::test_runner::{Config, RngSeed};

/// The seed of the generators, unless `PROPTEST_RNG_SEED` is another number.
const SEED: u64 = 20_261_121;

/// The settings for this number of cases.
pub fn config(cases: u32) -> Config {
    let default = Config::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(SEED),
        chosen => chosen,
    };
    // Shrinking a pair of files to the last line takes minutes, and is hardly more useful.
    Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: 2_000, ..default }
}
