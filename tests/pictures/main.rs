//! The pictures of docs/pictures: drawn from runs of the program, and compared with the committed ones by their words.
//!
//! `AWSMFA_BLESS=1 cargo test --test pictures -- --include-ignored` draws them again.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "these tests run programs and read files")]

#[path = "../support/mod.rs"]
mod support;

mod bars;
mod colours;
mod flow;
mod layouts;
mod recording;
mod screen;
mod sound;
mod styled;
mod svg;
mod transcripts;

use std::path::{Path, PathBuf};

use similar::TextDiff;
use support::sandbox::DEFAULT_CREDENTIALS;
use support::transcript::plain;

/// The command that draws the pictures again.
const COMMAND: &str = "AWSMFA_BLESS=1 cargo test --test pictures -- --include-ignored";

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn is_drawn_again() -> bool {
    std::env::var_os("AWSMFA_BLESS").is_some()
}

/// Compares the words of a picture with those of the committed one, or replaces it.
fn check(name: &str, drawn: &str) {
    assert_eq!(sound::fault(drawn), None, "{name}");
    let secret = DEFAULT_CREDENTIALS.trim().rsplit(' ').next().expect("it ends with a secret");
    assert!(!drawn.contains(secret), "{name}");
    let path = here("docs/pictures").join(name);
    if is_drawn_again() {
        return std::fs::write(&path, drawn).expect("docs/pictures can be written");
    }
    let committed =
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}; {COMMAND} draws it"));
    let (committed, drawn) = (words(&committed), words(drawn));
    let change = TextDiff::from_lines(&committed, &drawn).unified_diff().context_radius(1).to_string();
    assert!(change.is_empty(), "{name} shows other words than the program:\n{change}\n{COMMAND} draws it again");
}

/// The words of a picture, each text on a line of its own. Numbers and gaps, which differ from run to run, are replaced.
fn words(svg: &str) -> String {
    let document = roxmltree::Document::parse(svg).expect("XML");
    let texts = document.descendants().filter(|node| ["title", "desc", "text"].contains(&node.tag_name().name()));
    let texts: Vec<&str> = texts.filter_map(|node| node.text()).collect();
    plain(&texts.join("\n"))
}

#[test]
fn pictures_with_other_words_differ() {
    let picture = |text: &str| words(&format!("<svg><title>t</title><text>{text}</text></svg>"));
    assert_eq!(picture("12h left until 14:44"), picture("11h 59m  left until 09:01"));
    assert_ne!(picture("valid"), picture("expired"));
    assert_ne!(picture("valid"), picture(""));
}
