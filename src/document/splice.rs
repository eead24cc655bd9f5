//! Applies edits to the properties of sections, and changes no other byte of the file.
//!
//! Bytes outside these sections are copied. Inside them, lines that no edit names are neither changed nor moved. A new line
//! follows the style of its neighbours: the spaces around `=`, the line break, and whether the file ends with one.

use std::rc::Rc;

use super::Document;
use super::edit::{Edit, EditError, SectionEdits};
use super::header_index::HeaderIndex;
use super::parse::{self, LineKind, SectionSpan};
use super::verify::{self, Splice};

/// The bytes reserved for what the edits of a section add, so that the file is copied only once unless a token is very
/// long.
const SPARE_BYTES: usize = 2 * 1024;

/// A section to edit.
struct Target<'a> {
    /// The section; none for a new one.
    span: Option<SectionSpan>,
    change: SectionEdits<'a>,
    /// The index of the change in the request.
    index: usize,
}

impl Document {
    /// Returns the file with the edits applied to `section`, which is created at the end of the file if it does not
    /// exist and an edit sets a property.
    ///
    /// A second reader confirms that every other section is the same and that the target differs in these properties
    /// only. If no edit changes anything, the bytes are the same.
    ///
    /// # Errors
    ///
    /// Fails if AWS clients would read the result in different ways, with the lines that cause it, or if the second
    /// reader does not confirm the result.
    pub fn edited(&self, section: &str, edits: &[Edit]) -> Result<Vec<u8>, EditError> {
        let (new, failures) = self.edited_all(&[SectionEdits { section, edits }]);
        failures.into_iter().next().map_or(Ok(new), |(_, error)| Err(error))
    }

    /// Applies the edits of several sections, all different ones, in one pass. Returns the file without those that
    /// failed, and for each of these its index in `changes` and its error, as for [`Document::edited`].
    pub fn edited_all(&self, changes: &[SectionEdits<'_>]) -> (Vec<u8>, Vec<(usize, EditError)>) {
        if changes.len() > 1 {
            // Without it, each section would take a search of the whole file.
            self.headers.get_or_init(|| Rc::new(HeaderIndex::new(self)));
        }
        let mut failures = Vec::new();
        let mut targets = Vec::with_capacity(changes.len());
        for (index, change) in changes.iter().enumerate() {
            match self.editable_section(change.section, change.edits) {
                Ok(span) => targets.push(Target { span, change: *change, index }),
                Err(error) => failures.push((index, error)),
            }
        }
        targets.sort_by_key(|target| target.span.map_or(self.bytes.len(), |span| span.start));
        loop {
            let (new, splices) = self.edited_targets(&targets);
            let confirmed = verify::confirm(self, &new, &splices);
            if confirmed.iter().all(|is_confirmed| *is_confirmed) {
                return (new, failures);
            }
            let (left, unconfirmed): (Vec<_>, Vec<_>) =
                targets.into_iter().zip(confirmed).partition(|(_, is_confirmed)| *is_confirmed);
            targets = left.into_iter().map(|(target, _)| target).collect();
            failures.extend(unconfirmed.into_iter().map(|(target, _)| {
                let start = target.span.map_or(self.bytes.len(), |span| span.start);
                (target.index, EditError::Unconfirmed { line: self.line_number(start) })
            }));
        }
    }

    /// Applies the edits to the targets, which are in file order, new sections last.
    fn edited_targets<'a>(&self, targets: &[Target<'a>]) -> (Vec<u8>, Vec<Splice<'a>>) {
        let mut new = Vec::with_capacity(self.bytes.len() + targets.len() * SPARE_BYTES);
        let mut splices = Vec::with_capacity(targets.len());
        let mut copied = 0;
        for target in targets {
            let at = target.span.map_or(self.bytes.len(), |span| span.start);
            let above = new.len();
            new.extend_from_slice(self.slice(copied..at));
            let start = match &target.span {
                Some(span) => self.write_changed_section(span, target.change.edits, above, &mut new),
                None => self.write_new_section(&target.change, &mut new),
            };
            // The last line break of the file may have been removed, too.
            let start = start.min(new.len());
            let removed = above + (at - copied) - start;
            copied = target.span.map_or(at, |span| span.end);
            splices.push(Splice { old: at - removed..copied, new: start..new.len(), change: target.change });
        }
        new.extend_from_slice(self.slice(copied..self.bytes.len()));
        (new, splices)
    }

    /// Returns the file with the section's header renamed; if there is no such section, the bytes are the same.
    ///
    /// # Errors
    ///
    /// Fails if AWS clients disagree about the name of the section, or if a section with the new name exists.
    pub fn renamed(&self, section: &str, name: &str) -> Result<Vec<u8>, EditError> {
        let Some(span) = self.editable_section(section, &[])? else { return Ok(self.bytes.to_vec()) };
        if let Some(other) = self.editable_section(name, &[])? {
            let line = |span: &SectionSpan| self.line_number(span.start);
            return Err(EditError::DuplicateSection { first: line(&other), second: line(&span) });
        }
        let old = span.name().unwrap_or(span.start..span.start);
        let after = self.slice(old.end..self.bytes.len());
        let new = [self.slice(0..old.start), name.as_bytes(), after].concat();
        verify::confirm_renamed(self, &new, section, name)?;
        Ok(new)
    }

    /// Writes a section with its edits; returns the offset at which it begins. If the section is removed, that is before
    /// the blank line above it, unless that line begins before `above`.
    fn write_changed_section(&self, span: &SectionSpan, edits: &[Edit], above: usize, new: &mut Vec<u8>) -> usize {
        let lines = parse::lines(&self.bytes, span.body()).map(|line| {
            let text = self.slice(line.text.clone()).to_vec();
            Row { text, line_break: self.slice(line.text.end..line.end).to_vec(), kind: line.kind }
        });
        let mut rows = Rows { rows: lines.collect(), delimiter: self.delimiter(Some(span)) };
        rows.apply(edits);
        let is_removed = edits.contains(&Edit::RemoveEmptySection) && rows.are_blank();
        if is_removed {
            new.truncate(without_blank_line_at_end(new).len().max(above));
        }
        let start = new.len();
        if !is_removed {
            new.extend_from_slice(self.slice(span.start..span.body().start));
        }
        self.write_rows(&rows, span.end == self.bytes.len(), new);
        start
    }

    /// Writes a new section; returns the offset at which it begins.
    fn write_new_section(&self, change: &SectionEdits<'_>, new: &mut Vec<u8>) -> usize {
        let start = new.len();
        let mut rows = Rows { rows: Vec::new(), delimiter: self.delimiter(None) };
        rows.apply(change.edits);
        if rows.rows.is_empty() {
            return start;
        }
        if !new.is_empty() {
            // A blank line is always added, even below another one, so that logout knows that it may remove one.
            let end_of_last_line: &[u8] = if new.ends_with(b"\n") { b"" } else { self.line_break() };
            new.extend_from_slice(end_of_last_line);
            new.extend_from_slice(self.line_break());
        }
        new.extend_from_slice(format!("[{}]", change.section).as_bytes());
        self.write_rows(&rows, true, new);
        start
    }

    /// Writes rows with a line break after each. A file without a final line break stays without one, so that logout
    /// can restore the same bytes; a file that was empty gets one.
    fn write_rows(&self, rows: &Rows, is_at_end: bool, new: &mut Vec<u8>) {
        let line_break = self.line_break();
        for row in &rows.rows {
            if !new.is_empty() && !new.ends_with(b"\n") {
                new.extend_from_slice(line_break);
            }
            new.extend_from_slice(&row.text);
            new.extend_from_slice(if row.line_break.is_empty() { line_break } else { &row.line_break });
        }
        if is_at_end && !self.bytes.is_empty() && !self.bytes.ends_with(b"\n") {
            new.truncate(without_line_break_at_end(new).len());
        }
    }

    /// Returns the line break of the last line that has one.
    pub(super) fn line_break(&self) -> &'static [u8] {
        let last = memchr::memrchr(b'\n', &self.bytes).unwrap_or_default();
        if self.slice(0..last).ends_with(b"\r") { b"\r\n" } else { b"\n" }
    }

    /// Returns the `=` of a neighbouring property, with its spaces: the section's first property, or else the first
    /// property of the last section that has one.
    fn delimiter(&self, section: Option<&SectionSpan>) -> Vec<u8> {
        // From the end, and without the list of all sections, which would stay in memory.
        let last = parse::section_around(&self.bytes, self.bytes.len());
        let others = std::iter::successors(last, |section| parse::section_around(&self.bytes, section.start));
        section
            .copied()
            .into_iter()
            .chain(others)
            .find_map(|section| {
                let mut lines = parse::lines(&self.bytes, section.body());
                lines.find_map(|line| delimiter(self.slice(line.text.clone()), &line.kind))
            })
            .unwrap_or_else(|| b" = ".to_vec())
    }
}

/// A line of the section that is being edited.
struct Row {
    text: Vec<u8>,
    /// The line break, which is empty at the end of a file without a final line break, and in a new row.
    line_break: Vec<u8>,
    kind: LineKind,
}

impl Row {
    fn new(text: Vec<u8>, line_break: Vec<u8>) -> Self {
        let kind = parse::line_kind(&text);
        Self { text, line_break, kind }
    }

    fn is_property(&self, name: &str) -> bool {
        match &self.kind {
            LineKind::Property(span) => {
                self.text.get(span.name.clone()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            }
            _ => false,
        }
    }

    /// Returns the inline comment as a line of its own.
    fn comment(&self) -> Option<Self> {
        let LineKind::Property(span) = &self.kind else { return None };
        let text = self.text.get(span.comment.clone()?)?;
        Some(Self::new(text.to_vec(), self.line_break.clone()))
    }

    /// Returns the line that remains when the value above it is removed, or `None` for a continuation line. An indented
    /// comment, which the Rust SDK reads as part of the value, moves to column 0.
    fn without_value_above(self) -> Option<Self> {
        if self.kind != LineKind::Indented {
            return Some(self);
        }
        let row = Self::new(self.text.trim_ascii_start().to_vec(), self.line_break);
        (row.kind == LineKind::Comment).then_some(row)
    }
}

/// The lines of a section below its header.
struct Rows {
    rows: Vec<Row>,
    delimiter: Vec<u8>,
}

impl Rows {
    fn apply(&mut self, edits: &[Edit]) {
        for edit in edits {
            match edit {
                Edit::Set { name, value } => self.set(name, value.expose(), edits),
                Edit::Remove { name } => drop(self.take(name)),
                Edit::RemoveEmptySection => {}
            }
        }
    }

    fn are_blank(&self) -> bool {
        self.rows.iter().all(|row| row.kind == LineKind::Blank)
    }

    fn set(&mut self, name: &str, value: &str, edits: &[Edit]) {
        let (at, delimiter, line_break) = match self.take(name) {
            Some((at, old)) => (at, delimiter(&old.text, &old.kind), old.line_break),
            None => {
                let at = self.insertion_point(edits);
                let above = at.checked_sub(1).and_then(|above| self.rows.get(above));
                (at, None, above.map(|row| row.line_break.clone()).unwrap_or_default())
            }
        };
        let delimiter = delimiter.unwrap_or_else(|| self.delimiter.clone());
        let text = [name.as_bytes(), &delimiter, value.as_bytes()].concat();
        self.rows.insert(at, Row::new(text, line_break));
    }

    /// Removes a property with the continuation lines of its value; its comments remain, as lines of their own. Returns
    /// its row, and its index, which is after its inline comment.
    fn take(&mut self, name: &str) -> Option<(usize, Row)> {
        let at = self.rows.iter().rposition(|row| row.is_property(name))?;
        let continuation: Vec<Row> = self.rows.drain(at + 1..self.block_end(at)).collect();
        let kept: Vec<Row> = continuation.into_iter().filter_map(Row::without_value_above).collect();
        self.rows.splice(at + 1..at + 1, kept);
        let row = self.rows.remove(at);
        let Some(comment) = row.comment() else { return Some((at, row)) };
        self.rows.insert(at, comment);
        Some((at + 1, row))
    }

    /// Returns the index after the last property that the edits name, or else after the section's last property, or
    /// else 0.
    fn insertion_point(&self, edits: &[Edit]) -> usize {
        let is_edited = |row: &Row| edits.iter().filter_map(Edit::property).any(|name| row.is_property(name));
        let is_property = |row: &Row| matches!(row.kind, LineKind::Property(_));
        let last = self.rows.iter().rposition(is_edited).or_else(|| self.rows.iter().rposition(is_property));
        last.map_or(0, |at| self.block_end(at))
    }

    /// Returns the index after the value of the property at `at`. Blank lines and comments do not end the value.
    fn block_end(&self, at: usize) -> usize {
        let rest = self.rows.iter().enumerate().skip(at + 1);
        rest.take_while(|(_, row)| !matches!(row.kind, LineKind::Property(_) | LineKind::Unknown))
            .filter(|(_, row)| row.kind == LineKind::Indented)
            .last()
            .map_or(at + 1, |(last, _)| last + 1)
    }
}

/// Returns the `=` of a property with the spaces around it, or `None` if the value is empty or the spaces include a
/// carriage return, since neither should be imitated.
fn delimiter(text: &[u8], kind: &LineKind) -> Option<Vec<u8>> {
    let LineKind::Property(span) = kind else { return None };
    let delimiter = text.get(span.name.end..span.value.start)?;
    (!span.value.is_empty() && !delimiter.contains(&b'\r')).then(|| delimiter.to_vec())
}

fn without_line_break_at_end(bytes: &[u8]) -> &[u8] {
    let Some(text) = bytes.strip_suffix(b"\n") else { return bytes };
    text.strip_suffix(b"\r").unwrap_or(text)
}

fn without_blank_line_at_end(bytes: &[u8]) -> &[u8] {
    let shorter = without_line_break_at_end(bytes);
    if shorter.ends_with(b"\n") { shorter } else { bytes }
}
