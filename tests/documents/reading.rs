//! Profiles are read as the official SDKs read them, wherever these agree.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;

use awsmfa::document::Document;
use awsmfa::profile::{Profiles, SharedFile};

use crate::cases::{self, Case};
use crate::choices::{CHOICES, Choice};

/// Cases in which the SDKs' answer does not come from the two files, with its origin.
const NOT_FROM_THE_FILES: [(&str, &str); 2] = [
    ("e05-env-keys-default-profile", "the keys in the environment win"),
    ("r35-credential-process-only", "the keys come from the program that `credential_process` names"),
];

fn files(config: &[u8], credentials: &[u8]) -> (SharedFile, SharedFile) {
    let parse = |bytes: &[u8]| Document::parse(bytes.to_vec()).expect("not UTF-16");
    let config = SharedFile::config(PathBuf::from("config"), parse(config));
    (config, SharedFile::credentials(PathBuf::from("credentials"), parse(credentials)))
}

fn disagreements(case: &Case, by_index: bool) -> Vec<String> {
    let (config, credentials) = files(&case.config, &case.credentials);
    let profiles = Profiles { config: &config, credentials: &credentials };
    if by_index {
        profiles.make_index();
    }
    let name = case.variable("AWS_PROFILE").filter(|name| !name.is_empty()).unwrap_or("default");
    let found = |property: &str| profiles.get(name)?.property(property).map(|found| found.value.into_owned());
    let mut agreed = vec![
        ("aws_access_key_id", case.agreed("aws_access_key_id")),
        ("aws_session_token", case.agreed("aws_session_token")),
    ];
    if let Some(region) = case.agreed_region() {
        agreed.push(("region", Some(region)));
    }
    if let Some(secret) = case.agreed("aws_secret_access_key") {
        agreed.push(("aws_secret_access_key", Some(secret)));
    }
    let differs = |(property, expected): (&str, Option<&str>)| {
        let found = found(property);
        (found.as_deref() != expected).then(|| format!("{}: {property}: {found:?}, not {expected:?}", case.name))
    };
    agreed.into_iter().filter_map(differs).collect()
}

#[test]
fn a_profile_is_read_as_all_official_sdks_read_it() {
    let cases = cases::all();
    let agreed: Vec<_> = cases.iter().filter(|case| case.has_agreed_keys()).collect();
    assert!(agreed.len() >= 130, "{} cases have an answer", agreed.len());
    let is_listed = |case: &Case| NOT_FROM_THE_FILES.iter().any(|(name, _)| *name == case.name);
    for by_index in [false, true] {
        let cases = agreed.iter().filter(|case| !is_listed(case));
        let wrong: Vec<_> = cases.flat_map(|case| disagreements(case, by_index)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
    for (name, reason) in NOT_FROM_THE_FILES {
        let case = agreed.iter().find(|case| case.name == name).expect("a listed case has an answer");
        assert!(!disagreements(case, false).is_empty(), "{name} is listed ({reason}), but read as the SDKs do");
    }
}

/// The official SDKs, as the cases call them.
const OFFICIAL: [&str; 9] = ["cli1", "cli2", "boto3", "js3", "rust", "go2", "ruby3", "crt", "cpp"];

/// The key id and the token that are read in the profile that the clients were asked about.
fn key_and_token(case: &Case) -> [Option<String>; 2] {
    let (config, credentials) = files(&case.config, &case.credentials);
    let profiles = Profiles { config: &config, credentials: &credentials };
    let name = case.variable("AWS_PROFILE").filter(|name| !name.is_empty()).unwrap_or("default");
    let found = ["aws_access_key_id", "aws_session_token"]
        .map(|property| Some(profiles.get(name)?.property(property)?.value.into_owned()));
    // A token without a key cannot sign.
    if found[0].is_none() { [None, None] } else { found }
}

#[test]
fn where_the_official_sdks_disagree_the_choice_is_one_with_a_reason() {
    let cases = cases::all();
    let case = |name: &str| cases.iter().find(|case| case.name == name).expect("a case of the table is there");
    let mut listed = BTreeSet::new();
    for Choice { reason, cases } in CHOICES {
        for (name, same) in *cases {
            assert!(listed.insert(*name), "{name} is listed twice");
            let found = key_and_token(case(name));
            let found = found.each_ref().map(Option::as_deref);
            let agreeing: Vec<_> =
                OFFICIAL.into_iter().filter(|client| case(name).answer_of(client) == found).collect();
            assert_eq!(agreeing, *same, "{name} ({reason}): {found:?}");
        }
    }
    for case in cases.iter().filter(|case| Document::parse(case.credentials.clone()).is_ok()) {
        let is_choice = case.is_disputed() || case.has_no_keys() && key_and_token(case)[0].is_some();
        assert_eq!(is_choice, listed.contains(case.name.as_str()), "{} is in the table if it is disputed", case.name);
    }
}

#[test]
fn the_last_section_and_the_last_spelling_of_a_property_count() {
    let (config, credentials) = files(
        b"[s]\nregion = bare\noutput = bare\n[profile s]\nregion = proper\n",
        b"[s]\nmfa_serial = 1\nx = 1\n[s]\nX = 2\nmfa_serial = 2\nMFA_SERIAL = 3\n",
    );
    let profile = Profiles { config: &config, credentials: &credentials }.get("s").expect("it is in both files");
    let value = |name: &str| profile.property(name).map(|found| (found.value.to_string(), found.place().line));
    assert_eq!(value("mfa_serial"), Some(("3".to_owned(), 7)));
    assert_eq!(value("x"), Some(("2".to_owned(), 5)));
    assert_eq!(value("region"), Some(("proper".to_owned(), 5)), "a section that AWS tools see beats one they do not");
    assert_eq!(value("output"), Some(("bare".to_owned(), 3)));
}

#[test]
fn a_property_that_is_looked_up_is_the_last_of_its_name() {
    let mut compared = 0;
    for case in cases::all() {
        let Ok(document) = Document::parse(case.credentials) else { continue };
        for section in document.sections() {
            for listed in section.properties() {
                let last = section.properties().into_iter().rfind(|property| property.is_named(&listed.name()));
                let last = last.map(|property| (property.line(), property.value().into_owned(), property.is_empty()));
                let found = section.property(&listed.name());
                let found = found.map(|property| (property.line(), property.value().into_owned(), property.is_empty()));
                assert_eq!(found, last, "{} in {}", listed.name(), case.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 1000, "{compared} properties were compared");
}

#[test]
fn the_bytes_are_shared_and_those_of_the_file() {
    let bytes = Rc::new(b"[a]\nx = 1".to_vec());
    let document = Document::parse(Rc::clone(&bytes)).expect("not UTF-16");
    assert_eq!(document.bytes(), *bytes);
    assert!(Rc::ptr_eq(&bytes, &document.shared_bytes()));
}
