//! One file per command: its arguments and what it does. Here is what they share.

mod change;
mod codes;
pub mod complete;
pub mod completions;
pub mod credential_process;
pub mod doctor;
pub mod env;
mod exchange;
mod exchange_lock;
pub mod exec;
mod execute;
pub mod explain;
mod goals;
pub mod help;
mod key_owner;
pub mod list;
pub mod login;
pub mod logout;
pub mod man;
mod recover;
pub mod setup;
pub mod status;
mod sts_options;
pub mod version;

use std::path::Path;
use std::rc::Rc;

use crate::check::{Finding, Kind, Warning};
use crate::cli::{Color, GlobalArgs, OutputFormat};
use crate::context::Context;
use crate::document::Document;
use crate::error::Error;
use crate::io::clock::Stopwatch;
use crate::io::files::{self, Committed, FileError};
use crate::io::terminal;
use crate::profile::{ProfileName, Profiles, SharedFile};
use crate::render::{json, text};
use crate::resolve::{self, Choice, Selected};

/// The two files, as they were when the command began.
pub(crate) struct SharedFiles {
    config: SharedFile,
    credentials: SharedFile,
}

impl SharedFiles {
    /// Reads both; a file that is not there is empty.
    pub(crate) fn read(global: &GlobalArgs, context: &Context) -> Result<Self, Error> {
        let config = context.environment.config_file(global.config_file.as_deref())?;
        let credentials = context.environment.credentials_file(global.credentials_file.as_deref())?;
        let mut files = Self {
            config: SharedFile::config(config.clone(), read(&config)?),
            credentials: SharedFile::credentials(credentials.clone(), read(&credentials)?),
        };
        files.note_missing(global, context);
        Ok(files)
    }

    /// Notes which file does not exist although a flag or a variable names it.
    fn note_missing(&mut self, global: &GlobalArgs, context: &Context) {
        let names = [
            (&mut self.config, global.config_file.is_some(), "--config-file", "AWS_CONFIG_FILE"),
            (
                &mut self.credentials,
                global.credentials_file.is_some(),
                "--credentials-file",
                "AWS_SHARED_CREDENTIALS_FILE",
            ),
        ];
        for (file, has_flag, flag, variable) in names {
            let by = if has_flag { Some(flag) } else { context.environment.get(variable).map(|_| variable) };
            if file.document.bytes().is_empty() && matches!(files::is_there(&file.path), Ok(false)) {
                file.missing = by;
            }
        }
    }

    /// Reads both; a file that cannot be read, or is no text, is empty.
    pub(crate) fn read_what_is_readable(global: &GlobalArgs, context: &Context) -> Result<Self, Error> {
        let config = context.environment.config_file(global.config_file.as_deref())?;
        let credentials = context.environment.credentials_file(global.credentials_file.as_deref())?;
        let document = |path: &Path| read(path).or_else(|_| parse(path, Vec::new()));
        let mut files = Self {
            config: SharedFile::config(config.clone(), document(&config)?),
            credentials: SharedFile::credentials(credentials.clone(), document(&credentials)?),
        };
        files.note_missing(global, context);
        Ok(files)
    }

    /// The credentials file with the bytes that were read under the lock. If it held something when the command began
    /// and holds nothing now, it is not to be replaced: whoever has emptied it will write to it yet.
    fn fresh_credentials(&self, bytes: Rc<Vec<u8>>) -> Result<SharedFile, Error> {
        if bytes.is_empty() && !self.credentials.document.bytes().is_empty() {
            return Err(FileError::Emptied { path: self.credentials.path.clone() }.into());
        }
        self.credentials_with(bytes)
    }

    /// The credentials file with other bytes.
    pub(crate) fn credentials_with(&self, bytes: impl Into<Rc<Vec<u8>>>) -> Result<SharedFile, Error> {
        let (bytes, known) = (bytes.into(), &self.credentials.document);
        let is_known = Rc::ptr_eq(&bytes, &known.shared_bytes());
        // What has been found in the bytes need not be found again.
        let document = if is_known { known.clone() } else { parse(&self.credentials.path, bytes)? };
        Ok(self.credentials.with_document(document))
    }

    pub(crate) fn profiles(&self) -> Profiles<'_> {
        Profiles { config: &self.config, credentials: &self.credentials }
    }
}

fn read(path: &Path) -> Result<Document, Error> {
    let watch = Stopwatch::start();
    let bytes = files::read(path)?;
    tracing::info!(path = %path.display(), bytes = bytes.len(), took_ms = watch.ms(), "read");
    parse(path, bytes)
}

/// Makes a document of the bytes that were read from `path`.
pub(crate) fn parse(path: &Path, bytes: impl Into<Rc<Vec<u8>>>) -> Result<Document, Error> {
    Document::parse(bytes).map_err(|source| Error::Document { path: path.to_owned(), source })
}

/// The profile that holds the session of a profile of any kind.
fn session_profile_of(selected: &Selected, profiles: Profiles<'_>) -> Result<ProfileName, Error> {
    let found = resolve::session_profile(Choice::of(&selected.name), profiles);
    Ok(found.map_err(|error| error.named_by(selected))?)
}

/// What the person should know about the file that was replaced.
fn about_commit(committed: &Committed, path: &Path) -> Vec<Warning> {
    let path = || path.to_owned();
    let links = (committed.other_links > 0).then(|| Warning::OtherLinks { path: path(), count: committed.other_links });
    let unlocked = committed.unlocked.clone().map(|cause| Warning::NoLock { path: path(), cause });
    let unsynced = committed.unsynced.map(|cause| Warning::Unsynced { path: path(), cause: cause.to_string() });
    [links, unlocked, unsynced].into_iter().flatten().collect()
}

/// What a person is told, on standard error.
#[derive(Clone, Copy)]
pub struct Messages {
    quiet: bool,
    /// Set if each message is a JSON object on a line.
    json: bool,
    color: bool,
    color_results: bool,
}

impl Messages {
    /// Follows `--quiet`, `--output`, `--color`, `NO_COLOR` and a terminal that has no colours.
    pub fn new(global: &GlobalArgs, context: &Context) -> Self {
        let colors = |on_terminal: fn() -> bool| match global.color() {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let variable = |name| context.environment.get(name);
                variable("NO_COLOR").is_none() && variable("TERM") != Some("dumb") && on_terminal()
            }
        };
        let (color, color_results) = (colors(terminal::shows_messages), colors(terminal::shows_results));
        Self { quiet: global.quiet, json: global.output() == OutputFormat::Json, color, color_results }
    }

    /// Returns whether results on standard output are coloured.
    pub(crate) fn colors_results(self) -> bool {
        self.color_results
    }

    /// Returns whether questions are coloured.
    pub(crate) fn colors_messages(self) -> bool {
        self.color
    }

    /// Returns whether a program reads what is said.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Returns whether nothing is said but errors and warnings: notes are for people, and an error in JSON has all that a program
    /// needs.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet || self.json
    }

    pub(crate) fn note(self, message: &str) {
        if !self.is_quiet() {
            terminal::message(&text::escape(message));
        }
    }

    /// Says whose error follows; with --quiet, too.
    pub(crate) fn about(self, message: &str) {
        if !self.json {
            terminal::message(&text::escape(message));
        }
    }

    /// Prints a finding in one line.
    pub(crate) fn finding(self, finding: &Finding) {
        if finding.kind == Kind::NoRegion {
            self.note(&format!("awsmfa: note: {finding}"));
        } else {
            self.warning(&finding.to_string());
        }
    }

    pub(crate) fn warning(self, message: &str) {
        self.rendered_warning(message).iter().for_each(|warning| terminal::message(warning));
    }

    /// The warning as it is shown, or nothing.
    fn rendered_warning(self, message: &str) -> Option<String> {
        if self.quiet {
            None
        } else if self.json {
            Some(json::warning(message))
        } else {
            Some(format!("{} {}", text::label("warning", self.color), text::escape(message)))
        }
    }

    /// Says what went wrong and what helps.
    pub fn error(self, error: &Error) {
        if self.json {
            return terminal::message(&json::error(&error.to_string(), error.hint().as_deref(), error.exit_code()));
        }
        let message = text::escape(&error.to_string());
        terminal::message(&format!("{} {message}", text::label("error", self.color)));
        if let Some(hint) = error.hint() {
            terminal::message(&format!("hint: {}", text::escape(&hint)));
        }
    }

    /// Says what clap does not understand of a command line, in its own words.
    pub fn usage(self, words: &str, exit_code: u8) {
        let words = text::without_codes(words);
        if self.json {
            let words = words.strip_prefix("error: ").unwrap_or(&words);
            let (error, more) = words.split_once("\n\n").unwrap_or((words, ""));
            let more = Some(more.trim()).filter(|more| !more.is_empty());
            return terminal::message(&json::error(error.trim_end(), more, exit_code));
        }
        let lines: Vec<String> = words.lines().map(text::escape).collect();
        terminal::message(&lines.join("\n"));
    }
}
