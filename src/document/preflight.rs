//! The check before an edit, which refuses a section that AWS clients would read in different ways.
//!
//! Only mistakes that affect the target are refused. The same mistakes in other sections are left alone, and `check`
//! warns about them.

use super::edit::{Edit, EditError};
use super::irregular::{is_blank, may_be_header, without_indent};
use super::parse::{self, LineKind, SectionSpan};
use super::{Document, SectionRef};

impl Document {
    /// Finds the section, if it exists, and checks that every client would read the edited section in the same way.
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

    /// Finds a stray carriage return that matters: one in the target; one at the end of the file, which a new line
    /// would turn into a line break; or one before text that Python reads as the target's header.
    fn stray_carriage_return(&self, name: &str) -> Option<usize> {
        if self.headers.get().is_some_and(|headers| headers.stray_carriage_returns.is_empty()) {
            return None;
        }
        let targets: Vec<_> = self.sections_named(name).map(|section| section.span).collect();
        let is_in_target = |at: usize| targets.iter().any(|span| (span.start..span.end).contains(&at));
        parse::stray_carriage_returns(&self.bytes).find(|&at| {
            let below = self.slice(at + 1..self.bytes.len());
            below.is_empty() || is_in_target(at) || may_be_header(without_indent(below), name)
        })
    }

    /// Finds a header with this name in a form other than `[name]`, alone or with a comment after a space.
    fn irregular_header(&self, name: &str) -> Option<usize> {
        let exact = format!("[{name}]");
        let is_regular = |header: &[u8]| {
            header.strip_prefix(exact.as_bytes()).is_some_and(|rest| {
                let spaces = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
                match rest.get(spaces..).unwrap_or_default() {
                    [] => true,
                    // Python reads the last bracket of the line as the closing one.
                    comment @ [b'#' | b';', ..] => spaces > 0 && !comment.contains(&b']'),
                    _ => false,
                }
            })
        };
        let headers = self.spans_mentioning(name).map(|section| section.header());
        let mut irregular = headers.filter(|header| {
            let header = self.slice(header.clone());
            may_be_header(header, name) && !is_regular(header)
        });
        irregular.next().map(|header| header.start)
    }
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
                    // Python reads a line that begins with white space as part of the value above.
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

/// Returns whether some client reads the name as the name of an edited property. In `aws_session_token: x=`, botocore
/// and Go read the `:` as the delimiter, and they trim white space that other clients treat as part of the name.
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
