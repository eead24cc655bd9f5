//! The deletion of access keys: of the old one at the end of a rotation, or of another key of the user.

use super::held_key::HeldKey;
use super::rotate::Run;
use crate::commands::keyring_entry;
use crate::error::Error;
use crate::io::iam;
use crate::key_error::KeyError;
use crate::key_rotation::{Keys, Stage};
use crate::time::Timestamp;

impl Run<'_> {
    /// Deletes the old key. Returns its ID.
    pub(super) fn finish(self, keys: Keys, since: Timestamp, is_forced: bool) -> Result<String, Error> {
        let id = keys.old.access_key_id;
        let listed = self.listed()?;
        if let Some(listed) = listed.iter().find(|key| key.access_key_id == id) {
            let used = self.call_with_id("GetAccessKeyLastUsed", iam::last_used, &id)?;
            let what = match used.filter(|used| *used > since) {
                Some(used) => Some(format!("was used at {used}, after it had been replaced")),
                None => listed.is_active.then(|| "is active again".to_owned()),
            };
            if let Some(what) = what.filter(|_| !is_forced) {
                return Err(KeyError::InUse { id, profile: self.profile, what }.into());
            }
            self.call("DeleteAccessKey", iam::delete_access_key, &id)?;
        }
        if let Some(name) = &keys.entry {
            keyring_entry::delete(name, &self.profile)?;
        }
        self.messages.note(&format!("awsmfa: the access key {id} is deleted"));
        self.record.discard()?;
        Ok(id)
    }

    /// Deletes another key of the user. Returns its ID.
    pub(super) fn delete(self, id: &str) -> Result<String, Error> {
        let (id, own) = (id.to_owned(), HeldKey::of(&self.profile, &self.files)?);
        if own.access_key_id() == id {
            return Err(KeyError::Own { id, profile: self.profile }.into());
        }
        self.call("DeleteAccessKey", iam::delete_access_key, &id)?;
        self.messages.note(&format!("awsmfa: the access key {id} is deleted"));
        let Some(stage) = self.record.rotation().map(|rotation| rotation.stage) else { return Ok(id) };
        if let Stage::Replacing(keys) | Stage::Replaced(keys, _) = stage {
            if [&keys.old, &keys.new].iter().all(|key| key.access_key_id != id) {
                return Ok(id);
            }
            if let Some(name) = &keys.entry {
                keyring_entry::delete(&name.with_id(&id), &self.profile)?;
            }
        }
        // The rotation has lost its second key.
        self.record.discard()?;
        Ok(id)
    }
}
