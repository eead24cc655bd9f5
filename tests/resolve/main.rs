//! Every decision of a login, tried on generated pairs of files: no binary, no network, no clock.

#![expect(clippy::indexing_slicing, reason = "a test that panics has failed")]

mod decisions;
mod endpoints;
mod generator;
mod hints;
mod laws;
mod plans;
#[path = "../support/seed.rs"]
mod seed;
