//! From any recovery file, only a session that STS can have given gets into the credentials file, into its own
//! section.
//!
//! The input is the recovery file, a zero byte, and the credentials file.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/documents/kept.rs"]
mod kept;
#[path = "../../tests/documents/steps.rs"]
mod steps;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    let (recovery, credentials) = (part(), part());
    kept::check(recovery, credentials);
});
