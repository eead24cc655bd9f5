//! The syntax of a file: the irregularities that a document finds.

use awsmfa::document::SectionRef;

use crate::steps::{parse, text};

#[test]
fn a_carriage_return_that_ends_no_line_is_found() {
    let cases: [(&[u8], Option<usize>); 7] = [
        (b"", None),
        (b"[a]\r\nx = 1\r\n", None),
        (b"[a]\r\nx = 1\ry = 2\r\n", Some(2)),
        (b"[a]\nx = 1\r", Some(2)),
        (b"[a]\n\rx = 1\n", Some(2)),
        (b"[a]\r\r\n", Some(1)),
        (b"[a]\nx = 1\n# \r\n# a\rb\n# c\rd\n", Some(4)),
    ];
    for (bytes, line) in cases {
        assert_eq!(parse(bytes).first_stray_carriage_return(), line, "{}", text(bytes));
    }
}

/// Their numbers, and the text without the space around it.
type Lines = &'static [(usize, &'static [u8])];

#[test]
fn indented_lines_are_those_of_sections() {
    let cases: [(&[u8], bool, Lines); 6] = [
        (b"", false, &[]),
        (b"[a]\nx = 1 y\n", false, &[]),
        (b"  x = 1\n[a]\n", false, &[]),
        (b"\n  x = 1\n[a]\n", true, &[]),
        (b"[a]\n\tx = 1 ", true, &[(2, b"x = 1")]),
        (b"[a]\nx =\n  y = 1\n \n[b]\nz = 1\n \t[c]\n", true, &[(3, b"y = 1"), (7, b"[c]")]),
    ];
    for (bytes, any, lines) in cases {
        let document = parse(bytes);
        assert_eq!(document.indented_lines().collect::<Vec<_>>(), lines, "{}", text(bytes));
        assert_eq!(document.has_indented_lines(), any, "{}", text(bytes));
    }
}

#[test]
fn a_header_consists_of_its_name_spaces_and_the_text_after_it() {
    let cases: [(&[u8], &[u8], &[u8]); 8] = [
        (b"[a]", b"a", b""),
        (b"[ a\t]", b" a\t", b""),
        (b"[a] # note [b]", b"a", b" # note [b]"),
        (b"[a];note", b"a", b";note"),
        (b"[a]  ", b"a", b"  "),
        (b"[a]b] # note", b"a]b", b" # note"),
        (b"[]", b"", b""),
        (b"[  ] ;", b"  ", b" ;"),
    ];
    for (header, name, behind) in cases {
        // Not in the first line: the offsets are those of the file.
        let bytes = [b"[first]\nx = 1\n", header, b"\ny = 1\n"].concat();
        let document = parse(&bytes);
        let section = document.sections().last().expect("there are two");
        assert_eq!((section.raw_name(), section.text_behind_header()), (name, behind), "{}", text(header));
    }
}

#[test]
fn an_indented_line_below_the_header_continues_nothing() {
    let cases: [(&[u8], Option<usize>); 6] = [
        (b"[a]\n", None),
        (b"[a]\nx = 1\n  y\n", None),
        (b"[a]\n# note\n  y\n", None),
        (b"[a]\n  x = 1\n", Some(2)),
        (b"[a]\n\n \n\tx = 1\n", Some(4)),
        (b"[a]\n[b]\n  x = 1\n", None),
    ];
    for (bytes, line) in cases {
        let document = parse(bytes);
        let found = document.sections().next().and_then(|section| section.indented_first_line());
        assert_eq!(found, line, "{}", text(bytes));
    }
}

#[test]
fn an_indented_comment_belongs_to_the_property_above() {
    let document = parse(b"[a]\n  # other\nX = 1\n  # c\n\t; d\n  y\n# e\n\nz = 2\n ;f\n[b]\n  # other\n");
    let found: Vec<_> = document.sections().map(|section| section.indented_comments()).collect();
    let expected = [("X", 4), ("X", 5), ("z", 10)].map(|(name, line)| (name.to_owned(), line));
    assert_eq!(found, [expected.to_vec(), Vec::new()]);
}

#[test]
fn sections_are_compared_without_blank_lines_at_their_ends() {
    let cases: [(&[u8], bool); 8] = [
        (b"[a]\nx = 1\n\n\n[b]\nx = 1\n", true),
        (b"[a]\r\nx = 1\r\n[b]\nx = 1", true),
        (b"[a]\n\n[b]\n", true),
        (b"[a]\nx = 1\n[b]\nx = 2\n", false),
        (b"[a]\nx = 1\n[b]\nx = 1\ny = 1\n", false),
        (b"[a]\nx = 1\n\ny = 1\n[b]\nx = 1\ny = 1\n", false),
        (b"[a]\nx = 1\n# c\n[b]\nx = 1\n", false),
        (b"[a]\nx = 1\n[b]\n", false),
    ];
    for (bytes, same) in cases {
        let document = parse(bytes);
        let sections: Vec<SectionRef<'_>> = document.sections().collect();
        assert_eq!(sections[0].has_same_lines_as(&sections[1]), same, "{}", text(bytes));
        assert_eq!(sections[1].has_same_lines_as(&sections[0]), same, "{}", text(bytes));
    }
}
