//! The index of the headers and other lines that an edit of many sections looks up.

use super::Document;
use super::irregular::without_indent;
use super::parse::{self, Span};

/// The headers of a document by their names, and the lines that affect any section.
pub(super) struct HeaderIndex {
    /// The spans of the lines `[name]` whose names have no character that some client treats in its own way, sorted by
    /// their bytes and then by their place.
    plain: Vec<Span>,
    /// All other headers, and the indented lines that some client may read as a header.
    others: Vec<Span>,
    /// The carriage returns that do not end a line.
    pub(super) stray_carriage_returns: Vec<usize>,
}

impl HeaderIndex {
    pub(super) fn new(document: &Document) -> Self {
        let bytes = document.bytes();
        let (mut plain, mut others) = (Vec::new(), Vec::new());
        for at in memchr::memchr_iter(b'[', bytes) {
            // Neither a header nor an indented one: most brackets in a long line.
            if at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_graphic) {
                continue;
            }
            let (line, _) = parse::line_around(bytes, at);
            let text = document.slice(line.clone());
            if at == line.start && is_plain(text) {
                plain.push(line);
            } else if at == line.start || without_indent(text).len() == line.end - at {
                others.push(line);
            }
        }
        plain.sort_by(|one, other| document.slice(one.clone()).cmp(document.slice(other.clone())));
        Self { plain, others, stray_carriage_returns: parse::stray_carriage_returns(bytes).collect() }
    }

    /// Returns the lines that may be headers with this name, in file order.
    pub(super) fn lines_naming(&self, document: &Document, name: &str) -> Vec<Span> {
        let header = format!("[{name}]");
        let text = |line: &Span| document.slice(line.clone());
        let first = self.plain.partition_point(|line| text(line) < header.as_bytes());
        let named = self.plain.iter().skip(first).take_while(|line| text(line) == header.as_bytes());
        let mut lines: Vec<Span> = named.chain(&self.others).cloned().collect();
        lines.sort_unstable_by_key(|line| line.start);
        lines
    }
}

/// Returns whether a line is a header that every client reads in the same way.
fn is_plain(line: &[u8]) -> bool {
    let name = line.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).unwrap_or_default();
    !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_./@:+%".contains(byte))
}
