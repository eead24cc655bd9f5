//! Every decision of a login, tried on generated pairs of files: no binary, no network, no clock.

#![expect(clippy::indexing_slicing, reason = "a test that panics has failed")]

#[path = "resolve/decisions.rs"]
mod decisions;
#[path = "resolve/endpoints.rs"]
mod endpoints;
#[path = "resolve/generator.rs"]
mod generator;
#[path = "resolve/hints.rs"]
mod hints;
#[path = "resolve/laws.rs"]
mod laws;
#[path = "resolve/plans.rs"]
mod plans;
#[path = "support/seed.rs"]
mod seed;
