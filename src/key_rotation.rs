//! The rotation of a long-term access key: its state between two runs, and the edits of the two files.
//!
//! The record of a rotation is one of awsmfa's own files, which only the user can read. It has both secrets: the new one
//! until it is in the AWS files, the old one for `--undo`.

use serde_json::{Value, json};

use crate::document::{Document, Edit, SectionEdits, SectionRef};
use crate::platform::shell_word;
use crate::profile::property::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::profile::{ProfileName, SectionError, SharedFile};
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
}

impl Keys {
    /// Returns the keys for undoing the rotation.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { old: self.new, new: self.old, is_undo: !self.is_undo }
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
    json!({ "old": key(&keys.old), "new": key(&keys.new), "undo": keys.is_undo })
}

fn keys_from_json(value: &Value) -> Option<Keys> {
    let key = |name: &str| {
        let key = value.get(name)?;
        Some(LongTermKey { access_key_id: text(key, "id")?, secret_access_key: Secret::new(text(key, "secret")?) })
    };
    Some(Keys { old: key("old")?, new: key("new")?, is_undo: value.get("undo")?.as_bool()? })
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

/// Returns the headers of the sections of a document that hold this key.
pub fn sections_with(key: &LongTermKey, document: &Document) -> Vec<String> {
    let holds = |name: &str, value: &str, section: &SectionRef<'_>| {
        section.property(name).is_some_and(|found| found.value() == value)
    };
    let sections = document.sections().filter(|section| {
        holds(ACCESS_KEY_ID, &key.access_key_id, section)
            && holds(SECRET_ACCESS_KEY, key.secret_access_key.expose(), section)
    });
    sections.filter_map(|section| std::str::from_utf8(section.name()).ok().map(str::to_owned)).collect()
}

/// Replaces a key in all sections of a file that hold it. Returns the new bytes; none if no section does.
///
/// # Errors
///
/// Fails if one of the sections cannot be edited: then none is.
pub fn with_key_replaced(
    file: &SharedFile,
    old: &LongTermKey,
    new: &LongTermKey,
) -> Result<Option<Vec<u8>>, SectionError> {
    let sections = sections_with(old, &file.document);
    if sections.is_empty() {
        return Ok(None);
    }
    let edits = [
        Edit::Set { name: ACCESS_KEY_ID, value: Secret::new(&new.access_key_id) },
        Edit::Set { name: SECRET_ACCESS_KEY, value: new.secret_access_key.clone() },
    ];
    let changes: Vec<_> = sections.iter().map(|section| SectionEdits { section, edits: &edits }).collect();
    let (bytes, refused) = file.edited_all(&changes);
    match refused.into_iter().next() {
        Some((_, error)) => Err(error),
        None => Ok(Some(bytes)),
    }
}

/// The reason why a key is not rotated.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what each field is")]
pub enum RotationError {
    /// A program prints the key.
    #[error("the key of '{profile}' comes from its credential_process, so awsmfa cannot replace it")]
    Printed { profile: ProfileName },
    /// Another awsmfa is at work.
    #[error("another awsmfa is rotating the key of '{profile}'")]
    Busy { profile: ProfileName },
    /// The record cannot be kept.
    #[error("the key is not rotated, because its rotation cannot be recorded: the home folder is unknown")]
    NoRecord,
    /// The session is not that of a user.
    #[error("the session is that of {arn}, and only the key of an IAM user can be rotated")]
    NotAUser { arn: String },
    /// The session belongs to another user than the rotation that has begun.
    #[error("a rotation has begun for {expected}, but the session is that of {found}")]
    OtherUser { expected: String, found: String },
    /// IAM does not list the key of the profile.
    #[error("the key {id} of '{profile}' is not a key of {user}")]
    NotListed { id: String, profile: ProfileName, user: String },
    /// IAM allows two keys.
    #[error("{user} has two access keys, and IAM allows no third one: {id} of '{profile}', and {other}")]
    TwoKeys { user: String, id: String, profile: ProfileName, other: String, other_id: String },
    /// The answer with a new key got lost.
    #[error("IAM has created the key {id}, but its secret is lost: {cause}")]
    Orphan { id: String, profile: ProfileName, cause: String },
    /// IAM may have created a key.
    #[error("it is not known whether IAM has created a key: {cause}")]
    Unknown { profile: ProfileName, cause: String },
    /// IAM has not accepted the new key in time.
    #[error("AWS does not accept the key {id} yet: {cause}")]
    NotAccepted { id: String, profile: ProfileName, cause: String },
    /// The files hold another key now.
    #[error("'{profile}' no longer holds the key {id}: the files were changed during the rotation")]
    Changed { profile: ProfileName, id: String },
    /// The key has been rotated.
    #[error("the key of '{profile}' was rotated at {since}: {old} is inactive, but not deleted")]
    NotFinished { profile: ProfileName, old: String, since: Timestamp },
    /// There is no rotation.
    #[error("no rotation of the key of '{profile}' is recorded")]
    NothingBegun { profile: ProfileName },
    /// The rotation is not complete.
    #[error("the rotation of the key of '{profile}' is not complete")]
    Incomplete { profile: ProfileName },
    /// The old key was used after it had been replaced, or is active again.
    #[error("the key {id} {what}, so it is not deleted")]
    InUse { id: String, profile: ProfileName, what: String },
    /// The key must not be deleted.
    #[error("{id} is the key of '{profile}', so it is not deleted")]
    Own { id: String, profile: ProfileName },
}

impl RotationError {
    /// Returns what to do about it.
    pub fn hint(&self) -> Option<String> {
        let rotate =
            |profile: &ProfileName, flags: &str| format!("awsmfa key rotate {}{flags}", shell_word(profile.as_str()));
        Some(match self {
            Self::Printed { .. } => "rotate it with the program that keeps the key".to_owned(),
            Self::Busy { .. } => "try again when that awsmfa has ended".to_owned(),
            Self::NoRecord => "set HOME or XDG_STATE_HOME".to_owned(),
            Self::NotAUser { .. } => "name the profile that holds the key".to_owned(),
            Self::OtherUser { .. } | Self::NotListed { .. } | Self::Changed { .. } => {
                "`aws iam list-access-keys` shows the keys of the user; nothing was deleted".to_owned()
            }
            Self::TwoKeys { profile, other_id, .. } => {
                format!(
                    "if nothing uses {other_id}: `{}` deletes it",
                    rotate(profile, &format!(" --delete {other_id}"))
                )
            }
            Self::Orphan { id, profile, .. } => {
                format!("`{}` deletes it", rotate(profile, &format!(" --delete {id}")))
            }
            Self::Unknown { profile, .. } => format!("`{}` finds out", rotate(profile, "")),
            Self::NotAccepted { profile, .. } => {
                format!("the old key still works; `{}` goes on, `--undo` goes back", rotate(profile, ""))
            }
            Self::NotFinished { profile, .. } => {
                format!("`{}` deletes it, `--undo` brings it back", rotate(profile, " --finish"))
            }
            Self::NothingBegun { profile } => format!("`{}` rotates the key", rotate(profile, "")),
            Self::Incomplete { profile } => format!("`{}` completes it", rotate(profile, "")),
            Self::InUse { profile, .. } => {
                format!("give the new key to what uses the old one, or: `{}`", rotate(profile, " --finish --force"))
            }
            Self::Own { .. } => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> LongTermKey {
        LongTermKey { access_key_id: id.to_owned(), secret_access_key: Secret::new(format!("secret of {id}")) }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let keys = Keys { old: key("AKIAOLD"), new: key("AKIANEW"), is_undo: false };
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

    #[test]
    fn a_key_is_replaced_in_every_section_that_holds_it_and_nowhere_else() {
        let text = "# mine\n[work-key]\naws_access_key_id = AKIAOLD # x\naws_secret_access_key = s\n\n[copy]\n\
                    aws_secret_access_key=s\naws_access_key_id=AKIAOLD\n[other]\naws_access_key_id = AKIAOLD\n\
                    aws_secret_access_key = t\n";
        let file =
            SharedFile::credentials("credentials".into(), Document::parse(text.as_bytes().to_vec()).expect("text"));
        let old = LongTermKey { access_key_id: "AKIAOLD".to_owned(), secret_access_key: Secret::new("s") };
        let new = LongTermKey { access_key_id: "AKIANEW".to_owned(), secret_access_key: Secret::new("n") };
        let bytes = with_key_replaced(&file, &old, &new).expect("it can be edited").expect("it is there");
        let replaced = String::from_utf8(bytes).expect("text");
        let sections = sections_with(&new, &Document::parse(replaced.clone().into_bytes()).expect("text"));
        assert_eq!(sections, ["work-key", "copy"], "{replaced}");
        let (_, other) = text.split_once("[other]").expect("it is there");
        assert!(replaced.starts_with("# mine\n[work-key]\n") && replaced.ends_with(other), "{replaced}");
        assert!(with_key_replaced(&file, &new, &old).expect("nothing is edited").is_none());
    }
}
