//! Login and logout on the files that real clients were asked about.

use awsmfa::document::{Document, EditError};

use crate::cases::{self, Case};
use crate::{sdk, steps};

/// A profile that is in no case.
pub const NEW: &str = "in-no-file";

/// The edits that are refused, each with its reason. No other is.
fn refusals() -> Vec<(&'static str, &'static str, EditError)> {
    use EditError::*;
    let duplicate = |first, second| DuplicateProperty { property: "aws_session_token", first, second };
    vec![
        // The AWS CLI and boto3 read a file with old Mac line ends, the others see one long line.
        ("a07-cr-only", "s", CarriageReturn { line: 1 }),
        ("a07-cr-only", NEW, CarriageReturn { line: 1 }),
        // Most do not see the section that follows the mark, or refuse the file.
        ("a09-bom-then-section", "s", ByteOrderMark),
        // A no-break space behind the property's name: Python, JS and Go cut it off, the others do not.
        ("a103-nbsp-around", "s", UnreadableLine { line: 2 }),
        // A line of words without `=`: most refuse the file.
        ("a104-rem-comment", "s", UnreadableLine { line: 2 }),
        // Rust does not see a header that ends in a carriage return.
        ("a108-double-cr", "s", CarriageReturn { line: 1 }),
        // Below the indented header are the keys of another profile. For half of the SDKs they are this section's.
        (
            "a110-section-header-with-tab-after-keys",
            "s",
            DuplicateProperty { property: "aws_access_key_id", first: 2, second: 7 },
        ),
        // An indented line right below the header: Rust and C refuse the file.
        ("a16-comment-indented", "s", UnreadableLine { line: 2 }),
        ("a35-indented-all-keys", "s", UnreadableLine { line: 2 }),
        ("a36-indented-all-keys-tab", "s", UnreadableLine { line: 2 }),
        // Text right behind the header's bracket: JS does not see the section.
        ("a29-header-comment-nospace", "s", IrregularHeader { line: 1 }),
        ("a31-header-garbage", "s", IrregularHeader { line: 1 }),
        // Only JS and Go read an indented header as one.
        ("a38-indented-header", "s", IndentedHeader { line: 4 }),
        ("a39-indented-header-first", "s", IndentedHeader { line: 1 }),
        ("a40-indented-header-blank-before", "s", IndentedHeader { line: 5 }),
        // `:` for `=`: read by Python and Go only.
        ("a46-colon", "s", UnreadableLine { line: 2 }),
        ("a47-colon-nospace", "s", UnreadableLine { line: 2 }),
        ("a48-colon-space-both", "s", UnreadableLine { line: 2 }),
        // The AWS CLI and boto3 refuse a file with a duplicate property or section.
        ("a52-dup-key-different-case", "s", duplicate(4, 5)),
        ("a53-dup-key", "s", duplicate(4, 5)),
        ("a54-dup-section-merge", "s", DuplicateSection { first: 1, second: 5 }),
        ("a55-dup-section-same-keys", "s", DuplicateSection { first: 1, second: 6 }),
        ("a56-dup-section-token-in-first", "s", DuplicateSection { first: 1, second: 5 }),
        // A line without `=`, or without a name: most refuse the file.
        ("a59-line-without-eq", "s", UnreadableLine { line: 2 }),
        ("a61-empty-key", "s", UnreadableLine { line: 2 }),
        // An unclosed header: most refuse the file.
        ("a64-unclosed-header", "s", IrregularHeader { line: 1 }),
        // Space inside the brackets: the AWS CLI, JS and Ruby ignore the section.
        ("a68-header-inner-space", "s", IrregularHeader { line: 1 }),
        ("a69-header-inner-tab", "s", IrregularHeader { line: 1 }),
    ]
}

fn is_utf16(case: &Case) -> bool {
    Document::parse(case.credentials.clone()).is_err()
}

#[test]
fn exactly_these_edits_are_refused() {
    let mut found = Vec::new();
    for case in cases::all().iter().filter(|case| !is_utf16(case)) {
        for target in ["s", NEW] {
            if let Err(error) = steps::login(&case.credentials, target) {
                found.push((case.name.clone(), target, error));
            }
        }
    }
    let expected = refusals();
    let expected: Vec<_> = expected.into_iter().map(|(case, target, error)| (case.to_owned(), target, error)).collect();
    for refusal in &found {
        assert!(expected.contains(refusal), "refused, but not in the table: {refusal:?}");
    }
    for refusal in &expected {
        assert!(found.contains(refusal), "in the table, but not refused: {refusal:?}");
    }
}

#[test]
fn only_the_utf_16_case_is_not_parsed() {
    let all = cases::all();
    let refused: Vec<_> = all.iter().filter(|case| is_utf16(case)).map(|case| case.name.as_str()).collect();
    assert_eq!(refused, ["a13-utf16"]);
}

#[test]
fn a_file_that_all_official_sdks_read_is_never_refused() {
    let mut edited = 0;
    for case in cases::all().iter().filter(|case| case.has_agreed_keys()) {
        let asked = case.variable("AWS_PROFILE").filter(|name| !name.is_empty()).unwrap_or("default");
        for target in ["s", NEW, asked] {
            let result = steps::login(&case.credentials, target);
            assert!(result.is_ok(), "{}: [{target}]: {:?}", case.name, result.err());
            edited += 1;
        }
    }
    assert!(edited >= 3 * 130, "{edited} edits were tried");
}

#[test]
fn logout_restores_the_bytes_from_before_the_first_login() {
    let mut compared = 0;
    for case in cases::all().iter().filter(|case| !is_utf16(case)) {
        for target in ["s", NEW] {
            let before = &case.credentials;
            if steps::holds_edited(before, target) {
                continue;
            }
            let Ok(during) = steps::login(before, target) else { continue };
            steps::assert_holds_the_session(&during, target);
            steps::assert_only_the_target_changed(before, &during, target);
            let after = steps::logout(&during, target);
            assert_eq!(after.as_ref(), Ok(before), "{} [{target}]:\n{}", case.name, steps::text(&during));
            compared += 1;
        }
    }
    assert!(compared >= 300, "{compared} round trips were compared");
}

#[test]
fn a_session_is_replaced_in_its_own_section_and_nothing_else_changes() {
    let mut compared = 0;
    for case in cases::all().iter().filter(|case| !is_utf16(case)) {
        let before = &case.credentials;
        if !steps::holds_edited(before, "s") {
            continue;
        }
        let Ok(after) = steps::login(before, "s") else { continue };
        steps::assert_holds_the_session(&after, "s");
        steps::assert_only_the_target_changed(before, &after, "s");
        assert_eq!(steps::login(&after, "s").as_ref(), Ok(&after), "{}: a second login changes nothing", case.name);
        let last = steps::logout(&after, "s").expect("what was written can be taken away");
        assert!(!steps::holds_edited(&last, "s"), "{}: nothing of the session is left", case.name);
        compared += 1;
    }
    assert!(compared >= 130, "{compared} logins were compared");
}

#[test]
fn the_aws_sdk_sees_the_session_and_no_other_change() {
    let mut compared = 0;
    for case in cases::all().iter().filter(|case| !is_utf16(case)) {
        for target in ["s", NEW] {
            let before = &case.credentials;
            let Ok(during) = steps::login(before, target) else { continue };
            let Ok(after) = steps::logout(&during, target) else { continue };
            if sdk::confirms_login(before, &during, target) {
                sdk::assert_target_is_kept(before, &during, target);
                assert!(sdk::confirms_logout(&during, &after, target), "{}", case.name);
                compared += 1;
            }
        }
    }
    assert!(compared >= 400, "{compared} edits were compared");
}
