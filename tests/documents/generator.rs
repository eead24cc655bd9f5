//! Credentials files as users, editors and other tools leave them: mostly sane, with an oddity or two.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::steps::text;

/// A file and the section to edit.
#[derive(Clone)]
pub struct Sample {
    pub bytes: Vec<u8>,
    pub target: &'static str,
}

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] in:\n{}", self.target, text(&self.bytes))
    }
}

const SECTIONS: [&str; 10] = ["s", "default", "base", "a-b.c", "t", "a b", "caf\u{e9}", "q\"x'y", "S", "w\\x"];
const TARGETS: [&str; 8] = ["s", "s", "s", "default", "t", "a b", "caf\u{e9}", "in-no-file"];

const OTHER_PROPERTIES: [&str; 10] = [
    "region",
    "output",
    "s3",
    "mfa_serial",
    "foo:bar",
    "Key With Space",
    "AWS_ACCOUNT_ID",
    "aws_session_tokens",
    "-",
    "caf\u{e9}",
];
const SESSION_PROPERTIES: [&str; 7] = [
    "aws_access_key_id",
    "AWS_Secret_Access_Key",
    "aws_session_token",
    "AWS_SESSION_TOKEN",
    "aws_security_token",
    "expiration",
    "manager",
];
const DELIMITERS: [&str; 8] = [" = ", " = ", "=", "=", "\t=\t", "= ", " =", "   =  "];
const VALUES: [&str; 22] = [
    "eu-west-1",
    "AKIABASE000000000001",
    "ASIASESS000000000001",
    "sess//Token+x==",
    "",
    "a=b = c",
    "a # note",
    "a ;note [x]",
    "a#b;c",
    "# note",
    "\"quoted\"",
    "'open",
    "C:\\dir\\",
    "C:\\\\",
    "x\\ # note\\",
    "%(x)s",
    "[s]",
    "trailing \t ",
    "caf\u{e9} \u{1f602}",
    "a\u{2028}b\u{85}c\x0bd\x0ce",
    "\u{a0}nbsp\u{a0}",
    "awsmfa",
];
/// Lines that a sane section may have anywhere.
const NEUTRAL: [&str; 12] =
    ["", "", "   ", "\t", "# a note", "; a note", "#", "#[s]", "# x = 1", "#\\", "# caf\u{e9} [s] = ;", "# the end \\"];
/// Lines that may follow a property.
const INDENTED: [&str; 8] = [
    "  more",
    "\tx = 1",
    "  # indented note",
    "    ; indented = note",
    "  aws_session_token = nested",
    " [t",
    "  \\",
    "  k:v",
];
/// Lines that a client does not understand, or reads differently.
const ODDITIES: [&str; 40] = [
    "garbage",
    "two words",
    "= x",
    ":x = 1",
    "::=",
    "a\\= 1",
    "k: v",
    "aws_session_token: x",
    "aws_session_token: x=",
    "expiration:x = 1",
    "rem note",
    "  indented",
    "\t# note",
    "  [s]",
    "\t[ s ]",
    "  x [s]",
    "[s]",
    "[t]",
    "[s] # note",
    "[s]# note",
    "[s] # [note]",
    "[s] junk",
    "[s",
    "[ s ]",
    "[s]]",
    "[[s]]",
    "[]",
    "[?]",
    "[a\\]",
    "[unreadable header]",
    "[s\u{a0}]",
    "[profile s]",
    "region = 2",
    "AWS_SESSION_TOKEN = 2",
    "\u{a0}= x",
    "\u{a0}x = 1",
    "aws_session_token\u{a0} = x",
    "x = 1\r",
    "# a\r[s]",
    "x = \u{0}",
];

fn property(name: &'static str) -> impl Strategy<Value = String> {
    (select(&DELIMITERS[..]), select(&VALUES[..]))
        .prop_map(move |(delimiter, value)| format!("{name}{delimiter}{value}"))
}

/// A property with the lines that belong to its value, and the lines around it.
fn block(name: &'static str) -> impl Strategy<Value = Vec<String>> {
    let indented = prop_oneof![5 => Just(Vec::new()), 2 => vec(select(&INDENTED[..]), 1..3)];
    let neutral = || prop_oneof![4 => Just(Vec::new()), 1 => vec(select(&NEUTRAL[..]), 1..3)];
    (neutral(), property(name), neutral(), indented).prop_map(|(above, property, inside, indented)| {
        // Blank lines and comments do not end a value, so they may precede its indented lines.
        let mut lines: Vec<String> = above.into_iter().map(str::to_owned).collect();
        lines.push(property);
        lines.extend(inside.into_iter().chain(indented).map(str::to_owned));
        lines
    })
}

fn section(name: &'static str) -> impl Strategy<Value = Vec<String>> {
    let header = prop_oneof![8 => Just(""), 1 => Just(" # note"), 1 => Just("  "), 1 => Just("\t; note")];
    let session = prop_oneof![
        2 => Just(Vec::new()),
        2 => subsequence(&SESSION_PROPERTIES[..], 0..=SESSION_PROPERTIES.len()),
    ];
    let names = (subsequence(&OTHER_PROPERTIES[..], 0..=3), session)
        .prop_map(|(others, session)| {
            let mut names: Vec<&'static str> = others.into_iter().chain(session).collect();
            // Both spellings together are a mistake; that is for the oddities.
            if names.contains(&"aws_session_token") {
                names.retain(|name| *name != "AWS_SESSION_TOKEN");
            }
            names
        })
        .prop_shuffle();
    let blocks = names.prop_flat_map(|names| names.into_iter().map(block).collect::<Vec<_>>());
    let end = prop_oneof![2 => Just(vec![""]), 1 => Just(vec![]), 1 => vec(select(&NEUTRAL[..]), 0..4)];
    (header, blocks, end).prop_map(move |(behind, blocks, end)| {
        let mut lines = vec![format!("[{name}]{behind}")];
        lines.extend(blocks.into_iter().flatten());
        lines.extend(end.into_iter().map(str::to_owned));
        lines
    })
}

fn sane_lines() -> impl Strategy<Value = Vec<String>> {
    let top = prop_oneof![3 => Just(Vec::new()), 1 => vec(select(&NEUTRAL[..]), 0..4)];
    let sections = subsequence(&SECTIONS[..], 0..=4)
        .prop_shuffle()
        .prop_flat_map(|names| names.into_iter().map(section).collect::<Vec<_>>());
    (top, sections)
        .prop_map(|(top, sections)| top.into_iter().map(str::to_owned).chain(sections.into_iter().flatten()).collect())
}

/// Lines to bytes: line breaks, the end of the file, a mark at its start.
fn written(lines: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = Vec<u8>> {
    let line_breaks = prop_oneof![5 => Just((false, false)), 2 => Just((true, true)), 1 => Just((true, false))];
    let ends = prop_oneof![3 => Just(true), 1 => Just(false)];
    let mark = prop_oneof![20 => Just(false), 1 => Just(true)];
    (lines, line_breaks, ends, mark).prop_map(|(lines, (even, odd), ends, mark)| {
        let mut bytes = if mark { b"\xEF\xBB\xBF".to_vec() } else { Vec::new() };
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            bytes.extend_from_slice(line.as_bytes());
            if index + 1 < count || ends {
                bytes.extend_from_slice(if [even, odd][index % 2] { b"\r\n" } else { b"\n" });
            }
        }
        bytes
    })
}

/// Files that every AWS client reads, some with a byte order mark.
pub fn sane() -> impl Strategy<Value = Sample> {
    (written(sane_lines()), select(&TARGETS[..])).prop_map(|(bytes, target)| Sample { bytes, target })
}

/// Mostly sane files; two in five have an oddity or two.
pub fn sample() -> impl Strategy<Value = Sample> {
    let place = any::<prop::sample::Index>();
    let oddities = prop_oneof![
        3 => Just(Vec::new()),
        2 => vec((place, select(&ODDITIES[..])), 1..3),
    ];
    let lines = (sane_lines(), oddities).prop_map(|(mut lines, oddities)| {
        for (place, line) in oddities {
            lines.insert(place.index(lines.len() + 1), line.to_owned());
        }
        lines
    });
    (written(lines), select(&TARGETS[..])).prop_map(|(bytes, target)| Sample { bytes, target })
}

/// Text that a user may add after a section.
pub fn addition() -> impl Strategy<Value = &'static str> {
    select(&["", "   ", "# mine", "region = x", "region = x # mine", "[z]", "\n[z]\nx = 1", "\r\n[z]\r\nx = 1"][..])
}

/// Any bytes, mostly those with a meaning in the files.
pub fn any_bytes() -> impl Strategy<Value = Sample> {
    const PIECES: [&[u8]; 24] = [
        b"[",
        b"]",
        b"[s]",
        b"s",
        b"\n",
        b"\r",
        b"\r\n",
        b" ",
        b"\t",
        b"=",
        b":",
        b"#",
        b";",
        b"\\",
        b"\"",
        b"x",
        b"\xEF\xBB\xBF",
        b"\xFF",
        b"\xE9",
        b"aws_session_token",
        b"EXPIRATION",
        b"manager=awsmfa",
        b"  [s]",
        b"\xC2\xA0",
    ];
    let piece = prop_oneof![
        9 => select(&PIECES[..]).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 1..4),
    ];
    vec(piece, 0..40).prop_map(|pieces| Sample { bytes: pieces.concat(), target: "s" })
}
