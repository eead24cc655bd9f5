//! The state of the server: its clock, users, roles, sessions, pending faults, and the requests it has seen.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::device::Device;
use super::faults::Faults;
use super::model::{Call, IssuedSession, Role, User};
use super::scope::Scope;
use super::shuffle::Shuffle;
use super::signin::SigninToken;

/// Everything behind the server's lock.
pub struct State {
    users: Vec<Registered>,
    /// By ARN.
    roles: HashMap<String, Role>,
    /// The oldest first.
    sessions: Vec<Session>,
    /// The places of the sessions, by access key id.
    places: HashMap<String, usize>,
    pub faults: Faults,
    /// Those of IAM.
    pub iam_faults: Faults,
    /// Those of AWS sign-in.
    pub signin_faults: Faults,
    /// The sign-in tokens that were given out.
    pub signin_tokens: Vec<SigninToken>,
    /// The alias of each account, as IAM lists it; none if IAM denies it.
    pub alias: Option<String>,
    /// Set if all sign-ins to IAM Identity Center have ended.
    pub is_signed_out: bool,
    /// The paths of the requests to the services that give SDKs credentials.
    pub source_requests: Vec<String>,
    /// The delays of the answers, if they are shuffled.
    pub shuffle: Option<Shuffle>,
    pub calls: Vec<Call>,
    /// Seconds ahead of the machine's clock.
    pub clock_offset: i64,
    pub token_length: usize,
    /// The regions that the account has not enabled.
    pub closed_regions: Vec<String>,
    /// The MFA devices that IAM lists; none if IAM denies it.
    pub listed_devices: Option<Vec<String>>,
    /// The access keys that IAM lists, and when they were created; none if IAM denies it.
    pub listed_keys: Option<Vec<(String, Timestamp)>>,
}

struct Registered {
    user: User,
    active: bool,
    device: Device,
}

struct Session {
    issued: IssuedSession,
    /// From here on the server refuses it; the same as in the answer, unless a test ended it early.
    ends: Timestamp,
    caller: Caller,
}

/// The identity behind a request.
#[derive(Clone)]
pub struct Caller {
    /// The answer of `GetCallerIdentity`.
    pub arn: String,
    pub user_id: String,
    pub account: String,
    /// The ARN by which a role's trust knows the caller.
    pub principal: String,
    /// The MFA device of the caller; a role has none.
    pub serial: Option<String>,
    pub credential: Credential,
    /// That of a role's session.
    pub scope: Scope,
}

/// The kind of key that a request is signed with.
#[derive(Clone, Copy, PartialEq)]
pub enum Credential {
    Permanent,
    /// From `GetSessionToken`.
    Session {
        mfa: bool,
    },
    /// From `AssumeRole`.
    RoleSession {
        /// Set if a session signed the request for it.
        chained: bool,
    },
}

/// A key that a signature can be checked with.
pub struct KnownKey {
    pub secret: String,
    pub caller: Caller,
    /// The token that must come with a session's key, and the end of the session.
    pub session: Option<(String, Timestamp)>,
}

/// Locks, also after a panic elsewhere: one failed test thread must not hide its reason behind a second panic.
pub fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    pub fn new() -> Self {
        Self {
            users: Vec::new(),
            roles: HashMap::new(),
            sessions: Vec::new(),
            places: HashMap::new(),
            faults: Faults::default(),
            iam_faults: Faults::default(),
            signin_faults: Faults::default(),
            signin_tokens: Vec::new(),
            alias: None,
            is_signed_out: false,
            source_requests: Vec::new(),
            shuffle: None,
            calls: Vec::new(),
            clock_offset: 0,
            token_length: 360,
            closed_regions: Vec::new(),
            listed_devices: None,
            listed_keys: None,
        }
    }

    /// The time by the server's clock.
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.clock_offset);
        Timestamp::now().checked_add(offset).unwrap_or(Timestamp::MAX)
    }

    pub fn unix_now(&self) -> u64 {
        u64::try_from(self.now().as_second()).unwrap_or(0)
    }

    pub fn add_user(&mut self, user: User) {
        let device = Device::new(&user.seed);
        self.users.push(Registered { user, active: true, device });
    }

    pub fn deactivate_key(&mut self, access_key_id: &str) {
        for known in self.users.iter_mut().filter(|known| known.user.access_key_id == access_key_id) {
            known.active = false;
        }
    }

    pub fn device(&mut self, serial: &str) -> Option<&mut Device> {
        self.users.iter_mut().find(|known| known.user.serial == serial).map(|known| &mut known.device)
    }

    pub fn add_role(&mut self, role: Role) {
        self.roles.insert(role.arn.clone(), role);
    }

    pub fn role(&self, arn: &str) -> Option<&Role> {
        self.roles.get(arn)
    }

    /// The key with this id, unless it is inactive.
    pub fn key(&self, access_key_id: &str) -> Option<KnownKey> {
        let permanent = self.users.iter().find(|known| known.active && known.user.access_key_id == access_key_id);
        let session = self.places.get(access_key_id).and_then(|place| self.sessions.get(*place));
        permanent.map(Registered::key).or_else(|| session.map(Session::key))
    }

    pub fn add_session(&mut self, issued: IssuedSession, caller: Caller) {
        self.places.insert(issued.access_key_id.clone(), self.sessions.len());
        self.sessions.push(Session { ends: issued.expiration, issued, caller });
    }

    pub fn expire_sessions(&mut self) {
        for session in &mut self.sessions {
            session.ends = Timestamp::UNIX_EPOCH;
        }
    }

    pub fn issued(&self) -> Vec<IssuedSession> {
        self.sessions.iter().map(|session| session.issued.clone()).collect()
    }
}

impl Registered {
    fn key(&self) -> KnownKey {
        let caller = Caller {
            arn: self.user.arn(),
            user_id: self.user.unique_id(),
            account: self.user.account.clone(),
            principal: self.user.arn(),
            serial: Some(self.user.serial.clone()),
            credential: Credential::Permanent,
            scope: Scope::default(),
        };
        KnownKey { secret: self.user.secret.clone(), caller, session: None }
    }
}

impl Session {
    fn key(&self) -> KnownKey {
        KnownKey {
            secret: self.issued.secret_access_key.clone(),
            caller: self.caller.clone(),
            session: Some((self.issued.session_token.clone(), self.ends)),
        }
    }
}
