//! Profiles, as the sections of both files define them.
//!
//! A profile's properties come from `[X]` in the credentials file, then from `[profile X]` in the config file
//! (`[default]` for the profile `default`), then from a bare `[X]` there, which the original awsmfa wrote and AWS tools
//! ignore.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;

use crate::document::{Document, Edit, EditError, PropertyRef, SectionEdits, SectionRef};

mod kind;
mod name;
pub mod property;
mod sections;

pub use sections::is_meant_for_profile;

pub use kind::ProfileKind;
pub use name::{ProfileName, ProfileNameError};

/// One of the two files: its document, and its name in messages.
pub struct SharedFile {
    /// The path as the user named it.
    pub path: PathBuf,
    /// The content; empty if the file does not exist.
    pub document: Document,
    /// The flag or variable that names the file, if the file does not exist.
    pub missing: Option<&'static str>,
    kind: FileKind,
    /// Built only if many profiles are looked up: for one, a search is faster.
    index: OnceCell<Index>,
}

/// An index of the profiles in a file.
struct Index {
    hasher: RandomState,
    /// The hashes of profile names with their sections' numbers, sorted: a map would take more memory than the files.
    sections: Vec<(u64, usize)>,
    /// The profiles that link to another one, by property and by the profile that they link to.
    links: HashMap<(&'static str, String), Vec<String>>,
}

/// The kind of a file: headers have different meanings in the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// The shared config file.
    Config,
    /// The shared credentials file.
    Credentials,
}

impl FileKind {
    /// Returns the profile that a header names.
    fn profile_of(self, header: &[u8]) -> Option<&str> {
        match self {
            Self::Config => match config_section(header) {
                ConfigSection::Profile(name) | ConfigSection::Bare(name) => Some(name),
                ConfigSection::Other => None,
            },
            Self::Credentials => std::str::from_utf8(header).ok(),
        }
    }

    /// Returns the text between the brackets of a profile's header, in the one spelling that every AWS client reads. A
    /// name with blanks is in quotes: without them, the AWS CLI and boto3 ignore it.
    pub fn header_of(self, profile: &ProfileName) -> String {
        match self {
            Self::Config if profile.as_str().contains([' ', '\t']) => format!("profile \"{profile}\""),
            Self::Config if profile.as_str() != "default" => format!("profile {profile}"),
            Self::Config | Self::Credentials => profile.to_string(),
        }
    }
}

/// The error for a section that cannot be edited.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot change the section [{section}] of {}: {source}", path.display())]
#[expect(missing_docs, reason = "the message says what each field is")]
pub struct SectionError {
    pub path: PathBuf,
    pub section: String,
    pub source: EditError,
}

/// A line of a file, for messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path of the file.
    pub path: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A quoted path is not broken at its spaces.
        let quote = if self.path.to_string_lossy().contains(' ') { "'" } else { "" };
        write!(f, "{quote}{}{quote} line {}", self.path.display(), self.line)
    }
}

/// The profiles of both files.
#[derive(Clone, Copy)]
pub struct Profiles<'a> {
    /// The shared config file.
    pub config: &'a SharedFile,
    /// The shared credentials file.
    pub credentials: &'a SharedFile,
}

/// The kind of a section of the config file, by its name.
#[derive(PartialEq, Eq)]
enum ConfigSection<'a> {
    /// `[profile X]`, or `[default]`.
    Profile(&'a str),
    /// `[X]`, which AWS tools ignore.
    Bare(&'a str),
    /// `[sso-session X]`, `[services X]` and the like.
    Other,
}

impl<'a> Profiles<'a> {
    /// Looks up a profile in both files.
    pub fn get(&self, name: &str) -> Option<Profile<'a>> {
        let credentials = self.credentials.sections_of(name);
        let in_config = self.config.sections_of(name).into_iter();
        let (mut proper, bare): (Vec<_>, Vec<_>) =
            in_config.partition(|section| matches!(config_section(section.name()), ConfigSection::Profile(_)));
        // In the SDKs for JavaScript, Rust, Go and C, `[profile default]` replaces `[default]`.
        if proper.iter().any(|section| section.name() != b"default") {
            proper.retain(|section| section.name() != b"default");
        }
        let found = !(credentials.is_empty() && proper.is_empty() && bare.is_empty());
        found.then(|| Profile {
            name: name.to_owned(),
            credentials: Sections { file: self.credentials, sections: credentials },
            proper: Sections { file: self.config, sections: proper },
            bare: Sections { file: self.config, sections: bare },
        })
    }

    /// Returns the names of all profiles, each once: those of the config file first.
    pub fn names(&self) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        let names = self.config.names().chain(self.credentials.names());
        names.filter(|name| !name.is_empty() && seen.insert(*name)).collect()
    }

    /// Returns the profiles that link to the profile `to` by the property `link`, one of `LINKS`.
    pub fn linking(&self, link: &'static str, to: &str) -> Vec<Profile<'a>> {
        let mut names = [self.config, self.credentials].map(|file| file.linking(link, to)).concat();
        if names.len() > 1 {
            self.make_index();
        }
        names.sort_unstable();
        names.dedup();
        let profiles = names.iter().filter_map(|name| self.get(name));
        // The other file may override the link.
        profiles.filter(|profile| profile.property(link).is_some_and(|found| found.value == to)).collect()
    }

    /// Builds the index, for commands that look up many profiles.
    pub fn make_index(&self) {
        self.config.make_index();
        self.credentials.make_index();
    }
}

fn config_section(name: &[u8]) -> ConfigSection<'_> {
    let Ok(name) = std::str::from_utf8(name) else { return ConfigSection::Other };
    match name.split_once([' ', '\t']) {
        None if name == "default" => ConfigSection::Profile(name),
        // The AWS CLI's own sections.
        None if matches!(name, "plugins" | "preview") => ConfigSection::Other,
        None => ConfigSection::Bare(name),
        Some(("profile", rest)) => ConfigSection::Profile(unquoted(rest.trim_matches([' ', '\t']))),
        Some(_) => ConfigSection::Other,
    }
}

/// Removes quotes as botocore does, which reads `[profile "a b"]` as `a b`.
fn unquoted(name: &str) -> &str {
    let inner = |quote: char| name.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(name)
}

/// A profile, with all its sections.
pub struct Profile<'a> {
    name: String,
    credentials: Sections<'a>,
    proper: Sections<'a>,
    bare: Sections<'a>,
}

/// A profile's sections of one kind; more than one is a mistake.
struct Sections<'a> {
    file: &'a SharedFile,
    sections: Vec<SectionRef<'a>>,
}

/// A property's value, and its place.
#[derive(Clone)]
pub struct Found<'a> {
    /// The value on the property's own line; empty only if it continues below.
    pub value: Cow<'a, str>,
    file: &'a SharedFile,
    offset: usize,
    is_continued: bool,
}

impl<'a> Found<'a> {
    /// Creates a value from the line of the file that begins at `offset`.
    pub fn new(value: Cow<'a, str>, file: &'a SharedFile, offset: usize) -> Self {
        Self { value, file, offset, is_continued: false }
    }

    /// Returns whether the value continues on an indented line, as the AWS CLI and most SDKs read it.
    pub fn is_continued(&self) -> bool {
        self.is_continued
    }

    /// Returns the place of the value. This counts the lines above it.
    pub fn place(&self) -> Place {
        self.file.place(self.file.document.line_number(self.offset))
    }
}

impl<'a> Profile<'a> {
    /// Returns the profile's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Looks up a property in all sections; an empty value counts as none.
    pub fn property(&self, name: &str) -> Option<Found<'a>> {
        self.credentials_property(name).or_else(|| self.config_property(name))
    }

    /// Looks up a property in the credentials file only.
    pub fn credentials_property(&self, name: &str) -> Option<Found<'a>> {
        self.credentials.last_value(name)
    }

    /// Looks up a property in the config file only.
    pub fn config_property(&self, name: &str) -> Option<Found<'a>> {
        self.proper.last_value(name).or_else(|| self.bare.last_value(name))
    }

    /// Finds the first property in either file with a value and one of these names, or, for a name that ends with `_`, a
    /// name that begins with it. Returns its name, in lower case, and its place.
    pub fn first_of(&self, names: &[&str]) -> Option<(String, Place)> {
        [&self.credentials, &self.proper, &self.bare].into_iter().find_map(|sections| {
            let property = sections.sections.iter().find_map(|section| section.first_of(names))?;
            Some((property.name().to_ascii_lowercase(), sections.file.place(property.line())))
        })
    }

    /// Finds the place of a property without a value, in either file.
    pub fn place_of_empty(&self, name: &str) -> Option<Place> {
        [&self.credentials, &self.proper, &self.bare].into_iter().find_map(|sections| {
            let mut properties = sections.sections.iter().filter_map(|section| section.property(name));
            properties.find(PropertyRef::is_empty).map(|property| sections.file.place(property.line()))
        })
    }

    /// Returns the profile's section in the credentials file, if any. If there are several, the last one counts.
    pub fn credentials_section(&self) -> Option<SectionRef<'a>> {
        self.credentials.sections.last().copied()
    }

    /// Returns the place of the profile's first section: in the credentials file if it has one there.
    pub fn place(&self) -> Place {
        let mut all = [&self.credentials, &self.proper, &self.bare].into_iter();
        let first = all.find_map(|sections| Some((sections.file, sections.sections.first()?.line())));
        let (file, line) = first.unwrap_or((self.credentials.file, 1));
        file.place(line)
    }
}

impl<'a> Sections<'a> {
    fn last_value(&self, name: &str) -> Option<Found<'a>> {
        let found: PropertyRef<'a> = self.sections.iter().rev().find_map(|section| section.property(name))?;
        let value = found.value();
        let is_continued = found.is_continued() && found.lines().any(|line| line != value);
        let offset = found.offset();
        (!value.is_empty() || is_continued).then_some(Found { value, file: self.file, offset, is_continued })
    }
}

impl SharedFile {
    /// Creates the config file from its path and document.
    pub fn config(path: PathBuf, document: Document) -> Self {
        Self { path, document, missing: None, kind: FileKind::Config, index: OnceCell::new() }
    }

    /// Creates the credentials file from its path and document.
    pub fn credentials(path: PathBuf, document: Document) -> Self {
        Self { path, document, missing: None, kind: FileKind::Credentials, index: OnceCell::new() }
    }

    /// Returns the same file with other content.
    pub fn with_document(&self, document: Document) -> Self {
        let missing = if document.bytes().is_empty() { self.missing } else { None };
        Self { path: self.path.clone(), document, missing, kind: self.kind, index: OnceCell::new() }
    }

    /// Builds the index, for commands that look up many profiles.
    pub fn make_index(&self) {
        self.index.get_or_init(|| {
            let mut links: HashMap<_, Vec<String>> = HashMap::new();
            let hasher = RandomState::new();
            let mut sections = Vec::new();
            for (number, section) in self.document.numbered_sections() {
                let Some(name) = self.kind.profile_of(section.name()) else { continue };
                sections.push((hasher.hash_one(name), number));
                for (link, to) in property::LINKS.into_iter().zip(section.properties_named(property::LINKS)) {
                    if let Some(to) = to {
                        links.entry((link, to.value().into_owned())).or_default().push(name.to_owned());
                    }
                }
            }
            sections.sort_unstable();
            Index { hasher, sections, links }
        });
    }

    /// Returns the profiles with a section in which the property `link` has the value `to`.
    fn linking(&self, link: &'static str, to: &str) -> Vec<String> {
        if let Some(index) = self.index.get() {
            return index.links.get(&(link, to.to_owned())).cloned().unwrap_or_default();
        }
        let linking = self.document.sections_where(link, to).into_iter();
        linking.filter_map(|section| self.kind.profile_of(section.name()).map(str::to_owned)).collect()
    }

    fn sections_of(&self, profile: &str) -> Vec<SectionRef<'_>> {
        match self.index.get() {
            Some(Index { hasher, sections, .. }) => {
                let expected = hasher.hash_one(profile);
                let first = sections.partition_point(|(hash, _)| *hash < expected);
                let found = sections.get(first..).unwrap_or_default().iter().take_while(|(hash, _)| *hash == expected);
                let found = found.filter_map(|(_, number)| self.document.section(*number));
                found.filter(|section| self.profile_of(section) == Some(profile)).collect()
            }
            None => {
                let sections = self.document.sections_mentioning(profile);
                sections.filter(|section| self.kind.profile_of(section.name()) == Some(profile)).collect()
            }
        }
    }

    /// Returns the kind of the file.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.document.sections().filter_map(|section| self.kind.profile_of(section.name()))
    }

    /// Returns the bytes of the file with the edits applied to a section.
    ///
    /// # Errors
    ///
    /// Fails if the section cannot be edited.
    pub fn edited(&self, section: &str, edits: &[Edit]) -> Result<Vec<u8>, SectionError> {
        self.document.edited(section, edits).map_err(|source| self.section_error(section, source))
    }

    /// Applies the edits of several sections in one pass. Returns the bytes of the file without those that failed, and
    /// for each of these its index and its error.
    pub fn edited_all(&self, changes: &[SectionEdits<'_>]) -> (Vec<u8>, Vec<(usize, SectionError)>) {
        let (bytes, failures) = self.document.edited_all(changes);
        let section = |index: usize| changes.get(index).map_or("", |change| change.section);
        let failures = failures.into_iter().map(|(index, source)| (index, self.section_error(section(index), source)));
        (bytes, failures.collect())
    }

    /// Creates the error for a section of this file.
    pub fn section_error(&self, section: &str, source: EditError) -> SectionError {
        SectionError { path: self.path.clone(), section: section.to_owned(), source }
    }

    /// Returns the place of a line in this file.
    pub fn place(&self, line: usize) -> Place {
        Place { path: self.path.clone(), line }
    }
}
