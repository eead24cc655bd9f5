//! May this section be edited? Refuses where AWS clients would read the result in different ways.
//!
//! Only what concerns the target is refused. The same mistakes in other sections are the person's own: they are kept, and
//! `check` warns about them.

use super::edit::Edit;
use super::parse::{LineKind, SectionSpan};
use super::{Document, SectionRef};

/// Why a section cannot be edited. Which clients trip over what is from the project's own experiments with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The AWS CLI and boto3 refuse the whole file, the others merge the sections.
    #[error("the section stands twice, in lines {first} and {second}: the AWS CLI and boto3 refuse the whole file")]
    DuplicateSection {
        /// The first header's line.
        first: usize,
        /// The second header's line.
        second: usize,
    },
    /// The AWS CLI and boto3 refuse the whole file, the others take the last one.
    #[error("{property} stands twice, in lines {first} and {second}: the AWS CLI and boto3 refuse the whole file")]
    DuplicateProperty {
        /// The property's name, in lower case.
        property: &'static str,
        /// The first one's line.
        first: usize,
        /// The second one's line.
        second: usize,
    },
    /// Spaces inside the brackets, text behind them, or no closing one.
    #[error("the header in line {line} is not `[name]` alone: AWS clients do not agree whose section this is")]
    IrregularHeader {
        /// The header's line.
        line: usize,
    },
    /// JS and Go take it for a header, the others for a part of the line above.
    #[error("the header in line {line} is indented: JS and Go see a section, the other AWS clients do not")]
    IndentedHeader {
        /// The header's line.
        line: usize,
    },
    /// The AWS CLI, boto3 and the Rust SDK refuse the file, Go and Ruby lose the section.
    #[error(
        "a byte order mark stands before the section in line 1: most AWS clients do not see the section or refuse the file"
    )]
    ByteOrderMark,
    /// Python reads a line break where the others see none.
    #[error(
        "line {line} has a carriage return that ends no line: Python's AWS clients see a line break there, others do not"
    )]
    CarriageReturn {
        /// The line's number.
        line: usize,
    },
    /// A line without `=`, one with `:` for it, or an indented one where there is nothing to continue.
    #[error("line {line} in the section is no `name = value` that all AWS clients read")]
    UnreadableLine {
        /// The line's number.
        line: usize,
    },
    /// The second reader saw something else than the edit in the result.
    #[error("the second reader does not confirm the change of the section near line {line}, so nothing was written")]
    Unconfirmed {
        /// Where the changed part begins.
        line: usize,
    },
}

impl Document {
    /// Finds the section, if it is there, and makes sure that editing it means the same for every client.
    pub(super) fn editable_section<'a>(
        &'a self,
        name: &str,
        edits: &[Edit],
    ) -> Result<Option<&'a SectionSpan>, EditError> {
        if let Some(offset) = self.stray_carriage_return() {
            return Err(EditError::CarriageReturn { line: self.line_number(offset) });
        }
        if let Some(offset) = self.irregular_header(name) {
            return Err(EditError::IrregularHeader { line: self.line_number(offset) });
        }
        if let Some(offset) = self.indented_header(name) {
            return Err(EditError::IndentedHeader { line: self.line_number(offset) });
        }
        let mut sections = self.sections_named(name);
        let Some(section) = sections.next() else { return Ok(None) };
        if let Some(second) = sections.next() {
            return Err(EditError::DuplicateSection { first: section.line(), second: second.line() });
        }
        if self.has_byte_order_mark() && section.line() == 1 {
            return Err(EditError::ByteOrderMark);
        }
        section.check_lines(edits)?;
        Ok(Some(section.span))
    }

    fn stray_carriage_return(&self) -> Option<usize> {
        memchr::memchr_iter(b'\r', &self.bytes).find(|&at| self.bytes.get(at + 1) != Some(&b'\n'))
    }

    /// A header of this name that is not exactly `[name]`, though it may have a comment behind it.
    fn irregular_header(&self, name: &str) -> Option<usize> {
        let exact = format!("[{name}]");
        let irregular = |section: &&SectionSpan| match &section.name {
            Some(found) => {
                self.slice(found.clone()) == name.as_bytes()
                    && !self.slice(section.header.clone()).starts_with(exact.as_bytes())
            }
            None => {
                let text = self.slice(section.header.start + 1..section.header.end).trim_ascii_start();
                let rest = text.strip_prefix(name.as_bytes());
                rest.is_some_and(|rest| matches!(rest, [] | [b' ' | b'\t' | b']' | b'#' | b';', ..]))
            }
        };
        self.sections.iter().find(irregular).map(|section| section.header.start)
    }

    fn indented_header(&self, name: &str) -> Option<usize> {
        let header = format!("[{name}]");
        memchr::memmem::find_iter(&self.bytes, header.as_bytes()).find(|&at| {
            let start = memchr::memrchr(b'\n', self.slice(0..at)).map_or(0, |line_break| line_break + 1);
            let indent = self.slice(start..at);
            !indent.is_empty() && indent.iter().all(|byte| b" \t".contains(byte))
        })
    }
}

impl SectionRef<'_> {
    fn check_lines(&self, edits: &[Edit]) -> Result<(), EditError> {
        let mut any_property = false;
        for line in self.lines() {
            let readable = match &line.kind {
                LineKind::Unknown => false,
                LineKind::Indented => any_property,
                LineKind::Property(span) => {
                    any_property = true;
                    let text = self.document.slice(line.text.clone());
                    !has_colon_delimiter(text.get(span.name.clone()).unwrap_or_default(), edits)
                }
                LineKind::Blank | LineKind::Comment => true,
            };
            if !readable {
                return Err(EditError::UnreadableLine { line: self.document.line_number(line.text.start) });
            }
        }
        self.check_duplicates(edits)
    }

    fn check_duplicates(&self, edits: &[Edit]) -> Result<(), EditError> {
        let properties = self.properties();
        for property in edits.iter().filter_map(Edit::property) {
            let mut found = properties.iter().filter(|candidate| candidate.is_named(property));
            if let (Some(first), Some(second)) = (found.next(), found.next()) {
                return Err(EditError::DuplicateProperty { property, first: first.line(), second: second.line() });
            }
        }
        Ok(())
    }
}

/// `aws_session_token: x=`: botocore and Go take the `:` for the delimiter.
fn has_colon_delimiter(name: &[u8], edits: &[Edit]) -> bool {
    let Some(colon) = memchr::memchr(b':', name) else { return false };
    let before = name.get(..colon).unwrap_or_default().trim_ascii();
    edits.iter().filter_map(Edit::property).any(|property| before.eq_ignore_ascii_case(property.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn refusal(file: &[u8]) -> Option<EditError> {
        let document = Document::parse(file.to_vec()).expect("not UTF-16");
        let edits = [Edit::Set { name: "aws_session_token", value: Secret::new("sessToken") }];
        document.edited("s", &edits).err()
    }

    #[test]
    fn a_target_that_clients_read_in_different_ways_is_refused_with_its_line() {
        let cases: [(&[u8], EditError); 15] = [
            (b"[s]\nx = 1\n[o]\n[s]\n", EditError::DuplicateSection { first: 1, second: 4 }),
            (
                b"[s]\naws_session_token = 1\nAWS_SESSION_TOKEN = 2\n",
                EditError::DuplicateProperty { property: "aws_session_token", first: 2, second: 3 },
            ),
            (b"[o]\n[ s ]\n", EditError::IrregularHeader { line: 2 }),
            (b"[s\nx = 1\n", EditError::IrregularHeader { line: 1 }),
            (b"[s] junk\n", EditError::IrregularHeader { line: 1 }),
            (b"[o]\nx = 1\n  [s]\n", EditError::IndentedHeader { line: 3 }),
            (b"\t[s]\n", EditError::IndentedHeader { line: 1 }),
            (b"\xEF\xBB\xBF[s]\n", EditError::ByteOrderMark),
            (b"[o]\rx = 1\r", EditError::CarriageReturn { line: 1 }),
            (b"[s]\r\r\n", EditError::CarriageReturn { line: 1 }),
            (b"[s]\ngarbage\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\n= x\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\naws_session_token: x\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\naws_session_token: x=\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\n  x = 1\n", EditError::UnreadableLine { line: 2 }),
        ];
        for (file, expected) in cases {
            assert_eq!(refusal(file), Some(expected), "{:?}", String::from_utf8_lossy(file));
        }
    }

    #[test]
    fn mistakes_in_other_sections_are_no_reason_to_refuse() {
        let files: [&[u8]; 8] = [
            b"[o]\n[o]\n[s]\n",
            b"[o]\nx = 1\nX = 2\n[s]\n",
            b"[ o ]\n  [p]\n[s]\n",
            b"[o\nx = 1\n[s]\n",
            b"\xEF\xBB\xBF[o]\n[s]\n",
            b"[o]\ngarbage\n[s]\n",
            b"x = 1\n[s]\n",
            b"[s] # note\n",
        ];
        for file in files {
            assert_eq!(refusal(file), None, "{:?}", String::from_utf8_lossy(file));
        }
    }
}
