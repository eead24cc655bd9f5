//! The content of a recovery file: the one session that a login saved there.

use crate::document::Document;
use crate::profile::ProfileName;
use crate::session::{self, End, Session};
use crate::time::Timestamp;

/// The content of a recovery file.
#[derive(Debug, PartialEq, Eq)]
pub enum Kept {
    /// A session, and its profile.
    Session(ProfileName, Session),
    /// No complete session: the login was killed, or is still running.
    HalfWritten,
}

/// Reads the session that a login wrote, in the only section of the file.
///
/// # Errors
///
/// Fails with the reason if no login can have written it.
pub fn read(file: &Document, now: Timestamp) -> Result<Kept, &'static str> {
    let mut sections = file.sections();
    let section = sections.next();
    if sections.next().is_some() {
        return Err("it has several sections");
    }
    match section.and_then(|section| session::read(&section)) {
        // `session::read` accepts no long-term key, except for an id that an emulator returned.
        Some((_, session)) if End::of(session.expiration, now) == End::TooFar => {
            Err("it holds no session that AWS could have given")
        }
        Some((name, session)) => Ok(Kept::Session(name, session)),
        None if section.is_some_and(|section| session::is_session_with_long_term_id(&section)) => {
            Err("it holds no session that AWS could have given")
        }
        None => Ok(Kept::HalfWritten),
    }
}

/// Returns whether the saved session ends later than the one in the credentials file, or the credentials file has none.
pub fn is_newer(name: &ProfileName, session: &Session, credentials: &Document) -> bool {
    let target = credentials.sections_named(name.as_str()).last();
    let stored = target.and_then(|section| session::read(&section)).map(|(_, session)| session.expiration);
    stored.is_none_or(|stored| stored < session.expiration)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, now: Timestamp) -> Result<Kept, &'static str> {
        super::read(&Document::parse(text.as_bytes().to_vec()).expect("not UTF-16"), now)
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
        let is_session = |text: &str| matches!(read(text, now), Ok(Kept::Session(name, _)) if name.as_str() == "work");
        assert!(is_session(&after(36 * 60 + 10)));
        assert_eq!(read(&after(36 * 60 + 11), now), Err("it holds no session that AWS could have given"));
        assert_eq!(read(&(after(60) + "[other]\n"), now), Err("it has several sections"));
        let key = session("AKIAIOSFODNN7EXAMPLE", now + jiff::SignedDuration::from_hours(1));
        assert_eq!(read(&key, now), Err("it holds no session that AWS could have given"));
        for text in ["", "[work]\nmanager = awsmfa\n", "not an INI file"] {
            assert_eq!(read(text, now), Ok(Kept::HalfWritten), "{text}");
        }
    }
}
