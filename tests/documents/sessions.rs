//! The credentials in a section, and their remaining time.

use awsmfa::document::{Document, Edit};
use awsmfa::secret::Secret;
use awsmfa::session::{self, CredentialKind};
use awsmfa::session_state::SessionState;
use awsmfa::time::{Clock, Seconds, Timestamp, parse_expiration};

use crate::steps::{self, parse};

fn document(lines: &str) -> Document {
    parse(format!("[s]\n{lines}").as_bytes())
}

fn holding(lines: &str) -> CredentialKind {
    CredentialKind::of(&document(lines).section(0).expect("the only one"))
}

fn clock() -> Clock {
    Clock::utc(time("2026-11-21T05:00:00Z"))
}

fn time(text: &str) -> Timestamp {
    parse_expiration(text).expect("a time")
}

const SESSION: &str = "aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n";

#[test]
fn a_key_without_a_token_is_never_taken_for_a_session() {
    let cases = [
        ("", CredentialKind::None),
        ("region = x\n", CredentialKind::None),
        ("aws_session_token = t\n", CredentialKind::None),
        ("aws_access_key_id =\naws_secret_access_key =\n", CredentialKind::None),
        // The secret may be that of a long-term key whose id is yet to be set.
        ("aws_secret_access_key = s\naws_session_token = t\n", CredentialKind::LongTermKey),
        ("aws_access_key_id = AKIA1\naws_secret_access_key = s\n", CredentialKind::LongTermKey),
        ("aws_access_key_id = ASIA1\naws_secret_access_key = s\n", CredentialKind::LongTermKey),
        // Half a key may be the only copy of that half.
        ("aws_access_key_id = AKIA1\n", CredentialKind::LongTermKey),
        ("aws_secret_access_key = s\n", CredentialKind::LongTermKey),
        ("aws_secret_access_key =\n  s\n", CredentialKind::LongTermKey),
        // A stray token does not turn a long-term key into a session, whatever `manager` is.
        ("aws_access_key_id = AKIA1\naws_secret_access_key = s\naws_session_token = t\n", CredentialKind::LongTermKey),
        ("manager = x\naws_access_key_id = AKIA1\naws_session_token = t\n", CredentialKind::LongTermKey),
        ("manager = awsmfa\naws_access_key_id = AKIA1\naws_session_token = t\n", CredentialKind::LongTermKey),
        ("aws_access_key_id = \"AKIA1\"\naws_session_token = t\n", CredentialKind::LongTermKey),
        ("aws_access_key_id =\n  AKIA1\naws_session_token = t\n", CredentialKind::LongTermKey),
        ("manager = awsmfa\naws_access_key_id = AKIA1\naws_secret_access_key = s\n", CredentialKind::LongTermKey),
        (SESSION, CredentialKind::Session),
        ("aws_access_key_id = ASIA1\naws_security_token = t\n", CredentialKind::Session),
        ("aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token =\n", CredentialKind::LongTermKey),
    ];
    for (lines, expected) in cases {
        assert_eq!(holding(lines), expected, "{lines}");
    }
}

#[test]
fn a_session_is_valid_until_the_last_second() {
    let now = time("2026-11-21T05:00:00Z");
    let state = |end: &str| {
        let document = document(&format!("{SESSION}{end}\n"));
        SessionState::of(document.section(0).as_ref(), &Clock::utc(now), Seconds(60))
    };
    assert_eq!(state(""), SessionState::Unknown);
    assert_eq!(state("expiration = soon"), SessionState::Unknown);
    for (end, expected) in [
        ("2026-11-21T04:59:59Z", SessionState::Expired as fn(Timestamp) -> SessionState),
        ("2026-11-21T05:00:00Z", SessionState::Expired),
        ("2026-11-21T05:00:01Z", SessionState::Expiring),
        ("2026-11-21T05:00:59Z", SessionState::Expiring),
        ("2026-11-21T05:01:00Z", SessionState::Valid),
    ] {
        let found = state(&format!("expiration = {end}"));
        assert_eq!(found, expected(time(end)));
        assert_eq!(found.expiration(), Some(time(end)));
    }
    let key = document("aws_access_key_id = AKIA1\nexpiration = 2026-11-21T09:00:00Z\n");
    assert_eq!(SessionState::of(key.section(0).as_ref(), &Clock::utc(now), Seconds(0)), SessionState::None);
    assert_eq!(SessionState::of(None, &Clock::utc(now), Seconds(0)), SessionState::None);
    assert_eq!((SessionState::None.expiration(), SessionState::Unknown.expiration()), (None, None));
}

#[test]
fn the_end_of_a_session_is_read_under_every_name_and_awsmfas_own_first() {
    for name in ["expiration", "x_security_token_expires", "aws_expiration", "aws_credential_expiration"] {
        let document = document(&format!("{SESSION}{name} = 2026-11-21T09:00:00Z\n"));
        let stored = session::stored(&document.section(0).expect("the only one"), &clock()).expect("it is whole");
        assert_eq!(stored.expiration, Some(time("2026-11-21T09:00:00Z")), "{name}");
    }
    let two = "aws_expiration = 2026-11-21T08:00:00Z\nexpiration = 2026-11-21T09:00:00Z\n";
    let two = document(&format!("{SESSION}{two}"));
    let stored = session::stored(&two.section(0).expect("the only one"), &clock()).expect("it is whole");
    assert_eq!(stored.expiration, Some(time("2026-11-21T09:00:00Z")));
}

#[test]
fn an_incomplete_session_is_not_a_session() {
    let whole = format!("{SESSION}expiration = 2026-11-21T09:00:00Z\n");
    let read = |lines: &str| {
        let document = document(lines);
        let section = document.section(0).expect("the only one");
        (session::read(&section).is_some(), session::stored(&section, &clock()).is_some())
    };
    assert_eq!(read(&whole), (true, true));
    // Another program may have written another name of the token, or no expiration.
    assert_eq!(read(&whole.replace("aws_session_token", "aws_security_token")), (false, true));
    assert_eq!(read(SESSION), (false, true));
    for line in SESSION.lines() {
        assert_eq!(read(&whole.replace(line, "")), (false, false), "without {line}");
        let (name, _) = line.split_once('=').expect("a property");
        assert_eq!(read(&whole.replace(line, &format!("{name}="))), (false, false), "with an empty {name}");
    }
    let both = document(&format!("{SESSION}aws_security_token = old\n"));
    let stored = session::stored(&both.section(0).expect("the only one"), &clock()).expect("it is whole");
    assert_eq!(stored.session_token.expose(), "t", "the old name does not count beside the new one");
}

#[test]
fn logout_removes_the_section_only_if_a_login_created_it() {
    let edits = |lines: &str| session::logout_edits(&document(lines).section(0).expect("the only one"));
    assert_eq!(edits("region = x\n"), []);
    assert_eq!(edits(SESSION), [], "awsmfa has not written it");
    for (lines, goes) in [
        (format!("manager = awsmfa\n{SESSION}"), true),
        (format!("{SESSION}manager = awsmfa\n"), false),
        (format!("manager = x\n{SESSION}"), false),
        // The key was removed.
        ("manager = awsmfa\n".to_owned(), true),
    ] {
        assert_eq!(edits(&lines).contains(&Edit::RemoveEmptySection), goes, "{lines}");
    }
}

#[test]
fn a_narrowed_session_is_marked_and_a_later_one_is_not() {
    let narrowed = session::Session { is_narrowed: true, ..steps::session() };
    let bytes = parse(b"").edited("s", &session::login_edits(&narrowed, false)).expect("it can be written");
    let document = parse(&bytes);
    let section = document.section(0).expect("the only one");
    assert_eq!(session::read(&section).map(|(_, session)| session), Some(narrowed.clone()));
    // Where a recovery file is cut short, it has the mark or no session.
    let text = String::from_utf8(bytes.clone()).expect("text");
    assert!(text.find("awsmfa_narrowed = true") < text.find("expiration = "), "{text}");
    let is_newer = |session: &session::Session| {
        let later = session::Session { expiration: time("2099-01-01T00:00:00Z"), ..session.clone() };
        awsmfa::recovery_file::is_newer(&"s".parse().expect("a name"), &later, &document)
    };
    assert_eq!((is_newer(&narrowed), is_newer(&steps::session())), (true, false));
    let wide = document.edited("s", &session::login_edits(&steps::session(), true)).expect("it can be written");
    assert!(!String::from_utf8_lossy(&wide).contains("awsmfa_narrowed"));
    assert_eq!(steps::logout(&bytes, "s").expect("it can be removed"), b"");
}

#[test]
fn a_session_of_an_emulator_is_a_session_until_its_key_changes() {
    let session = session::Session {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: Secret::new("s"),
        session_token: Secret::new("t"),
        expiration: time("2026-11-21T09:00:00Z"),
        is_narrowed: false,
    };
    let written = parse(b"").edited("s", &session::login_edits(&session, false)).expect("it can be written");
    let written = String::from_utf8(written).expect("text");
    let kind = |text: &str| CredentialKind::of(&parse(text.as_bytes()).section(0).expect("the only one"));
    assert_eq!(kind(&written), CredentialKind::Session);
    let changed = [
        written.replace("aws_secret_access_key = s", "aws_secret_access_key = another"),
        written.replace("AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"),
        written.replace("manager = awsmfa\n", ""),
    ];
    for changed in changed {
        assert_ne!(changed, written);
        assert_eq!(kind(&changed), CredentialKind::LongTermKey, "{changed}");
    }
    let section = parse(written.as_bytes());
    let edits = session::logout_edits(&section.section(0).expect("the only one"));
    assert_eq!(section.edited("s", &edits).as_deref(), Ok(b"".as_slice()));
}

#[test]
fn leftovers_beside_a_long_term_key_are_found_and_the_key_stays() {
    let text = "aws_access_key_id = AKIA1\naws_secret_access_key = k\naws_session_token = t\nexpiration = x\nmanager = awsmfa\nregion = r\n";
    let document = document(text);
    let section = document.section(0).expect("the only one");
    let names: Vec<_> = session::leftovers(&section).into_iter().collect();
    assert_eq!(names, [("aws_session_token", 4), ("expiration", 5), ("manager", 6)]);
    let new = document.edited("s", &session::leftover_edits(&section)).expect("it can be edited");
    assert_eq!(new, b"[s]\naws_access_key_id = AKIA1\naws_secret_access_key = k\nregion = r\n");
    assert_eq!(session::logout_edits(&section), []);
}

#[test]
fn awsume_writes_local_time_and_all_others_utc() {
    let kolkata = || jiff::tz::Offset::from_seconds(19_800).expect("in range").to_time_zone();
    let clock = Clock::new(time("2026-11-21T05:00:00Z"), kolkata);
    let end = |manager: &str| {
        let document = document(&format!("{SESSION}expiration = 2026-11-21 11:20:00\n{manager}"));
        SessionState::of(document.section(0).as_ref(), &clock, Seconds(0)).expiration()
    };
    assert_eq!(end("manager = awsume\n"), Some(time("2026-11-21T05:50:00Z")));
    assert_eq!(end(""), Some(time("2026-11-21T11:20:00Z")));
}

#[test]
fn the_key_id_distinguishes_the_key_of_a_session() {
    assert!(session::is_session_key_id("ASIAIOSFODNN7EXAMPLE"));
    assert!(!session::is_session_key_id("AKIAIOSFODNN7EXAMPLE"));
}
