//! Fixes of a file's syntax, for `doctor --fix`. They preserve its meaning for every client that could read it.
//!
//! A fix is a list of cuts, which remove or move bytes; every byte between them is copied. The result is parsed again
//! before it is returned: except for what was fixed, it must have the same properties as before.

use std::collections::{HashMap, HashSet};

use super::parse::{self, LineKind, LineSpan, SectionSpan, Span};
use super::{Document, SectionRef};

/// A kind of fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// The removal of a UTF-8 byte order mark.
    ByteOrderMark,
    /// The move of inline comments to lines of their own above the properties.
    InlineComments,
    /// The removal of repeated properties with the same value, and of repeated sections with the same lines.
    Doubles,
    /// The move of indented headers to the beginning of their lines, if they can only be headers.
    IndentedHeaders,
}

impl Repair {
    /// All kinds, in the order in which they are applied.
    pub const ALL: [Self; 4] = [Self::ByteOrderMark, Self::InlineComments, Self::Doubles, Self::IndentedHeaders];

    /// Returns whether both files have the same meaning, except for what the fix changes.
    fn keeps(self, old: &Document, new: &Document) -> bool {
        match self {
            Self::ByteOrderMark | Self::InlineComments => old.reading() == new.reading(),
            Self::Doubles => without_doubles(old.reading()) == without_doubles(new.reading()),
            // The properties are the same, but their sections change.
            Self::IndentedHeaders => old.properties_in_order() == new.properties_in_order(),
        }
    }
}

/// Bytes to remove, and their replacement.
struct Cut {
    span: Span,
    replacement: Vec<u8>,
}

impl Cut {
    fn of(span: Span) -> Self {
        Self { span, replacement: Vec::new() }
    }
}

impl Document {
    /// Returns the file with every safe fix of this kind, or `None` if there is nothing to fix or the result would have
    /// a different meaning. Inline comments are moved only for properties that `is_read` selects.
    pub fn repaired(&self, repair: Repair, is_read: fn(&str) -> bool) -> Option<Vec<u8>> {
        let cuts = match repair {
            Repair::ByteOrderMark if self.has_byte_order_mark() => vec![Cut::of(0..parse::BYTE_ORDER_MARK.len())],
            Repair::ByteOrderMark => Vec::new(),
            Repair::InlineComments => self.comments(is_read),
            Repair::Doubles => self.doubles(),
            Repair::IndentedHeaders => self.indented_headers(),
        };
        if cuts.is_empty() {
            return None;
        }
        let new = self.spliced(cuts);
        let read = Self::parse(new.clone()).ok()?;
        repair.keeps(self, &read).then_some(new)
    }

    fn comments(&self, is_read: fn(&str) -> bool) -> Vec<Cut> {
        let cuts = self.spans().iter().flat_map(|section| self.lines_of(section)).filter_map(|line| {
            let LineKind::Property(span) = &line.kind else { return None };
            let text = self.slice(line.text.clone());
            let (code, comment) = text.split_at_checked(span.comment.as_ref()?.start)?;
            let name = String::from_utf8_lossy(text.get(span.name.clone())?).to_ascii_lowercase();
            let line_break = self.slice(line.text.end..line.end);
            let line_break = if line_break.is_empty() { self.line_break() } else { line_break };
            let replacement = [comment, line_break, code.trim_ascii_end()].concat();
            is_read(&name).then(|| Cut { span: line.text.clone(), replacement })
        });
        cuts.collect()
    }

    /// Finds repeated sections, and repeated properties of a section, if all with the same name are equal. If they
    /// differ, removing one could change the meaning of the file.
    fn doubles(&self) -> Vec<Cut> {
        let mut named: HashMap<&[u8], Vec<SectionRef<'_>>> = HashMap::new();
        self.sections().for_each(|section| named.entry(section.name()).or_default().push(section));
        let mut cuts = Vec::new();
        for sections in named.values() {
            let Some((first, others)) = sections.split_first() else { continue };
            // A section with a comment after its header is not removed: the comment would be lost.
            let is_bare = |other: &SectionRef<'_>| other.text_behind_header().trim_ascii().is_empty();
            let are_same = others.iter().all(|other| first.has_same_lines_as(other) && is_bare(other));
            let (kept, double) =
                if are_same { (std::slice::from_ref(first), others) } else { (&sections[..], &[][..]) };
            cuts.extend(double.iter().map(|section| Cut::of(section.span.start..section.span.end)));
            cuts.extend(kept.iter().flat_map(|section| self.double_properties(&section.span)));
        }
        cuts
    }

    fn double_properties(&self, section: &SectionSpan) -> Vec<Cut> {
        let lines: Vec<LineSpan> = self.lines_of(section).collect();
        let mut named: HashMap<Vec<u8>, Vec<Written<'_>>> = HashMap::new();
        for (index, line) in lines.iter().enumerate() {
            let LineKind::Property(span) = &line.kind else { continue };
            let text = self.slice(line.text.clone());
            let part = |span: &Span| text.get(span.clone()).unwrap_or_default();
            // A property with a comment or continuation lines is not removed: they would be lost.
            let mut below = lines.iter().skip(index + 1);
            let next = below.find(|next| !matches!(next.kind, LineKind::Blank | LineKind::Comment));
            let continues = next.is_some_and(|next| next.kind == LineKind::Indented);
            let written = Written {
                name: part(&span.name),
                value: part(&span.value),
                line: line.text.start..line.end,
                is_plain: !continues && span.comment.is_none(),
            };
            named.entry(written.name.to_ascii_lowercase()).or_default().push(written);
        }
        let doubles = named.into_iter().filter(|(_, all)| {
            all.iter().all(|it| it.is_plain && Some(it.value) == all.first().map(|first| first.value))
        });
        let cuts = doubles.flat_map(|(lower, all)| {
            // Some clients ignore names with capital letters.
            let kept = all.iter().position(|it| it.name == lower).unwrap_or_default();
            all.into_iter().enumerate().filter(move |(index, _)| *index != kept).map(|(_, it)| Cut::of(it.line))
        });
        cuts.collect()
    }

    /// Finds the indented lines that must be headers: `[name]` alone on the line, no other section with that name, a
    /// property below it, and no indented or unreadable line in the rest of the section.
    fn indented_headers(&self) -> Vec<Cut> {
        let names: HashSet<&[u8]> = self.sections().map(|section| section.name()).collect();
        let mut cuts = Vec::new();
        for section in self.spans() {
            let lines: Vec<LineSpan> = self.lines_of(section).collect();
            let Some(at) = lines.iter().position(|line| self.indented_name(line).is_some()) else { continue };
            let (before, after) = lines.split_at(at);
            let Some((header, rest)) = after.split_first() else { continue };
            let is_plain = |line: &LineSpan| !matches!(line.kind, LineKind::Indented | LineKind::Unknown);
            let follows = rest.iter().find(|line| line.kind != LineKind::Blank);
            let is_taken = self.indented_name(header).is_none_or(|name| names.contains(name));
            let is_header = follows.is_some_and(|line| matches!(line.kind, LineKind::Property(_)));
            // Below an empty value, the line could belong to a nested block.
            let above = before.iter().rev().find(|line| !matches!(line.kind, LineKind::Blank | LineKind::Comment));
            let is_nested = above.is_some_and(|line| match &line.kind {
                LineKind::Property(span) => span.value.is_empty(),
                _ => true,
            });
            if is_header && !is_taken && !is_nested && rest.iter().all(is_plain) {
                let text = self.slice(header.text.clone());
                let indent = text.len() - text.trim_ascii_start().len();
                cuts.push(Cut::of(header.text.start..header.text.start + indent));
            }
        }
        cuts
    }

    /// Returns the name in a line that is a header except for its indent.
    fn indented_name(&self, line: &LineSpan) -> Option<&[u8]> {
        let text = self.slice(line.text.clone()).trim_ascii();
        let name = text.strip_prefix(b"[")?.strip_suffix(b"]")?;
        let is_plain = !name.is_empty() && name.trim_ascii() == name && !name.iter().any(|byte| b"[]#;".contains(byte));
        (line.kind == LineKind::Indented && is_plain).then_some(name)
    }

    fn lines_of(&self, section: &SectionSpan) -> impl Iterator<Item = LineSpan> + '_ {
        parse::lines(&self.bytes, section.body())
    }

    fn spliced(&self, mut cuts: Vec<Cut>) -> Vec<u8> {
        cuts.sort_by_key(|cut| cut.span.start);
        let mut new = Vec::with_capacity(self.bytes.len());
        let mut at = 0;
        for Cut { span, replacement } in cuts {
            new.extend_from_slice(self.slice(at..span.start));
            new.extend_from_slice(&replacement);
            at = span.end;
        }
        new.extend_from_slice(self.slice(at..self.bytes.len()));
        new
    }

    /// Returns each section with its properties and its indented lines.
    fn reading(&self) -> Vec<Section> {
        let of = |section: SectionRef<'_>| {
            let properties = section.properties();
            let properties = properties.iter().map(|it| (it.name().to_ascii_lowercase(), it.value().into_owned()));
            let indented = section.indented_lines().map(|(_, text)| text.to_vec());
            Section { name: section.name().to_vec(), properties: properties.collect(), indented: indented.collect() }
        };
        self.sections().map(of).collect()
    }

    fn properties_in_order(&self) -> Vec<(String, String)> {
        self.reading().into_iter().flat_map(|section| section.properties).collect()
    }
}

/// A property as written in the file.
struct Written<'a> {
    name: &'a [u8],
    value: &'a [u8],
    /// The line, with its line break.
    line: Span,
    /// Set if the property has neither a comment nor continuation lines.
    is_plain: bool,
}

/// A section as parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section {
    name: Vec<u8>,
    properties: Vec<(String, String)>,
    indented: Vec<Vec<u8>>,
}

/// Keeps each property once, in its first place with its last value, which is the one that counts. Drops a section that
/// is equal to the last one with its name.
fn without_doubles(reading: Vec<Section>) -> Vec<Section> {
    let mut kept: Vec<Section> = Vec::new();
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    for mut section in reading {
        let last: HashMap<String, String> = section.properties.iter().cloned().collect();
        let mut seen = HashSet::new();
        section.properties.retain(|(name, _)| seen.insert(name.clone()));
        section.properties.iter_mut().for_each(|(name, value)| *value = last.get(name).cloned().unwrap_or_default());
        match places.get(&section.name).and_then(|place| kept.get_mut(*place)) {
            Some(first) if first.properties == section.properties && first.indented == section.indented => {}
            _ => {
                places.insert(section.name.clone(), kept.len());
                kept.push(section);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "[a]\nx = 1\nx = 1\n[a]\nx = 1\ny = 2\n  more\n";

    fn keeping(new: &str) -> Vec<Repair> {
        let [old, new] = [OLD, new].map(|text| Document::parse(text.as_bytes().to_vec()).expect("not UTF-16"));
        Repair::ALL.into_iter().filter(|repair| repair.keeps(&old, &new)).collect()
    }

    #[test]
    fn a_file_with_another_meaning_is_not_a_fix() {
        assert_eq!(keeping(OLD), Repair::ALL);
        assert_eq!(keeping(&format!("# note\n{}", OLD.replace(" = ", "="))), Repair::ALL);
        let others = [
            "",
            "[a]\n",
            "[a]\nx = 1\n",
            &OLD.replace("= 2", "= 3"),
            &OLD.replace("y", "z"),
            &OLD.replace("x = 1\n", ""),
        ];
        for other in others {
            assert_eq!(keeping(other), [], "{other:?}");
        }
        let header = [Repair::IndentedHeaders];
        assert_eq!(keeping(&OLD.replace("[a]\nx = 1\ny", "[b]\nx = 1\ny")), header);
        assert_eq!(keeping(&OLD.replace("  more\n", "")), header);
        // Duplicates within a section may be removed; a section of the same name with other properties may not.
        assert_eq!(keeping(&OLD.replacen("x = 1\n", "", 1)), [Repair::Doubles]);
        assert_eq!(keeping("[a]\nx = 1\ny = 2\n  more\n"), []);
        let [old, new] = ["[a]\nx = 1\n  y\n[a]\nx = 1\n", "[a]\nx = 1\n  y\n"]
            .map(|text| Document::parse(text.as_bytes().to_vec()));
        assert!(!Repair::Doubles.keeps(&old.expect("not UTF-16"), &new.expect("not UTF-16")));
    }
}
