//! `[services X]` sections: settings of individual services, nested below a property.

use std::borrow::Cow;

use crate::profile::{Found, SharedFile};

/// Looks up a setting of a service in `[services <name>]`; the last occurrence counts.
///
/// ```ini
/// [services local]
/// sts =
///   endpoint_url = http://localhost:4566
/// ```
pub(super) fn property<'a>(name: &str, service: &str, property: &str, config: &'a SharedFile) -> Option<Found<'a>> {
    let is_meant = |section: &[u8]| {
        let words: Vec<&[u8]> = section.splitn(2, u8::is_ascii_whitespace).map(<[u8]>::trim_ascii).collect();
        matches!(words.as_slice(), [b"services", found] if *found == name.as_bytes())
    };
    let section = config.document.sections_mentioning("services").filter(|section| is_meant(section.name())).last()?;
    let (mut of_service, mut found) = (false, None);
    for (offset, line) in section.raw_lines() {
        let is_indented = line.starts_with(b" ") || line.starts_with(b"\t");
        let Some((key, value)) = split(line) else { continue };
        match is_indented {
            false => of_service = key.eq_ignore_ascii_case(service),
            true if of_service && key.eq_ignore_ascii_case(property) && !value.is_empty() => {
                found = Some(Found::new(Cow::Owned(value), config, offset));
            }
            true => {}
        }
    }
    found
}

/// Splits a line into key and value; returns none if it is a comment or has no `=`. Nested properties have no inline
/// comments.
fn split(line: &[u8]) -> Option<(String, String)> {
    let line = line.trim_ascii();
    if line.starts_with(b"#") {
        return None;
    }
    let equals = line.iter().position(|byte| *byte == b'=')?;
    let text = |part: &[u8]| String::from_utf8_lossy(part.trim_ascii()).into_owned();
    Some((text(line.get(..equals)?), text(line.get(equals + 1..)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn endpoint(name: &str, text: &str) -> Option<(String, usize)> {
        let document = Document::parse(text.as_bytes().to_vec()).expect("text");
        let config = SharedFile::config("config".into(), document);
        property(name, "sts", "endpoint_url", &config).map(|found| (found.value.to_string(), found.place().line))
    }

    #[test]
    fn only_the_service_in_the_named_section_counts() {
        let text = "[services a]\r\ns3 =\r\n  endpoint_url = http://s3\r\nsts =\r\n\t# endpoint_url = http://no\r\n  \
                    Endpoint_URL=http://a\r\n[services b]\nsts =\n  region = x\nendpoint_url = http://not-nested\n";
        assert_eq!(endpoint("a", text), Some(("http://a".to_owned(), 6)));
        assert_eq!((endpoint("b", text), endpoint("c", text)), (None, None));
        assert_eq!(endpoint("a", "[profile a]\nsts =\n  endpoint_url = http://a\n"), None);
    }
}
