//! Messages to users on standard error: notes, warnings and errors, as text or as JSON.

use crate::check::{Finding, Kind};
use crate::context::Context;
use crate::error::Error;
use crate::global::{Color, GlobalArgs, OutputFormat};
use crate::io::terminal;
use crate::render::{json, text};

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
    pub(crate) fn rendered_warning(self, message: &str) -> Option<String> {
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
