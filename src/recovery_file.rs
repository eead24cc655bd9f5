//! The content of a recovery file: the sessions that a login saved there.

use std::collections::HashSet;

use crate::document::Document;
use crate::profile::ProfileName;
use crate::session::{self, End, Session};
use crate::time::Timestamp;

/// Reads the sessions that a login wrote, each in a section of its own. A section that is not complete is left out: the
/// login was killed while it wrote that section, or is still running.
///
/// # Errors
///
/// Fails with the reason if no login can have written the file.
pub fn read(file: &Document, now: Timestamp) -> Result<Vec<(ProfileName, Session)>, &'static str> {
    let mut sessions = Vec::new();
    let mut names = HashSet::new();
    for section in file.sections() {
        // `session::read` accepts no long-term key, except for an id that an emulator returned.
        let Some((name, session)) = session::read(&section) else {
            if session::is_session_with_long_term_id(&section) {
                return Err(NOT_FROM_AWS);
            }
            continue;
        };
        if End::of(session.expiration, now) == End::TooFar {
            return Err(NOT_FROM_AWS);
        }
        if !names.insert(name.clone()) {
            return Err("it holds two sessions of one profile");
        }
        sessions.push((name, session));
    }
    Ok(sessions)
}

const NOT_FROM_AWS: &str = "it holds a session that AWS cannot have given";

/// Returns whether the saved session ends later than the one in the credentials file, or the credentials file has none.
/// A session that session policies narrow replaces only another one, and none of the others replaces it.
pub fn is_newer(name: &ProfileName, session: &Session, credentials: &Document) -> bool {
    let target = credentials.sections_named(name.as_str()).last();
    let stored = target.and_then(|section| session::read(&section)).map(|(_, session)| session);
    stored.is_none_or(|stored| stored.is_narrowed == session.is_narrowed && stored.expiration < session.expiration)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, now: Timestamp) -> Result<Vec<String>, &'static str> {
        let sessions = super::read(&Document::parse(text.as_bytes().to_vec()).expect("not UTF-16"), now)?;
        Ok(sessions.into_iter().map(|(name, _)| name.to_string()).collect())
    }

    fn session(id: &str, expiration: Timestamp) -> String {
        format!(
            "[work]\nmanager = awsmfa\naws_access_key_id = {id}\naws_secret_access_key = s\naws_session_token = t\n\
             expiration = {expiration}\n"
        )
    }

    #[test]
    fn only_what_sts_can_have_given_is_a_session() {
        let now = Timestamp::UNIX_EPOCH;
        let after = |minutes: i64| session("ASIAIOSFODNN7EXAMPLE", now + jiff::SignedDuration::from_mins(minutes));
        assert_eq!(read(&after(36 * 60 + 10), now), Ok(vec!["work".to_owned()]));
        assert_eq!(read(&after(36 * 60 + 11), now), Err(NOT_FROM_AWS));
        let key = session("AKIAIOSFODNN7EXAMPLE", now + jiff::SignedDuration::from_hours(1));
        assert_eq!(read(&key, now), Err(NOT_FROM_AWS));
        for text in ["", "[work]\nmanager = awsmfa\n", "not an INI file"] {
            assert_eq!(read(text, now), Ok(Vec::new()), "{text}");
        }
    }

    #[test]
    fn every_complete_session_counts() {
        let now = Timestamp::UNIX_EPOCH;
        let work = session("ASIAIOSFODNN7EXAMPLE", now + jiff::SignedDuration::from_hours(1));
        let other = work.replace("[work]", "[other]");
        let names = |names: &[&str]| Ok(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(read(&format!("{work}\n{other}"), now), names(&["work", "other"]));
        let (cut, _) = other.split_once("expiration").expect("it has one");
        assert_eq!(read(&format!("{work}\n{cut}"), now), names(&["work"]));
        assert_eq!(read(&format!("{cut}\n{work}"), now), names(&["work"]), "the disk was full for a while");
        assert_eq!(read(&format!("{work}\n{work}"), now), Err("it holds two sessions of one profile"));
    }
}
