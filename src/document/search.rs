//! The lookup of sections by their names and by a property, which searches the file without parsing it.

use std::rc::Rc;

use super::parse::{self, SectionSpan, Span};
use super::{Document, SectionRef};

/// The lines of a document that contain a text.
#[derive(Clone)]
pub(super) struct Search {
    text: String,
    /// All of them, or, if they are too many, those that may be headers, indented or not.
    lines: Rc<[Span]>,
    is_complete: bool,
}

impl Document {
    /// Returns the sections with this name. More than one is a mistake that some clients accept and some refuse.
    pub fn sections_named<'a>(&'a self, name: &str) -> impl Iterator<Item = SectionRef<'a>> {
        self.sections_mentioning(name).filter(move |section| section.name == name.as_bytes())
    }

    /// Returns the sections with a header that begins with this word, or that has it after `profile`, in quotes or not,
    /// and perhaps others with a header that contains it.
    pub fn sections_mentioning(&self, word: &str) -> impl Iterator<Item = SectionRef<'_>> {
        self.spans_mentioning(word).filter_map(|span| SectionRef::new(self, span))
    }

    /// Returns the sections in which the property has this value.
    pub fn sections_where<'a>(&'a self, property: &str, value: &str) -> Vec<SectionRef<'a>> {
        let Search { lines, is_complete, .. } = self.search(value);
        let lines = if is_complete { lines } else { parse::lines_of_property(&self.bytes, property).into() };
        let lines = lines.iter().filter(|line| parse::may_be_property(self.slice((*line).clone()), &[property]));
        let spans = lines.filter_map(|line| parse::section_around(&self.bytes, line.start));
        let mut sections: Vec<_> = spans.filter_map(|span| SectionRef::new(self, span)).collect();
        sections.dedup_by_key(|section| section.span.start);
        sections.retain(|section| section.property(property).is_some_and(|found| found.value() == value));
        sections
    }

    /// Returns the sections of [`Document::sections_mentioning`], and those without a readable name.
    pub(super) fn spans_mentioning(&self, word: &str) -> impl Iterator<Item = SectionSpan> {
        let headers = self.lines_naming(word).filter(|line| parse::is_header(&self.bytes, line.start));
        headers.map(|line| parse::section_at(&self.bytes, line.start))
    }

    /// Returns the lines that may be headers with this word, indented or not, and perhaps others that contain it.
    pub(super) fn lines_naming<'a>(&'a self, word: &str) -> impl Iterator<Item = Span> + use<'a> {
        let lines = match self.headers.get() {
            Some(headers) => headers.lines_naming(self, word).into(),
            None => self.search(word).lines,
        };
        (0..lines.len()).filter_map(move |at| lines.get(at).cloned())
    }

    /// Searches for the lines with the text. The last search is cached, since a command looks up its profile
    /// repeatedly.
    fn search(&self, text: &str) -> Search {
        if let Some(known) = self.search.borrow().as_ref().filter(|search| search.text == text) {
            return known.clone();
        }
        let few = parse::few_lines_with(&self.bytes, text.as_bytes());
        let is_complete = few.is_some();
        // In a large file, thousands of lines contain a text such as `aws`, and few of them are headers.
        let lines = few.unwrap_or_else(|| parse::lines_naming(&self.bytes, text.as_bytes()));
        let search = Search { text: text.to_owned(), lines: lines.into(), is_complete };
        self.search.replace(Some(search.clone()));
        search
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Edit;

    const NAMES: [&str; 6] = ["w", "aws", "key", "region", "eu-west-1", "account"];

    /// Hundreds of sections in which every name occurs, as a part of other words and as a value.
    fn other_text() -> String {
        let section = |number| {
            format!(
                "[account-{number}]\naws_access_key_id = wkey\nregion = eu-west-1\nx = w\ny = aws key region account\n"
            )
        };
        (0..300).map(section).collect()
    }

    fn parsed(text: impl Into<Vec<u8>>) -> Document {
        Document::parse(text.into()).expect("not UTF-16")
    }

    #[test]
    fn every_form_of_a_header_is_found_among_other_text() {
        for name in NAMES {
            assert!(!parsed(other_text()).search(name).is_complete, "{name}");
            for form in ["[N]", "[ N ]", "[\tN\t]", "[N] # c", "[N]\r", "[N ]", "[\rN]"] {
                let document = parsed(other_text() + &form.replace('N', name) + "\nz = 1\n" + &other_text());
                assert_eq!(document.sections_named(name).count(), 1, "{form:?} of {name}");
            }
            let forms = [
                "[profile N]",
                "[profile  N]",
                "[profile\tN]",
                "[profile \"N\"]",
                "[profile 'N']",
                "[ profile N ]",
                "[profile \tN\t] # c",
                "[\tprofile\t\"N\"]",
            ];
            for form in forms {
                let header = form.replace('N', name);
                let document = parsed(other_text() + &header + "\nz = 1\n" + &other_text());
                let found = document.sections_mentioning(name).filter(|section| section.name().starts_with(b"profile"));
                assert_eq!(found.count(), 1, "{form:?} of {name}");
            }
            let header = format!("profile {name}");
            let document = parsed(other_text() + &format!("[{header}]\n"));
            assert_eq!(document.sections_named(&header).count(), 1);
            let document = parsed(format!("\u{FEFF}[{name}]\n") + &other_text());
            assert_eq!(document.sections_named(name).count(), 1);
        }
    }

    #[test]
    fn an_irregular_header_is_refused_among_other_text_as_it_is_alone() {
        let forms = [
            "[N",
            "[N junk",
            "[ N",
            "[N] junk",
            "[N]# c",
            "[N]]",
            "[N\u{A0}]",
            "[\u{A0}N]",
            "[\u{B}N]",
            "[N\u{3000}x",
            "  [N]",
            "\t[N]",
            "\u{A0}[N]",
            "  [ N ] # c",
            "[o]\n# a\r [N]",
            "[N]\n[N]",
            "\u{FEFF}[N]",
            "[N]",
            "[o",
            "  [N x",
            "[o] [N]",
            "[NN]",
            "[N-N]",
        ];
        let variant = |refusal: Option<_>| refusal.map(|error| std::mem::discriminant(&error));
        for name in NAMES {
            for form in forms {
                let text = form.replace('N', name) + "\nz = 1\n";
                let refusal = |text: String| parsed(text).edited(name, &[Edit::Remove { name: "z" }]).err();
                let alone = variant(refusal(text.clone()));
                assert_eq!(variant(refusal(text + &other_text())), alone, "{form:?} of {name}");
            }
        }
    }

    #[test]
    fn every_form_of_a_link_is_found_among_other_text() {
        for name in NAMES {
            let forms = [
                "source_profile = N",
                "source_profile=N",
                "SOURCE_PROFILE = N",
                "Source_profile\t=\tN",
                "source_Profile = N # c",
                "\rsource_profile = N\r",
                "source_profile = x\nSOURCE_PROFILE = N",
            ];
            for form in forms {
                let text = other_text() + "[o]\n" + &form.replace('N', name) + "\n" + &other_text();
                let document = parsed(text);
                let found = document.sections_where("source_profile", name);
                assert_eq!(found.iter().map(SectionRef::name).collect::<Vec<_>>(), [b"o"], "{form:?} of {name}");
                assert!(document.sections_where("awsmfa_source_profile", name).is_empty());
            }
            for form in ["source_profile = x", "source_profile = N\nSOURCE_PROFILE = x", " source_profile = N"] {
                let document = parsed(other_text() + "[o]\n" + &form.replace('N', name) + "\n");
                assert!(document.sections_where("source_profile", name).is_empty(), "{form:?} of {name}");
            }
        }
    }
}
