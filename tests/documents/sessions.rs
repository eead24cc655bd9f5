//! What a section holds, and for how much longer.

use awsmfa::document::{Document, Edit};
use awsmfa::session::{self, Holding, SessionState};
use awsmfa::time::{Seconds, Timestamp, parse_expiration};

use crate::steps::parse;

fn document(lines: &str) -> Document {
    parse(format!("[s]\n{lines}").as_bytes())
}

fn holding(lines: &str) -> Holding {
    Holding::of(&document(lines).section(0).expect("the only one"))
}

fn time(text: &str) -> Timestamp {
    parse_expiration(text).expect("a time")
}

const SESSION: &str = "aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n";

#[test]
fn a_key_without_a_token_is_never_taken_for_a_session() {
    let cases = [
        ("", Holding::Nothing),
        ("region = x\n", Holding::Nothing),
        ("aws_session_token = t\n", Holding::Nothing),
        ("aws_access_key_id =\naws_secret_access_key =\n", Holding::Nothing),
        // A secret and a token are what is left of a session, of no use to anybody.
        ("aws_secret_access_key = s\naws_session_token = t\n", Holding::Nothing),
        ("aws_access_key_id = AKIA1\naws_secret_access_key = s\n", Holding::LongTermKey),
        ("aws_access_key_id = ASIA1\naws_secret_access_key = s\n", Holding::LongTermKey),
        // Half a key may be the half that is nowhere else.
        ("aws_access_key_id = AKIA1\n", Holding::LongTermKey),
        ("aws_secret_access_key = s\n", Holding::LongTermKey),
        ("aws_secret_access_key =\n  s\n", Holding::LongTermKey),
        // A stray token does not make a session of a long-term key, unless awsmfa has written it.
        ("aws_access_key_id = AKIA1\naws_secret_access_key = s\naws_session_token = t\n", Holding::LongTermKey),
        ("manager = x\naws_access_key_id = AKIA1\naws_session_token = t\n", Holding::LongTermKey),
        ("manager = awsmfa\naws_access_key_id = AKIA1\naws_session_token = t\n", Holding::Session),
        ("manager = awsmfa\naws_access_key_id = AKIA1\naws_secret_access_key = s\n", Holding::LongTermKey),
        (SESSION, Holding::Session),
        ("aws_access_key_id = ASIA1\naws_security_token = t\n", Holding::Session),
        ("aws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token =\n", Holding::LongTermKey),
    ];
    for (lines, expected) in cases {
        assert_eq!(holding(lines), expected, "{lines}");
    }
}

#[test]
fn a_session_is_valid_until_the_second_that_is_asked_for() {
    let now = time("2026-11-21T05:00:00Z");
    let state = |end: &str| {
        let document = document(&format!("{SESSION}{end}\n"));
        SessionState::of(document.section(0).as_ref(), now, Seconds(60))
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
    assert_eq!(SessionState::of(key.section(0).as_ref(), now, Seconds(0)), SessionState::None);
    assert_eq!(SessionState::of(None, now, Seconds(0)), SessionState::None);
    assert_eq!((SessionState::None.expiration(), SessionState::Unknown.expiration()), (None, None));
}

#[test]
fn the_end_of_a_session_is_read_under_every_name_and_awsmfas_own_first() {
    for name in ["expiration", "x_security_token_expires", "aws_expiration", "aws_credential_expiration"] {
        let document = document(&format!("{SESSION}{name} = 2026-11-21T09:00:00Z\n"));
        let stored = session::stored(&document.section(0).expect("the only one")).expect("it is whole");
        assert_eq!(stored.expiration, Some(time("2026-11-21T09:00:00Z")), "{name}");
    }
    let two = "aws_expiration = 2026-11-21T08:00:00Z\nexpiration = 2026-11-21T09:00:00Z\n";
    let two = document(&format!("{SESSION}{two}"));
    let stored = session::stored(&two.section(0).expect("the only one")).expect("it is whole");
    assert_eq!(stored.expiration, Some(time("2026-11-21T09:00:00Z")));
}

#[test]
fn half_a_session_is_none() {
    let whole = format!("{SESSION}expiration = 2026-11-21T09:00:00Z\n");
    let read = |lines: &str| {
        let document = document(lines);
        let section = document.section(0).expect("the only one");
        (session::read(&section).is_some(), session::stored(&section).is_some())
    };
    assert_eq!(read(&whole), (true, true));
    // What another program wrote may have another token, or no end.
    assert_eq!(read(&whole.replace("aws_session_token", "aws_security_token")), (false, true));
    assert_eq!(read(SESSION), (false, true));
    for line in SESSION.lines() {
        assert_eq!(read(&whole.replace(line, "")), (false, false), "without {line}");
        let (name, _) = line.split_once('=').expect("a property");
        assert_eq!(read(&whole.replace(line, &format!("{name}="))), (false, false), "with an empty {name}");
    }
    let both = document(&format!("{SESSION}aws_security_token = old\n"));
    let stored = session::stored(&both.section(0).expect("the only one")).expect("it is whole");
    assert_eq!(stored.session_token.expose(), "t", "the old name does not count beside the new one");
}

#[test]
fn logout_takes_the_section_along_only_if_a_login_made_it() {
    let edits = |lines: &str| session::logout_edits(&document(lines).section(0).expect("the only one"));
    assert_eq!(edits("region = x\n"), []);
    assert!(!edits(SESSION).is_empty() && !edits(SESSION).contains(&Edit::Remove { name: "manager" }));
    for (lines, goes) in [
        (format!("manager = awsmfa\n{SESSION}"), true),
        (format!("{SESSION}manager = awsmfa\n"), false),
        (format!("manager = x\n{SESSION}"), false),
        // Somebody took the key out.
        ("manager = awsmfa\n".to_owned(), true),
    ] {
        assert_eq!(edits(&lines).contains(&Edit::RemoveEmptySection), goes, "{lines}");
    }
}

#[test]
fn the_key_id_tells_a_sessions_key() {
    assert!(session::is_session_key_id("ASIAIOSFODNN7EXAMPLE"));
    assert!(!session::is_session_key_id("AKIAIOSFODNN7EXAMPLE"));
}
