//! Finds sections by a text that stands in them: the file is searched, and nothing else in it is looked at.

use std::rc::Rc;

use super::parse::{self, SectionSpan, Span};
use super::{Document, SectionRef};

/// Where so many lines have the text, they are searched for each time: to remember them might take more memory than the
/// file.
const MAX_LINES: usize = 1000;

/// Where a text stands in a document.
#[derive(Clone)]
pub(super) struct Search {
    text: String,
    lines: Rc<[Span]>,
}

impl Document {
    /// Returns the sections with this name. More than one is a mistake that some clients take and some refuse.
    pub fn sections_named<'a>(&'a self, name: &str) -> impl Iterator<Item = SectionRef<'a>> {
        self.sections_mentioning(name).filter(move |section| section.name == name.as_bytes())
    }

    /// Returns the sections in whose header the text stands. Quicker than a look at every section: a file of ten thousand
    /// profiles is searched, not parsed.
    pub fn sections_mentioning(&self, text: &str) -> impl Iterator<Item = SectionRef<'_>> {
        self.spans_mentioning(text).filter_map(|span| SectionRef::new(self, span))
    }

    /// Returns the sections in which a property has this value, in the same way.
    pub fn sections_where<'a>(&'a self, property: &str, value: &str) -> Vec<SectionRef<'a>> {
        let lines = self.lines_with(value);
        let lines = lines.filter(|line| parse::may_be_property(self.slice(line.clone()), &[property]));
        let spans = lines.filter_map(|line| parse::section_around(&self.bytes, line.start));
        let mut sections: Vec<_> = spans.filter_map(|span| SectionRef::new(self, span)).collect();
        sections.dedup_by_key(|section| section.span.start);
        sections.retain(|section| section.property(property).is_some_and(|found| found.value() == value));
        sections
    }

    /// Returns the sections in whose header line the text stands, also where no name can be read.
    pub(super) fn spans_mentioning(&self, text: &str) -> impl Iterator<Item = SectionSpan> {
        let headers = self.lines_with(text).filter(|line| parse::is_header(&self.bytes, line.start));
        headers.map(|line| parse::section_at(&self.bytes, line.start))
    }

    /// Returns the lines in which the text stands, without their line breaks. Those of the last text are remembered: a
    /// command comes back to its profile again and again.
    pub(super) fn lines_with<'a>(&'a self, text: &str) -> impl Iterator<Item = Span> + use<'a> {
        let known =
            self.search.borrow().as_ref().filter(|search| search.text == text).map(|search| Rc::clone(&search.lines));
        let (lines, rest) = known.map_or_else(|| self.search_for(text), |lines| (lines, None));
        (0..lines.len()).filter_map(move |at| lines.get(at).cloned()).chain(rest.into_iter().flatten())
    }

    /// Returns the lines; or the first ones, and the search for the others.
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
