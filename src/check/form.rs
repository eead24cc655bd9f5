//! Findings about the syntax of a file: lines that some AWS clients refuse, overlook or read differently.

use std::collections::HashSet;

use super::finding::Finding;
use super::kind::Kind;
use crate::document::{PropertyRef, SectionRef};
use crate::profile::property::{READ_AS_WHOLE, READ_BY_CLIENTS};
use crate::profile::{ProfileName, SharedFile};

/// Returns the first finding of each kind, as `login` prints them.
pub fn file(file: &SharedFile) -> Vec<Finding> {
    let mut seen = HashSet::new();
    all_in(file).into_iter().filter(|finding| seen.insert(finding.kind)).collect()
}

/// Returns all findings about the syntax of a file.
pub(super) fn all_in(file: &SharedFile) -> Vec<Finding> {
    let document = &file.document;
    let at = |kind: Kind, line: usize| Finding::new(kind).at(file.place(line));
    let mark = document.has_byte_order_mark().then(|| at(Kind::ByteOrderMark, 1));
    let not_utf8 = document.first_line_not_utf8().map(|line| at(Kind::NotUtf8, line));
    let unreadable = document.first_unreadable_line().map(|line| at(Kind::UnreadableLine, line));
    let in_file = [mark, not_utf8, unreadable].into_iter().flatten();
    let mut findings: Vec<Finding> = in_file.chain(duplicate_sections(file)).collect();
    let may_be_indented = document.has_indented_lines();
    let mut properties = Vec::new();
    for section in document.sections() {
        section.properties_into(&mut properties);
        let mut add = |kind, detail: String, line| findings.push(at(kind, line).with_detail(detail));
        for (name, line) in duplicate_properties(&properties) {
            add(Kind::DuplicateProperty, name, line);
        }
        for property in properties.iter().filter(|property| property.has_inline_comment()) {
            if READ_BY_CLIENTS.iter().any(|name| property.is_named(name)) {
                add(Kind::InlineComment, property.name().into_owned(), property.line());
            }
        }
        for property in properties.iter().filter(|property| property.is_continued()) {
            if let Some(kind) = continued(property) {
                add(kind, property.name().into_owned(), property.line());
            }
        }
        // Python's configparser adds the properties of [DEFAULT] to every section.
        if section.name() == b"DEFAULT" && !properties.is_empty() {
            add(Kind::InheritedDefault, names_of(&properties), section.line());
        }
        if may_be_indented {
            for (line, _) in section.indented_lines().filter(|(_, text)| is_header(text)) {
                add(Kind::IndentedHeader, String::new(), line);
            }
        }
    }
    findings
}

fn duplicate_sections(file: &SharedFile) -> impl Iterator<Item = Finding> {
    let sections = file.document.sections();
    let mut seen = HashSet::with_capacity(sections.size_hint().1.unwrap_or_default());
    let duplicates = sections.filter(move |section| !seen.insert(section.name()));
    duplicates.map(|section| {
        let name = String::from_utf8_lossy(section.name());
        Finding::new(Kind::DuplicateSection).at(file.place(section.line())).with_detail(name)
    })
}

/// The number of properties up to which comparing all pairs is faster than sorting.
const FEW: usize = 8;

/// Returns the properties whose name the section has before, with their lines.
fn duplicate_properties(properties: &[PropertyRef<'_>]) -> Vec<(String, usize)> {
    let is_duplicate = |(index, one): (usize, &PropertyRef<'_>)| {
        let mut before = properties.iter().take(index);
        before.any(|other| one.raw_name().eq_ignore_ascii_case(other.raw_name()))
    };
    if properties.len() <= FEW && !properties.iter().enumerate().any(is_duplicate) {
        return Vec::new();
    }
    // The sort is stable, so that properties of one name keep the order of the file.
    let mut sorted: Vec<&PropertyRef<'_>> = properties.iter().collect();
    sorted.sort_by(|one, other| lower_case(one.raw_name()).cmp(lower_case(other.raw_name())));
    let duplicates = sorted.windows(2).filter_map(|pair| match pair {
        [one, other] if one.raw_name().eq_ignore_ascii_case(other.raw_name()) => {
            Some((other.name().into_owned(), other.line()))
        }
        _ => None,
    });
    let mut duplicates: Vec<_> = duplicates.collect();
    duplicates.sort_by_key(|(_, line)| *line);
    duplicates
}

fn lower_case(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().map(u8::to_ascii_lowercase)
}

/// Checks a value that continues on indented lines. Clients disagree about such values; if the first line is empty, the
/// AWS CLI requires nested properties, with a `=` on each line.
fn continued(property: &PropertyRef<'_>) -> Option<Kind> {
    let value = property.value();
    let mut below = property.lines().filter(|line| *line != value);
    if READ_AS_WHOLE.iter().any(|name| property.is_named(name)) {
        below.next().map(|_| Kind::ContinuedValue)
    } else {
        (value.is_empty() && below.any(|line| !line.contains('='))).then_some(Kind::NestedWithoutValue)
    }
}

/// Joins the names of properties with commas.
fn names_of(properties: &[PropertyRef<'_>]) -> String {
    let names: Vec<_> = properties.iter().map(PropertyRef::name).collect();
    names.join(", ")
}

fn is_header(text: &[u8]) -> bool {
    text.starts_with(b"[") && text.contains(&b']')
}

/// Finds lines that keep programs with a parser of their own, not an AWS SDK, from reading a profile.
pub fn simple_readers(credentials: &SharedFile, name: &ProfileName) -> Option<Finding> {
    let nested = || nested_property(credentials, &credentials.document.sections_named(name.as_str()).last()?);
    text_after_header(credentials).or_else(|| line_without_value(credentials)).or_else(nested)
}

/// Does what [`simple_readers`] does, for all profiles.
pub(super) fn all_simple_readers(credentials: &SharedFile) -> Vec<Finding> {
    let nested = credentials.document.sections().filter_map(|section| nested_property(credentials, &section));
    text_after_header(credentials).into_iter().chain(line_without_value(credentials)).chain(nested).collect()
}

fn simple_reader(credentials: &SharedFile, detail: &str, line: usize) -> Finding {
    Finding::new(Kind::SimpleReaders).at(credentials.place(line)).with_detail(detail)
}

fn text_after_header(credentials: &SharedFile) -> Option<Finding> {
    let commented = credentials.document.sections().find(SectionRef::has_header_comment)?;
    Some(simple_reader(credentials, "the text after the header", commented.line()))
}

fn line_without_value(credentials: &SharedFile) -> Option<Finding> {
    let mut indented = credentials.document.indented_lines();
    let (line, _) = indented.find(|(_, text)| !text.contains(&b'=') && !is_header(text))?;
    Some(simple_reader(credentials, "the indented line without =", line))
}

fn nested_property(credentials: &SharedFile, section: &SectionRef<'_>) -> Option<Finding> {
    let is_read = |text: &[u8]| {
        let name = text.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
        READ_BY_CLIENTS.iter().any(|key| name.eq_ignore_ascii_case(key.as_bytes()))
    };
    let (line, _) = section.indented_lines().find(|(_, text)| is_read(text))?;
    Some(simple_reader(credentials, "the indented property", line))
}
