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
    #[error("the section occurs twice, in lines {first} and {second}: the AWS CLI and boto3 refuse the whole file")]
    DuplicateSection {
        /// The first header's line.
        first: usize,
        /// The second header's line.
        second: usize,
    },
    /// The AWS CLI and boto3 refuse the whole file, the others take the last one.
    #[error("{property} occurs twice, in lines {first} and {second}: the AWS CLI and boto3 refuse the whole file")]
    DuplicateProperty {
        /// The property's name, in lower case.
        property: &'static str,
        /// The first one's line.
        first: usize,
        /// The second one's line.
        second: usize,
    },
    /// Spaces inside the brackets, text behind them, or no closing one.
    #[error("the header in line {line} is not `[name]` alone: AWS clients disagree on the profile that it names")]
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
        "a byte order mark is before the section in line 1: most AWS clients do not see the section or refuse the file"
    )]
    ByteOrderMark,
    /// Python reads a line break where the others see none.
    #[error(
        "line {line} has a carriage return that does not end it: Python's AWS clients see a line break there, others do not"
    )]
    CarriageReturn {
        /// The line's number.
        line: usize,
    },
    /// A line without `=`, one with `:` for it, an indented one where there is nothing to continue, or a name with white
    /// space at an end that only some clients cut off.
    #[error("line {line} in the section is not a `name = value` that all AWS clients read")]
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
    pub(super) fn editable_section(&self, name: &str, edits: &[Edit]) -> Result<Option<SectionSpan>, EditError> {
        if let Some(offset) = self.stray_carriage_return(name) {
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

    /// One in the target, at the end of the file, where a new line would make a line break of it, or one below which
    /// Python sees the target's header.
    fn stray_carriage_return(&self, name: &str) -> Option<usize> {
        let targets: Vec<_> = self.sections_named(name).map(|section| section.span).collect();
        let is_in_target = |at: usize| targets.iter().any(|span| (span.start..span.end).contains(&at));
        let mut stray = memchr::memchr_iter(b'\r', &self.bytes).filter(|at| self.bytes.get(at + 1) != Some(&b'\n'));
        stray.find(|&at| {
            let below = self.slice(at + 1..self.bytes.len());
            below.is_empty() || is_in_target(at) || names_in_header(without_indent(below), name)
        })
    }

    /// A header of this name that is not `[name]` alone, but for a comment behind a space.
    fn irregular_header(&self, name: &str) -> Option<usize> {
        let exact = format!("[{name}]");
        let is_regular = |header: &[u8]| {
            header.strip_prefix(exact.as_bytes()).is_some_and(|rest| {
                let spaces = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
                match rest.get(spaces..).unwrap_or_default() {
                    [] => true,
                    // Python takes the last bracket of the line for the closing one.
                    comment @ [b'#' | b';', ..] => spaces > 0 && !comment.contains(&b']'),
                    _ => false,
                }
            })
        };
        let headers = self.spans_mentioning(name).map(|section| section.header());
        let mut irregular = headers.filter(|header| {
            let header = self.slice(header.clone());
            names_in_header(header, name) && !is_regular(header)
        });
        irregular.next().map(|header| header.start)
    }

    /// A header behind an indent that names the section.
    fn indented_header(&self, name: &str) -> Option<usize> {
        let mut lines = self.lines_with(name);
        lines.find_map(|line| {
            let text = self.slice(line.clone());
            let (indent, header) = text.split_at_checked(memchr::memchr(b'[', text)?)?;
            let is_indented = !indent.is_empty() && without_indent(indent).is_empty();
            // Nobody takes an indented line for a header if nothing closes it.
            (is_indented && header.contains(&b']') && names_in_header(header, name)).then(|| line.start + indent.len())
        })
    }
}

/// Whether some client may read the line that begins here as a header of this name: up to the first closing bracket or
/// comment sign, or with text behind it where no bracket closes it.
fn names_in_header(line: &[u8], name: &str) -> bool {
    let Some(inner) = line.strip_prefix(b"[") else { return false };
    let end = inner.iter().position(|byte| b"]#;\r\n".contains(byte)).unwrap_or(inner.len());
    let text = String::from_utf8_lossy(inner.get(..end).unwrap_or_default());
    let Some(rest) = text.trim_matches(is_blank).strip_prefix(name) else { return false };
    rest.is_empty() || (inner.get(end) != Some(&b']') && rest.starts_with(is_blank))
}

fn without_indent(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(line.len());
    let text = String::from_utf8_lossy(line.get(..end).unwrap_or_default());
    let indent = text.len() - text.trim_start_matches(is_blank).len();
    line.get(indent..).unwrap_or_default()
}

/// What some client cuts off a name: Python and Go take every white space of Unicode.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

impl SectionRef<'_> {
    fn check_lines(&self, edits: &[Edit]) -> Result<(), EditError> {
        let mut any_property = false;
        let mut above_is_edited = false;
        for line in self.lines() {
            let readable = match &line.kind {
                LineKind::Unknown => false,
                LineKind::Indented => any_property,
                LineKind::Property(span) => {
                    any_property = true;
                    let text = self.document.slice(line.text.clone());
                    let name = String::from_utf8_lossy(text.get(span.name.clone()).unwrap_or_default());
                    // Python takes it for a part of the value above.
                    let continues_edited = above_is_edited && name.starts_with(is_blank);
                    above_is_edited = is_edited(&name, edits);
                    !continues_edited && (above_is_edited || !is_edited_for_some(&name, edits))
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

fn is_edited(name: &str, edits: &[Edit]) -> bool {
    edits.iter().filter_map(Edit::property).any(|property| name.eq_ignore_ascii_case(property))
}

/// `aws_session_token: x=`: botocore and Go take the `:` for the delimiter, and cut white space that others keep.
fn is_edited_for_some(name: &str, edits: &[Edit]) -> bool {
    name.split(':').next().is_some_and(|name| is_edited(name.trim_matches(is_blank), edits))
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
        let cases: [(&[u8], EditError); 27] = [
            (b"[s]\nx = 1\n[o]\n[s]\n", EditError::DuplicateSection { first: 1, second: 4 }),
            (
                b"[s]\naws_session_token = 1\nAWS_SESSION_TOKEN = 2\n",
                EditError::DuplicateProperty { property: "aws_session_token", first: 2, second: 3 },
            ),
            (b"[o]\n[ s ]\n", EditError::IrregularHeader { line: 2 }),
            (b"[s\nx = 1\n", EditError::IrregularHeader { line: 1 }),
            (b"[s junk\n", EditError::IrregularHeader { line: 1 }),
            (b"[s] junk\n", EditError::IrregularHeader { line: 1 }),
            (b"[s]# note\n", EditError::IrregularHeader { line: 1 }),
            (b"[s] # [note]\n", EditError::IrregularHeader { line: 1 }),
            (b"[s]]\n", EditError::IrregularHeader { line: 1 }),
            (b"[s\xC2\xA0]\n", EditError::IrregularHeader { line: 1 }),
            (b"[o]\nx = 1\n  [s]\n", EditError::IndentedHeader { line: 3 }),
            (b"\t[s]\n", EditError::IndentedHeader { line: 1 }),
            (b"[o]\nx = 1\n  [ s ] # note\n", EditError::IndentedHeader { line: 3 }),
            (b"\xEF\xBB\xBF[s]\n", EditError::ByteOrderMark),
            (b"[o]\rx = 1\r", EditError::CarriageReturn { line: 1 }),
            (b"[s]\r\r\n", EditError::CarriageReturn { line: 1 }),
            (b"[o]\n[s]\nx = 1\n# a\rb\n", EditError::CarriageReturn { line: 4 }),
            (b"[o]\n# a\r [s]\n", EditError::CarriageReturn { line: 2 }),
            (b"[o]\nx = 1\r", EditError::CarriageReturn { line: 2 }),
            (b"[s]\ngarbage\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\n= x\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\naws_session_token: x\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\naws_session_token: x=\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\n  x = 1\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\naws_session_token\xC2\xA0 = x\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\naws_session_token\xC2\xA0: x=\n", EditError::UnreadableLine { line: 2 }),
            (b"[s]\naws_session_token = x\n\xC2\xA0x = 1\n", EditError::UnreadableLine { line: 3 }),
        ];
        for (file, expected) in cases {
            assert_eq!(refusal(file), Some(expected), "{:?}", String::from_utf8_lossy(file));
        }
    }

    #[test]
    fn mistakes_in_other_sections_are_no_reason_to_refuse() {
        let files: [&[u8]; 19] = [
            b"[o]\n[o]\n[s]\n",
            b"[o]\nx = 1\nX = 2\n[s]\n",
            b"[ o ]\n  [p]\n[s]\n",
            b"[o\nx = 1\n[s]\n",
            b"\xEF\xBB\xBF[o]\n[s]\n",
            b"[o]\ngarbage\n[s]\n",
            b"x = 1\n[s]\n",
            b"[s] # note\n",
            b"[o]\n# a\r\r\n[s]\n",
            b"[o\rp]\nx = 1\n",
            b"[o]\nx = 1\rjunk\n[s]\n",
            b"[o]\n:x = 1\n\xC2\xA0= 1\n[s]\n",
            b"[o]\na\\= 1\n[s]\n",
            b"[o]\na = C:\\\\\n[s]\n",
            b"[o\\]\n[s]\n",
            b"[s\xC2\xA0t]\n[s]\n",
            b"[o]\nx =\n  [s\n[s]\n",
            b"[o]\n\x0B[x = 1\n[s]\n",
            b"[o]\n\xC2\xA0[x = 1\n[s]\n",
        ];
        for file in files {
            assert_eq!(refusal(file), None, "{:?}", String::from_utf8_lossy(file));
        }
    }
}
