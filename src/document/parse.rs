//! Bytes to spans: where the headers are, and what each line of a section is.
//!
//! This is a literal reading. What a name or a value means is decided elsewhere, and a line that is not understood gets
//! a kind of its own, so that it can stay as it is.

use std::ops::Range;

/// A part of the file, in bytes from its start.
pub type Span = Range<usize>;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A header line and the lines up to the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SectionSpan {
    /// The header line, without its line break.
    pub header: Span,
    /// What stands between the brackets, without spaces at either end; none if the header is not closed, or if other
    /// text than a comment follows it.
    pub name: Option<Span>,
    /// From after the header's line break to the next header.
    pub body: Span,
}

/// A line of a section's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineSpan {
    /// The line without its line break.
    pub text: Span,
    /// Where the next line begins.
    pub end: usize,
    pub kind: LineKind,
}

/// What a line is. An indented line is never a property and never a header: the SDKs disagree about it, and those that
/// follow the cross-SDK rules take it for a part of the value above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    Blank,
    Comment,
    Indented,
    Property(PropertySpan),
    /// No `=`, or nothing before it.
    Unknown,
}

/// `name = value # comment`, in bytes from the start of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PropertySpan {
    pub name: Span,
    /// Without an inline comment and spaces at either end.
    pub value: Span,
    /// From its `#` or `;` to the end of the line.
    pub comment: Option<Span>,
}

/// Whether the bytes are UTF-16, with or without its mark: no AWS client reads that. It depends on bytes that no edit
/// changes.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, ..] | [_, 0, ..])
}

/// Whether a UTF-8 byte order mark comes first.
pub(super) fn has_byte_order_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(BYTE_ORDER_MARK)
}

/// Finds the headers: lines that begin with `[` at column 0 (after a byte order mark at the start of the file).
pub(super) fn sections(bytes: &[u8]) -> Vec<SectionSpan> {
    let first = if has_byte_order_mark(bytes) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut sections: Vec<SectionSpan> = Vec::new();
    for start in memchr::memchr_iter(b'[', bytes) {
        let at_column_0 = start == first || bytes.get(..start).is_some_and(|before| before.ends_with(b"\n"));
        if !at_column_0 {
            continue;
        }
        if let Some(previous) = sections.last_mut() {
            previous.body.end = start;
        }
        let (end, next) = line_end(bytes, start);
        let header = start..end;
        let name = bytes.get(header.clone()).and_then(header_name).map(|name| offset(name, start));
        sections.push(SectionSpan { header, name, body: next..bytes.len() });
    }
    sections
}

/// Splits `span` into lines, and tells what they are.
pub(super) fn lines(bytes: &[u8], span: Span) -> impl Iterator<Item = LineSpan> {
    line_texts(bytes, span).map(|(text, end)| {
        let kind = line_kind(bytes.get(text.clone()).unwrap_or_default());
        LineSpan { text, end, kind }
    })
}

/// Splits `span` into lines: each without its line break, and where the next one begins.
pub(super) fn line_texts(bytes: &[u8], span: Span) -> impl Iterator<Item = (Span, usize)> {
    let mut start = span.start;
    std::iter::from_fn(move || {
        let (text_end, end) = (start < span.end).then(|| line_end(bytes, start))?;
        let text = start..text_end;
        start = end;
        Some((text, end))
    })
}

/// Whether a look at the line can show that it is the property `name`: quicker than [`line_kind`].
pub(super) fn may_be_property(line: &[u8], name: &str) -> bool {
    let indent = line.iter().take_while(|byte| **byte == b'\r').count();
    let found = line.get(indent..indent + name.len());
    found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
}

/// Returns where the text of the line at `start` ends, and where the next line begins.
fn line_end(bytes: &[u8], start: usize) -> (usize, usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    let Some(length) = memchr::memchr(b'\n', rest) else {
        return (bytes.len(), bytes.len());
    };
    let text = rest.get(..length).unwrap_or_default();
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    (start + text.len(), start + length + 1)
}

/// The name in a header line: up to the first `]` after which only a comment follows.
pub(super) fn header_name(line: &[u8]) -> Option<Span> {
    memchr::memchr_iter(b']', line).find_map(|close| {
        let after = line.get(close + 1..)?;
        let rest = after.get(trim(after))?;
        let closed = matches!(rest, [] | [b'#' | b';', ..]);
        closed.then(|| offset(trim(line.get(1..close).unwrap_or_default()), 1))
    })
}

/// Tells what a line is, given without its line break.
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

/// A comment in a line begins with a `#` or `;` that follows a space.
fn inline_comment(line: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(b'#', b';', line)
        .find(|&at| at.checked_sub(1).and_then(|before| line.get(before)).is_some_and(|before| b" \t".contains(before)))
}

/// Cuts spaces, tabs and stray carriage returns at either end, as the SDKs do; other white space belongs to the text.
fn trim(text: &[u8]) -> Span {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r');
    let start = text.iter().position(is_text).unwrap_or(text.len());
    let end = text.iter().rposition(is_text).map_or(start, |last| last + 1);
    start..end
}

fn offset(span: Span, by: usize) -> Span {
    span.start + by..span.end + by
}
