//! The long-term keys that must stay, and where.

use std::collections::{BTreeMap, HashSet};

use crate::generator::Step;
use crate::lines::{self, KeyLines};

#[derive(Clone)]
pub struct Keys {
    by_section: BTreeMap<String, KeyLines>,
    /// Ids and secrets that an emulator gave: awsmfa may replace them.
    emulated: HashSet<(String, String)>,
}

impl Keys {
    /// The keys at the beginning.
    pub fn of(credentials: &[u8]) -> Self {
        Self { by_section: lines::keys(credentials), emulated: HashSet::new() }
    }

    pub fn is_in(&self, section: &str) -> bool {
        self.by_section.contains_key(section)
    }

    pub fn emulate(&mut self, id: &str, secret: &str) {
        self.emulated.insert((id.to_owned(), secret.to_owned()));
    }

    /// Another key may be in the section, or none.
    pub fn after_configure(&mut self, credentials: &[u8], section: &str) {
        self.by_section.remove(section);
        self.find(credentials, section);
    }

    fn find(&mut self, credentials: &[u8], section: &str) {
        if let Some(key) = lines::keys(credentials).remove(section)
            && !self.emulated.contains(&key.values())
        {
            self.by_section.insert(section.to_owned(), key);
        }
    }

    /// `doctor --fix` moves a comment behind a value to a line of its own, and deletes a duplicate line: the values
    /// must be the same.
    pub fn after_fix(&mut self, credentials: &[u8]) {
        let now = lines::keys(credentials);
        for (section, key) in &mut self.by_section {
            if let Some(now) = now.get(section).filter(|now| now.values() == key.values()) {
                key.clone_from(now);
            }
        }
    }

    /// A key that setup has moved must be in its new profile, and one that it has added must stay from now on. Returns
    /// whether one was moved.
    pub fn after_connect(
        &mut self,
        credentials: &[u8],
        from: Option<&str>,
        to: &str,
        step: &Step,
    ) -> Result<bool, String> {
        let moved = from.and_then(|from| self.by_section.remove(from));
        let now = lines::keys(credentials).remove(to);
        if let Some(moved) = &moved
            && now.map(|now| now.values()) != Some(moved.values())
        {
            let text = String::from_utf8_lossy(credentials);
            return Err(format!("the moved key is not there any more after {step:?}:\n{text}"));
        }
        if !self.is_in(to) {
            self.find(credentials, to);
        }
        Ok(moved.is_some())
    }

    /// Makes sure that all keys are unchanged, line by line.
    pub fn check(&self, credentials: &[u8], step: &Step) -> Result<(), String> {
        for (section, key) in &self.by_section {
            if !lines::has_key(credentials, section, key) {
                let text = String::from_utf8_lossy(credentials);
                return Err(format!("the key of [{section}] is not there any more after {step:?}:\n{text}"));
            }
        }
        Ok(())
    }
}
