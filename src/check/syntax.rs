//! Findings about the syntax of a file: lines, headers, names and values that some AWS clients refuse, ignore or read
//! differently.

use std::collections::HashSet;

use super::finding::Finding;
use super::finding_kind::Kind;
use crate::document::{PropertyRef, SectionRef};
use crate::profile::property::{CREDENTIAL_PROCESS, MFA_PROCESS, READ_AS_WHOLE, READ_BY_CLIENTS};
use crate::profile::{FileKind, ProfileName, SharedFile, is_meant_for_profile};
use crate::value::is_quoted;

/// Returns the first finding of each kind, for `login` to print.
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
            let names: Vec<_> = properties.iter().map(PropertyRef::name).collect();
            add(Kind::InheritedDefault, names.join(", "), section.line());
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

/// Returns the properties that repeat a name from an earlier line of the section, with their lines.
fn duplicate_properties(properties: &[PropertyRef<'_>]) -> Vec<(String, usize)> {
    let is_duplicate = |(index, one): (usize, &PropertyRef<'_>)| {
        let mut before = properties.iter().take(index);
        before.any(|other| one.raw_name().eq_ignore_ascii_case(other.raw_name()))
    };
    if properties.len() <= FEW && !properties.iter().enumerate().any(is_duplicate) {
        return Vec::new();
    }
    // The sort is stable, so properties of the same name stay in the order of the file.
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

fn is_header(text: &[u8]) -> bool {
    text.starts_with(b"[") && text.contains(&b']')
}

/// Finds lines that prevent programs with their own parser, not an AWS SDK, from reading these profiles: one line for all
/// of them, or else one in each.
pub fn simple_readers<'a>(credentials: &SharedFile, names: impl Iterator<Item = &'a ProfileName>) -> Vec<Finding> {
    if let Some(for_all) = text_after_header(credentials).or_else(|| line_without_value(credentials)) {
        return vec![for_all];
    }
    names.filter_map(|name| nested_property(credentials, &credentials.section_of(name)?)).collect()
}

/// Runs the check of [`simple_readers`] on all profiles.
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

/// Finds headers, names and values that some clients ignore or misread because of how they are written.
pub(super) fn spelling(file: &SharedFile) -> Vec<Finding> {
    let stray = file.document.first_stray_carriage_return();
    let stray = stray.map(|line| Finding::new(Kind::CarriageReturn).at(file.place(line)));
    let in_sections = file.document.sections().flat_map(|section| {
        let found = header(file, &section).into_iter().chain(properties(file, &section));
        found
            .chain(cut_commands(file, &section))
            .chain(shell_command(file, &section))
            .chain(indented(file, &section))
            .collect::<Vec<_>>()
    });
    stray.into_iter().chain(in_sections).chain(two_defaults(file)).collect()
}

fn header(file: &SharedFile, section: &SectionRef<'_>) -> Option<Finding> {
    let at = |kind| Finding::new(kind).at(file.place(section.line()));
    if file.is_bare(section) {
        // [DEFAULT] is reported as InheritedDefault.
        let name = file.profile_of(section).filter(|name| *name != "DEFAULT" && is_meant_for_profile(section))?;
        return Some(at(Kind::BareSection).for_profile(name).with_detail(name));
    }
    let profile: ProfileName = file.profile_of(section)?.parse().ok()?;
    if file.kind() == FileKind::Credentials
        && let Some(name) = profile.as_str().strip_prefix("profile ")
    {
        return Some(at(Kind::ProfileWordInCredentials).for_profile(name.trim()).with_detail(name.trim()));
    }
    let usual = file.kind().header_of(&profile);
    let behind = section.text_behind_header();
    // Clients allow a comment after the header only if a space precedes it.
    let is_usual = section.raw_name() == usual.as_bytes() && !matches!(behind, [b'#' | b';', ..]);
    let is_prefixed_default = section.raw_name() == b"profile default";
    let finding = at(Kind::IrregularHeader).for_profile(profile.as_str()).with_detail(usual);
    (!is_usual && !is_prefixed_default).then_some(finding)
}

fn properties(file: &SharedFile, section: &SectionRef<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for property in section.properties() {
        let name = property.name();
        let lower = name.to_ascii_lowercase();
        if !READ_BY_CLIENTS.contains(&lower.as_str()) {
            continue;
        }
        let value = property.value();
        let at = |kind| Finding::new(kind).at(file.place(property.line())).with_detail(name.as_ref());
        if is_quoted(&value) {
            found.push(at(Kind::QuotedValue));
        }
        if name != lower {
            found.push(at(Kind::UpperCaseProperty));
        }
    }
    found
}

fn cut_commands(file: &SharedFile, section: &SectionRef<'_>) -> impl Iterator<Item = Finding> {
    let commands = [MFA_PROCESS, CREDENTIAL_PROCESS];
    let found = commands.into_iter().zip(section.properties_named(commands));
    let cut = found.filter_map(|(name, found)| Some((name, found.filter(PropertyRef::has_inline_comment)?)));
    cut.map(|(name, found)| Finding::new(Kind::CutCommand).at(file.place(found.line())).with_detail(name))
}

/// Finds a `credential_process` that needs a shell. An `mfa_process` may need one: only awsmfa runs it, in a shell.
fn shell_command(file: &SharedFile, section: &SectionRef<'_>) -> Option<Finding> {
    let found = section.property(CREDENTIAL_PROCESS)?;
    let needs_shell = found.value().contains(['|', '&', '<', '>', '$', '`', '*', '?', '~']);
    needs_shell.then(|| Finding::new(Kind::ShellCommand).at(file.place(found.line())).with_detail(CREDENTIAL_PROCESS))
}

/// Finds indented lines that some clients read as part of a value.
fn indented(file: &SharedFile, section: &SectionRef<'_>) -> Vec<Finding> {
    let at = |kind, line| Finding::new(kind).at(file.place(line));
    let first = section.indented_first_line().map(|line| at(Kind::IndentedLine, line));
    let is_read = |name: &str| READ_BY_CLIENTS.contains(&name.to_ascii_lowercase().as_str());
    let comments = section.indented_comments().into_iter().filter(|(name, _)| is_read(name));
    first.into_iter().chain(comments.map(|(name, line)| at(Kind::IndentedComment, line).with_detail(name))).collect()
}

fn two_defaults(file: &SharedFile) -> Option<Finding> {
    let mut named = file.document.sections().filter(|section| section.name() == b"profile default");
    let prefixed = if file.kind() == FileKind::Config { named.next()? } else { return None };
    file.document.sections_named("default").next()?;
    Some(Finding::new(Kind::TwoDefaults).at(file.place(prefixed.line())).for_profile("default"))
}
