//! Login and logout on bytes, as the commands do them, and a second, simpler way to split a file into lines.

use std::ops::Range;

use awsmfa::document::{Document, EditError};
use awsmfa::secret::Secret;
use awsmfa::session::{self, Session};
use awsmfa::time::parse_expiration;

/// The properties that a login sets, in the order of a new section.
pub const WRITTEN: [(&str, &str); 5] = [
    ("manager", "awsmfa"),
    ("aws_access_key_id", "ASIANEWSESSION000001"),
    ("aws_secret_access_key", "new/Secret+Key"),
    ("aws_session_token", "new//Token+With/Padding=="),
    ("expiration", "2026-11-21T05:00:00Z"),
];

/// The properties that a login removes.
pub const REMOVED: [&str; 9] = [
    "awsmfa_narrowed",
    "aws_security_token",
    "x_security_token_expires",
    "aws_expiration",
    "awsmfa_expiration",
    "aws_session_expiration_timestamp",
    "assumed_role",
    "assumed_role_arn",
    "awsmfa_written_key",
];

pub fn is_edited(name: &str) -> bool {
    WRITTEN.iter().map(|(written, _)| *written).chain(REMOVED).any(|edited| edited.eq_ignore_ascii_case(name))
}

pub fn parse(bytes: &[u8]) -> Document {
    Document::parse(bytes.to_vec()).expect("no test writes UTF-16")
}

pub fn session() -> Session {
    let value = |name| WRITTEN.iter().find(|(written, _)| *written == name).expect("it is written").1;
    Session {
        access_key_id: value("aws_access_key_id").to_owned(),
        secret_access_key: Secret::new(value("aws_secret_access_key")),
        session_token: Secret::new(value("aws_session_token")),
        expiration: parse_expiration(value("expiration")).expect("RFC 3339"),
        is_narrowed: false,
    }
}

pub fn login(bytes: &[u8], target: &str) -> Result<Vec<u8>, EditError> {
    let document = parse(bytes);
    let exists = document.sections_named(target).next().is_some();
    document.edited(target, &session::login_edits(&session(), exists))
}

/// Does nothing if there is no such section, as the command does.
pub fn logout(bytes: &[u8], target: &str) -> Result<Vec<u8>, EditError> {
    let document = parse(bytes);
    let section = document.sections_named(target).last();
    section.map_or(Ok(bytes.to_vec()), |section| document.edited(target, &session::logout_edits(&section)))
}

/// Returns whether the file has a section of this name that holds something which a login replaces or removes.
pub fn holds_edited(bytes: &[u8], target: &str) -> bool {
    let document = parse(bytes);
    document.sections_named(target).any(|section| section.properties().iter().any(|found| is_edited(&found.name())))
}

/// From the target's header to the next header; nothing, at the end, where there is no such section.
pub fn target_span(bytes: &[u8], target: &str) -> Range<usize> {
    let header = format!("[{target}]");
    let mut headers = Vec::new();
    let mut at = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    for line in bytes[at..].split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"[") {
            let rest = line.strip_prefix(header.as_bytes());
            headers.push((at, rest.is_some_and(|rest| matches!(rest, [] | [b' ' | b'\t' | b'\r' | b'\n', ..]))));
        }
        at += line.len();
    }
    let Some(index) = headers.iter().position(|(_, is_target)| *is_target) else { return bytes.len()..bytes.len() };
    headers[index].0..headers.get(index + 1).map_or(bytes.len(), |(next, _)| *next)
}

/// Asserts that a login has changed the target only, and that it has kept the other lines there.
pub fn assert_only_the_target_changed(before: &[u8], after: &[u8], target: &str) {
    let old = target_span(before, target);
    let new = target_span(after, target);
    if old.is_empty() {
        assert!(after.starts_with(before), "the bytes before a new section are those of the file");
        assert!(after[before.len()..new.start].iter().all(|byte| b"\r\n".contains(byte)), "line breaks come between");
        assert_eq!(new.end, after.len(), "a new section is the last one");
        return;
    }
    assert_eq!(text(&before[..old.start]), text(&after[..new.start]), "the bytes before the section");
    assert_eq!(text(&before[old.end..]), text(&after[new.end..]), "the bytes behind the section");
    let (old, new) = (&before[old], &after[new]);
    assert_eq!(comments(old), comments(new), "the section's comments");
    assert_eq!(untouched_lines(old), untouched_lines(new), "the lines of the section's other properties");
}

/// Asserts that the section holds the session, under these names only and each once.
pub fn assert_holds_the_session(bytes: &[u8], target: &str) {
    let document = parse(bytes);
    let sections: Vec<_> = document.sections_named(target).collect();
    assert_eq!(sections.len(), 1, "[{target}] stands once");
    let properties = sections[0].properties();
    for (name, value) in WRITTEN {
        let found: Vec<_> = properties.iter().filter(|found| found.is_named(name)).collect();
        assert_eq!(found.len(), 1, "{name} stands once");
        assert_eq!(found[0].name(), name, "in lower case");
        assert_eq!(found[0].value(), value);
        assert!(!found[0].has_inline_comment(), "{name} has no comment behind it");
    }
    let left: Vec<_> = properties.iter().filter(|found| REMOVED.iter().any(|name| found.is_named(name))).collect();
    assert!(left.is_empty(), "nothing is left of another tool's session");
}

pub fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\n", "\\n\n")
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn comments(section: &[u8]) -> Vec<String> {
    let comment = |line: &[u8]| {
        if line.trim_ascii_start().starts_with(b"#") || line.trim_ascii_start().starts_with(b";") {
            return Some(line.trim_ascii().to_vec());
        }
        let starts = |pair: &[u8]| b" \t".contains(&pair[0]) && b"#;".contains(&pair[1]);
        let at = line.windows(2).position(starts).filter(|_| !line.starts_with(b" ") && !line.starts_with(b"\t"))?;
        Some(line[at..].trim_ascii().to_vec())
    };
    lines(section).filter_map(comment).map(|found| String::from_utf8_lossy(&found).into_owned()).collect()
}

/// The header and every property that no login edits, with what belongs to its value, without comments: those move.
fn untouched_lines(section: &[u8]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut in_edited = false;
    for line in lines(section) {
        let is_comment = line.trim_ascii_start().starts_with(b"#") || line.trim_ascii_start().starts_with(b";");
        let is_indented = line.starts_with(b" ") || line.starts_with(b"\t");
        if line.trim_ascii().is_empty() || (is_comment && (in_edited || !is_indented)) {
            continue;
        }
        if !is_indented {
            let name = line.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
            in_edited = line.contains(&b'=') && is_edited(&String::from_utf8_lossy(name));
        }
        if in_edited {
            continue;
        }
        kept.push(String::from_utf8_lossy(line).into_owned());
    }
    kept
}
