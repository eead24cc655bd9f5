//! Long-term keys, sessions, and how they stand in a section.

use crate::document::{Edit, SectionRef};
use crate::profile::ProfileName;
use crate::profile::property::{ACCESS_KEY_ID, EXPIRATION, MANAGER, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN};
use crate::secret::Secret;
use crate::time::{self, Seconds, Timestamp, parse_expiration, rfc3339};

/// What `manager` says in a section that awsmfa has written.
pub const MANAGED_BY: &str = "awsmfa";

/// What other tools leave beside a session. It would contradict the new one, so it goes: botocore prefers
/// `aws_security_token` to the session token.
const LEFT_BY_OTHERS: [&str; 7] = [
    SECURITY_TOKEN,
    "x_security_token_expires",
    "aws_expiration",
    "awsmfa_expiration",
    "aws_session_expiration_timestamp",
    "assumed_role",
    "assumed_role_arn",
];

/// Every name that a known tool gives to the end of a session, ours first.
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
    /// `AKIA…`; not a secret.
    pub access_key_id: String,
    /// Its secret half.
    pub secret_access_key: Secret,
}

/// Temporary credentials, as STS gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `ASIA…`; not a secret.
    pub access_key_id: String,
    /// Its secret half.
    pub secret_access_key: Secret,
    /// What goes with each request; up to several kilobytes.
    pub session_token: Secret,
    /// When it ends.
    pub expiration: Timestamp,
}

/// A session as it stands in a section; nothing may say when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// `ASIA…`; not a secret.
    pub access_key_id: String,
    /// Its secret half.
    pub secret_access_key: Secret,
    /// What goes with each request.
    pub session_token: Secret,
    /// When it ends, if that is known.
    pub expiration: Option<Timestamp>,
}

impl From<StoredSession> for Session {
    /// Of an unknown end nobody can say more than that it has not come yet.
    fn from(stored: StoredSession) -> Self {
        Self {
            access_key_id: stored.access_key_id,
            secret_access_key: stored.secret_access_key,
            session_token: stored.session_token,
            expiration: stored.expiration.unwrap_or(Timestamp::MAX),
        }
    }
}

/// What a section of the credentials file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// No access key.
    Nothing,
    /// A long-term key, or a part of one, which must not be overwritten.
    LongTermKey,
    /// A session, which may be overwritten or taken away.
    Session,
}

/// How much longer a session is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// There is none.
    None,
    /// There is one, but nothing says when it ends.
    Unknown,
    /// It has ended.
    Expired(Timestamp),
    /// It ends sooner than the person wants.
    Expiring(Timestamp),
    /// It is good.
    Valid(Timestamp),
}

impl Holding {
    /// Tells what a section holds. Half a key counts as a long-term key; so does an `AKIA…` id beside a token that
    /// awsmfa did not write, since a long-term key with a stray token looks like that.
    pub fn of(section: &SectionRef<'_>) -> Self {
        let names = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, SECURITY_TOKEN];
        let [id, secret, token, old_token] =
            section.properties_named(names).map(|found| found.filter(|found| !found.is_empty()));
        let has_token = token.is_some() || old_token.is_some();
        let is_long_term = id.as_ref().is_some_and(|id| id.value().starts_with("AKIA"));
        match (id.is_some(), secret.is_some()) {
            (true, _) if is_long_term && !is_managed(section) => Self::LongTermKey,
            (true, _) if has_token => Self::Session,
            (false, false) => Self::Nothing,
            (false, true) if has_token => Self::Nothing,
            _ => Self::LongTermKey,
        }
    }
}

/// Whether awsmfa has written the section's session.
pub fn is_managed(section: &SectionRef<'_>) -> bool {
    section.property(MANAGER).is_some_and(|manager| manager.value() == MANAGED_BY)
}

impl SessionState {
    /// Tells the state of the session in `section`, offline.
    pub fn of(section: Option<&SectionRef<'_>>, now: Timestamp, min_remaining: Seconds) -> Self {
        let Some(section) = section.filter(|section| Holding::of(section) == Holding::Session) else {
            return Self::None;
        };
        let Some(expiration) = expiration(section) else { return Self::Unknown };
        let remaining = time::seconds_between(now, expiration);
        if remaining <= Seconds(0) {
            Self::Expired(expiration)
        } else if remaining < min_remaining {
            Self::Expiring(expiration)
        } else {
            Self::Valid(expiration)
        }
    }

    /// When the session ends or ended, if that is known.
    pub fn expiration(&self) -> Option<Timestamp> {
        match self {
            Self::None | Self::Unknown => None,
            Self::Expired(time) | Self::Expiring(time) | Self::Valid(time) => Some(*time),
        }
    }
}

/// Reads back what [`login_edits`] wrote: the name of the profile and its session; none if a part of it is missing.
pub fn read(section: &SectionRef<'_>) -> Option<(ProfileName, Session)> {
    let name = std::str::from_utf8(section.name()).ok()?.parse().ok()?;
    let value = |name: &str| section.property(name).map(|found| found.value()).filter(|value| !value.is_empty());
    let session = Session {
        access_key_id: value(ACCESS_KEY_ID)?.into_owned(),
        secret_access_key: Secret::new(value(SECRET_ACCESS_KEY)?),
        session_token: Secret::new(value(SESSION_TOKEN)?),
        expiration: parse_expiration(&value(EXPIRATION)?)?,
    };
    Some((name, session))
}

/// Reads a session that any tool may have written; none if a part of it is missing.
pub fn stored(section: &SectionRef<'_>) -> Option<StoredSession> {
    let value = |name: &str| section.property(name).map(|found| found.value()).filter(|value| !value.is_empty());
    Some(StoredSession {
        access_key_id: value(ACCESS_KEY_ID)?.into_owned(),
        secret_access_key: Secret::new(value(SECRET_ACCESS_KEY)?),
        session_token: Secret::new(value(SESSION_TOKEN).or_else(|| value(SECURITY_TOKEN))?),
        expiration: expiration(section),
    })
}

fn expiration(section: &SectionRef<'_>) -> Option<Timestamp> {
    let found = section.properties_named(EXPIRATIONS).into_iter().flatten();
    found.filter_map(|found| parse_expiration(&found.value())).next()
}

/// The edits that write a session into a section.
///
/// In a section that is made for it, `manager` comes first: that tells [`logout_edits`] that the section may go, too.
pub fn login_edits(session: &Session, section_exists: bool) -> Vec<Edit> {
    let set = |name, value: &str| Edit::Set { name, value: Secret::new(value) };
    let mut edits = vec![
        set(ACCESS_KEY_ID, &session.access_key_id),
        set(SECRET_ACCESS_KEY, session.secret_access_key.expose()),
        set(SESSION_TOKEN, session.session_token.expose()),
        set(EXPIRATION, &rfc3339(session.expiration)),
    ];
    edits.insert(if section_exists { edits.len() } else { 0 }, set(MANAGER, MANAGED_BY));
    edits.extend(LEFT_BY_OTHERS.map(|name| Edit::Remove { name }));
    edits
}

/// The edits that take a session out of its section, and the section if a login made it and nothing else is left; none
/// if there is no session.
pub fn logout_edits(section: &SectionRef<'_>) -> Vec<Edit> {
    if Holding::of(section) == Holding::Nothing && !is_managed(section) {
        return Vec::new();
    }
    let session = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, EXPIRATION];
    let mut edits: Vec<Edit> = session.into_iter().chain(LEFT_BY_OTHERS).map(|name| Edit::Remove { name }).collect();
    if is_managed(section) {
        edits.push(Edit::Remove { name: MANAGER });
        if section.properties().first().is_some_and(|first| first.is_named(MANAGER)) {
            edits.push(Edit::RemoveEmptySection);
        }
    }
    edits
}

/// Whether an access key id is that of a session (IAM User Guide, IAM identifiers, unique ID prefixes).
pub fn is_session_key_id(access_key_id: &str) -> bool {
    access_key_id.starts_with("ASIA")
}
