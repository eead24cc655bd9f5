//! Both files, edited in memory.

use super::{Connection, SetupError};
use crate::document::{Document, Edit, EditError};
use crate::profile::property::AWSMFA_SESSION_PROFILE;
use crate::profile::{FileKind, Profile, ProfileName, Profiles, SharedFile};
use crate::secret::Secret;

/// Both files, with the changes so far.
pub struct Draft {
    config: SharedFile,
    credentials: SharedFile,
}

impl Draft {
    /// Creates a draft without changes.
    pub fn of(profiles: Profiles<'_>) -> Self {
        let copy = |file: &SharedFile| file.with_document(file.document.clone());
        Self { config: copy(profiles.config), credentials: copy(profiles.credentials) }
    }

    /// Returns the profiles after the changes.
    pub fn profiles(&self) -> Profiles<'_> {
        Profiles { config: &self.config, credentials: &self.credentials }
    }

    /// Returns the bytes of a file after the changes.
    pub fn bytes(&self, kind: FileKind) -> &[u8] {
        self.file(kind).document.bytes()
    }

    /// Returns the credentials file with the link to the session profile added.
    ///
    /// # Errors
    ///
    /// Fails if the section cannot be edited.
    pub fn with_link_in_credentials(&self, connection: &Connection) -> Result<Vec<u8>, SetupError> {
        let mut other = Self::of(self.profiles());
        let value = Secret::new(connection.session_profile.as_str());
        let edits = [Edit::Set { name: AWSMFA_SESSION_PROFILE, value }];
        other.edit(FileKind::Credentials, connection.paying_profile(), &edits)?;
        Ok(other.bytes(FileKind::Credentials).to_vec())
    }

    /// Returns the document of a file after the changes.
    pub(super) fn document(&self, kind: FileKind) -> &Document {
        &self.file(kind).document
    }

    /// Replaces the bytes of a file, and returns whether they can be read.
    pub(super) fn put(&mut self, kind: FileKind, bytes: Vec<u8>) -> bool {
        self.replace(kind, "", Ok(bytes)).is_ok()
    }

    fn file(&self, kind: FileKind) -> &SharedFile {
        match kind {
            FileKind::Config => &self.config,
            FileKind::Credentials => &self.credentials,
        }
    }

    /// Edits a profile's section in one of the files; creates it if it does not exist and an edit sets a property. A
    /// bare section of the config file, which AWS tools ignore, becomes a proper one.
    pub(super) fn edit(&mut self, kind: FileKind, profile: &ProfileName, edits: &[Edit]) -> Result<(), SetupError> {
        let header = kind.header_of(profile);
        let headers = self.file(kind).headers_of(profile);
        match headers.as_slice() {
            [(found, _)] if *found == header => {}
            [] => {}
            [(bare, _)] if bare == profile.as_str() => self.rename(kind, bare, &header)?,
            [.., (_, line)] => {
                let source = match headers.iter().find(|(_, first)| first != line) {
                    Some((_, first)) => EditError::DuplicateSection { first: *first, second: *line },
                    None => EditError::IrregularHeader { line: *line },
                };
                return Err(self.failed(kind, &header, source));
            }
        }
        let bytes = self.file(kind).document.edited(&header, edits);
        self.replace(kind, &header, bytes)
    }

    /// Renames a section.
    pub(super) fn rename(&mut self, kind: FileKind, from: &str, to: &str) -> Result<(), SetupError> {
        let bytes = self.file(kind).document.renamed(from, to);
        self.replace(kind, from, bytes)
    }

    /// Sets a property: in the credentials file if it is already there, since that file takes precedence, or else in
    /// the config file.
    pub(super) fn set(&mut self, profile: &ProfileName, name: &'static str, value: &str) -> Result<(), SetupError> {
        let old = self.profiles().get(profile.as_str());
        if old.as_ref().and_then(|old| old.property(name)).is_some_and(|found| found.value == value) {
            return Ok(());
        }
        let in_credentials = old.is_some_and(|old| old.credentials_property(name).is_some());
        let kind = if in_credentials { FileKind::Credentials } else { FileKind::Config };
        self.edit(kind, profile, &[Edit::Set { name, value: Secret::new(value) }])
    }

    /// Sets a property in the config file, and removes it from the credentials file, where an interrupted change may
    /// have left it.
    pub(super) fn set_in_config(
        &mut self,
        profile: &ProfileName,
        name: &'static str,
        value: &str,
    ) -> Result<(), SetupError> {
        let old = self.profiles().get(profile.as_str());
        if old.is_some_and(|old| old.credentials_property(name).is_some()) {
            self.edit(FileKind::Credentials, profile, &[Edit::Remove { name }])?;
        }
        self.set(profile, name, value)
    }

    /// Removes properties from both files.
    pub(super) fn remove(&mut self, profile: &ProfileName, names: &[&'static str]) -> Result<(), SetupError> {
        for kind in [FileKind::Credentials, FileKind::Config] {
            let has = |profile: &Profile<'_>, name: &str| match kind {
                FileKind::Credentials => profile.credentials_property(name).is_some(),
                FileKind::Config => profile.config_property(name).is_some(),
            };
            let old = self.profiles().get(profile.as_str());
            let found = names.iter().filter(|name| old.as_ref().is_some_and(|old| has(old, name)));
            let edits: Vec<Edit> = found.map(|name| Edit::Remove { name }).collect();
            if !edits.is_empty() {
                self.edit(kind, profile, &edits)?;
            }
        }
        Ok(())
    }

    fn replace(&mut self, kind: FileKind, section: &str, bytes: Result<Vec<u8>, EditError>) -> Result<(), SetupError> {
        let unreadable = EditError::Unconfirmed { line: 1 };
        let document = bytes.and_then(|bytes| Document::parse(bytes).map_err(|_| unreadable));
        let document = document.map_err(|source| self.failed(kind, section, source))?;
        match kind {
            FileKind::Config => self.config = self.config.with_document(document),
            FileKind::Credentials => self.credentials = self.credentials.with_document(document),
        }
        Ok(())
    }

    pub(super) fn failed(&self, kind: FileKind, section: &str, source: EditError) -> SetupError {
        self.file(kind).section_error(section, source).into()
    }
}
