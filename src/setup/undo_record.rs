//! A record that undoes a change to the two files, byte for byte, without a copy of what the files still contain.
//!
//! It describes the old bytes as parts of the new ones, and as text only if they are not there any more. Thus a key
//! that was moved within a file is never written a second time. Hashes identify the file before and after the change.

use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::bytes::hex;

/// The first line of a record.
const TITLE: &str = "awsmfa undo 1";

/// A file before and after a change.
#[derive(Clone, Copy)]
pub struct Changed<'a> {
    /// The path of the file.
    pub path: &'a Path,
    /// The old bytes, or `None` if the file did not exist.
    pub old: Option<&'a [u8]>,
    /// The new bytes.
    pub new: &'a [u8],
}

/// The record of one file.
#[derive(Debug, PartialEq, Eq)]
struct Reverse {
    path: String,
    was_there: bool,
    old_hash: String,
    new_hash: String,
    parts: Vec<Part>,
}

/// A part of the old bytes.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Bytes of the new file: their offset, and their number.
    Copy(usize, usize),
    /// Bytes that are not in the new file.
    Text(Vec<u8>),
}

/// A record of the changes to both files.
#[derive(Debug, PartialEq, Eq)]
pub struct Record(Vec<Reverse>);

/// The result of undoing the change to a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Undone {
    /// The file is not in the record.
    NotMeant,
    /// The file is as it was before the change.
    AlreadyOld,
    /// The old bytes, or `None` if the file did not exist.
    Becomes(Option<Vec<u8>>),
    /// The file has changed since.
    ChangedSince,
}

impl Record {
    /// Creates a record that undoes the changes.
    pub fn of(changes: &[Changed<'_>]) -> Self {
        let reverse = |change: &Changed<'_>| Reverse {
            path: hex(change.path.as_os_str().as_encoded_bytes()),
            was_there: change.old.is_some(),
            old_hash: hash(change.old.unwrap_or_default()),
            new_hash: hash(change.new),
            parts: parts(change.old.unwrap_or_default(), change.new),
        };
        Self(changes.iter().map(reverse).collect())
    }

    /// Undoes the change to a file that has the bytes `now`, which are empty if the file does not exist.
    pub fn undo(&self, path: &Path, now: &[u8]) -> Undone {
        let path = hex(path.as_os_str().as_encoded_bytes());
        let Some(reverse) = self.0.iter().find(|reverse| reverse.path == path) else { return Undone::NotMeant };
        let hash_now = hash(now);
        if hash_now == reverse.new_hash {
            let old = reverse.parts.iter().map(|part| match part {
                Part::Copy(start, length) => now.get(*start..start.checked_add(*length)?),
                Part::Text(text) => Some(text.as_slice()),
            });
            let old = old.collect::<Option<Vec<&[u8]>>>().map(|parts| parts.concat());
            match old.filter(|old| hash(old) == reverse.old_hash) {
                Some(old) => Undone::Becomes(reverse.was_there.then_some(old)),
                None => Undone::ChangedSince,
            }
        } else if hash_now == reverse.old_hash {
            Undone::AlreadyOld
        } else {
            Undone::ChangedSince
        }
    }

    /// Serializes the record into the bytes of a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{TITLE}\n");
        for Reverse { path, was_there, old_hash, new_hash, parts } in &self.0 {
            let state = if *was_there { "changed" } else { "made" };
            text.push_str(&format!("file {state} {old_hash} {new_hash} {path}\n"));
            for part in parts {
                text.push_str(&match part {
                    Part::Copy(start, length) => format!("copy {start} {length}\n"),
                    Part::Text(bytes) => format!("text {}\n", hex(bytes)),
                });
            }
        }
        text.into_bytes()
    }

    /// Parses a record. Returns `None` if the bytes are not one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        if lines.next()? != TITLE {
            return None;
        }
        let mut record: Vec<Reverse> = Vec::new();
        for line in lines {
            match line.split(' ').collect::<Vec<&str>>().as_slice() {
                ["file", state @ ("changed" | "made"), old_hash, new_hash, path] => record.push(Reverse {
                    path: (*path).to_owned(),
                    was_there: *state == "changed",
                    old_hash: (*old_hash).to_owned(),
                    new_hash: (*new_hash).to_owned(),
                    parts: Vec::new(),
                }),
                ["copy", start, length] => {
                    record.last_mut()?.parts.push(Part::Copy(start.parse().ok()?, length.parse().ok()?));
                }
                ["text", bytes] => record.last_mut()?.parts.push(Part::Text(unhex(bytes)?)),
                _ => return None,
            }
        }
        Some(Self(record))
    }
}

/// Finds each word of the old bytes in the new ones: after the previous word if possible, or else at its first
/// occurrence.
fn parts(old: &[u8], new: &[u8]) -> Vec<Part> {
    let mut places: HashMap<&[u8], usize> = HashMap::new();
    let mut at = 0;
    for word in words(new) {
        places.entry(word).or_insert(at);
        at += word.len();
    }
    let mut parts = Vec::new();
    for word in words(old) {
        let next = match parts.last() {
            Some(Part::Copy(start, length)) => Some(start + length),
            _ => None,
        };
        let goes_on = next.filter(|next| new.get(*next..).is_some_and(|rest| words(rest).next() == Some(word)));
        match (goes_on, places.get(word), parts.last_mut()) {
            (Some(_), _, Some(Part::Copy(_, length))) => *length += word.len(),
            (_, Some(place), _) => parts.push(Part::Copy(*place, word.len())),
            (_, None, Some(Part::Text(text))) => text.extend_from_slice(word),
            (_, None, _) => parts.push(Part::Text(word.to_vec())),
        }
    }
    parts
}

/// Splits bytes into words and the single bytes between them, so that a value is a word whatever surrounds it.
fn words(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_between = |byte: &u8| b" \t\r\n=".contains(byte);
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let length = rest.iter().position(is_between).unwrap_or(rest.len()).max(1);
        let (word, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(word)
    })
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().filter_map(|[high, low]| u8::try_from(high * 16 + low).ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/home/ada/.aws/credentials";

    fn round_trip(old: Option<&[u8]>, new: &[u8]) -> String {
        let change = Changed { path: Path::new(PATH), old, new };
        let bytes = Record::of(&[change]).to_bytes();
        let record = Record::parse(&bytes).expect("a record");
        assert_eq!(record.undo(Path::new(PATH), new), Undone::Becomes(old.map(<[u8]>::to_vec)));
        let mut other = new.to_vec();
        other.push(b'#');
        assert_eq!(record.undo(Path::new(PATH), &other), Undone::ChangedSince);
        assert_eq!(record.undo(Path::new("/elsewhere"), new), Undone::NotMeant);
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn the_old_bytes_come_back_and_a_key_that_was_moved_is_in_no_record() {
        let old = b"[default]\r\naws_secret_access_key=topSecret # note\r\nregion = x\n\xFF";
        let new = b"[default]\r\nregion = x\n\xFF\n\n[key]\naws_secret_access_key = topSecret";
        let record = round_trip(Some(old), new);
        assert!(!record.contains(&hex(b"topSecret")) && !record.contains("topSecret"), "{record}");
        assert!(record.contains(&hex(b"#")), "a comment that is gone is kept: {record}");
    }

    #[test]
    fn files_that_were_not_there_or_empty_are_told_apart() {
        round_trip(None, b"[default]\n");
        round_trip(Some(b""), b"[default]\n");
        round_trip(Some(b"x"), b"");
        let change = Changed { path: Path::new(PATH), old: Some(b"a"), new: b"b" };
        assert_eq!(Record::of(&[change]).undo(Path::new(PATH), b"a"), Undone::AlreadyOld);
    }

    #[test]
    fn other_files_are_not_records() {
        let files: [&[u8]; 5] = [b"", b"x", b"awsmfa undo 1\ncopy 0 1\n", b"awsmfa undo 1\ntext 0\n", b"\xFF"];
        assert!(files.iter().all(|file| Record::parse(file).is_none()));
    }
}
