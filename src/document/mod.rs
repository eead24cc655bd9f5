//! The lossless document: the one parser of both AWS files, for reading and for writing.
//!
//! It keeps the original bytes and spans into them. Headers and lines are found when they are asked for, those of one
//! profile by a search for its name, so that a lookup in a file of ten thousand profiles costs little more than to read it. What it reads follows
//! the AWS SDKs where they agree; it does not know what a profile is (see `profile`), nor where the bytes come from.

mod edit;
mod irregular;
mod parse;
mod preflight;
mod repair;
mod search;
mod verify;

pub use edit::Edit;
pub use parse::Span;
pub use preflight::EditError;
pub use repair::Repair;

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use parse::{LineKind, LineSpan, PropertySpan, SectionSpan};
use search::Search;

/// Lines are counted by blocks of so many bytes: quick for one line, and for each of thousands.
const BLOCK: usize = 4096;

/// One of the two files, as it is on disk. A copy shares what has been found in it.
#[derive(Clone, Default)]
pub struct Document {
    /// Shared with who has read them, or writes them: a copy of a large file takes longer than an edit.
    bytes: Rc<Vec<u8>>,
    /// All sections, once they are asked for.
    sections: OnceCell<Rc<Vec<SectionSpan>>>,
    /// How many lines end before each block of [`BLOCK`] bytes, once a line's number is asked for.
    lines_before: OnceCell<Rc<Vec<usize>>>,
    /// Where the text stands that was looked for last.
    search: RefCell<Option<Search>>,
}

/// The file is UTF-16, as PowerShell's `>` writes it; no AWS client reads that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file is UTF-16 text, which no AWS client reads")]
pub struct Utf16Error;

impl Document {
    /// Takes `bytes`, which may be empty, not UTF-8, or not an AWS file at all.
    ///
    /// # Errors
    ///
    /// Fails for UTF-16 only.
    pub fn parse(bytes: impl Into<Rc<Vec<u8>>>) -> Result<Self, Utf16Error> {
        let bytes = bytes.into();
        if parse::is_utf16(&bytes) {
            return Err(Utf16Error);
        }
        Ok(Self { bytes, ..Self::default() })
    }

    /// The file, byte for byte.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same, to keep or to write.
    pub fn shared_bytes(&self) -> Rc<Vec<u8>> {
        Rc::clone(&self.bytes)
    }

    /// Returns every section whose header can be read, in the order of the file.
    pub fn sections(&self) -> impl Iterator<Item = SectionRef<'_>> {
        self.numbered_sections().map(|(_, section)| section)
    }

    /// Returns the same with the numbers by which [`Document::section`] finds them again.
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

    /// Returns whether the property's name stands anywhere in the file, in any case. Cheaper than a look into every section, and
    /// good enough to spare that.
    pub fn mentions(&self, property: &str) -> bool {
        let Some(first) = property.bytes().next() else { return false };
        let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
        memchr::memchr2_iter(lower, upper, &self.bytes).any(|at| {
            let found = self.bytes.get(at..at + property.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(property.as_bytes()))
        })
    }

    /// Counts lines from 1, for messages.
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

    /// Returns whether a UTF-8 byte order mark comes first.
    pub fn has_byte_order_mark(&self) -> bool {
        parse::has_byte_order_mark(&self.bytes)
    }

    /// Finds the first line that is not UTF-8.
    pub fn first_line_not_utf8(&self) -> Option<usize> {
        std::str::from_utf8(&self.bytes).err().map(|error| self.line_number(error.valid_up_to()))
    }

    /// Finds the first line that some AWS client does not understand and refuses the whole file for: no `=`, a property
    /// above the first header, a header that is not closed, or whose name is empty or has a bracket or a comment sign.
    pub fn first_unreadable_line(&self) -> Option<usize> {
        let first_header = self.spans().first().map_or(self.bytes.len(), |section| section.start);
        let mark = if self.has_byte_order_mark() { 3 } else { 0 };
        let mut above = parse::lines(&self.bytes, mark..first_header);
        let homeless = above.find(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment));
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
        let offset = homeless.map(|line| line.text.start).or_else(|| self.spans().iter().find_map(in_section));
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
    /// None if the header cannot be read.
    fn new(document: &'a Document, span: SectionSpan) -> Option<Self> {
        Some(Self { document, span, name: document.slice(span.name()?) })
    }

    /// What stands between the brackets, without spaces at either end.
    pub fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The number of the header's line.
    pub fn line(&self) -> usize {
        self.document.line_number(self.span.start)
    }

    /// Looks a property up, in any case; the last occurrence counts.
    pub fn property(&self, name: &str) -> Option<PropertyRef<'a>> {
        let [found] = self.properties_named([name]);
        found
    }

    /// Looks several up in the same way, with one look at each line.
    pub fn properties_named<const N: usize>(&self, names: [&str; N]) -> [Option<PropertyRef<'a>>; N] {
        let mut found = [const { None }; N];
        self.look_up(&names, &mut found);
        found
    }

    fn look_up(&self, names: &[&str], found: &mut [Option<PropertyRef<'a>>]) {
        let document = self.document;
        // Which of them stands above the line.
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
                    let above = above.and_then(|at| found.get_mut(at)?.as_mut());
                    above.into_iter().for_each(|above| above.is_continued = true);
                }
                LineKind::Blank | LineKind::Comment | LineKind::Unknown => {}
            }
        }
    }

    /// Returns the properties in the order of the file, doubles too.
    pub fn properties(&self) -> Vec<PropertyRef<'a>> {
        let mut properties = Vec::new();
        self.properties_into(&mut properties);
        properties
    }

    /// The same in place of what is in a list, for those who look at thousands of sections.
    pub fn properties_into(&self, properties: &mut Vec<PropertyRef<'a>>) {
        let document = self.document;
        properties.clear();
        for line in self.lines() {
            match line.kind {
                LineKind::Property(span) => {
                    properties.push(PropertyRef { document, line: line.text, span, is_continued: false });
                }
                LineKind::Indented => properties.iter_mut().last().into_iter().for_each(|it| it.is_continued = true),
                LineKind::Blank | LineKind::Comment | LineKind::Unknown => {}
            }
        }
    }

    /// Returns whether text stands behind the header's bracket.
    pub fn has_header_comment(&self) -> bool {
        !self.document.slice(self.span.header()).trim_ascii_end().ends_with(b"]")
    }

    /// Returns all lines below the header, without their line breaks, each with its offset in the file.
    pub fn raw_lines(self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let document = self.document;
        parse::line_texts(&document.bytes, self.span.body()).map(|(text, _)| (text.start, document.slice(text)))
    }

    /// Returns the indented lines, with their numbers and without the space around them. Most SDKs take them for a part
    /// of the value above.
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
    /// The name as it is written, in any case.
    pub fn name(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.raw_name())
    }

    /// The same, which need not be UTF-8.
    pub fn raw_name(&self) -> &'a [u8] {
        self.slice(self.span.name.clone())
    }

    /// Returns whether this is the property `name`; case does not count.
    pub fn is_named(&self, name: &str) -> bool {
        parse::is_name(self.raw_name(), name)
    }

    /// The value on the property's own line, without an inline comment.
    pub fn value(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.slice(self.span.value.clone()))
    }

    /// Returns whether a comment stands behind the value: the AWS CLI and boto3 take it for a part of the value.
    pub fn has_inline_comment(&self) -> bool {
        self.span.comment.is_some()
    }

    /// Returns whether there is no value, not even on indented lines below, which most clients take for a part of it.
    pub fn is_empty(&self) -> bool {
        self.span.value.is_empty() && !self.is_continued
    }

    /// Returns whether indented lines follow, which most clients take for a part of the value.
    pub fn is_continued(&self) -> bool {
        self.is_continued
    }

    /// The value line by line: its own line, and the indented lines below, which most clients read as a part of it. Blank
    /// lines and comments are left out.
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
            // An indented header is one for some clients, and has a finding of its own.
            .filter(|text| !text.starts_with(b"#") && !text.starts_with(b";") && !text.starts_with(b"["));
        let more: Vec<Cow<'a, str>> =
            if self.is_continued { below.map(String::from_utf8_lossy).collect() } else { Vec::new() };
        std::iter::once(self.value()).filter(|value| !value.is_empty()).chain(more)
    }

    /// Where the property's line begins, in bytes from the start of the file.
    pub fn offset(&self) -> usize {
        self.line.start
    }

    /// The number of the property's line.
    pub fn line(&self) -> usize {
        self.document.line_number(self.line.start)
    }

    fn slice(&self, span: Span) -> &'a [u8] {
        self.document.slice(self.line.clone()).get(span).unwrap_or_default()
    }
}
