//! Properties of every file, tested on generated ones: the same in every run, unless `PROPTEST_RNG_SEED` is another
//! number.

use std::cell::Cell;
use std::fmt;

use awsmfa::document::{Document, Edit, EditError, SectionEdits, SectionRef};
use awsmfa::secret::Secret;
use awsmfa::session;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::generator::{self, Sample};
use crate::{sdk, seed, steps};

const CASES: u32 = 4_000;

/// Runs a law on generated files, and asserts that at least this percentage of them was not refused.
pub fn holds<T: fmt::Debug>(
    samples: impl Strategy<Value = T>,
    accepted_percent: u32,
    law: impl Fn(&T) -> Result<(), EditError>,
) {
    let accepted = Cell::new(0);
    let result = TestRunner::new(seed::config(CASES)).run(&samples, |sample| {
        if law(&sample).is_ok() {
            accepted.set(accepted.get() + 1);
        }
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let percent = accepted.get() * 100 / CASES;
    assert!(percent >= accepted_percent, "{percent} % of the files were not refused");
}

#[test]
fn parsing_keeps_every_byte_and_edits_that_change_nothing_give_the_same_bytes() {
    let absent = [Edit::Remove { name: "in_no_file" }, Edit::Remove { name: "nor_this" }];
    holds(generator::sample(), 80, |sample| {
        let document = steps::parse(&sample.bytes);
        assert_eq!(document.bytes(), sample.bytes);
        assert_eq!(document.edited(sample.target, &[])?, sample.bytes);
        assert_eq!(document.edited(sample.target, &absent)?, sample.bytes);
        Ok(())
    });
}

#[test]
fn sections_that_are_edited_together_are_as_if_they_were_edited_one_after_the_other() {
    let names = ["first-new", "s", "default", "base", "t", "a b", "S", "last-new"];
    holds(generator::sample(), 40, |Sample { bytes, .. }| {
        let document = steps::parse(bytes);
        let exists = |name: &str| document.sections_named(name).next().is_some();
        let edits = names.map(|name| session::login_edits(&steps::session(), exists(name)));
        let changes: Vec<SectionEdits<'_>> =
            names.iter().zip(&edits).map(|(section, edits)| SectionEdits { section, edits }).collect();
        let (together, mut failures) = document.edited_all(&changes);
        failures.sort_unstable_by_key(|(index, _)| *index);
        let (mut one_by_one, mut refused) = (bytes.clone(), Vec::new());
        for (index, change) in changes.iter().enumerate() {
            match steps::parse(&one_by_one).edited(change.section, change.edits) {
                Ok(edited) => one_by_one = edited,
                Err(_) => refused.push(index),
            }
        }
        assert_eq!(failures.iter().map(|(index, _)| *index).collect::<Vec<_>>(), refused);
        assert_eq!(steps::text(&together), steps::text(&one_by_one));
        failures.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
    });
}

#[test]
fn login_and_then_logout_give_the_same_bytes_where_there_was_no_session() {
    holds(generator::sample(), 40, |sample| {
        if steps::holds_edited(&sample.bytes, sample.target) {
            return Err(EditError::ByteOrderMark);
        }
        let during = steps::login(&sample.bytes, sample.target)?;
        let after = steps::logout(&during, sample.target).expect("what was written can be taken away");
        assert_eq!(steps::text(&after), steps::text(&sample.bytes), "{}", steps::text(&during));
        Ok(())
    });
}

#[test]
fn an_edit_changes_no_byte_outside_the_target_and_keeps_what_is_not_its_own() {
    holds(generator::sample(), 80, |sample| {
        let during = steps::login(&sample.bytes, sample.target)?;
        steps::assert_holds_the_session(&during, sample.target);
        steps::assert_only_the_target_changed(&sample.bytes, &during, sample.target);
        let after = steps::logout(&during, sample.target).expect("what was written can be taken away");
        if !steps::target_span(&after, sample.target).is_empty() {
            steps::assert_only_the_target_changed(&during, &after, sample.target);
        }
        assert!(!steps::holds_edited(&after, sample.target), "nothing of the session is left");
        Ok(())
    });
}

#[test]
fn the_aws_sdk_sees_the_edit_and_no_other_change() {
    let compared = Cell::new(0);
    holds(generator::sample(), 80, |sample| {
        let Sample { bytes, target } = sample;
        let during = steps::login(bytes, target)?;
        let after = steps::logout(&during, target).expect("what was written can be taken away");
        if sdk::confirms_login(bytes, &during, target) {
            sdk::assert_target_is_kept(bytes, &during, target);
            assert!(sdk::confirms_logout(&during, &after, target), "the SDK has read the file before");
            compared.set(compared.get() + 1);
        }
        Ok(())
    });
    assert!(compared.get() * 100 / CASES >= 40, "the SDK was asked about {} files", compared.get());
}

#[test]
fn lines_added_after_login_survive_logout() {
    holds((generator::sample(), generator::addition()), 40, |(sample, addition)| {
        let Sample { bytes, target } = sample;
        if steps::holds_edited(bytes, target) {
            return Err(EditError::ByteOrderMark);
        }
        let mut during = steps::login(bytes, target)?;
        if !during.ends_with(b"\n") {
            during.push(b'\n');
        }
        during.extend_from_slice(addition.as_bytes());
        during.push(b'\n');
        let after = steps::logout(&during, target).expect("what was written can be taken away");
        assert!(!steps::holds_edited(&after, target), "nothing of the session is left");
        if steps::target_span(bytes, target).is_empty() {
            assert!(after.starts_with(bytes), "{}", steps::text(&after));
            let stays = after.ends_with(format!("{addition}\n").as_bytes());
            assert!(stays, "{}", steps::text(&after));
            let has_text = !addition.trim().is_empty() && !addition.trim().starts_with("[z]");
            assert_eq!(!steps::target_span(&after, target).is_empty(), has_text, "{}", steps::text(&after));
        }
        Ok(())
    });
}

#[test]
fn the_same_edit_again_changes_nothing() {
    holds(generator::sample(), 80, |sample| {
        let Sample { bytes, target } = sample;
        let once = steps::login(bytes, target)?;
        assert_eq!(steps::login(&once, target).map(|twice| steps::text(&twice)), Ok(steps::text(&once)));
        let out = steps::logout(&once, target).expect("what was written can be taken away");
        assert_eq!(steps::logout(&out, target).map(|twice| steps::text(&twice)), Ok(steps::text(&out)));
        Ok(())
    });
}

#[test]
fn a_sane_file_is_never_refused() {
    holds(generator::sane(), 100, |sample| {
        match steps::login(&sample.bytes, sample.target) {
            // The only oddity of the generator of sane files.
            Err(EditError::ByteOrderMark) if sample.bytes.starts_with(b"\xEF\xBB\xBF") => {}
            result => assert!(result.is_ok(), "{:?}", result.err()),
        }
        Ok(())
    });
}

#[test]
fn an_edit_of_arbitrary_bytes_never_panics_or_changes_anything_outside_the_target() {
    let result = TestRunner::new(seed::config(CASES)).run(&generator::any_bytes(), |Sample { bytes, target }| {
        let Ok(document) = Document::parse(bytes.clone()) else { return Ok(()) };
        prop_assert_eq!(document.bytes(), &bytes);
        let _line = document.first_unreadable_line();
        let Ok(during) = steps::login(&bytes, target) else { return Ok(()) };
        steps::assert_holds_the_session(&during, target);
        steps::assert_only_the_target_changed(&bytes, &during, target);
        let after = steps::logout(&during, target).expect("what was written can be taken away");
        if !steps::holds_edited(&bytes, target) {
            prop_assert_eq!(after, bytes);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// Sections, as far as they can be distinguished.
fn places<'a>(sections: impl IntoIterator<Item = SectionRef<'a>>) -> Vec<(usize, &'a [u8], usize)> {
    sections.into_iter().map(|section| (section.line(), section.name(), section.raw_lines().count())).collect()
}

#[test]
fn a_search_finds_the_same_as_a_scan_of_every_section() {
    let samples = prop_oneof![generator::any_bytes(), generator::sample()];
    let result = TestRunner::new(seed::config(CASES)).run(&samples, |Sample { bytes, target }| {
        let Ok(document) = Document::parse(bytes) else { return Ok(()) };
        let names = document.sections().filter_map(|section| std::str::from_utf8(section.name()).ok());
        for name in names.chain([target, "", "s", "x"]) {
            let looked = places(document.sections().filter(|section| section.name() == name.as_bytes()));
            // The second lookup uses what the first one remembered.
            prop_assert_eq!(&places(document.sections_named(name)), &looked);
            prop_assert_eq!(&places(document.sections_named(name)), &looked);
        }
        for property in document.sections().flat_map(|section| section.properties()) {
            let (name, value) = (property.name(), property.value());
            // Bytes that are not UTF-8 are shown as another character, which a search does not find.
            if value.contains(char::REPLACEMENT_CHARACTER) {
                continue;
            }
            let has = |section: &SectionRef<'_>| section.property(&name).is_some_and(|found| found.value() == value);
            prop_assert_eq!(places(document.sections_where(&name, &value)), places(document.sections().filter(has)));
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn a_search_finds_thousands_of_sections_and_one_among_them() {
    for count in [999_usize, 1000, 1001, 3000] {
        let text: String = (0..count).map(|number| format!("[s{number}]\nlink = t{}\n", number % 2)).collect();
        let document = Document::parse(text.into_bytes()).expect("not UTF-16");
        for _ in 0..2 {
            assert_eq!(document.sections_named("s").count(), 0);
            assert_eq!(document.sections_named("s0").count(), 1);
            assert_eq!(document.sections_where("link", "t0").len(), count.div_ceil(2));
            assert_eq!(document.sections_named("s998").next().map(|section| section.line()), Some(2 * 998 + 1));
        }
    }
}

#[test]
fn an_edit_never_turns_a_file_into_utf_16() {
    for first in 0..=u8::MAX {
        let Ok(document) = Document::parse(vec![first]) else { continue };
        let edits = [Edit::Set { name: "x", value: Secret::new("1") }];
        if let Ok(bytes) = document.edited("s", &edits) {
            assert!(Document::parse(bytes).is_ok(), "{first:#04x}");
        }
    }
}
