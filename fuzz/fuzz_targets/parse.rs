//! Any bytes are a document: they are kept, every lookup has an answer, and none takes long.

#![no_main]

use std::hint::black_box;
use std::time::{Duration, Instant};

use awsmfa::check;
use awsmfa::document::Document;
use awsmfa::profile::SharedFile;
use libfuzzer_sys::fuzz_target;

/// A few bytes are tried as a file of this size, too, with nothing else in it: quadratic time would show.
const LONG: usize = 256 * 1024;

/// Many times the usual duration.
const LIMIT: Duration = Duration::from_secs(3);

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = Document::parse(bytes.to_vec()) else { return };
    assert_eq!(document.bytes(), bytes);
    for (number, section) in document.numbered_sections() {
        let again = document.section(number).expect("it was in the list");
        assert_eq!(again.line(), section.line());
        for property in section.properties() {
            let found = section.property(&property.name());
            assert!(property.name().contains('\u{FFFD}') || found.is_some_and(|found| found.line() >= property.line()));
            assert!(property.line() > section.line());
            black_box((property.value(), property.is_empty(), property.has_inline_comment()));
        }
        black_box((section.has_header_comment(), section.indented_lines().count()));
    }
    look_at(document);
    if (1..=8).contains(&bytes.len()) {
        let started = Instant::now();
        look_at(Document::parse(bytes.repeat(LONG / bytes.len())).expect("it begins in the same way"));
        assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
    }
});

fn look_at(document: Document) {
    let names = document.sections().take(20).map(|section| section.name().to_vec());
    for name in names.filter_map(|name| String::from_utf8(name).ok()) {
        assert!(document.sections_named(&name).next().is_some());
    }
    black_box((
        document.first_unreadable_line(),
        document.first_line_not_utf8(),
        document.mentions("aws_session_token"),
    ));
    assert!(document.edited("s", &[]).is_err() || document.edited("s", &[]).as_deref() == Ok(document.bytes()));
    let file = SharedFile::credentials("credentials".into(), document);
    file.make_index();
    for warning in check::file(&file) {
        assert!(!warning.to_string().is_empty());
    }
}
