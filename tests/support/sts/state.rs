//! The state of the server: its clock, users, roles, sessions, pending faults, and the requests it has seen.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::device::Device;
use super::faults::Faults;
use super::mfa_devices::MfaDevice;
use super::model::{Call, IssuedSession, Role, User};
use super::scope::Scope;
use super::shuffle::Shuffle;
use super::signin::SigninToken;

/// Everything behind the server's lock.
pub struct State {
    /// A row for each key of each user.
    users: Vec<Registered>,
    /// By serial number.
    devices: HashMap<String, Device>,
    /// The devices as IAM knows them, enabled or not.
    pub mfa_devices: Vec<MfaDevice>,
    /// The number of requests that do not yet know a new key: IAM is eventually consistent.
    pub unknown_at_first: usize,
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
    created: Timestamp,
    last_used: Option<Timestamp>,
    /// The number of requests that do not yet know the key.
    unknown_for: usize,
}

/// A key as IAM lists it.
pub struct ListedKey {
    pub access_key_id: String,
    pub active: bool,
    pub created: Timestamp,
    pub last_used: Option<Timestamp>,
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
            devices: HashMap::new(),
            mfa_devices: Vec::new(),
            unknown_at_first: 0,
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
        self.add_device(&user.serial, &user.seed, "", Some(user.arn()));
        let created = self.now();
        self.users.push(Registered { user, active: true, created, last_used: None, unknown_for: 0 });
    }

    /// Adds a device, enabled for the user with this ARN.
    pub fn add_device(&mut self, serial: &str, secret: &[u8], seed: &str, user: Option<String>) {
        self.devices.insert(serial.to_owned(), Device::new(secret));
        let enabled = self.now();
        self.mfa_devices.push(MfaDevice { serial: serial.to_owned(), seed: seed.to_owned(), user, enabled });
    }

    pub fn remove_device(&mut self, serial: &str) {
        self.devices.remove(serial);
        self.mfa_devices.retain(|device| device.serial != serial);
    }

    /// Returns whether a device is enabled for the user with this ARN.
    pub fn has_device(&self, user_arn: &str, serial: &str) -> bool {
        self.mfa_devices.iter().any(|device| device.serial == serial && device.user.as_deref() == Some(user_arn))
    }

    pub fn deactivate_key(&mut self, access_key_id: &str) {
        for known in self.users.iter_mut().filter(|known| known.user.access_key_id == access_key_id) {
            known.active = false;
        }
    }

    pub fn device(&mut self, serial: &str) -> Option<&mut Device> {
        self.devices.get_mut(serial)
    }

    pub fn add_role(&mut self, role: Role) {
        self.roles.insert(role.arn.clone(), role);
    }

    pub fn role(&self, arn: &str) -> Option<&Role> {
        self.roles.get(arn)
    }

    /// The keys of a user, the oldest first.
    pub fn keys_of(&self, user_arn: &str) -> Vec<ListedKey> {
        let own = self.users.iter().filter(|known| known.user.arn() == user_arn);
        let listed = own.map(|known| ListedKey {
            access_key_id: known.user.access_key_id.clone(),
            active: known.active,
            created: known.created,
            last_used: known.last_used,
        });
        listed.collect()
    }

    pub fn secrets_of(&self, user_arn: &str) -> Vec<String> {
        let own = self.users.iter().filter(|known| known.user.arn() == user_arn);
        own.map(|known| known.user.secret.clone()).collect()
    }

    /// Adds a key to those of a user.
    pub fn add_key(&mut self, user_arn: &str, access_key_id: &str, secret: &str) {
        let Some(known) = self.users.iter().find(|known| known.user.arn() == user_arn) else { return };
        let user = User { access_key_id: access_key_id.to_owned(), secret: secret.to_owned(), ..known.user.clone() };
        let (created, unknown_for) = (self.now(), self.unknown_at_first);
        self.users.push(Registered { user, active: true, created, last_used: None, unknown_for });
    }

    /// Activates or deactivates a key; returns whether it is there.
    pub fn set_active(&mut self, access_key_id: &str, active: bool) -> bool {
        let found = self.users.iter_mut().find(|known| known.user.access_key_id == access_key_id);
        found.map(|known| known.active = active).is_some()
    }

    /// Deletes a key; returns whether it was there.
    pub fn delete_key(&mut self, access_key_id: &str) -> bool {
        let before = self.users.len();
        self.users.retain(|known| known.user.access_key_id != access_key_id);
        self.users.len() < before
    }

    /// Notes that a request was signed with a key. Returns whether IAM knows the key by now.
    pub fn use_key(&mut self, access_key_id: &str) -> bool {
        let now = self.now();
        let Some(known) = self.users.iter_mut().find(|known| known.user.access_key_id == access_key_id) else {
            return true;
        };
        if known.unknown_for > 0 {
            known.unknown_for -= 1;
            return false;
        }
        if known.active {
            known.last_used = Some(now);
        }
        true
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
