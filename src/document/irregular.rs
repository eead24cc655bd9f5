//! Irregular lines, which AWS clients read in different ways.

use memchr::memmem;

use super::parse::{self, LineKind};
use super::{Document, SectionRef};

impl Document {
    /// Finds the first line with a stray carriage return, which Python reads as a line break and other clients do not.
    pub fn first_stray_carriage_return(&self) -> Option<usize> {
        parse::stray_carriage_returns(&self.bytes).next().map(|at| self.line_number(at))
    }

    /// Returns the indented lines of all sections, with their numbers and without surrounding spaces.
    pub fn indented_lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        // Most files have no indented lines: for them, one search is enough.
        let sections = self.has_indented_lines().then(|| self.sections()).into_iter().flatten();
        sections.flat_map(SectionRef::indented_lines)
    }

    /// Finds an indented header with this name.
    pub(super) fn indented_header(&self, name: &str) -> Option<usize> {
        let mut lines = self.lines_naming(name);
        lines.find_map(|line| {
            let text = self.slice(line.clone());
            let (indent, header) = text.split_at_checked(memchr::memchr(b'[', text)?)?;
            let is_indented = !indent.is_empty() && without_indent(indent).is_empty();
            // No client reads an indented line as a header without a closing bracket.
            (is_indented && header.contains(&b']') && may_be_header(header, name)).then(|| line.start + indent.len())
        })
    }

    /// Returns whether any line but the first begins with a space or a tab. This is faster than parsing the lines.
    pub fn has_indented_lines(&self) -> bool {
        [b"\n ", b"\n\t"].into_iter().any(|indent| memmem::find(&self.bytes, indent).is_some())
    }
}

impl<'a> SectionRef<'a> {
    /// Returns the text between the header's brackets, including spaces at either end.
    pub fn raw_name(&self) -> &'a [u8] {
        let header = self.document.slice(self.span.header());
        let end = self.span.name().map_or(header.len(), |name| name.end - self.span.start);
        let rest = header.get(end..).unwrap_or_default();
        let close = end + memchr::memchr(b']', rest).unwrap_or(rest.len());
        header.get(1..close).unwrap_or_default()
    }

    /// Returns the text after the header's closing bracket.
    pub fn text_behind_header(&self) -> &'a [u8] {
        let header = self.document.slice(self.span.header());
        header.get(self.raw_name().len() + 2..).unwrap_or_default()
    }

    /// Returns the number of the first line below the header that is not blank, if it is indented and thus continues no
    /// value.
    pub fn indented_first_line(&self) -> Option<usize> {
        let first = self.lines().find(|line| line.kind != LineKind::Blank)?;
        (first.kind == LineKind::Indented).then(|| self.document.line_number(first.text.start))
    }

    /// Returns, for each indented comment, the name of the property above it and the comment's line number.
    pub fn indented_comments(&self) -> Vec<(String, usize)> {
        let mut above = None;
        let mut found = Vec::new();
        for line in self.lines() {
            let text = self.document.slice(line.text.clone());
            match line.kind {
                LineKind::Property(span) => above = text.get(span.name),
                LineKind::Indented if matches!(text.trim_ascii(), [b'#' | b';', ..]) => {
                    let name = above.map(|name| String::from_utf8_lossy(name).into_owned());
                    found.extend(name.map(|name| (name, self.document.line_number(line.text.start))));
                }
                _ => {}
            }
        }
        found
    }

    /// Returns whether both sections have the same lines below their headers, except for blank lines at the end.
    pub fn has_same_lines_as(&self, other: &SectionRef<'_>) -> bool {
        let body = |section: &SectionRef<'_>| {
            let body = section.document.slice(section.span.body());
            let lines = parse::lines(body, 0..body.len());
            let text: Vec<Vec<u8>> = lines.map(|line| body.get(line.text).unwrap_or_default().to_vec()).collect();
            let end = text.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
            text.into_iter().take(end).collect::<Vec<_>>()
        };
        body(self) == body(other)
    }
}

/// Returns whether some client may read the line that begins here as a header with this name. The name ends at the
/// first closing bracket or comment sign. If no bracket closes it, other text may follow it after white space.
pub(super) fn may_be_header(line: &[u8], name: &str) -> bool {
    let Some(inner) = line.strip_prefix(b"[") else { return false };
    let end = inner.iter().position(|byte| b"]#;\r\n".contains(byte)).unwrap_or(inner.len());
    let text = String::from_utf8_lossy(inner.get(..end).unwrap_or_default());
    let Some(rest) = text.trim_matches(is_blank).strip_prefix(name) else { return false };
    rest.is_empty() || (inner.get(end) != Some(&b']') && rest.starts_with(is_blank))
}

pub(super) fn without_indent(line: &[u8]) -> &[u8] {
    let end = line.iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(line.len());
    let text = String::from_utf8_lossy(line.get(..end).unwrap_or_default());
    let indent = text.len() - text.trim_start_matches(is_blank).len();
    line.get(indent..).unwrap_or_default()
}

/// Returns whether some client trims this character from a name: Python and Go trim all Unicode white space.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}
