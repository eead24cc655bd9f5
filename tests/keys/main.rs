//! A long-term key stays as it is: sequences of awsmfa's commands and of `aws configure set`, over generated files.
//!
//! Once a section holds a long-term key, both of its lines stay byte for byte until `aws configure set` replaces them,
//! and `login` and `logout` change no line of another section.

#![expect(clippy::disallowed_methods, reason = "these tests run programs and write files")]
#![expect(clippy::indexing_slicing, reason = "a test that panics has failed")]

#[path = "../support/mod.rs"]
mod support;

mod configure;
mod generator;
mod lines;
mod real;
#[path = "../support/seed.rs"]
mod seed;
mod tracker;
mod world;

use std::cell::RefCell;

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use generator::Sequence;
use world::{Counts, World};

const SEQUENCES: u32 = 5_000;

/// Runs the sequence, and returns what happened, or the first change of a key.
fn run(sequence: &Sequence, is_guarded: bool) -> Result<Counts, String> {
    let mut world = World::new(&sequence.config, &sequence.credentials, is_guarded);
    for step in &sequence.steps {
        world.take(step)?;
    }
    Ok(world.counts)
}

/// Runs so many sequences; the seed is in the message of the failure.
fn run_all(config: Config, is_guarded: bool) -> Result<Counts, String> {
    let seed = config.rng_seed;
    let total = RefCell::new(Counts::default());
    let result = TestRunner::new(config).run(&generator::sequence(), |sequence| {
        let counts = run(&sequence, is_guarded).map_err(TestCaseError::fail)?;
        total.borrow_mut().add(&counts);
        Ok(())
    });
    match result {
        Ok(()) => Ok(total.into_inner()),
        Err(TestError::Fail(why, sequence)) => Err(format!("{why}\nseed: {seed}\n{sequence:?}")),
        Err(TestError::Abort(why)) => Err(why.to_string()),
    }
}

#[test]
fn no_command_changes_a_line_of_a_long_term_key_or_of_another_section() {
    let counts = run_all(seed::config(SEQUENCES), true).unwrap_or_else(|why| panic!("{why}"));
    // Each of these happened often enough.
    for (what, count) in counts.each() {
        assert!(count >= 10, "only {count} times: {what}");
    }
}

#[test]
fn without_the_guard_the_sequences_find_a_key_that_is_overwritten() {
    let config = Config { max_shrink_iters: 0, ..seed::config(200) };
    let why = run_all(config, false).expect_err("a key is overwritten");
    assert!(why.contains("is not there any more after Login"), "{why}");
}
