//! The lossless document: the parser of both AWS files, for reading and writing.
//!
//! It holds the original bytes and spans into them. Headers and lines are parsed on demand, and a profile is found by
//! searching for its name, so that a lookup among ten thousand profiles takes little longer than reading the file. If
//! many lines contain the name, each header is looked at instead. The parser follows the AWS SDKs where they agree. It
//! does not know what a profile is (see `profile`) or where the bytes come from.

mod edit;
mod header_index;
mod irregular;
mod parse;
mod preflight;
mod repair;
mod search;
mod splice;
mod verify;

pub use edit::{Edit, EditError, SectionEdits};
pub use parse::Span;
pub use repair::Repair;

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use header_index::HeaderIndex;
use parse::{LineKind, LineSpan, PropertySpan, SectionSpan};
use search::Search;

/// The size of the blocks in which lines are counted, in bytes. Counting in blocks makes it fast to find thousands of
/// line numbers.
const BLOCK: usize = 4096;

/// One of the two files, as stored on disk. A clone shares the bytes and everything parsed so far.
#[derive(Clone, Default)]
pub struct Document {
    /// Shared with the code that reads or writes the file: copying a large file takes longer than editing it.
    bytes: Rc<Vec<u8>>,
    /// All sections, found on first use.
    sections: OnceCell<Rc<Vec<SectionSpan>>>,
    /// The number of lines that end before each block of [`BLOCK`] bytes, counted on first use.
    lines_before: OnceCell<Rc<Vec<usize>>>,
    /// The index for an edit of many sections.
    headers: OnceCell<Rc<HeaderIndex>>,
    /// The result of the last search.
    search: RefCell<Option<Search>>,
}

/// The error for a UTF-16 file, which PowerShell's `>` writes and no AWS client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file is UTF-16 text, which no AWS client reads")]
pub struct Utf16Error;

impl Document {
    /// Creates a document from `bytes`, which may be empty, invalid UTF-8, or not an AWS file at all.
    ///
    /// # Errors
    ///
    /// Fails only if the bytes are UTF-16.
    pub fn parse(bytes: impl Into<Rc<Vec<u8>>>) -> Result<Self, Utf16Error> {
        let bytes = bytes.into();
        if parse::is_utf16(&bytes) {
            return Err(Utf16Error);
        }
        Ok(Self { bytes, ..Self::default() })
    }

    /// Returns the bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the bytes of the file without copying them.
    pub fn shared_bytes(&self) -> Rc<Vec<u8>> {
        Rc::clone(&self.bytes)
    }

    /// Returns every section that has a readable header, in file order.
    pub fn sections(&self) -> impl Iterator<Item = SectionRef<'_>> {
        self.numbered_sections().map(|(_, section)| section)
    }

    /// Returns the sections, each with its number for [`Document::section`].
    pub fn numbered_sections(&self) -> impl Iterator<Item = (usize, SectionRef<'_>)> {
        (0..self.spans().len()).filter_map(|number| Some((number, self.section(number)?)))
    }

    /// Finds a section by its number.
    pub fn section(&self, number: usize) -> Option<SectionRef<'_>> {
        SectionRef::new(self, *self.spans().get(number)?)
    }

    fn spans(&self) -> &[SectionSpan] {
        self.sections.get_or_init(|| Rc::new(parse::sections(&self.bytes)))
    }

    /// Returns whether the file contains the property's name anywhere, ignoring case. This is faster than parsing every
    /// section, and enough to rule a property out.
    pub fn mentions(&self, property: &str) -> bool {
        let Some(first) = property.bytes().next() else { return false };
        let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
        memchr::memchr2_iter(lower, upper, &self.bytes).any(|at| {
            let found = self.bytes.get(at..at + property.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(property.as_bytes()))
        })
    }

    /// Returns the number of the line that contains the offset, counted from 1.
    pub fn line_number(&self, offset: usize) -> usize {
        let count = |bytes: &[u8]| memchr::memchr_iter(b'\n', bytes).count();
        let lines_before = self.lines_before.get_or_init(|| {
            let mut lines_before = vec![0];
            for block in self.bytes.chunks(BLOCK) {
                lines_before.push(lines_before.last().copied().unwrap_or_default() + count(block));
            }
            Rc::new(lines_before)
        });
        let block = offset / BLOCK;
        let before = lines_before.get(block).copied().unwrap_or_default();
        before + count(self.slice(block * BLOCK..offset)) + 1
    }

    /// Returns whether the file begins with a UTF-8 byte order mark.
    pub fn has_byte_order_mark(&self) -> bool {
        parse::has_byte_order_mark(&self.bytes)
    }

    /// Finds the first line that is not UTF-8.
    pub fn first_line_not_utf8(&self) -> Option<usize> {
        std::str::from_utf8(&self.bytes).err().map(|error| self.line_number(error.valid_up_to()))
    }

    /// Finds the first line for which some AWS client refuses the whole file: a line without `=`, a property above the
    /// first header, or a header that is not closed, has an empty name, or has a bracket or a comment sign in its name.
    pub fn first_unreadable_line(&self) -> Option<usize> {
        let first_header = self.spans().first().map_or(self.bytes.len(), |section| section.start);
        let mark = if self.has_byte_order_mark() { 3 } else { 0 };
        let mut above = parse::lines(&self.bytes, mark..first_header);
        let outside = above.find(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment));
        let in_section = |section: &SectionSpan| {
            let is_sign = |byte: &u8| matches!(byte, b'[' | b']' | b'#' | b';');
            let name = section.name().map(|name| self.slice(name));
            let is_readable = name.is_some_and(|name| !name.is_empty() && !name.iter().any(is_sign));
            let header = (!is_readable).then_some(section.start);
            header.or_else(|| {
                let mut lines = parse::lines(&self.bytes, section.body());
                lines.find(|line| line.kind == LineKind::Unknown).map(|line| line.text.start)
            })
        };
        let offset = outside.map(|line| line.text.start).or_else(|| self.spans().iter().find_map(in_section));
        offset.map(|offset| self.line_number(offset))
    }

    fn slice(&self, span: Span) -> &[u8] {
        self.bytes.get(span).unwrap_or_default()
    }
}

/// A section of a [`Document`].
#[derive(Clone, Copy)]
pub struct SectionRef<'a> {
    document: &'a Document,
    span: SectionSpan,
    name: &'a [u8],
}

impl<'a> SectionRef<'a> {
    /// Creates the reference. Returns `None` if the header cannot be read.
    fn new(document: &'a Document, span: SectionSpan) -> Option<Self> {
        Some(Self { document, span, name: document.slice(span.name()?) })
    }

    /// Returns the text between the brackets, without spaces at either end.
    pub fn name(&self) -> &'a [u8] {
        self.name
    }

    /// Returns the number of the header's line.
    pub fn line(&self) -> usize {
        self.document.line_number(self.span.start)
    }

    /// Looks up a property, ignoring case; the last occurrence counts.
    pub fn property(&self, name: &str) -> Option<PropertyRef<'a>> {
        let [found] = self.properties_named([name]);
        found
    }

    /// Looks up several properties in one pass over the lines.
    pub fn properties_named<const N: usize>(&self, names: [&str; N]) -> [Option<PropertyRef<'a>>; N] {
        let mut found = [const { None }; N];
        self.look_up(&names, &mut found);
        found
    }

    fn look_up(&self, names: &[&str], found: &mut [Option<PropertyRef<'a>>]) {
        let document = self.document;
        // The index in `names` of the property above the line, if it is one of them.
        let mut above = None;
        for (text, _) in parse::line_texts(&document.bytes, self.span.body()) {
            let line = document.slice(text.clone());
            if above.is_none() && !parse::may_be_property(line, names) {
                continue;
            }
            match parse::line_kind(line) {
                LineKind::Property(span) => {
                    let property = PropertyRef { document, line: text, span, is_continued: false };
                    above = names.iter().position(|name| property.is_named(name));
                    if let Some(found) = above.and_then(|at| found.get_mut(at)) {
                        *found = Some(property);
                    }
                }
                LineKind::Indented => {
                    if let Some(above) = above.and_then(|at| found.get_mut(at)?.as_mut()) {
                        above.is_continued = true;
                    }
                }
                LineKind::Blank | LineKind::Comment | LineKind::Unknown => {}
            }
        }
    }

    /// Finds the first property with a value and one of these names. A name that ends with `_` stands for all that begin
    /// with it.
    pub fn first_of(&self, names: &[&str]) -> Option<PropertyRef<'a>> {
        let document = self.document;
        let is_named = |property: &PropertyRef<'_>, name: &str| match name.strip_suffix('_') {
            Some(_) => property.raw_name().get(..name.len()).is_some_and(|start| parse::is_name(start, name)),
            None => property.is_named(name),
        };
        parse::line_texts(&document.bytes, self.span.body()).find_map(|(text, _)| {
            let line = document.slice(text.clone());
            if !parse::may_be_property(line, names) {
                return None;
            }
            let LineKind::Property(span) = parse::line_kind(line) else { return None };
            let property = PropertyRef { document, line: text, span, is_continued: false };
            let is_meant = !property.is_empty() && names.iter().any(|name| is_named(&property, name));
            is_meant.then_some(property)
        })
    }

    /// Returns the properties in file order, including duplicates.
    pub fn properties(&self) -> Vec<PropertyRef<'a>> {
        let mut properties = Vec::new();
        self.properties_into(&mut properties);
        properties
    }

    /// Replaces the contents of a list with the properties, so that thousands of sections can share one list.
    pub fn properties_into(&self, properties: &mut Vec<PropertyRef<'a>>) {
        let document = self.document;
        properties.clear();
        for line in self.lines() {
            match line.kind {
                LineKind::Property(span) => {
                    properties.push(PropertyRef { document, line: line.text, span, is_continued: false });
                }
                LineKind::Indented => {
                    if let Some(above) = properties.last_mut() {
                        above.is_continued = true;
                    }
                }
                LineKind::Blank | LineKind::Comment | LineKind::Unknown => {}
            }
        }
    }

    /// Returns whether text follows the header's closing bracket.
    pub fn has_header_comment(&self) -> bool {
        !self.document.slice(self.span.header()).trim_ascii_end().ends_with(b"]")
    }

    /// Returns the bytes of the section, without the blank lines at its end.
    pub fn raw(&self) -> &'a [u8] {
        let bytes = self.document.slice(self.span.start..self.span.end);
        let end = bytes.trim_ascii_end().len();
        let rest = bytes.get(end..).unwrap_or_default();
        let line_break = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        bytes.get(..end + line_break).unwrap_or_default()
    }

    /// Returns the file with other bytes in place of [`SectionRef::raw`]. The caller must verify the result.
    pub fn replaced_by(&self, bytes: &[u8]) -> Vec<u8> {
        let end = self.span.start + self.raw().len();
        [self.document.slice(0..self.span.start), bytes, self.document.slice(end..self.document.bytes.len())].concat()
    }

    /// Returns all lines below the header, without their line breaks, each with its offset in the file.
    pub fn raw_lines(self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let document = self.document;
        parse::line_texts(&document.bytes, self.span.body()).map(|(text, _)| (text.start, document.slice(text)))
    }

    /// Returns the indented lines, with their numbers and without surrounding spaces. Most SDKs read them as part of
    /// the value above.
    pub fn indented_lines(self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let document = self.document;
        let indented = self.lines().filter(|line| line.kind == LineKind::Indented);
        indented.map(|line| (document.line_number(line.text.start), document.slice(line.text).trim_ascii()))
    }

    fn lines(&self) -> impl Iterator<Item = LineSpan> + use<'a> {
        parse::lines(&self.document.bytes, self.span.body())
    }
}

/// A property of a section.
#[derive(Clone)]
pub struct PropertyRef<'a> {
    document: &'a Document,
    line: Span,
    span: PropertySpan,
    is_continued: bool,
}

impl<'a> PropertyRef<'a> {
    /// Returns the name as written, in upper or lower case.
    pub fn name(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.raw_name())
    }

    /// Returns the bytes of the name, which need not be UTF-8.
    pub fn raw_name(&self) -> &'a [u8] {
        self.slice(self.span.name.clone())
    }

    /// Returns whether this is the property `name`, ignoring case.
    pub fn is_named(&self, name: &str) -> bool {
        parse::is_name(self.raw_name(), name)
    }

    /// Returns the value on the property's own line, without an inline comment.
    pub fn value(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.slice(self.span.value.clone()))
    }

    /// Returns whether a comment follows the value: the AWS CLI and boto3 read it as part of the value.
    pub fn has_inline_comment(&self) -> bool {
        self.span.comment.is_some()
    }

    /// Returns whether there is no value, not even on indented lines below, which most clients read as part of it.
    pub fn is_empty(&self) -> bool {
        self.span.value.is_empty() && !self.is_continued
    }

    /// Returns whether indented lines follow, which most clients read as part of the value.
    pub fn is_continued(&self) -> bool {
        self.is_continued
    }

    /// Returns the lines of the value: the property's own, then the indented lines below, which most clients read as
    /// part of it. Blank lines and comments are left out.
    pub fn lines(&self) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        let document = self.document;
        let below = self.line.end..document.bytes.len();
        let below = parse::lines(&document.bytes, below).skip(1);
        let below = below
            .take_while(move |line| {
                line.kind != LineKind::Unknown && !parse::is_header(&document.bytes, line.text.start)
            })
            .take_while(|line| !matches!(line.kind, LineKind::Property(_)))
            .filter(|line| line.kind == LineKind::Indented)
            .map(move |line| document.slice(line.text).trim_ascii())
            // Some clients read an indented header as a header; it has a finding of its own.
            .filter(|text| !text.starts_with(b"#") && !text.starts_with(b";") && !text.starts_with(b"["));
        let more: Vec<Cow<'a, str>> =
            if self.is_continued { below.map(String::from_utf8_lossy).collect() } else { Vec::new() };
        std::iter::once(self.value()).filter(|value| !value.is_empty()).chain(more)
    }

    /// Returns the offset of the property's line in the file, in bytes.
    pub fn offset(&self) -> usize {
        self.line.start
    }

    /// Returns the number of the property's line.
    pub fn line(&self) -> usize {
        self.document.line_number(self.line.start)
    }

    fn slice(&self, span: Span) -> &'a [u8] {
        self.document.slice(self.line.clone()).get(span).unwrap_or_default()
    }
}
