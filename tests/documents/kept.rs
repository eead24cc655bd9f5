//! The properties of every recovery file and every credentials file. The fuzz target `recovery` checks the same.

use awsmfa::document::{Document, EditError};
use awsmfa::profile::{ProfileName, Profiles, SharedFile};
use awsmfa::recovery_file;
use awsmfa::resolve;
use awsmfa::session::{self, CredentialKind, End, Session, is_word};
use awsmfa::time::{Timestamp, parse_expiration};

use crate::steps;

/// The current time of the tests.
pub fn now() -> Timestamp {
    parse_expiration("2026-11-21T05:00:00Z").expect("RFC 3339")
}

/// Reads the recovery file and puts its sessions into the credentials file, as the next login does; whether any is there
/// then.
pub fn check(recovery: &[u8], credentials: &[u8]) -> bool {
    let Ok(file) = Document::parse(recovery.to_vec()) else { return false };
    let sessions = match recovery_file::read(&file, now()) {
        Ok(sessions) => sessions,
        Err(reason) => {
            assert!(!reason.is_empty());
            return false;
        }
    };
    let recovered = sessions.iter().filter(|(name, session)| recovers(name, session, &file, credentials));
    recovered.count() > 0
}

fn recovers(name: &ProfileName, session: &Session, file: &Document, credentials: &[u8]) -> bool {
    assert_is_of_sts(name, session, file);
    let Some(kept) = written(name, session, b"") else { return false };
    assert_eq!(
        recovery_file::read(&steps::parse(&kept), now()),
        Ok(vec![(name.clone(), session.clone())]),
        "what is kept again is the same"
    );
    let Ok(old) = Document::parse(credentials.to_vec()) else { return false };
    if !recovery_file::is_newer(name, session, &old) {
        return false;
    }
    let Some(new) = written(name, session, credentials) else { return false };
    assert_holds(&new, name, session);
    steps::assert_only_the_target_changed(credentials, &new, name.as_str());
    assert!(!recovery_file::is_newer(name, session, &steps::parse(&new)), "it is not written twice");
    true
}

/// Asserts that STS, or an emulator of it, can have returned this session.
fn assert_is_of_sts(name: &ProfileName, session: &Session, file: &Document) {
    let values = [session.access_key_id.as_str(), session.secret_access_key.expose(), session.session_token.expose()];
    assert!(values.iter().all(|value| is_word(value)), "{values:?}");
    assert_ne!(End::of(session.expiration, now()), End::TooFar);
    let mut sections = file.sections_named(name.as_str());
    assert!(sections.any(|section| CredentialKind::of(&section) == CredentialKind::Session));
}

/// The file with the session in it, unless the commands refuse that. A long-term key is never the target.
fn written(name: &ProfileName, session: &Session, credentials: &[u8]) -> Option<Vec<u8>> {
    let config = SharedFile::config("config".into(), steps::parse(b""));
    let credentials = SharedFile::credentials("credentials".into(), steps::parse(credentials));
    let target = resolve::check_target(name, Profiles { config: &config, credentials: &credentials });
    let mut sections = credentials.document.sections_named(name.as_str());
    let holds_key = sections.any(|section| CredentialKind::of(&section) == CredentialKind::LongTermKey);
    let exists = credentials.document.sections_named(name.as_str()).next().is_some();
    let edited = credentials.document.edited(name.as_str(), &session::login_edits(session, exists));
    match edited {
        Ok(new) if target.is_ok() => {
            assert!(!holds_key, "a long-term key would be overwritten");
            Some(new)
        }
        // The two readers must not disagree about what the first one has allowed.
        Err(error @ EditError::Unconfirmed { .. }) => panic!("{error}"),
        _ => None,
    }
}

fn assert_holds(bytes: &[u8], name: &ProfileName, session: &Session) {
    let document = steps::parse(bytes);
    let section = document.sections_named(name.as_str()).last().expect("it was written");
    assert_eq!(session::read(&section), Some((name.clone(), session.clone())));
}
