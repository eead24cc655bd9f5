//! The progress of a login on the terminal: one line, which is gone at the end.

use std::time::Duration;

use console::Term;

use super::clock::Stopwatch;
use super::terminal::{self, InLine};
use crate::environment::Environment;

/// The time from which a login is worth a line.
const SILENT: Duration = Duration::from_millis(500);

/// A line on standard error that shows the progress.
pub struct Progress {
    /// None if the line is not to be shown.
    terminal: Option<Term>,
    began: Stopwatch,
    /// Set while the line is on the terminal.
    in_line: Option<InLine>,
}

impl Progress {
    /// Prepares the line, which is shown only on a terminal that can rewrite it.
    pub fn new(is_quiet: bool, environment: &Environment) -> Self {
        let is_shown = !is_quiet && environment.get("TERM") != Some("dumb") && terminal::shows_messages();
        Self { terminal: is_shown.then(Term::stderr), began: Stopwatch::start(), in_line: None }
    }

    /// Shows the line, unless the login has just begun.
    pub fn show(&mut self, line: impl FnOnce() -> String) {
        let Some(terminal) = self.terminal.as_ref().filter(|_| self.began.elapsed() >= SILENT) else { return };
        self.in_line.get_or_insert_with(InLine::begin);
        let (_, columns) = terminal.size();
        let line: String = line().chars().take(usize::from(columns).saturating_sub(1)).collect();
        // If this fails, there is nowhere to report it.
        let _ = terminal.clear_line().and_then(|()| terminal.write_str(&line));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(terminal) = self.terminal.as_ref().filter(|_| self.in_line.is_some()) {
            let _ = terminal.clear_line();
        }
    }
}
