//! Fixes of the syntax of a file: their results, and uncertain cases that they leave alone.

use awsmfa::document::Repair;

use crate::steps::{parse, text};

/// Returns the result, if there is one, and asserts that a second fix changes nothing.
fn repaired(bytes: &[u8], repair: Repair) -> Option<String> {
    let of = |bytes: &[u8]| parse(bytes).repaired(repair, |name| name == "region");
    let new = of(bytes)?;
    assert_eq!(of(&new).map(|again| text(&again)), None, "{}", text(bytes));
    Some(String::from_utf8(new).expect("UTF-8"))
}

#[track_caller]
fn check(repair: Repair, cases: &[(&str, Option<&str>)]) {
    for (bytes, expected) in cases {
        assert_eq!(repaired(bytes.as_bytes(), repair).as_deref(), *expected, "{bytes:?}");
    }
}

#[test]
fn a_byte_order_mark_goes() {
    let cases = [
        ("", None),
        ("[a]\n# \u{FEFF}\n", None),
        ("\u{FEFF}[a]\nx = 1\n", Some("[a]\nx = 1\n")),
        ("\u{FEFF}# note\n[a]\n", Some("# note\n[a]\n")),
    ];
    check(Repair::ByteOrderMark, &cases);
}

#[test]
fn a_comment_after_a_value_moves_to_the_line_above() {
    let cases = [
        ("[a]\nregion = r\nx = 1 # c\n", None),
        ("[a]\nregion = r#c\n", None),
        ("[a]\nx = 1\nREGION = r \t# c # d\n[b]\n", Some("[a]\nx = 1\n# c # d\nREGION = r\n[b]\n")),
        (
            "[a] # stays\nregion = r # c\n  region = r # stays\n",
            Some("[a] # stays\n# c\nregion = r\n  region = r # stays\n"),
        ),
        ("[a]\r\nregion = r ;c\r\n", Some("[a]\r\n;c\r\nregion = r\r\n")),
        ("[a]\r\nregion = r # c", Some("[a]\r\n# c\r\nregion = r")),
        ("[a]\nregion = # c\n[b]\nregion = r # d\n", Some("[a]\n# c\nregion =\n[b]\n# d\nregion = r\n")),
        ("[a]\nregion = r # c\n  d\n", Some("[a]\n# c\nregion = r\n  d\n")),
        ("[a]\nregion= # c", Some("[a]\n# c\nregion=")),
        ("[a]\n# c\nregion = a#b\n", None),
        ("region = r # c\n[a]\n", None),
    ];
    check(Repair::InlineComments, &cases);
}

#[test]
fn a_repeated_property_is_removed_if_it_has_the_same_value() {
    let cases = [
        ("[a]\nx = 1\ny = 1\n[b]\nx = 1\n", None),
        ("[a]\nx = 1\nx = 2\n", None),
        ("[a]\nx = 1\nx = 2\nx = 1\n", None),
        ("[a]\nx = 1\ny = 2\nx=1\n[b]\n", Some("[a]\nx = 1\ny = 2\n[b]\n")),
        ("[a]\nx = 1\nx = 1\nx = 1\n", Some("[a]\nx = 1\n")),
        // Some clients read lower-case names only.
        ("[a]\nX = 1\nx = 1\nX = 1\n", Some("[a]\nx = 1\n")),
        ("[a]\nX = 1\nXX = 1\nX = 1\n", Some("[a]\nX = 1\nXX = 1\n")),
        // More than a value.
        ("[a]\nx = 1 # c\nx = 1\n", None),
        ("[a]\nx = 1\nx = 1 # c\n", None),
        ("[a]\nx = 1\n  y\nx = 1\n", None),
        ("[a]\nx =\n  y\nx =\n  z\n", None),
        ("[a]\nx = 1\nx = 1\n\n# c\n  y\n", None),
    ];
    check(Repair::Doubles, &cases);
}

#[test]
fn a_repeated_section_is_removed_if_it_has_the_same_content() {
    let cases = [
        ("[a]\nx = 1\n[b]\nx = 1\n", None),
        ("[a]\nx = 1\n[a]\nx = 2\n", None),
        ("[a]\nx = 1\n[a]\nx = 1\n[a]\ny = 1\n", None),
        ("[a]\nx = 1\n[a] # c\nx = 1\n", None),
        ("[a]\nx = 1\n# c\n[a]\nx = 1\n", None),
        ("[a]\nx = 1\n[a]\nx = 2\n[a]\nx = 1\n", None),
        ("[a]\nx = 1\n\n[b]\n[a]\nx = 1\n", Some("[a]\nx = 1\n\n[b]\n")),
        ("[a]\nx = 1\n[a] \nx = 1\n[a]\nx = 1\n", Some("[a]\nx = 1\n")),
        ("[a] # c\nx = 1\n[a]\nx = 1\n", Some("[a] # c\nx = 1\n")),
        ("[a]\nx = 1\nX=1\ny = 2\n[b]\n[a]\nx = 1\nX=1\ny = 2\n\n\n[c]\n", Some("[a]\nx = 1\ny = 2\n[b]\n[c]\n")),
        // Both kinds at once; different values stay.
        ("[a]\nx = 1\nx = 1\n[a]\nx = 1\nx = 1\n", Some("[a]\nx = 1\n")),
        ("[a]\nx = 1\nx = 1\n[a]\ny = 1\ny = 1\n", Some("[a]\nx = 1\n[a]\ny = 1\n")),
    ];
    check(Repair::Doubles, &cases);
}

#[test]
fn an_unambiguous_indented_header_moves_to_the_beginning_of_its_line() {
    let cases = [
        ("[a]\nx = 1\n  [b]\ny = 1\n", Some("[a]\nx = 1\n[b]\ny = 1\n")),
        ("[a]\nx = 1\n# c\n\n\t[b]\n\ny = 1\n# d\n", Some("[a]\nx = 1\n# c\n\n[b]\n\ny = 1\n# d\n")),
        ("[a]\n  [b] \ny = 1\n[c]\n", Some("[a]\n[b] \ny = 1\n[c]\n")),
        (
            "[a]\nx = 1\n  [b]\ny = 1\n[c]\nx = 1\n  [d]\ny = 1\n",
            Some("[a]\nx = 1\n[b]\ny = 1\n[c]\nx = 1\n[d]\ny = 1\n"),
        ),
        // The name is in use, or is not read by all clients.
        ("[a]\nx = 1\n  [a]\ny = 1\n", None),
        ("[a]\nx = 1\n  [c]\ny = 1\n[c]\n", None),
        ("[a]\nx = 1\n  [b]\nwords\n", None),
        ("[a]\nx = 1\n  []\ny = 1\n", None),
        ("[a]\nx = 1\n  [ b ]\ny = 1\n", None),
        ("[a]\nx = 1\n  [b[c]\ny = 1\n", None),
        ("[a]\nx = 1\n  [b] # c\ny = 1\n", None),
        ("[a]\nx = 1\n  [b\ny = 1\n", None),
        // Nothing below it needs a header.
        ("[a]\nx = 1\n  [b]\n", None),
        ("[a]\nx = 1\n  [b]\n# c\ny = 1\n", None),
        ("[a]\nx = 1\n  [b]\n  y = 1\n", None),
        ("[a]\nx = 1\n  [b]\ny = 1\n  z\n", None),
        ("[a]\nx = 1\n  [b]\ny = 1\nwords\n", None),
        // Lines that could belong to a block.
        ("[a]\nx =\n  [b]\ny = 1\n", None),
        ("[a]\nx =\n# c\n\n  [b]\ny = 1\n", None),
        ("[a]\nx = 1\n  z\n  [b]\ny = 1\n", None),
        ("[a]\nwords\n  [b]\ny = 1\n", None),
    ];
    check(Repair::IndentedHeaders, &cases);
}
