//! The lossless document: the one parser of both AWS files, for reading and for writing.
//!
//! It keeps the original bytes and spans into them. Headers are found when it is made, the lines of a section when they
//! are asked for, so that a lookup costs the same in a file of three profiles and of ten thousand. What it reads follows
//! the AWS SDKs where they agree; it does not know what a profile is (see `profile`), nor where the bytes come from.

mod edit;
mod editable;
mod parse;
mod verify;

pub use edit::Edit;
pub use editable::EditError;
pub use parse::Span;

use std::borrow::Cow;

use parse::{LineKind, LineSpan, PropertySpan, SectionSpan};

/// One of the two files, as it is on disk.
#[derive(Clone)]
pub struct Document {
    bytes: Vec<u8>,
    sections: Vec<SectionSpan>,
}

/// The file is UTF-16, as PowerShell's `>` writes it; no AWS client reads that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file is UTF-16 text, which no AWS client reads")]
pub struct Utf16Error;

impl Document {
    /// Finds the headers in `bytes`, which may be empty, not UTF-8, or not an AWS file at all.
    ///
    /// # Errors
    ///
    /// Fails for UTF-16 only.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, Utf16Error> {
        if parse::is_utf16(&bytes) {
            return Err(Utf16Error);
        }
        let sections = parse::sections(&bytes);
        Ok(Self { bytes, sections })
    }

    /// The file, byte for byte.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns every section whose header can be read, in the order of the file.
    pub fn sections(&self) -> impl Iterator<Item = SectionRef<'_>> {
        self.sections
            .iter()
            .filter_map(|span| Some(SectionRef { document: self, span, name: self.slice(span.name.clone()?) }))
    }

    /// Returns the sections with this name. More than one is a mistake that some clients take and some refuse.
    pub fn sections_named<'a>(&'a self, name: &str) -> impl Iterator<Item = SectionRef<'a>> {
        self.sections().filter(move |section| section.name == name.as_bytes())
    }

    /// Whether the property's name stands anywhere in the file, in lower case or as people shout it. Cheaper than a look
    /// into every section, and good enough to spare that.
    pub fn mentions(&self, property: &str) -> bool {
        let has = |name: &str| memchr::memmem::find(&self.bytes, name.as_bytes()).is_some();
        has(property) || has(&property.to_ascii_uppercase())
    }

    /// Counts lines from 1, for messages.
    pub fn line_number(&self, offset: usize) -> usize {
        let before = self.bytes.get(..offset).unwrap_or(&self.bytes);
        memchr::memchr_iter(b'\n', before).count() + 1
    }

    /// Whether a UTF-8 byte order mark comes first.
    pub fn has_byte_order_mark(&self) -> bool {
        parse::has_byte_order_mark(&self.bytes)
    }

    /// Returns the numbers of the lines that some AWS client does not understand and refuses the whole file for: no `=`,
    /// a property above the first header, a header that is not closed.
    pub fn unreadable_lines(&self) -> Vec<usize> {
        let first_header = self.sections.first().map_or(self.bytes.len(), |section| section.header.start);
        let mark = if self.has_byte_order_mark() { 3 } else { 0 };
        let homeless = parse::lines(&self.bytes, mark..first_header)
            .into_iter()
            .filter(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment))
            .map(|line| line.text.start);
        let in_sections = self.sections.iter().flat_map(|section| {
            let header = section.name.is_none().then_some(section.header.start);
            let unknown = parse::lines(&self.bytes, section.body.clone())
                .into_iter()
                .filter(|line| line.kind == LineKind::Unknown)
                .map(|line| line.text.start);
            header.into_iter().chain(unknown)
        });
        homeless.chain(in_sections).map(|offset| self.line_number(offset)).collect()
    }

    fn slice(&self, span: Span) -> &[u8] {
        self.bytes.get(span).unwrap_or_default()
    }
}

/// A section of a [`Document`].
#[derive(Clone, Copy)]
pub struct SectionRef<'a> {
    document: &'a Document,
    span: &'a SectionSpan,
    name: &'a [u8],
}

impl<'a> SectionRef<'a> {
    /// What stands between the brackets, without spaces at either end.
    pub fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The number of the header's line.
    pub fn line(&self) -> usize {
        self.document.line_number(self.span.header.start)
    }

    /// Looks a property up, in any case; the last occurrence counts.
    pub fn property(&self, name: &str) -> Option<PropertyRef<'a>> {
        self.properties().into_iter().rfind(|property| property.is_named(name))
    }

    /// Returns the properties in the order of the file, doubles too.
    pub fn properties(&self) -> Vec<PropertyRef<'a>> {
        let document = self.document;
        self.lines()
            .into_iter()
            .filter_map(|line| match line.kind {
                LineKind::Property(span) => Some(PropertyRef { document, line: line.text, span }),
                _ => None,
            })
            .collect()
    }

    fn lines(&self) -> Vec<LineSpan> {
        parse::lines(&self.document.bytes, self.span.body.clone())
    }
}

/// A property of a section.
#[derive(Clone)]
pub struct PropertyRef<'a> {
    document: &'a Document,
    line: Span,
    span: PropertySpan,
}

impl<'a> PropertyRef<'a> {
    /// The name as it is written, in any case.
    pub fn name(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.slice(self.span.name.clone()))
    }

    /// Whether this is the property `name`; case does not count.
    pub fn is_named(&self, name: &str) -> bool {
        self.slice(self.span.name.clone()).eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value on the property's own line, without an inline comment.
    pub fn value(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.slice(self.span.value.clone()))
    }

    /// Whether a comment stands behind the value: the AWS CLI and boto3 take it for a part of the value.
    pub fn has_inline_comment(&self) -> bool {
        self.span.comment.is_some()
    }

    /// The number of the property's line.
    pub fn line(&self) -> usize {
        self.document.line_number(self.line.start)
    }

    fn slice(&self, span: Span) -> &'a [u8] {
        self.document.slice(self.line.clone()).get(span).unwrap_or_default()
    }
}
