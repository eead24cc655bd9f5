//! The rotation of a long-term access key: its state between two runs.
//!
//! The record of a rotation is one of awsmfa's own files, which only the user can read. It has both secrets: the new one
//! until it is in the AWS files, the old one for `--undo`. If the key is in the keyring, so are both secrets, and the
//! record has only the new one, until the keyring has it.

use serde_json::{Value, json};

use crate::key_in_files::EntryName;
use crate::secret::Secret;
use crate::session::LongTermKey;
use crate::time::Timestamp;

/// The space for a record with two keys, whose ids have up to 128 characters (IAM API Reference, `AccessKey`).
const SPACE: usize = 2048;

/// The version of the record, in case its form changes.
const VERSION: u64 = 1;

/// A rotation that has begun.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The ARN of the user whose keys are rotated.
    pub user_arn: String,
    /// What has been done.
    pub stage: Stage,
}

/// The stage of a rotation.
#[derive(Clone, Debug)]
pub enum Stage {
    /// A key is about to be created. These are the IDs of the keys that existed before.
    Creating(Vec<String>),
    /// The old key is being replaced by the new one.
    Replacing(Keys),
    /// The new key is in the files, and the old one is inactive since this time.
    Replaced(Keys, Timestamp),
}

/// The keys of a rotation.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The key that is replaced.
    pub old: LongTermKey,
    /// The key that replaces it.
    pub new: LongTermKey,
    /// Set if an earlier rotation is being undone, so that the new key is the older one.
    pub is_undo: bool,
    /// The entry of the old key in the keyring, if the keys are there. A secret that is there is empty here.
    pub entry: Option<EntryName>,
}

impl Keys {
    /// Returns the name of the new key's entry in the keyring, if the keys are there.
    pub fn entry_of_new(&self) -> Option<EntryName> {
        self.entry.as_ref().map(|entry| entry.with_id(&self.new.access_key_id))
    }

    /// Returns the keys for a record without secrets, because both are in the keyring.
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        for key in [&mut self.old, &mut self.new] {
            key.secret_access_key = Secret::new("");
        }
        self
    }

    /// Returns the keys for undoing the rotation.
    #[must_use]
    pub fn reversed(self) -> Self {
        let entry = self.entry.map(|entry| entry.with_id(&self.new.access_key_id));
        Self { old: self.new, new: self.old, is_undo: !self.is_undo, entry }
    }
}

impl Rotation {
    /// Serializes the record into a line of a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let stage = match &self.stage {
            Stage::Creating(known) => json!({ "creating": known }),
            Stage::Replacing(keys) => json!({ "replacing": keys_to_json(keys) }),
            Stage::Replaced(keys, since) => {
                json!({ "replaced": keys_to_json(keys), "since": since.to_string() })
            }
        };
        let record = json!({ "version": VERSION, "user": self.user_arn, "stage": stage });
        format!("{record}\n").into_bytes()
    }

    /// Serializes the record with space behind it for a second one, which is longer.
    pub fn to_bytes_with_space(&self) -> Vec<u8> {
        [self.to_bytes(), vec![b' '; SPACE], b"\n".to_vec()].concat()
    }

    /// Parses the last record of a file. Returns `None` if there is none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        bytes.split(|byte| *byte == b'\n').rev().find_map(Self::parse_line)
    }

    fn parse_line(line: &[u8]) -> Option<Self> {
        let record: Value = serde_json::from_slice(line).ok()?;
        if record.get("version")?.as_u64()? != VERSION {
            return None;
        }
        let stage = record.get("stage")?;
        let stage = if let Some(known) = stage.get("creating") {
            let known = known.as_array()?.iter().map(|id| id.as_str().map(str::to_owned));
            Stage::Creating(known.collect::<Option<_>>()?)
        } else if let Some(keys) = stage.get("replacing") {
            Stage::Replacing(keys_from_json(keys)?)
        } else {
            Stage::Replaced(keys_from_json(stage.get("replaced")?)?, stage.get("since")?.as_str()?.parse().ok()?)
        };
        Some(Self { user_arn: text(&record, "user")?, stage })
    }
}

fn keys_to_json(keys: &Keys) -> Value {
    let key = |key: &LongTermKey| json!({ "id": key.access_key_id, "secret": key.secret_access_key.expose() });
    json!({ "old": key(&keys.old), "new": key(&keys.new), "undo": keys.is_undo, "keyring": keys.entry.as_ref().map(EntryName::as_str) })
}

fn keys_from_json(value: &Value) -> Option<Keys> {
    let key = |name: &str| {
        let key = value.get(name)?;
        Some(LongTermKey { access_key_id: text(key, "id")?, secret_access_key: Secret::new(text(key, "secret")?) })
    };
    Some(Keys {
        old: key("old")?,
        new: key("new")?,
        is_undo: value.get("undo")?.as_bool()?,
        entry: value.get("keyring").and_then(Value::as_str).and_then(EntryName::parse),
    })
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> LongTermKey {
        LongTermKey { access_key_id: id.to_owned(), secret_access_key: Secret::new(format!("secret of {id}")) }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let keys = Keys { old: key("AKIAOLD"), new: key("AKIANEW"), is_undo: false, entry: None };
        let since: Timestamp = "2026-11-27T05:00:00Z".parse().expect("a time");
        for stage in [
            Stage::Creating(vec!["AKIAOLD".to_owned()]),
            Stage::Replacing(keys.clone()),
            Stage::Replaced(keys.clone().reversed(), since),
        ] {
            let rotation = Rotation { user_arn: "arn:aws:iam::123456789012:user/ada".to_owned(), stage };
            let bytes = rotation.to_bytes();
            let read = Rotation::parse(&bytes).expect("it is a record");
            assert_eq!(read.to_bytes(), bytes);
            let mut spaced = rotation.to_bytes_with_space();
            assert_eq!(Rotation::parse(&spaced).expect("it is a record").to_bytes(), bytes);
            let second = Rotation { stage: Stage::Replacing(keys.clone()), ..rotation }.to_bytes();
            spaced[bytes.len()..bytes.len() + second.len()].copy_from_slice(&second);
            assert_eq!(Rotation::parse(&spaced).expect("it is a record").to_bytes(), second);
        }
        assert!(Rotation::parse(b"").is_none() && Rotation::parse(b"{\"version\": 2}").is_none());
        let reversed = keys.reversed();
        assert_eq!((reversed.old.access_key_id.as_str(), reversed.is_undo), ("AKIANEW", true));
    }
}
