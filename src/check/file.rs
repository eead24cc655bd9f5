//! What in a file some AWS clients refuse, overlook or read otherwise.

use std::collections::HashSet;
use std::fmt;

use super::Warning;
use crate::document::{PropertyRef, SectionRef};
use crate::profile::property::{
    ACCESS_KEY_ID, MFA_SERIAL, REGION, ROLE_ARN, SECRET_ACCESS_KEY, SESSION_TOKEN, SOURCE_PROFILE,
};
use crate::profile::{Place, ProfileName, SharedFile};

/// Properties that every client reads, so that it matters what they take for the value.
const READ_BY_CLIENTS: [&str; 7] =
    [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, REGION, ROLE_ARN, SOURCE_PROFILE, MFA_SERIAL];

/// Something that AWS clients do not agree about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileFinding {
    /// A UTF-8 byte order mark.
    ByteOrderMark,
    /// Text that is not UTF-8.
    NotUtf8,
    /// A line that some clients refuse the whole file for.
    UnreadableLine,
    /// A section, or a property in one, that stands twice.
    Duplicate(String),
    /// A comment behind the value of this property.
    InlineComment(String),
    /// An indented header.
    IndentedHeader,
    /// Something that programs with a simple reader of their own do not take as the AWS SDKs do.
    SimpleReaders(&'static str),
}

impl FileFinding {
    /// Says what it is, who minds, and what helps where that is not obvious.
    pub(super) fn describe(&self, place: &Place, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrderMark => write!(
                f,
                "there is a byte order mark before {place}: the AWS CLI, boto3 and the SDK for Rust refuse the whole file, \
                 others overlook what stands first"
            ),
            Self::NotUtf8 => write!(
                f,
                "{place} is not UTF-8: the AWS CLI, boto3 and the SDKs for Rust and Ruby refuse the whole file or drop it"
            ),
            Self::UnreadableLine => write!(
                f,
                "{place} is no header, property or comment that all AWS clients read: some, such as the AWS CLI and the \
                 SDKs for Go or Rust, refuse the whole file"
            ),
            Self::Duplicate(what) => {
                write!(f, "{what} stands again in {place}: the AWS CLI and boto3 refuse the whole file")
            }
            Self::InlineComment(property) => write!(
                f,
                "the AWS CLI and boto3 take the comment behind {property} ({place}) for a part of the value: move it to \
                 a line of its own"
            ),
            Self::IndentedHeader => write!(
                f,
                "the indented header in {place} is one for the SDKs for JavaScript and Go only, a part of the value above \
                 for the others: move it to the beginning of the line"
            ),
            Self::SimpleReaders(what) => write!(
                f,
                "{what} in {place}: some programs that read the file without an AWS SDK, such as opendal and restic, do \
                 not see the session"
            ),
        }
    }
}

/// What clients do not agree about in this file; of each kind the first.
pub fn file(file: &SharedFile) -> Vec<Warning> {
    let document = &file.document;
    let mark = document.has_byte_order_mark().then_some((FileFinding::ByteOrderMark, 1));
    let not_utf8 = document.first_line_not_utf8().map(|line| (FileFinding::NotUtf8, line));
    let unreadable = document.first_unreadable_line().map(|line| (FileFinding::UnreadableLine, line));
    let of_file = [mark, not_utf8, unreadable, section_again(file)].into_iter();
    let find = |find: fn(&SectionRef<'_>) -> Option<(FileFinding, usize)>| document.sections().find_map(|it| find(&it));
    let found = of_file.chain([find(property_again), find(inline_comment), find(indented_header)]).flatten();
    found.map(|(finding, line)| Warning::InFile { finding, place: file.place(line) }).collect()
}

fn section_again(file: &SharedFile) -> Option<(FileFinding, usize)> {
    let mut seen = HashSet::new();
    let again = file.document.sections().find(|section| !seen.insert(section.name()))?;
    Some((FileFinding::Duplicate(format!("the section [{}]", String::from_utf8_lossy(again.name()))), again.line()))
}

fn property_again(section: &SectionRef<'_>) -> Option<(FileFinding, usize)> {
    let mut seen = HashSet::new();
    let properties = section.properties();
    let again = properties.iter().find(|property| !seen.insert(property.name().to_ascii_lowercase()))?;
    Some((FileFinding::Duplicate(again.name().into_owned()), again.line()))
}

fn inline_comment(section: &SectionRef<'_>) -> Option<(FileFinding, usize)> {
    let properties = section.properties();
    let is_read = |property: &&PropertyRef<'_>| READ_BY_CLIENTS.iter().any(|name| property.is_named(name));
    let found = properties.iter().filter(is_read).find(|property| property.has_inline_comment())?;
    Some((FileFinding::InlineComment(found.name().into_owned()), found.line()))
}

fn indented_header(section: &SectionRef<'_>) -> Option<(FileFinding, usize)> {
    let (line, _) = section.indented_lines().find(|(_, text)| is_header(text))?;
    Some((FileFinding::IndentedHeader, line))
}

fn is_header(text: &[u8]) -> bool {
    text.starts_with(b"[") && text.contains(&b']')
}

/// What keeps programs with a reader of their own from a session in this credentials file.
pub fn simple_readers(credentials: &SharedFile, name: &ProfileName) -> Option<Warning> {
    let document = &credentials.document;
    let commented = document.sections().find(SectionRef::has_header_comment);
    let commented = commented.map(|section| ("the text behind the header", section.line()));
    let without_value = || {
        let mut indented = document.sections().flat_map(SectionRef::indented_lines);
        let (line, _) = indented.find(|(_, text)| !text.contains(&b'=') && !is_header(text))?;
        Some(("the indented line without =", line))
    };
    let nested_key = || {
        let mut indented = document.sections_named(name.as_str()).last()?.indented_lines();
        let is_read = |text: &[u8]| {
            let name = text.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
            READ_BY_CLIENTS.iter().any(|key| name.eq_ignore_ascii_case(key.as_bytes()))
        };
        let (line, _) = indented.find(|(_, text)| is_read(text))?;
        Some(("the indented property", line))
    };
    let (what, line) = commented.or_else(without_value).or_else(nested_key)?;
    Some(Warning::InFile { finding: FileFinding::SimpleReaders(what), place: credentials.place(line) })
}
