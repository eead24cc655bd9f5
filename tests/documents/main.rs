//! An edit of the credentials file changes what it must and nothing else: on the files that real clients were asked
//! about, on generated ones, and on folders of exact bytes. Every result is compared with the AWS SDK's own parser.

#![expect(clippy::disallowed_methods, reason = "these tests read the fixtures")]
#![expect(clippy::indexing_slicing, reason = "a test that panics has failed")]

#[path = "../support/cases.rs"]
mod cases;
mod choices;
mod differential;
mod folders;
mod form;
mod generator;
mod kept;
mod laws;
mod questions;
mod reading;
mod recoveries;
mod repairs;
mod round_trip;
mod sdk;
#[path = "../support/seed.rs"]
mod seed;
mod sessions;
mod steps;
