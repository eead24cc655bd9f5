//! An MFA device, as seen from both sides: the codes that it shows (RFC 6238), and which of them the server still
//! takes.

use std::collections::BTreeSet;

use totp_rs::{Algorithm, Builder, Totp};

/// The number of seconds for which a device shows a code.
const STEP: u64 = 30;

/// The number of steps by which the device's clock may differ from the server's.
const SKEW: u64 = 1;

/// The number of steps by which the first of two consecutive codes may differ from the server's time.
const PAIR_SKEW: u64 = 10;

/// A TOTP device: SHA-1, six digits, 30 seconds.
pub struct Device {
    totp: Totp,
    handed_out: Vec<HandedOut>,
    spent: BTreeSet<u64>,
    pub takes_every_code: bool,
}

/// A code that a test was given, maybe ahead of its time.
struct HandedOut {
    /// The step that the code is of.
    counter: u64,
    /// The step of the server's clock at which the test got it; from there on it ages like any other code.
    at: u64,
}

impl Device {
    pub fn new(seed: &[u8]) -> Self {
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(STEP);
        let totp = builder.with_secret(seed.to_vec()).build().expect("a seed has 20 bytes");
        Self { totp, handed_out: Vec::new(), spent: BTreeSet::new(), takes_every_code: false }
    }

    /// Hands out the code of the first step from `now` on (in Unix seconds) that was not handed out or used before.
    pub fn fresh_code(&mut self, now: u64) -> String {
        let at = now / STEP;
        let seen = self.seen_counters().max();
        let mut counter = seen.map_or(at, |seen| at.max(seen + 1));
        // Two steps may show the same digits; a test that reuses a code must not meet the second of them.
        while self.seen_counters().any(|seen| self.code(seen) == self.code(counter)) {
            counter += 1;
        }
        self.handed_out.push(HandedOut { counter, at });
        self.code(counter)
    }

    /// Six digits that no step from five minutes before `now` to five minutes after it shows, nor any code handed out.
    pub fn wrong_code(&self, now: u64) -> String {
        let at = now / STEP;
        let near = at.saturating_sub(10)..=at + 10;
        let avoid: BTreeSet<String> = near.chain(self.seen_counters()).map(|counter| self.code(counter)).collect();
        let mut codes = (0..1_000_000).map(|number| format!("{number:06}"));
        codes.find(|code| !avoid.contains(code)).expect("a million codes are more than those to avoid")
    }

    /// Accepts a code, once.
    pub fn spend(&mut self, code: &str, now: u64) -> bool {
        if self.takes_every_code {
            return true;
        }
        let at = now / STEP;
        let shown = at.saturating_sub(SKEW)..=at + SKEW;
        let handed_out = self.handed_out.iter().filter(|code| code.at.abs_diff(at) <= SKEW).map(|code| code.counter);
        let mut unspent = shown.chain(handed_out).filter(|counter| !self.spent.contains(counter));
        let Some(counter) = unspent.find(|counter| self.code(*counter) == code) else {
            return false;
        };
        self.spent.insert(counter)
    }

    /// Accepts two codes of consecutive steps near the server's time.
    pub fn spend_pair(&mut self, first: &str, second: &str, now: u64) -> bool {
        let at = now / STEP;
        let mut near = at.saturating_sub(PAIR_SKEW)..=at + PAIR_SKEW;
        let Some(counter) = near.find(|counter| self.code(*counter) == first && self.code(counter + 1) == second)
        else {
            return false;
        };
        self.spent.extend([counter, counter + 1]);
        true
    }

    fn seen_counters(&self) -> impl Iterator<Item = u64> {
        self.handed_out.iter().map(|code| code.counter).chain(self.spent.iter().copied())
    }

    fn code(&self, counter: u64) -> String {
        self.totp.generate(counter * STEP).to_string()
    }
}
