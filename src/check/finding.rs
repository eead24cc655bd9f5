//! One thing that is wrong, or worth knowing.

use std::fmt;
use std::path::{Path, PathBuf};

use super::kind::Kind;
use crate::error::Error;
use crate::profile::Place;
use crate::render::text::shell_word;
use crate::resolve::ResolveError;

/// How bad a finding is; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something does not work for the clients that are named.
    Error,
    /// It works for some only, or will go wrong.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// An error in words, for the finding that reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What failed.
    pub message: String,
    /// The command or line that helps, if there is one.
    pub hint: Option<String>,
}

impl From<&Error> for Reason {
    fn from(error: &Error) -> Self {
        Self { message: error.to_string(), hint: error.hint() }
    }
}

impl From<&ResolveError> for Reason {
    fn from(error: &ResolveError) -> Self {
        Self { message: error.to_string(), hint: error.hint() }
    }
}

/// One finding. The table in `kind` says what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind it is.
    pub kind: Kind,
    /// The profile that it concerns.
    pub profile: Option<String>,
    /// The file or folder.
    pub path: Option<PathBuf>,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// Whether `doctor --fix` mends it.
    pub is_fixable: bool,
    /// What was found, in the words of the message; never a value that could be a secret.
    what: String,
    /// What mends it, where the kind alone does not tell.
    remedy: Option<String>,
}

impl Finding {
    /// A finding of this kind, and nothing more.
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, profile: None, path: None, line: None, is_fixable: false, what: String::new(), remedy: None }
    }

    pub(super) fn of(self, profile: impl Into<String>) -> Self {
        Self { profile: Some(profile.into()), ..self }
    }

    pub(super) fn at(self, place: Place) -> Self {
        Self { path: Some(place.path), line: Some(place.line), ..self }
    }

    pub(super) fn on(self, path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    pub(super) fn about(self, what: impl Into<String>) -> Self {
        Self { what: what.into(), ..self }
    }

    pub(super) fn mended_by(self, remedy: Option<String>) -> Self {
        Self { remedy, ..self }
    }

    pub(super) fn because(self, reason: &Reason) -> Self {
        self.about(reason.message.as_str()).mended_by(reason.hint.clone())
    }

    pub(super) fn fixable(self, is_fixable: bool) -> Self {
        Self { is_fixable, ..self }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// What it is, and what it means for which clients.
    pub fn message(&self) -> String {
        self.filled(self.kind.message(), self.profile.as_deref().unwrap_or_default())
    }

    /// The command, or the change of the line, that mends it.
    pub fn remedy(&self) -> String {
        // There, the profile is a word of a command.
        let profile = shell_word(self.profile.as_deref().unwrap_or_default());
        self.remedy.clone().unwrap_or_else(|| self.filled(self.kind.remedy(), &profile))
    }

    /// The place, for messages.
    pub fn place(&self) -> Option<String> {
        let path = self.path.as_ref()?.display();
        Some(self.line.map_or_else(|| path.to_string(), |line| format!("{path} line {line}")))
    }

    /// What makes it the same thing in another version of the file, in which lines may have moved.
    pub(super) fn key(&self) -> (Kind, Option<String>, Option<PathBuf>, String) {
        (self.kind, self.profile.clone(), self.path.clone(), self.what.clone())
    }

    /// Puts the profile and what was found into a text of the table. Neither is looked at for more to be put in.
    fn filled(&self, text: &str, profile: &str) -> String {
        let parts = text.split("{profile}").map(|part| part.split("{what}").collect::<Vec<_>>().join(&self.what));
        parts.collect::<Vec<_>>().join(profile)
    }
}

impl fmt::Display for Finding {
    /// In one line, as `login` says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place().map(|place| format!(" ({place})")).unwrap_or_default();
        write!(f, "{}{place}: {}", self.message(), self.remedy())
    }
}
