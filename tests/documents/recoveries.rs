//! Recovery files, whole, cut short, changed and made up.

use std::cell::Cell;

use awsmfa::session;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::{generator, kept, seed, steps};

const CASES: u32 = 2_000;

/// Lines that a login does not write.
const CHANGES: [&str; 13] = [
    "awsmfa_narrowed = true",
    "[other]",
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
    "aws_security_token = stale",
    "expiration = 2099-01-01T00:00:00Z",
    "expiration = never",
    "aws_session_token = ",
    "aws_session_token = two words",
    "aws_secret_access_key = \"quoted\"",
    "awsmfa_written_key = 0123456789abcdef",
    "# a note",
    "  more",
    "[s]",
];

/// The recovery file of a login for the profile, with a change.
fn recovery() -> impl Strategy<Value = Vec<u8>> {
    let name = select(&["s", "default", "t", "a b", "caf\u{e9}", "in-no-file"][..]);
    let change = prop_oneof![
        3 => Just(None),
        2 => (any::<Index>(), select(&CHANGES[..])).prop_map(Some),
    ];
    let cut = prop_oneof![5 => Just(None), 1 => any::<Index>().prop_map(Some)];
    (name, change, cut).prop_map(|(name, change, cut)| {
        let edits = session::login_edits(&steps::session(), false);
        let mut bytes = steps::parse(b"").edited(name, &edits).expect("every login keeps it so");
        if let Some((place, line)) = change {
            let mut lines: Vec<String> = String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect();
            lines.insert(place.index(lines.len() + 1), line.to_owned());
            bytes = lines.join("\n").into_bytes();
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    })
}

#[test]
fn only_a_session_is_recovered_and_only_into_its_own_section() {
    let recovered = Cell::new(0);
    let samples = (recovery(), generator::sample());
    let result = TestRunner::new(seed::config(CASES)).run(&samples, |(recovery, credentials)| {
        recovered.set(recovered.get() + u32::from(kept::check(&recovery, &credentials.bytes)));
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(recovered.get() > CASES / 4, "only {} sessions were recovered", recovered.get());
}

#[test]
fn any_bytes_are_a_recovery_file_or_none() {
    let samples = (generator::any_bytes(), generator::any_bytes());
    let result = TestRunner::new(seed::config(CASES)).run(&samples, |(recovery, credentials)| {
        kept::check(&recovery.bytes, &credentials.bytes);
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
