//! The sections that hold a long-term access key, and the edits that replace the key, move it to the keyring, or bring
//! it back.

use std::fmt;

use crate::document::{Document, Edit, SectionEdits, SectionRef};
use crate::profile::property::{ACCESS_KEY_ID, AWSMFA_KEYRING, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN};
use crate::profile::{SectionError, SharedFile};
use crate::secret::Secret;
use crate::session::{LongTermKey, is_word};

/// The name of a key's entry in the keyring: the ID of the key and a tag, such as `AKIAIOSFODNN7EXAMPLE.1f3a5c79`. The tag
/// keeps the entries of several credentials files apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryName(String);

impl EntryName {
    /// Creates the name of an entry.
    pub fn new(access_key_id: &str, tag: u32) -> Self {
        Self(format!("{access_key_id}.{tag:08x}"))
    }

    /// Reads the name from a value of the property `awsmfa_keyring`.
    pub fn parse(value: &str) -> Option<Self> {
        is_word(value).then(|| Self(value.to_owned()))
    }

    /// Returns the ID of the key.
    pub fn access_key_id(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }

    /// Returns the name with the same tag for another key.
    #[must_use]
    pub fn with_id(&self, access_key_id: &str) -> Self {
        Self(format!("{access_key_id}{}", self.0.get(self.access_key_id().len()..).unwrap_or_default()))
    }

    /// Returns the name as it is in the file.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the sections of a document that hold this key.
pub fn sections_with<'a>(key: &LongTermKey, document: &'a Document) -> Vec<SectionRef<'a>> {
    let is_held = |section: &SectionRef<'_>| {
        has(section, ACCESS_KEY_ID, &key.access_key_id)
            && has(section, SECRET_ACCESS_KEY, key.secret_access_key.expose())
    };
    document.sections().filter(is_held).collect()
}

/// Returns the sections of a document whose key has this entry in the keyring.
pub fn sections_with_entry<'a>(name: &EntryName, document: &'a Document) -> Vec<SectionRef<'a>> {
    document.sections().filter(|section| has(section, AWSMFA_KEYRING, name.as_str())).collect()
}

/// Returns the sections of a document with this ID as the ID of a key in the file.
pub fn sections_with_id<'a>(access_key_id: &str, document: &'a Document) -> Vec<SectionRef<'a>> {
    document.sections().filter(|section| has(section, ACCESS_KEY_ID, access_key_id)).collect()
}

/// Returns the names of the entries of the key with this ID that a document names.
pub fn entries_of(access_key_id: &str, document: &Document) -> Vec<EntryName> {
    let named = document.sections().filter_map(|section| EntryName::parse(&section.property(AWSMFA_KEYRING)?.value()));
    named.filter(|name| name.access_key_id() == access_key_id).collect()
}

/// Returns whether a section names an entry in the keyring and has other credentials, too.
pub fn has_both(section: &SectionRef<'_>) -> bool {
    section.property(AWSMFA_KEYRING).is_some() && has_credentials(section)
}

fn has_credentials(section: &SectionRef<'_>) -> bool {
    let found = section.properties_named([ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, SECURITY_TOKEN]);
    found.iter().flatten().any(|property| !property.is_empty())
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

/// Replaces the name of an entry in all sections of a file that have it. Returns the new bytes; none if no section does.
///
/// # Errors
///
/// Fails if one of the sections cannot be edited: then none is.
pub fn with_entry_replaced(
    file: &SharedFile,
    old: &EntryName,
    new: &EntryName,
) -> Result<Option<Vec<u8>>, SectionError> {
    let edits = [Edit::Set { name: AWSMFA_KEYRING, value: Secret::new(new.as_str()) }];
    edited(file, &sections_with_entry(old, &file.document), &edits)
}

/// Replaces a key by the name of its entry in the keyring, in all sections of a file that hold it. Returns the new bytes;
/// none if no section does.
///
/// # Errors
///
/// Fails if one of the sections cannot be edited: then none is.
pub fn with_key_stored(
    file: &SharedFile,
    key: &LongTermKey,
    name: &EntryName,
) -> Result<Option<Vec<u8>>, SectionError> {
    edited(file, &sections_with(key, &file.document), &stored_edits(name))
}

/// Brings a key back from its entry in the keyring, to all sections of a file that name the entry. A section that has not
/// been changed since gets its old bytes. One that has other credentials by now keeps them, and only loses the name.
/// Returns the new bytes of the file; none if no section names the entry.
///
/// # Errors
///
/// Fails if one of the sections cannot be edited: then none is.
pub fn with_key_restored(
    file: &SharedFile,
    name: &EntryName,
    entry: &KeyringEntry,
) -> Result<Option<Vec<u8>>, SectionError> {
    let without_name = Edit::Remove { name: AWSMFA_KEYRING };
    let mut edits = key_edits(&entry.key).to_vec();
    edits.push(without_name.clone());
    let mut restored = None;
    for _ in sections_with_entry(name, &file.document) {
        let now = file.with_document(restored.clone().and_then(parsed).unwrap_or_else(|| file.document.clone()));
        let Some(section) = sections_with_entry(name, &now.document).into_iter().next() else { break };
        restored = if has_credentials(&section) {
            edited(&now, &[section], std::slice::from_ref(&without_name))?
        } else if let Some(bytes) = with_old_bytes(&now, &section, name, entry) {
            Some(bytes)
        } else {
            edited(&now, &[section], &edits)?
        };
    }
    Ok(restored)
}

fn parsed(bytes: Vec<u8>) -> Option<Document> {
    Document::parse(bytes).ok()
}

/// Returns the file with the section as it was, if moving the key to the keyring again would give the same file.
fn with_old_bytes(
    file: &SharedFile,
    section: &SectionRef<'_>,
    name: &EntryName,
    entry: &KeyringEntry,
) -> Option<Vec<u8>> {
    let header = std::str::from_utf8(section.name()).ok()?;
    entry.sections.iter().find_map(|old| {
        let is_of_section = old.sections().next().is_some_and(|old| old.name() == section.name());
        let restored = is_of_section.then(|| section.replaced_by(old.bytes()))?;
        let again = parsed(restored.clone())?.edited(header, &stored_edits(name)).ok()?;
        (again == file.document.bytes()).then_some(restored)
    })
}

fn key_edits(key: &LongTermKey) -> [Edit; 2] {
    [
        Edit::Set { name: ACCESS_KEY_ID, value: Secret::new(&key.access_key_id) },
        Edit::Set { name: SECRET_ACCESS_KEY, value: key.secret_access_key.clone() },
    ]
}

fn stored_edits(name: &EntryName) -> [Edit; 3] {
    [
        Edit::Set { name: AWSMFA_KEYRING, value: Secret::new(name.as_str()) },
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
    /// One section each.
    sections: Vec<Document>,
}

impl KeyringEntry {
    /// Creates the entry of a key from the sections of both files that hold it.
    pub fn of(key: &LongTermKey, files: [&SharedFile; 2]) -> Self {
        let sections = files.into_iter().flat_map(|file| sections_with(key, &file.document));
        let sections = sections.filter_map(|section| parsed(section.raw().to_vec())).collect();
        Self { key: key.clone(), sections }
    }

    /// Creates the entry of a key without the sections that held it.
    pub fn plain(key: &LongTermKey) -> Self {
        let LongTermKey { access_key_id, secret_access_key } = key;
        let secret = secret_access_key.expose();
        let text = format!("[{access_key_id}]\n{ACCESS_KEY_ID} = {access_key_id}\n{SECRET_ACCESS_KEY} = {secret}\n");
        Self { key: key.clone(), sections: parsed(text.into_bytes()).into_iter().collect() }
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
        let sections = document.sections().filter_map(|section| parsed(section.raw().to_vec())).collect();
        Some(Self { key, sections })
    }

    /// Adds the sections of another entry of the same key.
    #[must_use]
    pub fn with_sections_of(mut self, other: Self) -> Self {
        let is_new = |section: &Document| self.sections.iter().all(|known| known.bytes() != section.bytes());
        let new: Vec<Document> = other.sections.into_iter().filter(is_new).collect();
        self.sections.extend(new);
        self
    }

    /// Returns the entry with another key in place of its own, or `None` if a section cannot be edited.
    pub fn with_key(&self, new: &LongTermKey) -> Option<Self> {
        let replaced = |section: &Document| {
            let file = SharedFile::credentials("keyring".into(), section.clone());
            with_key_replaced(&file, &self.key, new).ok().flatten().and_then(parsed)
        };
        let sections: Vec<Document> = self.sections.iter().map(replaced).collect::<Option<_>>()?;
        (!sections.is_empty()).then(|| Self { key: new.clone(), sections })
    }

    /// Returns the bytes of the entry.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for section in &self.sections {
            if !bytes.is_empty() && !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            bytes.extend_from_slice(section.bytes());
        }
        bytes
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
