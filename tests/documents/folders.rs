//! The editing rules as exact bytes: one folder of `fixtures/documents` for each, with the rule in its `about`.
//!
//! `before` is the file, `after-login` the result of a login for `[s]`, and `after-logout` that of a logout
//! after it. If another program writes in between, `before-logout` is its result.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{self, text};
use crate::{round_trip, sdk};

const TARGET: &str = "s";

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/documents");
    let entries = fs::read_dir(root).expect("fixtures/documents is there");
    let mut folders: Vec<_> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    folders.sort();
    folders
}

#[test]
fn every_editing_rule_gives_exactly_these_bytes() {
    let folders = folders();
    let mut wrong = String::new();
    for folder in &folders {
        let read =
            |name: &str| fs::read(folder.join(name)).unwrap_or_else(|_| panic!("{} has {name}", folder.display()));
        let mut compare = |step: &str, found: Vec<u8>| {
            let expected = read(step);
            if found != expected {
                let (name, about) = (folder.display(), text(&read("about")));
                let (found, expected) = (text(&found), text(&expected));
                write!(wrong, "{name} ({about}) {step}:\n{found}\nexpected:\n{expected}\n").expect("a string grows");
            }
        };
        compare("after-login", steps::login(&read("before"), TARGET).expect("it is not refused"));
        let before_logout = fs::read(folder.join("before-logout")).unwrap_or_else(|_| read("after-login"));
        compare("after-logout", steps::logout(&before_logout, TARGET).expect("it is not refused"));
        assert!(read("about").ends_with(b".\n"), "{}: `about` is a sentence", folder.display());
        sdk::confirms_login(&read("before"), &read("after-login"), TARGET);
        sdk::confirms_logout(&before_logout, &read("after-logout"), TARGET);
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(folders.len() >= 28, "{} rules were tried", folders.len());
}

#[test]
fn a_section_among_ten_thousand_is_edited_like_any_other() {
    let mut before = String::new();
    for number in 0..10_000 {
        let access_key_id = format!("AKIA{number:016}");
        write!(before, "[p{number}]\naws_access_key_id = {access_key_id}\naws_secret_access_key = x\n\n")
            .expect("a string grows");
    }
    let middle = before.find("[p5000]").expect("it was written");
    let with_empty = [&before[..middle], "[s]\nregion = x\n\n", &before[middle..]].concat();
    for (file, name) in [(before.as_bytes(), round_trip::NEW), (with_empty.as_bytes(), TARGET)] {
        let during = steps::login(file, name).expect("it is not refused");
        steps::assert_holds_the_session(&during, name);
        steps::assert_only_the_target_changed(file, &during, name);
        assert!(steps::logout(&during, name).expect("it is not refused") == file, "the same bytes come back");
    }
}
