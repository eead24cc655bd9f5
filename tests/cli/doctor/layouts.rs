//! Files that `setup` and `login` write have no findings, and `doctor` handles every file.

use std::fs;

use awsmfa::document::Document;
use awsmfa::profile::{ProfileName, Profiles, SharedFile};
use awsmfa::resolve::{self, Choice};

use super::{bytes, findings, private};
use crate::support::cases;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

#[test]
fn doctor_finds_nothing_after_setup_and_login() {
    let key = |name: &str| DEFAULT_CREDENTIALS.replace("default", name);
    let original = include_str!("../../../fixtures/commands/original/config");
    let cases: [(&str, String, &[&str], &str); 5] = [
        ("", key("default"), &["--yes"], "default-session"),
        (
            "[default]\nregion = eu-west-1\noutput = json\n",
            key("default"),
            &["--session-profile", "default"],
            "default",
        ),
        ("", key("work"), &["--source-profile", "work", "--region", "eu-west-1"], "work-session"),
        ("", format!("{}aws_mfa_device = {SERIAL}\n", key("work-long-term")), &["--migrate"], "work"),
        (
            original,
            include_str!("../../../fixtures/commands/original/credentials").to_owned(),
            &["--migrate"],
            "myaccount",
        ),
    ];
    for (config, credentials, flags, session_profile) in cases {
        let sts = StandIn::start();
        let mut sandbox = private(config.as_bytes(), credentials.as_bytes()).using(&sts);
        sandbox.run(&[&["setup"], flags].concat()).expect(0);
        assert_eq!(findings(&sandbox, &["--profile", session_profile]), [0; 0], "{flags:?}");
        sandbox.run(&["login", session_profile, "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        assert_eq!(findings(&sandbox, &["--profile", session_profile]), [0; 0], "{flags:?}");
        sandbox.set("AWS_PROFILE", session_profile);
        assert_eq!(findings(&sandbox, &[]), [0; 0], "{flags:?}");
    }
}

#[test]
fn doctor_finds_nothing_after_setup_writes_the_first_key() {
    let mut sandbox = Sandbox::empty();
    sandbox.set("AWSMFA_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let arguments = ["setup", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--serial-number", SERIAL, "--skip-check"];
    sandbox.run(&arguments).expect(0);
    assert_eq!(findings(&sandbox, &[]), [0; 0]);
}

#[test]
fn an_empty_home_is_clean() {
    assert_eq!(findings(&Sandbox::empty(), &[]), [0; 0]);
    Sandbox::empty().run(&["doctor"]).expect(0);
}

/// The profile that each profile resolves to.
fn links([config, credentials]: &[Vec<u8>; 2]) -> Vec<(ProfileName, ProfileName, ProfileName)> {
    let parse = |bytes: &[u8]| Document::parse(bytes.to_vec()).unwrap_or_default();
    let config = SharedFile::config("config".into(), parse(config));
    let credentials = SharedFile::credentials("credentials".into(), parse(credentials));
    let profiles = Profiles { config: &config, credentials: &credentials };
    let names = profiles.names().into_iter().filter_map(|name| name.parse::<ProfileName>().ok());
    let link = |name: ProfileName| {
        let link = resolve::link(Choice::of(&name), profiles).ok()?;
        Some((name, link.source_profile, link.session_profile))
    };
    names.filter_map(link).collect()
}

#[test]
fn every_case_file_is_checked_and_fixed_without_losing_a_link() {
    for case in cases::all() {
        let mut sandbox = private(&case.config, &case.credentials);
        for name in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
            case.variable(name).into_iter().for_each(|value| sandbox.set(name, value));
        }
        let before = bytes(&sandbox);
        let found = findings(&sandbox, &[]);
        let left = findings(&sandbox, &["--fix"]);
        let after = bytes(&sandbox);
        assert!(left.len() <= found.len(), "{}: {found:#?} {left:#?}", case.name);
        let links_now = links(&after);
        assert!(links(&before).iter().all(|link| links_now.contains(link)), "{}", case.name);
        sandbox.run(&["doctor", "--fix"]);
        assert_eq!(bytes(&sandbox), after, "{}: twice", case.name);
        if after != before {
            sandbox.run(&["setup", "--undo"]).expect(0);
            assert_eq!(bytes(&sandbox), before, "{}: undo", case.name);
        }
    }
}

#[test]
fn doctor_handles_ten_thousand_profiles() {
    let mut config = String::new();
    let mut credentials = String::new();
    for number in 0..10_000 {
        config += &format!("[profile key{number}]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = s{number}\n");
        credentials += &DEFAULT_CREDENTIALS.replace("default", &format!("key{number}"));
    }
    let sandbox = private(config.as_bytes(), credentials.as_bytes());
    assert_eq!(findings(&sandbox, &[]), [0; 0]);
    let bare = config.replace("[profile key7]", "[key7]");
    fs::write(sandbox.path("config"), bare).expect("it is ours");
    assert_eq!(findings(&sandbox, &[])[0]["fixable"], true);
}
