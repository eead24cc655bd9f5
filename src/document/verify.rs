//! The second reader: rust-ini must confirm an edit before it is written.
//!
//! Every byte outside the targets must be the same. rust-ini reads only the windows from the section before a target to
//! the section after it, since reading a large file with it would take longer than the rest of the edit.
//!
//! rust-ini and AWS disagree about lines that are not a header, comment or property at column 0, which are left out,
//! and about backslashes and stray carriage returns, which are replaced. `preflight` has already checked the lines of
//! the targets.

use std::collections::{HashMap, HashSet};

use ini::{Ini, ParseOption};

use super::Document;
use super::edit::{Edit, EditError, SectionEdits};
use super::parse::{self, LineKind, SectionSpan, Span};
use crate::bytes;

/// A section as the second reader reads it: lower-case names with values, in order.
type Reading = Vec<(String, String)>;

/// The part of the file that the edits of a section replace, in bytes of the old and of the new file. For a new section,
/// the old part is empty and at the end of the file.
pub(super) struct Splice<'a> {
    pub old: Span,
    pub new: Span,
    pub change: SectionEdits<'a>,
}

/// Returns for each splice whether `new` has its edits, and no other change in its section or in the neighbours. The
/// splices are in file order. If anything between them has changed, none is confirmed.
pub(super) fn confirm(old: &Document, new: &[u8], splices: &[Splice<'_>]) -> Vec<bool> {
    if !is_same_between(old.bytes(), new, splices) {
        return vec![false; splices.len()];
    }
    let mut confirmed = Vec::with_capacity(splices.len());
    let mut rest = splices;
    while let [first, ..] = rest {
        let mut window = neighbourhood(old, &first.old);
        let mut count = 1;
        // Splices with a common neighbour are confirmed together.
        while let Some(next) = rest.get(count).filter(|next| next.old.start <= window.end) {
            window.end = neighbourhood(old, &next.old).end;
            count += 1;
        }
        let (together, others) = rest.split_at(count);
        confirmed.resize(confirmed.len() + count, confirm_window(old, new, together, window));
        rest = others;
    }
    confirmed
}

/// Checks that `new` differs from `old` in the name of one section and in nothing else.
pub(super) fn confirm_renamed(old: &Document, new: &[u8], section: &str, name: &str) -> Result<(), EditError> {
    let (target, window) = window(old, section);
    let (section, name) = (shown_name(section.as_bytes()), shown_name(name.as_bytes()));
    let reading = |bytes: Option<&[u8]>| bytes.and_then(second_reading);
    let new_end = (window.end + new.len()).checked_sub(old.bytes().len());
    let outside = new_end.is_some_and(|end| {
        old.bytes().get(..window.start) == new.get(..window.start) && old.bytes().get(window.end..) == new.get(end..)
    });
    let mut expected = reading(old.bytes().get(window.clone()));
    for (found, _) in expected.iter_mut().flatten() {
        if *found == section {
            name.clone_into(found);
        }
    }
    let inside = reading(new_end.and_then(|end| new.get(window.start..end)));
    let confirmed = outside && expected.is_some() && expected == inside;
    confirmed.then_some(()).ok_or_else(|| EditError::Unconfirmed { line: old.line_number(target.start) })
}

/// Returns the section, and the part of the file from the section before it to the section after it.
fn window(old: &Document, section: &str) -> (Span, Span) {
    let is_target = |span: &SectionSpan| span.name().is_some_and(|name| old.slice(name) == section.as_bytes());
    let target = old.spans_mentioning(section).find(is_target);
    let target = target.map_or(old.bytes.len()..old.bytes.len(), |span| span.start..span.end);
    let window = neighbourhood(old, &target);
    (target, window)
}

/// Returns the part of the file from the section before `target` to the section after it.
fn neighbourhood(old: &Document, target: &Span) -> Span {
    let before = parse::section_around(&old.bytes, target.start).map_or(0, |before| before.start);
    let after = parse::section_around(&old.bytes, target.end + 1).map_or(target.end, |after| after.end);
    before..after.max(target.end)
}

/// Returns whether the bytes between the splices are the same. When a section is removed, the line break above it may be
/// a part of its splice, but nothing else.
fn is_same_between(old: &[u8], new: &[u8], splices: &[Splice<'_>]) -> bool {
    let (mut old_at, mut new_at) = (0, 0);
    for splice in splices {
        let (Some(old_part), Some(new_part)) = (old.get(old_at..splice.old.start), new.get(new_at..splice.new.start))
        else {
            return false;
        };
        if !bytes::is_same(old_part, new_part) || !is_of_section(splice, old, new) {
            return false;
        }
        (old_at, new_at) = (splice.old.end, splice.new.end);
    }
    match (old.get(old_at..), new.get(new_at..)) {
        (Some(old_rest), Some(new_rest)) => bytes::is_same(old_rest, new_rest),
        _ => false,
    }
}

/// Returns whether a splice replaces a section and nothing above it, except for the blank line above a section that is
/// removed.
fn is_of_section(splice: &Splice<'_>, old: &[u8], new: &[u8]) -> bool {
    let replaced = old.get(splice.old.clone()).unwrap_or_default();
    let written = new.get(splice.new.clone()).unwrap_or_default();
    let is_removed = splice.change.edits.contains(&Edit::RemoveEmptySection) && written.trim_ascii().is_empty();
    replaced.is_empty() || replaced.starts_with(b"[") || (is_removed && replaced.trim_ascii_start().starts_with(b"["))
}

/// Checks the splices in a window of the old file. The bytes between the splices are known to be the same.
fn confirm_window(old: &Document, new: &[u8], splices: &[Splice<'_>], window: Span) -> bool {
    let [first, ..] = splices else { return true };
    let last = splices.last().unwrap_or(first);
    let start = (first.new.start + window.start).checked_sub(first.old.start);
    let end = (last.new.end + window.end).checked_sub(last.old.end);
    let new_window = start.zip(end).and_then(|(start, end)| new.get(start..end));
    let (Some(old_reading), Some(new_reading)) =
        (old.bytes.get(window).and_then(second_reading), new_window.and_then(second_reading))
    else {
        return false;
    };
    let names: HashSet<String> = splices.iter().map(|splice| shown_name(splice.change.section.as_bytes())).collect();
    let (mut old_targets, old_others) = split(old_reading, &names);
    let (mut new_targets, new_others) = split(new_reading, &names);
    old_others == new_others
        && splices.iter().all(|Splice { change, .. }| {
            let name = shown_name(change.section.as_bytes());
            target_is_as_edited(old_targets.remove(&name), new_targets.remove(&name), change.edits)
        })
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

/// Separates the targets from the other sections. A second section with the name of a target is one of the others.
fn split(
    reading: Vec<(String, Reading)>,
    names: &HashSet<String>,
) -> (HashMap<String, Reading>, Vec<(String, Reading)>) {
    let (mut targets, mut others) = (HashMap::new(), Vec::new());
    for (name, properties) in reading {
        if names.contains(&name) && !targets.contains_key(&name) {
            targets.insert(name, properties);
        } else {
            others.push((name, properties));
        }
    }
    (targets, others)
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
        let (target, _) = window(&old, "s");
        let common = old.bytes.iter().zip(new).take(target.start).take_while(|(old, new)| old == new).count();
        let end = (new.len() + target.end).saturating_sub(old.bytes.len()).max(common);
        let change = SectionEdits { section: "s", edits };
        confirm(&old, new, &[Splice { old: common..target.end, new: common..end, change }]) == [true]
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
        let wrong: [&[u8]; 13] = [
            b"[a]\nx = 1\n\n[s]\nregion = q\n[s]\nregion = r\ntoken = new\n\n[b]\ny = 2\n\n[c]\nz = 3\n",
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
