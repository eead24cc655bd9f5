//! A finding: one problem, or one fact that the user may want to know.

use std::fmt;
use std::path::{Path, PathBuf};

use super::finding_kind::{Kind, Severity};
use crate::platform::shell_word;
use crate::profile::Place;
use crate::resolve::ResolveError;

/// The text of an error, for the finding that reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The text of the error.
    pub message: String,
    /// The command or line that fixes it, if there is one.
    pub hint: Option<String>,
}

impl From<&ResolveError> for Reason {
    fn from(error: &ResolveError) -> Self {
        Self { message: error.to_string(), hint: error.hint() }
    }
}

/// One finding. Its severity and texts are in the table in `finding_kind`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind, which selects the texts.
    pub kind: Kind,
    /// The profile that is affected.
    pub profile: Option<String>,
    /// The file or folder that the finding is about.
    pub path: Option<PathBuf>,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// Set if `doctor --fix` can fix it.
    pub is_fixable: bool,
    /// The text that replaces `{what}` in the messages; never a value that could be a secret.
    detail: String,
    /// The text that replaces the remedy of the kind.
    remedy: Option<String>,
}

impl Finding {
    /// Creates a finding without a profile, place or detail.
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, profile: None, path: None, line: None, is_fixable: false, detail: String::new(), remedy: None }
    }

    pub(super) fn for_profile(self, profile: impl Into<String>) -> Self {
        Self { profile: Some(profile.into()), ..self }
    }

    pub(super) fn at(self, place: Place) -> Self {
        Self { path: Some(place.path), line: Some(place.line), ..self }
    }

    pub(super) fn at_path(self, path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    pub(super) fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    pub(super) fn with_remedy(self, remedy: Option<String>) -> Self {
        Self { remedy, ..self }
    }

    pub(super) fn because(self, reason: &Reason) -> Self {
        self.with_detail(reason.message.as_str()).with_remedy(reason.hint.clone())
    }

    pub(super) fn fixable(self, is_fixable: bool) -> Self {
        Self { is_fixable, ..self }
    }

    /// Returns the severity of its kind.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    /// Returns the problem and the clients that it affects.
    pub fn message(&self) -> String {
        self.filled(self.kind.message(), self.profile.as_deref().unwrap_or_default())
    }

    /// Returns the command or the edit that fixes it.
    pub fn remedy(&self) -> String {
        // Remedies contain names and paths in command lines, in which these must be quoted.
        let profile = shell_word(self.profile.as_deref().unwrap_or_default());
        let path = self.path.as_ref().map(|path| shell_word(&path.display().to_string())).unwrap_or_default();
        match &self.remedy {
            Some(remedy) => remedy.clone(),
            None => self.filled(self.kind.remedy(), &profile).replace("{path}", &path),
        }
    }

    /// Returns the path and line, as messages print them.
    pub fn place(&self) -> Option<String> {
        let path = self.path.as_ref()?.display();
        Some(self.line.map_or_else(|| path.to_string(), |line| format!("{path} line {line}")))
    }

    /// Returns a key that identifies the finding in another version of the file, where line numbers may differ.
    pub(super) fn key(&self) -> (Kind, Option<String>, Option<PathBuf>, String) {
        (self.kind, self.profile.clone(), self.path.clone(), self.detail.clone())
    }

    /// Fills in the placeholders of a text. Placeholders in the profile's name or in the detail are not replaced.
    fn filled(&self, text: &str, profile: &str) -> String {
        let parts = text.split("{profile}").map(|part| part.split("{what}").collect::<Vec<_>>().join(&self.detail));
        parts.collect::<Vec<_>>().join(profile)
    }
}

impl fmt::Display for Finding {
    /// Writes the finding on one line, as `login` prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place().map(|place| format!(" ({place})")).unwrap_or_default();
        write!(f, "{}{place}: {}", self.message(), self.remedy())
    }
}
