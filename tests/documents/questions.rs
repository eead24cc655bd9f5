//! Lookups in a whole document.

use awsmfa::document::{EditError, SectionRef};

use crate::steps::{parse, text};

#[test]
fn the_first_line_that_makes_a_client_refuse_the_file_is_found() {
    let cases: [(&[u8], Option<usize>); 22] = [
        (b"", None),
        (b"# note\n; note\n\n[s]\nx = 1\n  more\n# note\n", None),
        (b"\xEF\xBB\xBF[s]\nx = 1\n", None),
        (b"\xEF\xBB\xBF# note\n[s]\n", None),
        (b"[a b]\n[profile c]\n", None),
        // Above the first header there may be only blank lines and comments.
        (b"x = 1\n[s]\n", Some(1)),
        (b"\n# note\n  x\n[s]\n", Some(3)),
        (b"x = 1\n", Some(1)),
        (b"# note\nwords\n", Some(2)),
        (b"\xEF\xBB\xBFx = 1\n[s]\n", Some(1)),
        // A header has a name, without brackets or comment signs, and is closed.
        (b"[a]\n[s\n", Some(2)),
        (b"[a]\n[]\n", Some(2)),
        (b"[a]\n[b[c]\n", Some(2)),
        (b"[a]\n[b]c]\n", Some(2)),
        (b"[a]\n[b#c]\n", Some(2)),
        (b"[a]\n[b;c]\n", Some(2)),
        (b"[a]\n[s] words\n", Some(2)),
        // Below a header are properties, comments, and lines that belong to a value.
        (b"[a]\nx = 1\nwords\n", Some(3)),
        (b"[a]\n= 1\n", Some(2)),
        (b"[a]\nx = 1\n[b]\nx: 1\n", Some(4)),
        // The first one counts.
        (b"[a]\nwords\n[b\n", Some(2)),
        (b"words\n[a]\nwords\n", Some(1)),
    ];
    for (bytes, line) in cases {
        assert_eq!(parse(bytes).first_unreadable_line(), line, "{}", text(bytes));
    }
}

#[test]
fn a_property_is_looked_up_as_it_is_listed() {
    for line in ["x = 1", "X=1", "\rx = 1", "\r \t\rx = 1\r", " x = 1", "\tx = 1", "xx = 1", "\u{A0}x = 1"] {
        let document = parse(format!("[s]\ny = 2\n{line}\n").as_bytes());
        let section = document.sections_named("s").next().expect("it is there");
        let listed = section.properties().into_iter().any(|property| property.is_named("x"));
        assert_eq!(section.property("x").is_some(), listed, "{line:?}");
        assert_eq!(document.sections_where("x", "1").len(), usize::from(listed), "{line:?}");
    }
}

#[test]
fn the_first_line_that_is_not_utf_8_is_found() {
    let cases: [(&[u8], Option<usize>); 4] = [
        (b"", None),
        (b"[s]\nx = caf\xC3\xA9\n", None),
        (b"[s]\n# note\nx = caf\xE9\ny = \xE9\n", Some(3)),
        (b"\xE9", Some(1)),
    ];
    for (bytes, line) in cases {
        assert_eq!(parse(bytes).first_line_not_utf8(), line, "{}", text(bytes));
    }
}

#[test]
fn a_property_is_mentioned_wherever_its_name_occurs() {
    let cases: [(&[u8], bool); 8] = [
        (b"", false),
        (b"[s]\nlink = 1\n", true),
        (b"[s]\nLINK = 1\n", true),
        (b"[s]\nx = 1 # a lInK\n", true),
        (b"link", true),
        (b"lin", false),
        (b"[s]\nl = 1\nli = 1\nlin k = 1\n", false),
        (b"[s]\nblink = 1\n", true),
    ];
    for (bytes, is_mentioned) in cases {
        assert_eq!(parse(bytes).mentions("link"), is_mentioned, "{}", text(bytes));
    }
}

#[test]
fn comments_and_lines_below_belong_to_a_value() {
    let document = parse(b"[s]\na = 1 # note\nb = 2\n  more\nc = 3\n");
    let properties = document.section(0).expect("the only one").properties();
    let found: Vec<_> = properties.iter().map(|it| (it.has_inline_comment(), it.is_continued())).collect();
    assert_eq!(found, [(true, false), (false, true), (false, false)]);
}

#[test]
fn a_section_is_renamed_in_place_and_nothing_else_changes() {
    let document = parse(b"# top\n[a]\nx = 1\n[s] # note\ny = 2\n[b]\nz = 3");
    assert_eq!(document.renamed("s", "t").expect("it can"), b"# top\n[a]\nx = 1\n[t] # note\ny = 2\n[b]\nz = 3");
    assert_eq!(document.renamed("none", "t").expect("nothing to do"), document.bytes());
    let taken = document.renamed("s", "a").expect_err("it is there");
    assert_eq!(taken, EditError::DuplicateSection { first: 2, second: 4 });
}

#[test]
fn lines_are_counted_the_same_near_and_far() {
    let lines: Vec<String> = (0..3_000).map(|line| format!("[{}]\n", "x".repeat(line % 7))).collect();
    let document = parse(lines.concat().as_bytes());
    let found: Vec<usize> = document.sections().map(|section| section.line()).collect();
    assert_eq!(found, (1..=3_000).collect::<Vec<_>>());
    let blocks = parse("\n".repeat(8_192).as_bytes());
    assert_eq!(
        [0, 1, 4_095, 4_096, 4_097, 8_192].map(|offset| blocks.line_number(offset)),
        [1, 2, 4_096, 4_097, 4_098, 8_193]
    );
}

#[test]
fn a_section_knows_the_text_after_its_header_and_its_indented_lines() {
    let document = parse(b"[a]\n[b] \t\r\n[c] # note\n[d]; note\nx = 1\n  # note\n\t more \r\n\n[e]\n  alone\n");
    let sections: Vec<_> = document.sections().collect();
    let commented: Vec<bool> = sections.iter().map(SectionRef::has_header_comment).collect();
    assert_eq!(commented, [false, false, true, true, false]);
    let indented: Vec<_> = sections.into_iter().map(|section| section.indented_lines().collect::<Vec<_>>()).collect();
    let none: Vec<(usize, &[u8])> = Vec::new();
    let expected: [Vec<(usize, &[u8])>; 5] =
        [none.clone(), none.clone(), none, vec![(6, b"# note"), (7, b"more")], vec![(10, b"alone")]];
    assert_eq!(indented, expected);
}

#[test]
fn a_value_on_continuation_lines_is_not_empty() {
    let document = parse(b"[s]\na = 1\nb =\nc =\n  more\nd =\n# note\n\n  more\ne = # note\n[t]\n  more\n");
    let empty =
        |name: &str| document.sections().next().and_then(|section| section.property(name)).map(|it| it.is_empty());
    let found = ["a", "b", "c", "d", "e", "f"].map(empty);
    assert_eq!(found, [Some(false), Some(true), Some(false), Some(false), Some(true), None]);
}
