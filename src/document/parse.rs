//! The parser: finds the headers in the bytes of a file, and the kind of each line of a section.
//!
//! It does not interpret names or values. A line that it does not understand has a kind of its own, so that it can be
//! preserved unchanged.

use std::ops::Range;

use memchr::memmem;

/// A part of the file, in bytes from its start.
pub type Span = Range<usize>;

/// The lines that a search may find anywhere, and the bytes above a line for each further one.
const FEW_LINES: usize = 64;
const BYTES_PER_LINE: usize = 1024;

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A header line and the lines below it, up to the next header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SectionSpan {
    pub start: usize,
    header_end: usize,
    body_start: usize,
    pub end: usize,
    name: Option<(usize, usize)>,
}

impl SectionSpan {
    /// Parses the header at `start` of the section that ends at `end`.
    fn new(bytes: &[u8], start: usize, end: usize) -> Self {
        let (header_end, body_start) = line_end(bytes, start);
        let name = bytes.get(start..header_end).and_then(header_name);
        let name = name.map(|name| (start + name.start, start + name.end));
        Self { start, header_end, body_start, end, name }
    }

    /// Returns the header line, without its line break.
    pub fn header(&self) -> Span {
        self.start..self.header_end
    }

    /// Returns the text between the brackets, without spaces at either end, or `None` if the header is not closed or is
    /// followed by text other than a comment.
    pub fn name(&self) -> Option<Span> {
        self.name.map(|(start, end)| start..end)
    }

    /// Returns the lines below the header.
    pub fn body(&self) -> Span {
        self.body_start..self.end
    }
}

/// A line of a section's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineSpan {
    /// The text, without the line break.
    pub text: Span,
    /// The start of the next line.
    pub end: usize,
    pub kind: LineKind,
}

/// The kind of a line. An indented line is never a property or a header: the SDKs disagree about it, and those that
/// follow the cross-SDK rules read it as part of the value above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    Blank,
    Comment,
    Indented,
    Property(PropertySpan),
    /// A line without `=`, or with nothing before it.
    Unknown,
}

/// `name = value # comment`, in bytes from the start of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PropertySpan {
    pub name: Span,
    /// The value, without an inline comment and without spaces at either end.
    pub value: Span,
    /// The inline comment, from its `#` or `;` to the end of the line.
    pub comment: Option<Span>,
}

/// Returns whether the bytes are UTF-16, judging by the first two, which no edit changes.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, ..] | [_, 0, ..])
}

/// Returns whether the bytes begin with a UTF-8 byte order mark.
pub(super) fn has_byte_order_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(BYTE_ORDER_MARK)
}

/// Finds the sections.
pub(super) fn sections(bytes: &[u8]) -> Vec<SectionSpan> {
    // Counted first: each time a list grows, it is copied and the old memory is wiped.
    let mut sections: Vec<SectionSpan> = Vec::with_capacity(memchr::memchr_iter(b'[', bytes).count());
    for start in memchr::memchr_iter(b'[', bytes).filter(|at| is_header(bytes, *at)) {
        if let Some(previous) = sections.last_mut() {
            previous.end = start;
        }
        sections.push(SectionSpan::new(bytes, start, bytes.len()));
    }
    sections
}

/// Finds the lines that contain the text, without their line breaks.
fn lines_with<'a>(bytes: &'a [u8], text: &[u8]) -> impl Iterator<Item = Span> + use<'a> {
    let finder = memmem::Finder::new(text).into_owned();
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + finder.find(bytes.get(from..)?)?;
        let (line, next) = line_around(bytes, at);
        // The empty text also matches at the end of the file, which is not a line.
        from = if next == bytes.len() { next + 1 } else { next };
        Some(line)
    })
}

/// Finds the lines that contain the text, or returns `None` if so many do that it is faster to look at every header.
pub(super) fn few_lines_with(bytes: &[u8], text: &[u8]) -> Option<Vec<Span>> {
    let mut few = Vec::new();
    for line in lines_with(bytes, text) {
        if few.len() > FEW_LINES + line.start / BYTES_PER_LINE {
            return None;
        }
        few.push(line);
    }
    Some(few)
}

/// Finds the lines with a `[`, after white space or at column 0, that the word or `profile` and the word may follow.
pub(super) fn lines_naming(bytes: &[u8], word: &[u8]) -> Vec<Span> {
    let mut lines: Vec<Span> = Vec::new();
    for at in memchr::memchr_iter(b'[', bytes) {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let inner = bytes.get(at + 1..).unwrap_or_default();
        if before.is_some_and(u8::is_ascii_graphic) || !may_name(inner, word) {
            continue;
        }
        let (line, _) = line_around(bytes, at);
        let is_new = lines.last().is_none_or(|last| last.start != line.start);
        if is_new && bytes.get(line.clone()).is_some_and(|text| memmem::find(text, word).is_some()) {
            lines.push(line);
        }
    }
    lines
}

/// Returns whether the text after a `[` may name the word, judging by its first bytes.
fn may_name(inner: &[u8], word: &[u8]) -> bool {
    let name = inner.strip_prefix(b"profile ").unwrap_or(inner);
    may_begin_with(name, word)
        || (inner.starts_with(b"profile") && (name.len() == inner.len() || may_begin_with(inner, word)))
}

/// Returns whether the text may be the word with white space or quotes around it.
fn may_begin_with(text: &[u8], word: &[u8]) -> bool {
    let Some(first) = text.first() else { return true };
    if !first.is_ascii_graphic() || matches!(first, b'"' | b'\'') {
        return true;
    }
    // Most names differ in the first bytes, and a comparison of slices is a call.
    if word.first().is_some_and(|expected| expected != first) {
        return false;
    }
    let length = text.iter().zip(word).take_while(|(byte, expected)| byte == expected).count();
    let next = text.get(length).unwrap_or(&b'\n');
    length == word.len() && (!next.is_ascii_graphic() || matches!(next, b']' | b'#' | b';' | b'"' | b'\''))
}

/// Finds the lines that may be the property, ignoring case, in file order.
pub(super) fn lines_of_property(bytes: &[u8], property: &str) -> Vec<Span> {
    // The last word of `source_profile` begins with `_p` or `_P`, and few other texts in the files contain that.
    let part = property.rfind('_').and_then(|at| property.get(at..at + 2)).or(property.get(..1)).unwrap_or_default();
    let mut lines: Vec<Span> = Vec::new();
    for part in [part.to_ascii_lowercase(), part.to_ascii_uppercase()] {
        let found = lines_with(bytes, part.as_bytes());
        lines.extend(found.filter(|line| may_be_property(bytes.get(line.clone()).unwrap_or_default(), &[property])));
    }
    lines.sort_unstable_by_key(|line| line.start);
    lines
}

/// Returns the line that contains the byte at `at`, without its line break, and the start of the next line.
pub(super) fn line_around(bytes: &[u8], at: usize) -> (Span, usize) {
    let before = bytes.get(..at).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |line_break| line_break + 1);
    let start = if start == 0 { start_of_text(bytes) } else { start };
    let (end, next) = line_end(bytes, at);
    (start..end, next)
}

/// Finds the carriage returns that do not end a line.
pub(super) fn stray_carriage_returns(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n'))
}

/// Finds the section that contains the byte at `at`, or `None` above the first header.
pub(super) fn section_around(bytes: &[u8], at: usize) -> Option<SectionSpan> {
    let mut before = memchr::memrchr_iter(b'[', bytes.get(..at)?);
    before.find(|start| is_header(bytes, *start)).map(|start| section_at(bytes, start))
}

/// Parses the section with the header that begins at `start`.
pub(super) fn section_at(bytes: &[u8], start: usize) -> SectionSpan {
    let mut after = memchr::memchr_iter(b'[', bytes.get(start + 1..).unwrap_or_default());
    let end = after.find_map(|at| is_header(bytes, start + 1 + at).then_some(start + 1 + at));
    SectionSpan::new(bytes, start, end.unwrap_or(bytes.len()))
}

/// Returns whether a header begins here: `[` at column 0, or after a byte order mark at the start of the file.
pub(super) fn is_header(bytes: &[u8], at: usize) -> bool {
    let is_line = at == start_of_text(bytes) || at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\n');
    is_line && bytes.get(at) == Some(&b'[')
}

fn start_of_text(bytes: &[u8]) -> usize {
    if has_byte_order_mark(bytes) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// Splits `span` into lines, each with its kind.
pub(super) fn lines(bytes: &[u8], span: Span) -> impl Iterator<Item = LineSpan> {
    line_texts(bytes, span).map(|(text, end)| {
        let kind = line_kind(bytes.get(text.clone()).unwrap_or_default());
        LineSpan { text, end, kind }
    })
}

/// Splits `span` into lines. Returns the span of each line without its line break, and the start of the next line.
pub(super) fn line_texts(bytes: &[u8], span: Span) -> impl Iterator<Item = (Span, usize)> {
    let mut start = span.start;
    std::iter::from_fn(move || {
        let (text_end, end) = (start < span.end).then(|| line_end(bytes, start))?;
        let text = start..text_end;
        start = end;
        Some((text, end))
    })
}

/// Returns whether the line may be one of these properties. This is faster than [`line_kind`].
pub(super) fn may_be_property(line: &[u8], names: &[&str]) -> bool {
    // A line that begins with a space is not a property, but spaces after a stray carriage return are trimmed.
    let indent = line.iter().take_while(|byte| b" \t\r".contains(byte)).count();
    let text = line.get(indent..).unwrap_or_default();
    names.iter().any(|name| text.get(..name.len()).is_some_and(|found| is_name(found, name)))
}

/// Returns whether the text is the property name `name`, ignoring case.
pub(super) fn is_name(text: &[u8], name: &str) -> bool {
    let name = name.as_bytes();
    // Most names begin with `aws_`, so the last letter is compared first.
    let same_end = text.last().map(u8::to_ascii_lowercase) == name.last().map(u8::to_ascii_lowercase);
    same_end && text.eq_ignore_ascii_case(name)
}

/// Returns the end of the text of the line at `start`, and the start of the next line.
fn line_end(bytes: &[u8], start: usize) -> (usize, usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    let Some(length) = memchr::memchr(b'\n', rest) else {
        return (bytes.len(), bytes.len());
    };
    let text = rest.get(..length).unwrap_or_default();
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    (start + text.len(), start + length + 1)
}

/// Returns the name in a header line: the text before the first `]` that is followed by nothing but a comment.
pub(super) fn header_name(line: &[u8]) -> Option<Span> {
    memchr::memchr_iter(b']', line).find_map(|close| {
        let after = line.get(close + 1..)?;
        let rest = after.get(trim(after))?;
        let closed = matches!(rest, [] | [b'#' | b';', ..]);
        closed.then(|| offset(trim(line.get(1..close).unwrap_or_default()), 1))
    })
}

/// Returns the kind of a line, given without its line break.
pub(super) fn line_kind(line: &[u8]) -> LineKind {
    if trim(line).is_empty() {
        return LineKind::Blank;
    }
    match line {
        [b'#' | b';', ..] => LineKind::Comment,
        [b' ' | b'\t', ..] => LineKind::Indented,
        _ => property(line).map_or(LineKind::Unknown, LineKind::Property),
    }
}

fn property(line: &[u8]) -> Option<PropertySpan> {
    let comment = inline_comment(line);
    let code = line.get(..comment.unwrap_or(line.len()))?;
    let equals = memchr::memchr(b'=', code)?;
    let name = trim(code.get(..equals)?);
    let value = offset(trim(code.get(equals + 1..)?), equals + 1);
    (!name.is_empty()).then(|| PropertySpan { name, value, comment: comment.map(|start| start..line.len()) })
}

/// Finds the inline comment, which begins with a `#` or `;` after a space.
fn inline_comment(line: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(b'#', b';', line)
        .find(|&at| at.checked_sub(1).and_then(|before| line.get(before)).is_some_and(|before| b" \t".contains(before)))
}

/// Trims spaces, tabs and stray carriage returns at either end, as the SDKs do; other white space belongs to the text.
fn trim(text: &[u8]) -> Span {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r');
    let start = text.iter().position(is_text).unwrap_or(text.len());
    let end = text.iter().rposition(is_text).map_or(start, |last| last + 1);
    start..end
}

fn offset(span: Span, by: usize) -> Span {
    span.start + by..span.end + by
}
