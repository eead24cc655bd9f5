//! The locks for the exchange: if several processes need the same session at the same time, one requests it, and the
//! others wait for it and use it.
//!
//! The locks are files in the state folder, which only the user can open. Without such a folder, or if a file in it
//! cannot be created or locked, each process requests a session of its own. No lock is held during a prompt.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::bytes::hex;
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::io::clock::Stopwatch;
use crate::io::lock::{Acquired, Lock};
use crate::io::{path, terminal};
use crate::limits;
use crate::profile::ProfileName;
use crate::render::text;

/// The time to wait before the wait is reported: most exchanges take less.
const SILENT: Duration = Duration::from_secs(1);

/// The locks on the session profiles of a login.
pub(in crate::commands) struct ExchangeLocks<'a> {
    context: &'a Context,
    messages: Messages,
    /// The credentials file that the sessions are written to.
    credentials: PathBuf,
    /// The lock of each profile; none if it cannot be locked.
    held: RefCell<BTreeMap<ProfileName, Option<Lock>>>,
    watch: Stopwatch,
}

impl<'a> ExchangeLocks<'a> {
    pub(in crate::commands) fn new(credentials: &Path, context: &'a Context, messages: Messages) -> Self {
        let credentials = path::absolute(credentials);
        Self { context, messages, credentials, held: RefCell::default(), watch: Stopwatch::start() }
    }

    /// Locks those of these profiles that are not locked yet, in the order of their names: all processes use this order,
    /// so that no two wait for each other. Returns early after a wait, since another process may have requested the
    /// sessions meanwhile. Returns whether any was locked.
    pub(in crate::commands) fn lock_next(&self, wanted: &[ProfileName]) -> bool {
        // Other processes may need the profiles that this one no longer needs.
        let mut held = self.held.borrow_mut();
        held.retain(|name, _| wanted.contains(name));
        let mut missing: Vec<&ProfileName> = wanted.iter().filter(|name| !held.contains_key(name)).collect();
        missing.sort_unstable();
        if let (Some(first), Some(last)) = (missing.first(), held.keys().next_back())
            && *first < last
        {
            // Another process may hold this one and wait for one that is held here.
            held.clear();
            missing = wanted.iter().collect();
            missing.sort_unstable();
        }
        for name in &missing {
            let (lock, has_waited) = self.lock(name);
            held.insert((*name).clone(), lock);
            if has_waited {
                break;
            }
        }
        !missing.is_empty()
    }

    /// Releases the locks before a prompt, which may take long.
    pub(in crate::commands) fn release(&self) {
        self.held.borrow_mut().clear();
    }

    /// Locks a profile. Returns no lock if that is not possible, and whether another process had it locked.
    fn lock(&self, name: &ProfileName) -> (Option<Lock>, bool) {
        let place = format!("{}\0{name}", self.credentials.display());
        let mut digits = hex(&Sha256::digest(place));
        digits.truncate(16);
        let Some(path) = self.context.environment.exchange_lock_file(&digits) else { return (None, false) };
        match Lock::acquire_file(&path, Duration::ZERO) {
            Acquired::Held(lock) => return (Some(lock), false),
            Acquired::Busy(_) => {}
            Acquired::Unavailable(error) => {
                tracing::info!(%error, "no lock for the exchange");
                return (None, false);
            }
        }
        (self.wait_for(name, &path), true)
    }

    fn wait_for(&self, name: &ProfileName, path: &Path) -> Option<Lock> {
        let holder = match Lock::acquire_file(path, SILENT) {
            Acquired::Held(lock) => return Some(lock),
            Acquired::Busy(holder) => holder,
            Acquired::Unavailable(_) => return None,
        };
        let holder = holder.unwrap_or_else(|| "another awsmfa".to_owned());
        if terminal::shows_messages() {
            self.messages
                .note(&format!("awsmfa: waiting for {}, which requests the session of {name}", text::escape(&holder)));
        }
        let left = limits::EXCHANGE.saturating_sub(self.watch.elapsed());
        match Lock::acquire_file(path, left) {
            Acquired::Held(lock) => Some(lock),
            Acquired::Busy(_) | Acquired::Unavailable(_) => None,
        }
    }
}
