//! An edit of any file changes its target and nothing else, and logout removes the lines that login wrote.

#![no_main]

use awsmfa::document::{Document, EditError};
use awsmfa::profile::ProfileName;
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/documents/steps.rs"]
mod steps;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = Document::parse(bytes.to_vec()) else { return };
    let names = document.sections().filter_map(|section| std::str::from_utf8(section.name()).ok()?.parse().ok());
    let own: Option<ProfileName> = names.last();
    edit(bytes, "s");
    edit(bytes, "in-no-file");
    if let Some(name) = own.filter(|name| name.as_str() != "s") {
        edit(bytes, name.as_str());
    }
});

fn edit(before: &[u8], target: &str) {
    let during = match steps::login(before, target) {
        Ok(during) => during,
        // The two readers must not disagree about what the first one has allowed.
        Err(error @ EditError::Unconfirmed { .. }) => panic!("{error}"),
        Err(_) => return,
    };
    steps::assert_holds_the_session(&during, target);
    steps::assert_only_the_target_changed(before, &during, target);
    let again = steps::login(&during, target).expect("what was written can be written again");
    assert_eq!(steps::text(&again), steps::text(&during), "the same login again changes nothing");
    let after = steps::logout(&during, target).expect("what was written can be taken away");
    assert!(!steps::holds_edited(&after, target), "nothing of the session is left");
    if !steps::holds_edited(before, target) {
        assert_eq!(steps::text(&after), steps::text(before), "what there was before comes back");
    }
    assert_eq!(steps::logout(&after, target).as_deref(), Ok(&after[..]), "the same logout again changes nothing");
}
