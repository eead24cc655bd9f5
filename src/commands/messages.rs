//! Messages to users on standard error: notes, warnings and errors, as text or as JSON.

use crate::check::{Finding, Kind};
use crate::context::Context;
use crate::error::Error;
use crate::global::{Color, GlobalArgs, OutputFormat};
use crate::io::terminal;
use crate::palette::Style;
use crate::render::wrap::{self, Form};
use crate::render::{json, text};

/// The printer of messages, in the form that the global options request.
#[derive(Clone, Copy)]
pub struct Messages {
    quiet: bool,
    /// Set if each message is a JSON object on a line of its own.
    json: bool,
    color: bool,
    color_results: bool,
}

impl Messages {
    /// Applies `--quiet`, `--output`, `--color` and `NO_COLOR`, and detects whether the terminal has colours.
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

    /// Returns the form of results that are texts.
    pub(crate) fn form_of_results(self) -> Form {
        Form { columns: terminal::columns_of_results(), color: self.color_results }
    }

    /// Returns whether messages and prompts are coloured.
    pub(crate) fn colors_messages(self) -> bool {
        self.color
    }

    /// Returns whether messages and results are JSON.
    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Returns whether notes are suppressed: they are for users, and programs that read JSON do not need them.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet || self.json
    }

    pub(crate) fn note(self, message: &str) {
        if !self.is_quiet() {
            self.print("", Style::Note, message);
        }
    }

    /// Returns the text of a note.
    pub(crate) fn rendered_note(self, message: &str) -> String {
        wrap::message("", Style::Note, message, self.form())
    }

    /// Prints a line about the profile that the next error concerns, even with `--quiet`.
    pub(crate) fn about(self, message: &str) {
        if !self.json {
            self.print("", Style::Note, message);
        }
    }

    /// Prints a finding on one line.
    pub(crate) fn finding(self, finding: &Finding) {
        if finding.kind == Kind::NoRegion {
            self.note(&format!("awsmfa: note: {finding}"));
        } else {
            self.warning(&finding.to_string());
        }
    }

    pub(crate) fn warning(self, message: &str) {
        if let Some(warning) = self.rendered_warning(message) {
            terminal::message(&warning);
        }
    }

    /// Returns the text of a warning; none with `--quiet`.
    pub(crate) fn rendered_warning(self, message: &str) -> Option<String> {
        if self.quiet {
            None
        } else if self.json {
            Some(json::warning(message))
        } else {
            Some(wrap::message("awsmfa: warning:", Style::Warning, message, self.form()))
        }
    }

    /// Prints an error and its hint.
    pub fn error(self, error: &Error) {
        if self.json {
            return terminal::message(&json::error(&error.to_string(), error.hint().as_deref(), error.exit_code()));
        }
        self.print("awsmfa: error:", Style::Error, &error.to_string());
        if let Some(hint) = error.hint() {
            self.print("hint:", Style::Hint, &hint);
        }
    }

    fn print(self, label: &str, style: Style, message: &str) {
        terminal::message(&wrap::message(label, style, message, self.form()));
    }

    /// Returns the form of messages: lines are broken only on a terminal.
    fn form(self) -> Form {
        Form { columns: terminal::columns_of_messages(), color: self.color }
    }

    /// Prints an error of clap about the command line.
    pub fn usage(self, message: &str, exit_code: u8) {
        let message = text::without_codes(message);
        if self.json {
            let message = message.strip_prefix("error: ").unwrap_or(&message);
            let (error, more) = message.split_once("\n\n").unwrap_or((message, ""));
            let more = Some(more.trim()).filter(|more| !more.is_empty());
            return terminal::message(&json::error(error.trim_end(), more, exit_code));
        }
        let lines: Vec<String> = message.lines().map(text::escape).collect();
        let lines = lines.join("\n");
        // clap has broken the lines.
        match lines.strip_prefix("error:") {
            Some(rest) => terminal::message(&format!("{}{rest}", Style::Error.paint("error:", self.color))),
            None => terminal::message(&lines),
        }
    }
}
