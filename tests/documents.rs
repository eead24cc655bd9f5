//! An edit of the credentials file changes what it must and nothing else: on the files that real clients were asked about,
//! on generated ones, and on folders of exact bytes. The AWS SDK's own parser is asked about every result.

#![expect(clippy::disallowed_methods, reason = "these tests read the fixtures")]
#![expect(clippy::indexing_slicing, reason = "a test that panics has failed")]

#[path = "support/cases.rs"]
mod cases;
#[path = "documents/choices.rs"]
mod choices;
#[path = "documents/differential.rs"]
mod differential;
#[path = "documents/folders.rs"]
mod folders;
#[path = "documents/form.rs"]
mod form;
#[path = "documents/generator.rs"]
mod generator;
#[path = "documents/kept.rs"]
mod kept;
#[path = "documents/laws.rs"]
mod laws;
#[path = "documents/questions.rs"]
mod questions;
#[path = "documents/reading.rs"]
mod reading;
#[path = "documents/recoveries.rs"]
mod recoveries;
#[path = "documents/repairs.rs"]
mod repairs;
#[path = "documents/round_trip.rs"]
mod round_trip;
#[path = "documents/sdk.rs"]
mod sdk;
#[path = "support/seed.rs"]
mod seed;
#[path = "documents/sessions.rs"]
mod sessions;
#[path = "documents/steps.rs"]
mod steps;
