//! Long-term access keys and sessions, and how they are stored in a section.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::bytes::hex;
use crate::document::{Edit, PropertyRef, SectionRef};
use crate::limits;
use crate::profile::property::{
    ACCESS_KEY_ID, AWSMFA_KEYRING, AWSMFA_NARROWED, AWSMFA_WRITTEN_KEY, EXPIRATION, MANAGER, REMOVED_BY_LOGIN,
    SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN,
};
use crate::profile::{Profile, ProfileName};
use crate::secret::Secret;
use crate::time::{self, Clock, Seconds, Timestamp, parse_expiration, rfc3339};

/// The value of `manager` in a section that awsmfa wrote.
pub const MANAGED_BY: &str = "awsmfa";

/// The value of `manager` in a section that awsume wrote; its `expiration` is local time.
const AWSUME: &str = "awsume";

/// The longest duration of an AWS session (API reference, `GetSessionToken`, `DurationSeconds`), plus ten minutes for
/// clocks that differ.
const LONGEST: Seconds = Seconds(limits::SESSION_SECONDS + limits::CLOCK_TOLERANCE_SECONDS);

/// The number of digits of the fingerprint in `awsmfa_written_key`.
const FINGERPRINT_DIGITS: usize = 16;

/// The properties that decide the kind of credentials in a section, looked up together: each lookup reads every line.
const PARTS: [&str; 6] =
    [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, SECURITY_TOKEN, AWSMFA_WRITTEN_KEY, AWSMFA_KEYRING];

/// The property names under which known tools store the end of a session, awsmfa's own first.
const EXPIRATIONS: [&str; 7] = [
    EXPIRATION,
    "x_security_token_expires",
    "aws_expiration",
    "awsmfa_expiration",
    "aws_credential_expiration",
    "aws_session_expiration",
    "aws_session_expiration_timestamp",
];

/// An access key that does not expire.
#[derive(Clone, Debug)]
pub struct LongTermKey {
    /// The id, `AKIA…`; not a secret.
    pub access_key_id: String,
    /// Its secret half.
    pub secret_access_key: Secret,
}

/// Temporary credentials, as STS returns them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The id, `ASIA…`; not a secret.
    pub access_key_id: String,
    /// Its secret half.
    pub secret_access_key: Secret,
    /// The token that is sent with each request; up to several kilobytes.
    pub session_token: Secret,
    /// The end of the session.
    pub expiration: Timestamp,
    /// Set if session policies narrow it.
    pub is_narrowed: bool,
}

/// A session as stored in a section, with or without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// The id, `ASIA…`; not a secret.
    pub access_key_id: String,
    /// Its secret half.
    pub secret_access_key: Secret,
    /// The token that is sent with each request.
    pub session_token: Secret,
    /// The end of the session, if it is known.
    pub expiration: Option<Timestamp>,
}

impl From<StoredSession> for Session {
    /// Converts an unknown end to the latest time. The session is not taken for a narrowed one, since it is used as source
    /// credentials and not written again.
    fn from(stored: StoredSession) -> Self {
        Self {
            access_key_id: stored.access_key_id,
            secret_access_key: stored.secret_access_key,
            session_token: stored.session_token,
            expiration: stored.expiration.unwrap_or(Timestamp::MAX),
            is_narrowed: false,
        }
    }
}

impl From<Session> for StoredSession {
    fn from(session: Session) -> Self {
        Self {
            access_key_id: session.access_key_id,
            secret_access_key: session.secret_access_key,
            session_token: session.session_token,
            expiration: Some(session.expiration),
        }
    }
}

/// The kind of credentials that a profile holds in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// No access key.
    None,
    /// A long-term access key, or half of one, or the ID of one in the keyring: it must not be overwritten.
    LongTermKey,
    /// A session, which may be overwritten or removed.
    Session,
}

impl CredentialKind {
    /// Returns the kind of credentials in a section of the credentials file.
    ///
    /// An `AKIA…` id belongs to a long-term key, whatever else is in the section: `aws configure` leaves the token,
    /// expiration and manager of an old session there. The only exception is a key that awsmfa itself wrote, since
    /// emulators of STS return such ids.
    pub fn of(section: &SectionRef<'_>) -> Self {
        Self::of_parts(&section.properties_named(PARTS), section)
    }

    fn of_parts(parts: &[Option<PropertyRef<'_>>; 6], section: &SectionRef<'_>) -> Self {
        let [id, secret, token, old_token, written, in_keyring] =
            parts.each_ref().map(|found| found.as_ref().filter(|found| !found.is_empty()));
        if in_keyring.is_some() {
            return Self::LongTermKey;
        }
        let has_token = token.is_some() || old_token.is_some();
        let is_written = match (written, id, secret) {
            (Some(written), Some(id), Some(secret)) => {
                is_managed(section) && written.value() == fingerprint(&id.value(), &secret.value())
            }
            _ => false,
        };
        // Every word of the value counts, even in quotes or on a continuation line.
        let is_long_term = id.is_some_and(|id| id.lines().any(|line| is_long_term_key_id(&line))) && !is_written;
        Self::from_parts(id.is_some(), is_long_term, secret.is_some(), has_token)
    }

    /// Returns the kind of credentials that a profile has in the config file.
    pub fn in_config(profile: &Profile<'_>) -> Self {
        let has = |name| profile.config_property(name).is_some();
        if has(AWSMFA_KEYRING) {
            return Self::LongTermKey;
        }
        let id = profile.config_property(ACCESS_KEY_ID);
        let is_long_term = id.as_ref().is_some_and(|id| is_long_term_key_id(&id.value));
        let has_token = has(SESSION_TOKEN) || has(SECURITY_TOKEN);
        Self::from_parts(id.is_some(), is_long_term, has(SECRET_ACCESS_KEY), has_token)
    }

    /// Decides the kind. Half a key without a token counts as a long-term key: the user may be about to add the other
    /// half.
    fn from_parts(has_id: bool, is_long_term_id: bool, has_secret: bool, has_token: bool) -> Self {
        match (has_id, has_secret) {
            (true, _) if is_long_term_id => Self::LongTermKey,
            (true, _) if has_token => Self::Session,
            (false, false) => Self::None,
            _ => Self::LongTermKey,
        }
    }
}

/// Returns whether the text contains the id of a long-term key (IAM User Guide, IAM identifiers, unique ID prefixes).
pub fn is_long_term_key_id(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("AKIA")))
}

/// Returns digits that identify an access key without revealing its secret.
fn fingerprint(access_key_id: &str, secret_access_key: &str) -> String {
    let mut digits = hex(&Sha256::digest(format!("{access_key_id}\n{secret_access_key}")));
    digits.truncate(FINGERPRINT_DIGITS);
    digits
}

/// Finds properties of an old session beside a long-term access key. Returns their names and lines, in file order.
pub fn leftovers(section: &SectionRef<'_>) -> Vec<(&'static str, usize)> {
    if CredentialKind::of(section) != CredentialKind::LongTermKey {
        return Vec::new();
    }
    let [token, old_token, written] = section.properties_named([SESSION_TOKEN, SECURITY_TOKEN, AWSMFA_WRITTEN_KEY]);
    let is_any = token.is_some() || old_token.is_some() || written.is_some() || is_managed(section);
    if !is_any {
        return Vec::new();
    }
    let of_session = [SESSION_TOKEN, EXPIRATION, AWSMFA_WRITTEN_KEY].into_iter().chain(REMOVED_BY_LOGIN);
    let manager = is_managed(section).then_some(MANAGER);
    let found = of_session.chain(manager).filter_map(|name| Some((name, section.property(name)?.line())));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|(_, line)| *line);
    found
}

/// Returns the edits that remove the [`leftovers`].
pub fn leftover_edits(section: &SectionRef<'_>) -> Vec<Edit> {
    leftovers(section).into_iter().map(|(name, _)| Edit::Remove { name }).collect()
}

/// Returns whether the profile has a session in the credentials file.
pub fn is_held_by(profile: &Profile<'_>) -> bool {
    profile.credentials_section().is_some_and(|section| CredentialKind::of(&section) == CredentialKind::Session)
}

/// Returns whether awsmfa wrote the section's session.
pub fn is_managed(section: &SectionRef<'_>) -> bool {
    section.property(MANAGER).is_some_and(|manager| manager.value() == MANAGED_BY)
}

/// Returns whether session policies narrow the session in the section, as far as awsmfa wrote it.
pub fn is_narrowed(section: &SectionRef<'_>) -> bool {
    section.property(AWSMFA_NARROWED).is_some_and(|found| !found.is_empty())
}

/// Returns whether the section holds a session with all its parts.
pub(crate) fn is_complete(section: &SectionRef<'_>) -> bool {
    let parts = section.properties_named(PARTS);
    let is_session = CredentialKind::of_parts(&parts, section) == CredentialKind::Session;
    is_session && part_values(&parts).iter().all(Option::is_some)
}

/// Reads the profile name and the session that [`login_edits`] wrote. Returns `None` if a part is missing or cannot
/// come from STS.
pub fn read(section: &SectionRef<'_>) -> Option<(ProfileName, Session)> {
    let name = std::str::from_utf8(section.name()).ok()?.parse().ok()?;
    if CredentialKind::of(section) != CredentialKind::Session {
        return None;
    }
    let expiration = parse_expiration(&section.property(EXPIRATION)?.value())?;
    section.property(SESSION_TOKEN).filter(|token| !token.is_empty())?;
    let session = Session::from(stored_until(section, Some(expiration))?);
    Some((name, Session { is_narrowed: is_narrowed(section), ..session }))
}

/// The plausibility of the end of a new session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The session has already ended.
    Past,
    /// An AWS session may end then.
    Plausible,
    /// No AWS session lasts that long.
    TooFar,
}

impl End {
    /// Judges an expiration at the time `now`.
    pub fn of(expiration: Timestamp, now: Timestamp) -> Self {
        match time::seconds_between(now, expiration) {
            remaining if remaining <= Seconds(0) => Self::Past,
            remaining if remaining <= LONGEST => Self::Plausible,
            _ => Self::TooFar,
        }
    }
}

/// Reads a session, whichever tool wrote it. Returns `None` if a part is missing.
pub fn stored(section: &SectionRef<'_>, clock: &Clock) -> Option<StoredSession> {
    stored_until(section, expiration(section, clock))
}

/// Reads the session that a profile has in the config file, if any.
pub fn stored_in_config(profile: &Profile<'_>) -> Option<StoredSession> {
    if CredentialKind::in_config(profile) != CredentialKind::Session {
        return None;
    }
    let value = |name| profile.config_property(name).map(|found| found.value).filter(|value| is_word(value));
    let expiration = EXPIRATIONS.into_iter().find_map(|name| parse_expiration(&profile.config_property(name)?.value));
    Some(StoredSession {
        access_key_id: value(ACCESS_KEY_ID)?.into_owned(),
        secret_access_key: Secret::new(value(SECRET_ACCESS_KEY)?),
        session_token: Secret::new(value(SESSION_TOKEN).or_else(|| value(SECURITY_TOKEN))?),
        expiration,
    })
}

/// Returns whether the section has all parts of a session, but with the id of a long-term key that awsmfa did not
/// write.
pub fn is_session_with_long_term_id(section: &SectionRef<'_>) -> bool {
    let has_end = section.property(EXPIRATION).is_some();
    let parts = section.properties_named(PARTS);
    let is_long_term = CredentialKind::of_parts(&parts, section) == CredentialKind::LongTermKey;
    is_long_term && has_end && part_values(&parts).iter().all(Option::is_some)
}

fn stored_until(section: &SectionRef<'_>, expiration: Option<Timestamp>) -> Option<StoredSession> {
    let [id, secret, token] = part_values(&section.properties_named(PARTS));
    Some(StoredSession {
        access_key_id: id?.into_owned(),
        secret_access_key: Secret::new(secret?),
        session_token: Secret::new(token?),
        expiration,
    })
}

/// Returns the id, the secret and the token, each only if it can be sent.
fn part_values<'a>(parts: &[Option<PropertyRef<'a>>; 6]) -> [Option<Cow<'a, str>>; 3] {
    let [id, secret, token, old_token, ..] =
        parts.each_ref().map(|found| Some(found.as_ref()?.value()).filter(|value| is_word(value)));
    [id, secret, token.or(old_token)]
}

/// Returns whether the value can be a part of an access key or a token: visible ASCII without spaces, and no comment
/// sign or quote at its start, so that every client reads it back unchanged.
pub fn is_word(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic()) && !value.starts_with(['#', ';', '"', '\''])
}

pub(crate) fn expiration(section: &SectionRef<'_>, clock: &Clock) -> Option<Timestamp> {
    let found = section.properties_named(EXPIRATIONS).into_iter().flatten();
    let is_local = || section.property(MANAGER).is_some_and(|manager| manager.value() == AWSUME);
    found.filter_map(|found| time::parse_expiration_in(&found.value(), || is_local().then(|| clock.zone()))).next()
}

/// Returns the edits that write a session to a section.
///
/// In a new section, `manager` comes first, as a sign for [`logout_edits`] that the section may be removed, too.
pub fn login_edits(session: &Session, section_exists: bool) -> Vec<Edit> {
    let set = |name, value: &str| Edit::Set { name, value: Secret::new(value) };
    let mut edits = vec![
        set(ACCESS_KEY_ID, &session.access_key_id),
        set(SECRET_ACCESS_KEY, session.secret_access_key.expose()),
        set(SESSION_TOKEN, session.session_token.expose()),
    ];
    // Before the expiration, so that a section of a recovery file that was cut short has this property or no session.
    edits.extend(session.is_narrowed.then(|| set(AWSMFA_NARROWED, "true")));
    edits.push(set(EXPIRATION, &rfc3339(session.expiration)));
    edits.insert(if section_exists { edits.len() } else { 0 }, set(MANAGER, MANAGED_BY));
    edits.push(if is_long_term_key_id(&session.access_key_id) {
        set(AWSMFA_WRITTEN_KEY, &fingerprint(&session.access_key_id, session.secret_access_key.expose()))
    } else {
        Edit::Remove { name: AWSMFA_WRITTEN_KEY }
    });
    let removed = REMOVED_BY_LOGIN.into_iter().filter(|name| !(session.is_narrowed && *name == AWSMFA_NARROWED));
    edits.extend(removed.map(|name| Edit::Remove { name }));
    edits
}

/// Returns the edits that remove the session that a login wrote, and the section if a login created it and nothing else
/// is left. Returns no edits if awsmfa wrote nothing there.
pub fn logout_edits(section: &SectionRef<'_>) -> Vec<Edit> {
    if !is_managed(section) || CredentialKind::of(section) == CredentialKind::LongTermKey {
        return Vec::new();
    }
    let written = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, EXPIRATION, AWSMFA_WRITTEN_KEY, MANAGER];
    let names = written.into_iter().chain(REMOVED_BY_LOGIN);
    let mut edits: Vec<Edit> = names.map(|name| Edit::Remove { name }).collect();
    if section.properties().first().is_some_and(|first| first.is_named(MANAGER)) {
        edits.push(Edit::RemoveEmptySection);
    }
    edits
}

/// Returns whether an access key id belongs to a session (IAM User Guide, IAM identifiers, unique ID prefixes).
pub fn is_session_key_id(access_key_id: &str) -> bool {
    access_key_id.starts_with("ASIA")
}
