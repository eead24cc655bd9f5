//! The lookup of sections by text that they contain, which searches the file without parsing it.

use std::rc::Rc;

use super::parse::{self, SectionSpan, Span};
use super::{Document, SectionRef};

/// The number of matching lines from which a search is not cached, since the lines might take more memory than the
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

    /// Returns the sections with a header that contains the text.
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

    /// Returns the sections with a header line that contains the text, even if it has no readable name.
    pub(super) fn spans_mentioning(&self, text: &str) -> impl Iterator<Item = SectionSpan> {
        let headers = self.lines_with(text).filter(|line| parse::is_header(&self.bytes, line.start));
        headers.map(|line| parse::section_at(&self.bytes, line.start))
    }

    /// Returns the lines that contain the text, without their line breaks. The lines of the last text are cached, since
    /// a command looks up its profile repeatedly.
    pub(super) fn lines_with<'a>(&'a self, text: &str) -> impl Iterator<Item = Span> + use<'a> {
        let known =
            self.search.borrow().as_ref().filter(|search| search.text == text).map(|search| Rc::clone(&search.lines));
        let (lines, rest) = known.map_or_else(|| self.search_for(text), |lines| (lines, None));
        (0..lines.len()).filter_map(move |at| lines.get(at).cloned()).chain(rest.into_iter().flatten())
    }

    /// Returns all lines, or the first [`MAX_LINES`] and an iterator over the others.
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
