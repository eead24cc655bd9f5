//! The second reader: rust-ini must confirm an edit before it is written.
//!
//! Every byte outside the target must be the same. rust-ini reads only the window from the section before the target to
//! the section after it, since reading a large file with it would take longer than the rest of the edit.
//!
//! rust-ini and AWS disagree about lines that are not a header, comment or property at column 0, which are left out,
//! and about backslashes and stray carriage returns, which are replaced. `preflight` has already checked the lines of
//! the target.

use std::ops::Range;

use ini::{Ini, ParseOption};

use super::Document;
use super::edit::{Edit, EditError};
use super::parse::{self, LineKind, SectionSpan};
use crate::bytes;

/// A section as the second reader reads it: lower-case names with values, in order.
type Reading = Vec<(String, String)>;

/// Checks that `new` differs from `old` in these edits of `section` and in nothing else.
pub(super) fn confirm(old: &Document, new: &[u8], section: &str, edits: &[Edit]) -> Result<(), EditError> {
    let window = window(old, section);
    let confirmed = confirm_window(old, new, section, edits, &window);
    confirmed.then_some(()).ok_or_else(|| unconfirmed(old, &window))
}

/// Checks that `new` differs from `old` in the name of one section and in nothing else.
pub(super) fn confirm_renamed(old: &Document, new: &[u8], section: &str, name: &str) -> Result<(), EditError> {
    let window = window(old, section);
    let (section, name) = (shown_name(section.as_bytes()), shown_name(name.as_bytes()));
    let reading = |bytes: Option<&[u8]>| bytes.and_then(second_reading);
    let new_end = (window.whole.end + new.len()).checked_sub(old.bytes().len());
    let outside = new_end.is_some_and(|end| {
        old.bytes().get(..window.whole.start) == new.get(..window.whole.start)
            && old.bytes().get(window.whole.end..) == new.get(end..)
    });
    let mut expected = reading(old.bytes().get(window.whole.clone()));
    for (found, _) in expected.iter_mut().flatten() {
        if *found == section {
            name.clone_into(found);
        }
    }
    let inside = reading(new_end.and_then(|end| new.get(window.whole.start..end)));
    let confirmed = outside && expected.is_some() && expected == inside;
    confirmed.then_some(()).ok_or_else(|| unconfirmed(old, &window))
}

/// Returns the error. Called only on failure, since it counts the lines up to the target.
fn unconfirmed(old: &Document, window: &Window) -> EditError {
    EditError::Unconfirmed { line: old.line_number(window.target.start) }
}

/// Ranges in the old file. For a new section, the target is empty and at the end of the file.
struct Window {
    whole: Range<usize>,
    target: Range<usize>,
}

fn window(old: &Document, section: &str) -> Window {
    let bytes = old.bytes();
    let is_target = |span: &SectionSpan| span.name().is_some_and(|name| old.slice(name) == section.as_bytes());
    let target = old.spans_mentioning(section).find(is_target);
    let target = target.map_or(bytes.len()..bytes.len(), |span| span.start..span.end);
    let start = parse::section_around(bytes, target.start).map_or(0, |before| before.start);
    let after = parse::section_around(bytes, target.end + 1).map_or(target.end, |after| after.end);
    Window { whole: start..after.max(target.end), target }
}

fn confirm_window(old: &Document, new: &[u8], section: &str, edits: &[Edit], window: &Window) -> bool {
    let Some(new_end) = same_outside(old.bytes(), new, window, edits) else { return false };
    let (Some(old_reading), Some(new_reading)) = (
        old.bytes().get(window.whole.clone()).and_then(second_reading),
        new.get(window.whole.start..new_end).and_then(second_reading),
    ) else {
        return false;
    };
    let (old_target, old_others) = split(old_reading, &shown_name(section.as_bytes()));
    let (new_target, new_others) = split(new_reading, &shown_name(section.as_bytes()));
    old_others == new_others && target_is_as_edited(old_target, new_target, edits)
}

/// Returns the end of the window in the new file if the bytes before and after the target are the same. When a section
/// is removed, the line breaks before it may be removed, too, and its own blank lines may remain.
fn same_outside(old: &[u8], new: &[u8], window: &Window, edits: &[Edit]) -> Option<usize> {
    let front = bytes::before_end(new, old.get(window.target.end..)?)?;
    let old_front = old.get(..window.target.start)?;
    let same_text = || bytes::is_same(old_front.trim_ascii_end(), front.trim_ascii_end());
    let same = bytes::begins_with(front, old_front) || (edits.contains(&Edit::RemoveEmptySection) && same_text());
    same.then(|| new.len() + window.whole.end - old.len())
}

fn target_is_as_edited(old: Option<Reading>, new: Option<Reading>, edits: &[Edit]) -> bool {
    let was_there = old.is_some();
    let is_there = new.is_some();
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let is_edited = |name: &str| edits.iter().any(|edit| edit.property() == Some(name));
    let untouched =
        |reading: &Reading| -> Reading { reading.iter().filter(|(name, _)| !is_edited(name)).cloned().collect() };
    let values = |name: &str| -> Vec<&str> {
        new.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str()).collect()
    };
    let edits_hold = edits.iter().all(|edit| match edit {
        Edit::Set { name, value } => values(name) == [shown(value.expose().as_bytes())],
        Edit::Remove { name } => values(name).is_empty(),
        Edit::RemoveEmptySection => true,
    });
    let sets = edits.iter().any(|edit| matches!(edit, Edit::Set { .. }));
    let may_vanish = edits.contains(&Edit::RemoveEmptySection);
    let section_holds = is_there == (was_there || sets) || (!is_there && may_vanish);
    edits_hold && section_holds && untouched(&old) == untouched(&new)
}

/// Separates the target from the other sections.
fn split(mut reading: Vec<(String, Reading)>, section: &str) -> (Option<Reading>, Vec<(String, Reading)>) {
    let target = reading.iter().position(|(name, _)| name == section).map(|at| reading.remove(at).1);
    (target, reading)
}

fn second_reading(bytes: &[u8]) -> Option<Vec<(String, Reading)>> {
    let options = ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
    let ini = Ini::load_from_str_opt(&readable_lines(bytes), options).ok()?;
    let sections = ini.iter().map(|(name, properties)| {
        let properties = properties.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
        (name.unwrap_or_default().to_owned(), properties.collect())
    });
    Some(sections.collect())
}

/// Returns the lines that rust-ini reads as AWS does.
fn readable_lines(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for line in parse::lines(bytes, 0..bytes.len()) {
        let raw = bytes.get(line.text).unwrap_or_default();
        if raw.starts_with(b"[") {
            let name = parse::header_name(raw).and_then(|name| raw.get(name));
            text.push_str(&format!("[{}]\n", name.map_or_else(|| UNREADABLE.to_owned(), shown_name)));
        } else if matches!(&line.kind, LineKind::Property(span) if is_rust_ini_name(raw.get(span.name.clone()))) {
            text.push_str(&shown(raw));
            text.push('\n');
        }
    }
    text
}

/// The placeholder for the name of a header that cannot be read. No other name contains this character.
const UNREADABLE: &str = "\u{1}";

/// Escapes a section name for rust-ini, which ends a name at its first bracket and trims more than AWS does.
fn shown_name(name: &[u8]) -> String {
    name.escape_ascii().to_string().replace('[', "\\x5b").replace(']', "\\x5d")
}

/// Replaces backslashes and carriage returns for rust-ini: even with escapes off, a backslash before a line break or a
/// `=` joins text that AWS clients read separately.
fn shown(line: &[u8]) -> String {
    let line: Vec<u8> = line.iter().map(|byte| if matches!(byte, b'\\' | b'\r') { 1 } else { *byte }).collect();
    String::from_utf8_lossy(&line).into_owned()
}

/// Returns whether rust-ini can read a property's name: it ends a name at `:`, and fails if nothing precedes it or if
/// the name begins with a bracket after white space.
fn is_rust_ini_name(name: Option<&[u8]>) -> bool {
    let name = name.and_then(|name| name.split(|byte| *byte == b':').next()).unwrap_or_default();
    let name = String::from_utf8_lossy(name);
    !name.trim().is_empty() && !name.trim_start().starts_with('[')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    const OLD: &[u8] = b"[a]\nx = 1\n\n[s]\nregion = r\ntoken = old\n\n[b]\ny = 2\n\n[c]\nz = 3\n";

    fn confirms(old: &[u8], new: &[u8], edits: &[Edit]) -> bool {
        let old = Document::parse(old.to_vec()).expect("not UTF-16");
        confirm(&old, new, "s", edits).is_ok()
    }

    #[test]
    fn a_renamed_section_is_confirmed_and_any_other_difference_is_not() {
        let old = Document::parse(OLD.to_vec()).expect("not UTF-16");
        let text = String::from_utf8_lossy(OLD).into_owned();
        let confirms = |new: &str| confirm_renamed(&old, new.as_bytes(), "s", "longer").is_ok();
        let good = text.replace("[s]", "[longer]");
        assert!(confirms(&good));
        for (from, to) in [
            ("[longer]", "[other]"),
            ("[longer]", "[s]"),
            ("region = r", "region = x"),
            ("token = old\n", ""),
            ("[a]\nx = 1", "[a]\nx = 2"),
            ("y = 2", "y = 1"),
            ("[c]\nz = 3", "[c]\nz = 4"),
            ("[b]", "[longer]"),
        ] {
            assert!(good.contains(from) && !confirms(&good.replace(from, to)), "{from} as {to}");
        }
        assert!(!confirms("") && !confirms("[longer]"));
    }

    fn set_token() -> Edit {
        Edit::Set { name: "token", value: Secret::new("new") }
    }

    #[test]
    fn the_edit_alone_is_confirmed() {
        let new = b"[a]\nx = 1\n\n[s]\nregion = r\ntoken = new\n\n[b]\ny = 2\n\n[c]\nz = 3\n";
        assert!(confirms(OLD, new, &[set_token()]));
        let new = b"[a]\nx = 1\n\n[s]\nregion = r\n\n[b]\ny = 2\n\n[c]\nz = 3\n";
        assert!(confirms(OLD, new, &[Edit::Remove { name: "token" }]));
        let gone = b"[a]\nx = 1\n[b]\ny = 2\n";
        let empty = b"[a]\nx = 1\n\n[s]\n[b]\ny = 2\n";
        assert!(confirms(empty, gone, &[Edit::RemoveEmptySection]));
    }

    #[test]
    fn a_result_that_differs_in_anything_else_is_not_confirmed() {
        let wrong: [&[u8]; 12] = [
            b"[a]\nx = 1\n\n[s]\nregion = r\ntoken = old\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n\n[s]\nregion = r\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n\n[s]\nregion = r\ntoken = new\ntoken = new\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n\n[s]\nregion = r\ntoken = old\nTOKEN = new\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n\n[s]\ntoken = new\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n\n[s]\nregion = q\ntoken = new\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n\n[s]\nregion = r\ntoken = new\n\n[b]\ny = 2\n\n[c]\nz = 4\n",
            b"[a]\nx = 2\n\n[s]\nregion = r\ntoken = new\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n[s]\nregion = r\ntoken = new\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n\n[s]\nregion = r\ntoken = new\n[t]\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
            b"[a]\nx = 1\n\n[s]\nregion = r\ntoken = new\n\n[b]\ny = 2\n\n",
            b"",
        ];
        for new in wrong {
            assert!(!confirms(OLD, new, &[set_token()]), "{:?}", String::from_utf8_lossy(new));
        }
    }

    #[test]
    fn a_removed_section_takes_nothing_with_it_but_line_breaks() {
        let edits = [Edit::Remove { name: "token" }, Edit::RemoveEmptySection];
        let old = b"[a]\nx = 1\n\n[s]\ntoken = old\n\n[b]\ny = 2\n";
        assert!(confirms(old, b"[a]\nx = 1\n\n[b]\ny = 2\n", &edits));
        let wrong: [&[u8]; 4] = [
            b"[a]\n[b]\ny = 2\n",
            b"[a]\nx = 1\n# more\n[b]\ny = 2\n",
            b"[a]\nx = 1\n\n",
            b"[a]\nx = 1\n\n[s]\ntoken = old\n\n[b]\ny = 2\n",
        ];
        for new in wrong {
            assert!(!confirms(old, new, &edits), "{:?}", String::from_utf8_lossy(new));
        }
        let kept = b"[a]\n\n[s]\nregion = r\ntoken = old\n";
        assert!(!confirms(kept, b"[a]\n", &edits), "a property that no edit removes");
        let stays = [Edit::Remove { name: "token" }];
        assert!(!confirms(b"[a]\n[s]\n[b]\n", b"[a]\n[b]\n", &stays), "a section that no edit removes");
    }
}
