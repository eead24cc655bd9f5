//! An AWS STS stand-in on loopback: it checks signatures, codes and limits as STS does, and breaks on demand.
//!
//! It is a real HTTP/1.1 server, so that any client can be pointed at it, the AWS CLI included. It deliberately knows
//! only `GetSessionToken`, `AssumeRole` and `GetCallerIdentity`, the calls of IAM about the keys of a user, AWS sign-in, the services that give
//! SDKs credentials, and no policies beyond a role's trust. Clients that know nothing but S3 find an empty one, which checks their signatures too.

#![expect(clippy::disallowed_methods, reason = "a server has a clock and threads of its own")]
#![allow(dead_code, reason = "each test binary uses its own part")]

mod access_keys;
mod actions;
mod answer;
pub mod authenticator;
mod connection;
mod constraints;
mod device;
mod faults;
mod http;
mod iam;
mod issue;
mod mfa_devices;
mod model;
mod s3;
mod scope;
mod server;
mod shuffle;
mod signature;
mod signin;
pub mod sources;
mod state;
mod traffic;
mod xml;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

pub use faults::Fault;
pub use model::{Call, IssuedSession, Role, User};

pub use signin::SignedIn;

use server::Server;
use shuffle::Shuffle;
use state::State;

/// A running stand-in; dropping it stops the server.
pub struct StandIn {
    state: Arc<Mutex<State>>,
    server: Server,
}

impl StandIn {
    /// Starts a server that knows one user, `ada` (see [`User::ada`]), on a free port of 127.0.0.1.
    pub fn start() -> Self {
        Self::start_on(Ipv4Addr::LOCALHOST.into())
    }

    /// The same on another address of loopback.
    pub fn start_on(address: IpAddr) -> Self {
        let state = Arc::new(Mutex::new(State::new()));
        let server = Server::start(Arc::clone(&state), address).expect("loopback has a free port");
        let stand_in = Self { state, server };
        stand_in.state().add_user(User::ada());
        stand_in
    }

    /// The endpoint, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr())
    }

    pub fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// Adds a user whose device is `arn:aws:iam::ACCOUNT:mfa/NAME`, with a seed of its own.
    pub fn add_user(&self, name: &str, account: &str, access_key_id: &str, secret: &str) -> User {
        let user = User::new(name, account, access_key_id, secret);
        self.add(user.clone());
        user
    }

    /// Adds a user.
    pub fn add(&self, user: User) {
        self.state().add_user(user);
    }

    /// Makes a user's key inactive; requests signed with it get `InvalidClientTokenId`.
    pub fn deactivate_key(&self, access_key_id: &str) {
        self.state().deactivate_key(access_key_id);
    }

    /// Makes an opt-in region one that the account has not enabled: no key is known there.
    pub fn close_region(&self, region: &str) {
        self.state().closed_regions.push(region.to_owned());
    }

    /// Lets every user list these MFA devices; before that, IAM denies it.
    pub fn list_devices(&self, serials: &[&str]) {
        self.state().listed_devices = Some(serials.iter().map(|serial| (*serial).to_owned()).collect());
    }

    /// Lets every user list these access keys with their creation times.
    pub fn list_keys(&self, keys: &[(&str, jiff::Timestamp)]) {
        self.state().listed_keys = Some(keys.iter().map(|(id, made)| ((*id).to_owned(), *made)).collect());
    }

    /// Removes the device that a user begins with.
    pub fn forget_device(&self, user: &User) {
        self.state().remove_device(&user.serial);
    }

    /// Adds a device with a secret that nobody knows, enabled for a user.
    pub fn add_device(&self, user: &User, serial: &str) {
        self.state().add_device(serial, &[7; 20], "", Some(user.arn()));
    }

    /// Returns the serial numbers of all devices, and whether they are enabled.
    pub fn devices(&self) -> Vec<(String, bool)> {
        self.state().mfa_devices.iter().map(|device| (device.serial.clone(), device.user.is_some())).collect()
    }

    /// Returns the secrets of all devices that IAM has created so far and not deleted, in base32.
    pub fn seeds(&self) -> Vec<String> {
        self.state().mfa_devices.iter().map(|device| device.seed.clone()).filter(|seed| !seed.is_empty()).collect()
    }

    /// Returns the keys of a user: their IDs, and whether they are active.
    pub fn keys_of(&self, user: &User) -> Vec<(String, bool)> {
        self.state().keys_of(&user.arn()).into_iter().map(|key| (key.access_key_id, key.active)).collect()
    }

    /// Returns the secrets of a user's keys.
    pub fn secrets_of(&self, user: &User) -> Vec<String> {
        self.state().secrets_of(&user.arn())
    }

    /// Makes a key active again.
    pub fn activate_key(&self, access_key_id: &str) {
        self.state().set_active(access_key_id, true);
    }

    /// Gives a user a second key.
    pub fn add_key(&self, user: &User, access_key_id: &str, secret: &str) {
        self.state().add_key(&user.arn(), access_key_id, secret);
    }

    /// Lets STS not know a new key for so many requests.
    pub fn know_keys_after(&self, requests: usize) {
        self.state().unknown_at_first = requests;
    }

    /// Lets every caller list this alias of the account.
    pub fn set_alias(&self, alias: &str) {
        self.state().alias = Some(alias.to_owned());
    }

    /// Ends all sign-ins to IAM Identity Center.
    pub fn sign_out(&self) {
        self.state().is_signed_out = true;
    }

    /// Issues a session of ada, as the sign-in of `aws login` does.
    pub fn sign_in(&self, seconds: i64) -> IssuedSession {
        sources::user_session(&mut self.state(), seconds)
    }

    /// The paths of the requests to the services that give SDKs credentials.
    pub fn source_requests(&self) -> Vec<String> {
        self.state().source_requests.clone()
    }

    /// Breaks the next request to AWS sign-in.
    pub fn fault_signin(&self, fault: Fault) {
        self.state().signin_faults.push(fault, 1);
    }

    /// Opens a sign-in URL, as a browser does, whatever its host.
    ///
    /// # Errors
    ///
    /// Fails if it is not a URL for signing in, or if its token is unknown or has expired.
    pub fn open(&self, url: &str) -> Result<SignedIn, String> {
        let (_, after_scheme) = url.split_once("://").ok_or("it has no scheme")?;
        let (_, target) = after_scheme.split_once('/').ok_or("it has no path")?;
        signin::open(&self.state(), &format!("/{target}"))
    }

    /// Adds a role, in place of one with the same ARN.
    pub fn add_role(&self, role: Role) {
        self.state().add_role(role);
    }

    /// Adds so many roles that ada may assume with MFA, each in an account of its own, and returns their ARNs.
    pub fn add_roles(&self, count: usize) -> Vec<String> {
        let ada = User::ada().arn();
        let number = |number: usize| Role {
            arn: format!("arn:aws:iam::{}:role/reader-{number}", 200_000_000_000 + number),
            trusted: vec![ada.clone()],
            requires_mfa: true,
            external_id: None,
            max_session_duration: 3600,
            allows_tags: false,
            allows_source_identity: false,
        };
        let mut arns = Vec::new();
        for role in (1..=count).map(number) {
            arns.push(role.arn.clone());
            self.add_role(role);
        }
        arns
    }

    /// A code of this device that is accepted now, and that was neither handed out nor used before.
    ///
    /// It does not sleep until the next code: the device's clock moves on by a step for each code that this step has
    /// already seen, and the server accepts the code as long as a real device's, about a step from now.
    ///
    /// # Panics
    ///
    /// If no user has this device.
    pub fn fresh_code(&self, serial: &str) -> String {
        let mut state = self.state();
        let now = state.unix_now();
        state.device(serial).expect("a device of this server").fresh_code(now)
    }

    /// From now on any code of this device is accepted, any number of times: for benchmarks, which log in more often
    /// than there are codes.
    ///
    /// # Panics
    ///
    /// If no user has this device.
    pub fn take_every_code(&self, serial: &str) {
        self.state().device(serial).expect("a device of this server").takes_every_code = true;
    }

    /// Six digits that this device does not show now, nor in the minutes around it.
    ///
    /// # Panics
    ///
    /// If no user has this device.
    pub fn wrong_code(&self, serial: &str) -> String {
        let mut state = self.state();
        let now = state.unix_now();
        state.device(serial).expect("a device of this server").wrong_code(now)
    }

    /// Breaks the next `times` requests after those that earlier calls break; `usize::MAX` means until cleared.
    pub fn fault(&self, fault: Fault, times: usize) {
        self.state().faults.push(fault, times);
    }

    /// Breaks the next request to IAM.
    pub fn fault_iam(&self, fault: Fault) {
        self.state().iam_faults.push(fault, 1);
    }

    /// Breaks every n-th request from now on, until cleared, unless a fault of [`Self::fault`] comes first. It can be
    /// set several times; if several faults are due, the first comes, and the others wait for their next turn.
    ///
    /// # Panics
    ///
    /// If `n` is 0.
    pub fn fault_every(&self, n: usize, fault: Fault) {
        assert!(n > 0, "every 0th request");
        self.state().faults.repeat(n, fault);
    }

    /// Closes every n-th connection that is accepted from now on, until cleared, after its first request was read: that
    /// request meets [`Fault::DropBeforeProcessing`].
    ///
    /// # Panics
    ///
    /// If `n` is 0.
    pub fn break_every_connection(&self, n: usize) {
        assert!(n > 0, "every 0th connection");
        self.state().faults.break_connections(n);
    }

    /// Delays each answer from now on by a random time up to this one, so that answers arrive in another order than
    /// their requests.
    pub fn shuffle_answers(&self, up_to: Duration) {
        self.state().shuffle = Some(Shuffle::new(up_to));
    }

    /// Forgets the faults that are still to come.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Sets how far the server's clock is ahead of this machine's: `Date`, the signatures' age and the codes follow it.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.state().clock_offset = seconds;
    }

    /// Sets the length of the session tokens issued from now on.
    pub fn set_token_length(&self, length: usize) {
        self.state().token_length = length;
    }

    /// Ends all sessions issued so far; requests signed with them get `ExpiredToken`.
    pub fn expire_sessions(&self) {
        self.state().expire_sessions();
    }

    /// Every request seen, the oldest first; a request is listed before its answer is sent.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The number of requests for this action, successful or not.
    pub fn count(&self, action: &str) -> usize {
        self.state().calls.iter().filter(|call| call.action == action).count()
    }

    /// The number of connections accepted so far.
    pub fn connections(&self) -> usize {
        self.server.traffic().connections()
    }

    /// The largest number of requests so far that had been read and not answered at the same time.
    pub fn peak(&self) -> usize {
        self.server.traffic().peak()
    }

    /// Every session issued, the oldest first, whether or not its answer arrived.
    pub fn sessions(&self) -> Vec<IssuedSession> {
        self.state().issued()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        state::lock(&self.state)
    }
}
