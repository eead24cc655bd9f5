//! The sections that hold a long-term access key, and the edits that replace the key, move it to the keyring, or bring
//! it back.

use crate::document::{Document, Edit, SectionEdits, SectionRef};
use crate::profile::property::{ACCESS_KEY_ID, AWSMFA_KEYRING, SECRET_ACCESS_KEY};
use crate::profile::{SectionError, SharedFile};
use crate::secret::Secret;
use crate::session::{LongTermKey, is_word};

/// Returns the sections of a document that hold this key.
pub fn sections_with<'a>(key: &LongTermKey, document: &'a Document) -> Vec<SectionRef<'a>> {
    let is_held = |section: &SectionRef<'_>| {
        has(section, ACCESS_KEY_ID, &key.access_key_id)
            && has(section, SECRET_ACCESS_KEY, key.secret_access_key.expose())
    };
    document.sections().filter(is_held).collect()
}

/// Returns the sections of a document whose key is in the keyring, with this ID.
pub fn sections_with_stored<'a>(access_key_id: &str, document: &'a Document) -> Vec<SectionRef<'a>> {
    document.sections().filter(|section| has(section, AWSMFA_KEYRING, access_key_id)).collect()
}

fn has(section: &SectionRef<'_>, name: &str, value: &str) -> bool {
    section.property(name).is_some_and(|found| found.value() == value)
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
    edited(file, &sections_with(old, &file.document), &key_edits(new))
}

/// Replaces the ID of a key in the keyring in all sections of a file that have it. Returns the new bytes; none if no
/// section does.
///
/// # Errors
///
/// Fails if one of the sections cannot be edited: then none is.
pub fn with_id_replaced(file: &SharedFile, old: &str, new: &str) -> Result<Option<Vec<u8>>, SectionError> {
    let edits = [Edit::Set { name: AWSMFA_KEYRING, value: Secret::new(new) }];
    edited(file, &sections_with_stored(old, &file.document), &edits)
}

/// Replaces a key by its ID in the keyring, in all sections of a file that hold it. Returns the new bytes; none if no
/// section does.
///
/// # Errors
///
/// Fails if one of the sections cannot be edited: then none is.
pub fn with_key_stored(file: &SharedFile, key: &LongTermKey) -> Result<Option<Vec<u8>>, SectionError> {
    edited(file, &sections_with(key, &file.document), &stored_edits(&key.access_key_id))
}

/// Brings a key back from its entry in the keyring, to all sections of a file that have its ID. A section that has not
/// been changed since gets its old bytes. Returns the new bytes of the file; none if no section has the ID.
///
/// # Errors
///
/// Fails if one of the sections cannot be edited: then none is.
pub fn with_key_restored(file: &SharedFile, entry: &KeyringEntry) -> Result<Option<Vec<u8>>, SectionError> {
    let id = &entry.key.access_key_id;
    let mut edits = key_edits(&entry.key).to_vec();
    edits.push(Edit::Remove { name: AWSMFA_KEYRING });
    let mut restored = None;
    for _ in sections_with_stored(id, &file.document) {
        let now = file.with_document(restored.clone().and_then(parsed).unwrap_or_else(|| file.document.clone()));
        let Some(section) = sections_with_stored(id, &now.document).into_iter().next() else { break };
        restored = match with_old_bytes(&now, &section, entry) {
            Some(bytes) => Some(bytes),
            None => edited(&now, &[section], &edits)?,
        };
    }
    Ok(restored)
}

fn parsed(bytes: Vec<u8>) -> Option<Document> {
    Document::parse(bytes).ok()
}

/// Returns the file with the section as it was, if moving the key to the keyring again would give the same file.
fn with_old_bytes(file: &SharedFile, section: &SectionRef<'_>, entry: &KeyringEntry) -> Option<Vec<u8>> {
    let name = std::str::from_utf8(section.name()).ok()?;
    let old = entry.document.sections().find(|old| old.name() == section.name())?;
    let restored = section.replaced_by(old.raw());
    let again = parsed(restored.clone())?.edited(name, &stored_edits(&entry.key.access_key_id)).ok()?;
    (again == file.document.bytes()).then_some(restored)
}

fn key_edits(key: &LongTermKey) -> [Edit; 2] {
    [
        Edit::Set { name: ACCESS_KEY_ID, value: Secret::new(&key.access_key_id) },
        Edit::Set { name: SECRET_ACCESS_KEY, value: key.secret_access_key.clone() },
    ]
}

fn stored_edits(access_key_id: &str) -> [Edit; 3] {
    [
        Edit::Set { name: AWSMFA_KEYRING, value: Secret::new(access_key_id) },
        Edit::Remove { name: ACCESS_KEY_ID },
        Edit::Remove { name: SECRET_ACCESS_KEY },
    ]
}

/// Applies the same edits to sections of a file. Returns the new bytes; none if there are no sections.
fn edited(file: &SharedFile, sections: &[SectionRef<'_>], edits: &[Edit]) -> Result<Option<Vec<u8>>, SectionError> {
    let names = sections.iter().filter_map(|section| std::str::from_utf8(section.name()).ok());
    let changes: Vec<_> = names.map(|section| SectionEdits { section, edits }).collect();
    if changes.is_empty() {
        return Ok(None);
    }
    let (bytes, refused) = file.edited_all(&changes);
    match refused.into_iter().next() {
        Some((_, error)) => Err(error),
        None => Ok(Some(bytes)),
    }
}

/// The entry of a key in the keyring: the sections that held the key, as they were. A user can read it with the keyring's
/// own program, and paste it into the file again.
pub struct KeyringEntry {
    /// The key.
    pub key: LongTermKey,
    document: Document,
}

impl KeyringEntry {
    /// Creates the entry of a key from the sections of both files that hold it.
    pub fn of(key: &LongTermKey, files: [&SharedFile; 2]) -> Option<Self> {
        let sections = files.into_iter().flat_map(|file| sections_with(key, &file.document));
        let mut bytes = Vec::new();
        for section in sections {
            if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            bytes.extend_from_slice(section.raw());
        }
        Self::parse(bytes, &key.access_key_id)
    }

    /// Parses an entry. Returns `None` if it does not hold a key with this ID.
    pub fn parse(bytes: Vec<u8>, access_key_id: &str) -> Option<Self> {
        let document = parsed(bytes)?;
        let section = document.sections().find(|section| has(section, ACCESS_KEY_ID, access_key_id))?;
        let secret = section.property(SECRET_ACCESS_KEY)?.value().into_owned();
        if !is_word(&secret) {
            return None;
        }
        let key = LongTermKey { access_key_id: access_key_id.to_owned(), secret_access_key: Secret::new(secret) };
        Some(Self { key, document })
    }

    /// Returns the entry with another key in place of its own.
    ///
    /// # Errors
    ///
    /// Fails if the sections in the entry cannot be edited.
    pub fn with_key(&self, new: &LongTermKey) -> Result<Self, SectionError> {
        let file = SharedFile::credentials("the entry in the keyring".into(), self.document.clone());
        let bytes = with_key_replaced(&file, &self.key, new)?.unwrap_or_default();
        Ok(Self { key: new.clone(), document: parsed(bytes).unwrap_or_default() })
    }

    /// Returns the bytes of the entry.
    pub fn bytes(&self) -> &[u8] {
        self.document.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let document = Document::parse(replaced.clone().into_bytes()).expect("text");
        let names = sections_with(&new, &document).into_iter().map(|section| section.name().to_vec());
        assert_eq!(names.collect::<Vec<_>>(), [b"work-key".to_vec(), b"copy".to_vec()], "{replaced}");
        let (_, other) = text.split_once("[other]").expect("it is there");
        assert!(replaced.starts_with("# mine\n[work-key]\n") && replaced.ends_with(other), "{replaced}");
        assert!(with_key_replaced(&file, &new, &old).expect("nothing is edited").is_none());
    }
}
