//! How a file is written, where that matters to some client: for `check`.

use memchr::memmem;

use super::parse::{self, LineKind};
use super::{Document, SectionRef};

impl Document {
    /// Finds the first line with a carriage return that ends no line: Python reads a line break where others see none.
    pub fn first_stray_carriage_return(&self) -> Option<usize> {
        let is_stray = |at: &usize| self.bytes.get(at + 1) != Some(&b'\n');
        memchr::memchr_iter(b'\r', &self.bytes).find(is_stray).map(|at| self.line_number(at))
    }

    /// Returns the indented lines of all sections, with their numbers and without the space around them.
    pub fn indented_lines(&self) -> impl Iterator<Item = (usize, &[u8])> {
        // Few files have any: then one search is enough.
        let sections = self.has_indented_lines().then(|| self.sections()).into_iter().flatten();
        sections.flat_map(SectionRef::indented_lines)
    }

    /// Whether any line but the first begins with a space or a tab. Cheaper than a look at every line.
    pub fn has_indented_lines(&self) -> bool {
        [b"\n ", b"\n\t"].into_iter().any(|indent| memmem::find(&self.bytes, indent).is_some())
    }
}

impl<'a> SectionRef<'a> {
    /// What stands between the header's brackets, with the spaces at either end.
    pub fn raw_name(&self) -> &'a [u8] {
        let header = self.document.slice(self.span.header());
        let end = self.span.name().map_or(header.len(), |name| name.end - self.span.start);
        let rest = header.get(end..).unwrap_or_default();
        let close = end + memchr::memchr(b']', rest).unwrap_or(rest.len());
        header.get(1..close).unwrap_or_default()
    }

    /// The text behind the header's closing bracket.
    pub fn text_behind_header(&self) -> &'a [u8] {
        let header = self.document.slice(self.span.header());
        header.get(self.raw_name().len() + 2..).unwrap_or_default()
    }

    /// The line right below the header, if it is indented: there is nothing that it could continue.
    pub fn indented_first_line(&self) -> Option<usize> {
        let first = self.lines().find(|line| line.kind != LineKind::Blank)?;
        (first.kind == LineKind::Indented).then(|| self.document.line_number(first.text.start))
    }

    /// The indented comments, each with the property above it and its line.
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

    /// Whether the bytes below the header are the same, but for blank lines at the end.
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
