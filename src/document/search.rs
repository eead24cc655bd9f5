//! The lookup of sections by a text that they contain, for which the file is searched but not parsed.

use std::rc::Rc;

use super::parse::{self, SectionSpan, Span};
use super::{Document, SectionRef};

/// If this many lines contain the text, they are searched for each time: keeping them might take more memory than the
/// file.
const MAX_LINES: usize = 1000;

/// The lines of a document that contain a text.
#[derive(Clone)]
pub(super) struct Search {
    text: String,
    lines: Rc<[Span]>,
}

impl Document {
    /// Returns the sections with this name. More than one is a mistake that some clients accept and some refuse.
    pub fn sections_named<'a>(&'a self, name: &str) -> impl Iterator<Item = SectionRef<'a>> {
        self.sections_mentioning(name).filter(move |section| section.name == name.as_bytes())
    }

    /// Returns the sections whose header contains the text.
    pub fn sections_mentioning(&self, text: &str) -> impl Iterator<Item = SectionRef<'_>> {
        self.spans_mentioning(text).filter_map(|span| SectionRef::new(self, span))
    }

    /// Returns the sections in which the property has this value.
    pub fn sections_where<'a>(&'a self, property: &str, value: &str) -> Vec<SectionRef<'a>> {
        let lines = self.lines_with(value);
        let lines = lines.filter(|line| parse::may_be_property(self.slice(line.clone()), &[property]));
        let spans = lines.filter_map(|line| parse::section_around(&self.bytes, line.start));
        let mut sections: Vec<_> = spans.filter_map(|span| SectionRef::new(self, span)).collect();
        sections.dedup_by_key(|section| section.span.start);
        sections.retain(|section| section.property(property).is_some_and(|found| found.value() == value));
        sections
    }

    /// Returns the sections whose header line contains the text, even if no name can be read there.
    pub(super) fn spans_mentioning(&self, text: &str) -> impl Iterator<Item = SectionSpan> {
        let headers = self.lines_with(text).filter(|line| parse::is_header(&self.bytes, line.start));
        headers.map(|line| parse::section_at(&self.bytes, line.start))
    }

    /// Returns the lines that contain the text, without their line breaks. Those of the last text are kept: a command
    /// looks up its profile again and again.
    pub(super) fn lines_with<'a>(&'a self, text: &str) -> impl Iterator<Item = Span> + use<'a> {
        let known =
            self.search.borrow().as_ref().filter(|search| search.text == text).map(|search| Rc::clone(&search.lines));
        let (lines, rest) = known.map_or_else(|| self.search_for(text), |lines| (lines, None));
        (0..lines.len()).filter_map(move |at| lines.get(at).cloned()).chain(rest.into_iter().flatten())
    }

    /// Returns all lines, or the first [`MAX_LINES`] and the search for the others.
    fn search_for<'a>(&'a self, text: &str) -> (Rc<[Span]>, Option<impl Iterator<Item = Span> + use<'a>>) {
        let mut found = parse::lines_with(&self.bytes, text.as_bytes());
        let lines: Rc<[Span]> = found.by_ref().take(MAX_LINES).collect();
        if lines.len() == MAX_LINES {
            return (lines, Some(found));
        }
        self.search.replace(Some(Search { text: text.to_owned(), lines: Rc::clone(&lines) }));
        (lines, None)
    }
}
