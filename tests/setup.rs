//! `setup` and `doctor --fix` on generated files: every change can be undone byte for byte, no key is lost, and the
//! links resolve as before.

use std::path::Path;

use awsmfa::document::Document;
use awsmfa::profile::{FileKind, ProfileName, Profiles, SharedFile};
use awsmfa::resolve::{self, Choice};
use awsmfa::setup::undo_record::{Changed, Record, Undone};
use awsmfa::setup::{Connection, Draft, candidate, connect, migrate, repair};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const NAMES: [&str; 6] = ["default", "work", "work-long-term", "key", "admin", "a b"];
const CONFIG_LINES: [&str; 16] = [
    "region = eu-west-1",
    "region=x",
    "output = json",
    "source_profile = key",
    "source_profile = default",
    "source_profile=work",
    "role_arn = arn:aws:iam::123456789012:role/admin",
    "mfa_serial = arn:aws:iam::123456789012:mfa/ada",
    "MFA_SERIAL=arn:aws:iam::123456789012:mfa/eve # mine",
    "awsmfa_session_profile = work",
    "awsmfa_source_profile = key",
    "s3 =\n  max_queue_size = 10",
    "# a note = x",
    "",
    "garbage",
    "aws_session_token = stray",
];
const KEY: &str =
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const CREDENTIALS_LINES: [&str; 7] = [
    KEY,
    KEY,
    "region = eu-west-1",
    "aws_mfa_device = arn:aws:iam::123456789012:mfa/ada",
    "# rotate in spring",
    "",
    "mfa_serial = arn:aws:iam::123456789012:mfa/ada",
];

/// Sections under some of the names, with some of the lines.
fn file(header: fn(&str, bool) -> String, lines: &'static [&'static str]) -> impl Strategy<Value = String> {
    let section = (select(&NAMES[..]), prop::bool::weighted(0.8), vec(select(lines), 0..5));
    (vec(section, 0..5), any::<bool>(), prop::bool::weighted(0.8)).prop_map(move |(mut sections, crlf, ends)| {
        sections.sort_by_key(|(name, ..)| *name);
        sections.dedup_by_key(|(name, ..)| *name);
        let sections = sections.into_iter().map(|(name, proper, mut lines)| {
            lines.sort_unstable();
            lines.dedup();
            format!("{}\n{}\n", header(name, proper), lines.join("\n"))
        });
        let text: String = sections.collect();
        let text = if ends { text.as_str() } else { text.trim_end() };
        if crlf { text.replace('\n', "\r\n") } else { text.to_owned() }
    })
}

fn files() -> impl Strategy<Value = (String, String)> {
    let config_header = |name: &str, proper: bool| match name {
        "default" => "[default]".to_owned(),
        name if proper => format!("[profile {name}]"),
        name => format!("[{name}]"),
    };
    (file(config_header, &CONFIG_LINES), file(|name, _| format!("[{name}]"), &CREDENTIALS_LINES))
}

fn shared(config: &[u8], credentials: &[u8]) -> (SharedFile, SharedFile) {
    let parse = |bytes: &[u8]| Document::parse(bytes.to_vec()).expect("not UTF-16");
    (
        SharedFile::config("config".into(), parse(config)),
        SharedFile::credentials("credentials".into(), parse(credentials)),
    )
}

/// Asserts that the record undoes the change, and has no key in it.
fn assert_taken_back(old: &[u8], new: &[u8]) {
    let path = Path::new("file");
    let bytes = Record::of(&[Changed { path, old: Some(old), new }]).to_bytes();
    let secret: String = "wJalrXUtnFEMI".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!String::from_utf8_lossy(&bytes).contains(&secret), "a key in the record");
    let undone = Record::parse(&bytes).expect("a record").undo(path, new);
    assert_eq!(undone, Undone::Becomes(Some(old.to_vec())));
}

/// Asserts that all profiles resolve to what they resolved to before.
fn assert_same_links(before: Profiles<'_>, after: &Draft) {
    for name in before.names() {
        let Ok(name) = name.parse::<ProfileName>() else { continue };
        let link = |profiles| {
            resolve::link(Choice::of(&name), profiles).map(|link| (link.source_profile, link.session_profile)).ok()
        };
        if let Some(before) = link(before) {
            assert_eq!(link(after.profiles()), Some(before), "{name}");
        }
    }
}

fn count(bytes: &[u8], text: &str) -> usize {
    String::from_utf8_lossy(bytes).matches(text).count()
}

fn assert_nothing_lost(draft: &Draft, config: &[u8], credentials: &[u8]) {
    let (new_config, new_credentials) = (draft.bytes(FileKind::Config), draft.bytes(FileKind::Credentials));
    assert_taken_back(config, new_config);
    assert_taken_back(credentials, new_credentials);
    for text in ["wJalrXUtnFEMI", "AKIAIOSFODNN7EXAMPLE", "region", "# rotate", "output = json", "max_queue_size"] {
        let (before, after) =
            (count(config, text) + count(credentials, text), count(new_config, text) + count(new_credentials, text));
        assert!(
            after >= before,
            "{text}:\n{}\n{}",
            String::from_utf8_lossy(new_config),
            String::from_utf8_lossy(new_credentials)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn migrating_keeps_keys_and_links_and_can_be_undone((config, credentials) in files()) {
        let (config, credentials) = (config.as_bytes(), credentials.as_bytes());
        let (config_file, credentials_file) = shared(config, credentials);
        let profiles = Profiles { config: &config_file, credentials: &credentials_file };
        let mut draft = Draft::of(profiles);
        if migrate(&mut draft).is_ok() {
            assert_nothing_lost(&draft, config, credentials);
            assert_same_links(profiles, &draft);
            let once = draft.bytes(FileKind::Config).to_vec();
            let again = migrate(&mut draft);
            prop_assert!(again.is_ok_and(|done| done.is_empty()) && draft.bytes(FileKind::Config) == once, "twice");
        }
    }

    #[test]
    fn fixing_keeps_keys_and_links_and_can_be_undone(
        (config, credentials) in files(),
        mark in any::<bool>(),
        (again, comment, header) in any::<(bool, bool, bool)>(),
    ) {
        let mark = if mark { "\u{FEFF}" } else { "" };
        let comment = if comment { "region = x # home\n" } else { "" };
        let header = if header { "x = 1\n [profile indented]\nsource_profile = key\n" } else { "" };
        let twice = if again { config.clone() } else { String::new() };
        let config = format!("{mark}{config}\n{comment}{header}{twice}");
        let (config, credentials) = (config.as_bytes(), credentials.as_bytes());
        let (config_file, credentials_file) = shared(config, credentials);
        let profiles = Profiles { config: &config_file, credentials: &credentials_file };
        let mut draft = Draft::of(profiles);
        repair(&mut draft, true);
        assert_taken_back(config, draft.bytes(FileKind::Config));
        assert_taken_back(credentials, draft.bytes(FileKind::Credentials));
        for text in ["wJalrXUtnFEMI", "AKIAIOSFODNN7EXAMPLE"] {
            prop_assert_eq!(count(credentials, text), count(draft.bytes(FileKind::Credentials), text));
        }
        assert_same_links(profiles, &draft);
        let once = [FileKind::Config, FileKind::Credentials].map(|kind| draft.bytes(kind).to_vec());
        prop_assert!(repair(&mut draft, true).is_empty(), "twice");
        prop_assert_eq!([FileKind::Config, FileKind::Credentials].map(|kind| draft.bytes(kind).to_vec()), once);
    }

    #[test]
    fn connecting_keeps_keys_and_can_be_undone((config, credentials) in files(), session in select(&NAMES[..])) {
        let (config, credentials) = (config.as_bytes(), credentials.as_bytes());
        let (config_file, credentials_file) = shared(config, credentials);
        let profiles = Profiles { config: &config_file, credentials: &credentials_file };
        for source_profile in candidate::permanent_profiles(profiles) {
            let connection = Connection {
                source_profile,
                session_profile: session.parse().expect("a name"),
                key_profile: "moved-key".parse().expect("a name"),
                key: None,
                serial_number: "arn:aws:iam::123456789012:mfa/ada".parse().expect("an ARN"),
                region: "eu-west-1".parse().ok(),
                role: None,
            };
            let mut draft = Draft::of(profiles);
            if connect(&mut draft, &connection).is_ok() {
                assert_nothing_lost(&draft, config, credentials);
                let paying = draft.profiles().get(connection.paying_profile().as_str()).expect("it is there");
                prop_assert!(resolve::has_long_term_key(&paying));
                let mut again = Draft::of(draft.profiles());
                let settled = Connection { source_profile: connection.paying_profile().clone(), ..connection };
                connect(&mut again, &settled).expect("it can be done again");
                prop_assert_eq!(again.bytes(FileKind::Config), draft.bytes(FileKind::Config));
            }
        }
    }
}
