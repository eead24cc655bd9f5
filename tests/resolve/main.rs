//! The decisions of a login, on pairs of files that are written by hand or generated: no binary, no network, no clock.

#![expect(clippy::indexing_slicing, reason = "a test that panics has failed")]

mod durations;
mod endpoints;
mod generator;
mod hints;
mod laws;
mod plans;
mod refusals;
mod roles;
mod scene;
mod scopes;
#[path = "../support/seed.rs"]
mod seed;
mod session_profiles;
mod sources;
