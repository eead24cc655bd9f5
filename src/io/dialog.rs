//! Prompts with arrow keys on a terminal. Escape goes back, and Ctrl-C ends the process, as everywhere else.

use std::io::{self, IsTerminal};

use inquire::ui::RenderConfig;
use inquire::{InquireError, Select, Text};

use super::system::terminal_settings::EchoOff;
use super::system::{console, hidden_prompt, signals};
use super::terminal::{self, InLine, Terminal};
use super::{interrupt, interrupt_state};
use crate::secret::Secret;

/// A check of an answer. The error says what is wrong with the answer.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// The help line below each prompt.
pub(super) const HELP: &str = "Enter: on, Esc: back, Ctrl-C: leave everything as it is";

/// A series of prompts. From the first to the last, the terminal does not echo text that is typed or pasted between
/// them.
pub struct Dialogue {
    _echo_off: EchoOff,
}

impl Dialogue {
    /// Begins a series of prompts.
    pub fn begin(color: bool) -> Self {
        if !color {
            inquire::set_global_render_config(RenderConfig::empty());
        }
        if console::understands_escapes()
            && let Ok(mut terminal) = Terminal::open()
        {
            // Turns bracketed paste off (xterm, private mode 2004): a prompt would take the brackets for text.
            terminal.write("\x1b[?2004l");
        }
        Self { _echo_off: EchoOff::begin() }
    }
}

/// Returns whether the user can be prompted.
pub fn is_possible() -> bool {
    io::stderr().is_terminal() && terminal::is_there()
}

/// Prompts for one of the options. Returns its index, or `None` for Escape.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn choose(question: &str, options: impl IntoIterator<Item = impl Into<String>>) -> io::Result<Option<usize>> {
    let options: Vec<String> = options.into_iter().map(Into::into).collect();
    let help = format!("arrow keys: choose, {HELP}");
    let _in_line = InLine::begin();
    let question = Select::new(question, options).without_filtering().with_help_message(&help);
    answered(|| question.raw_prompt()).map(|chosen| chosen.map(|chosen| chosen.index))
}

/// Prompts for text. Returns `None` for Escape.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn text(question: &str, suggestion: &str, check: Check<'_>) -> io::Result<Option<String>> {
    let _in_line = InLine::begin();
    loop {
        let prompt = Text::new(question).with_initial_value(suggestion).with_help_message(HELP);
        let Some(text) = answered(|| prompt.prompt())? else { return Ok(None) };
        match check(typed(&text)) {
            Ok(()) => return Ok(Some(typed(&text).to_owned())),
            Err(reason) => terminal::message(&format!("awsmfa: {reason}")),
        }
    }
}

/// Prompts for a secret, and does not show even its length. Returns `None` for Escape.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn secret(question: &str, check: fn(&Secret) -> Result<(), &'static str>) -> io::Result<Option<Secret>> {
    let _in_line = InLine::begin();
    hidden_prompt::prompt(question, check)
}

/// Returns the part of a line after the last Ctrl-U: users press it to clear a line, but it arrives as a character.
pub(super) fn typed(text: &str) -> &str {
    text.rsplit('\u{15}').next().unwrap_or_default().trim()
}

pub(super) fn answered<T>(prompt: impl FnOnce() -> Result<T, InquireError>) -> io::Result<Option<T>> {
    interrupt_state::set_prompting(true);
    let answer = prompt();
    interrupt_state::set_prompting(false);
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::IO(error)) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        Err(InquireError::OperationInterrupted | InquireError::IO(_)) => Err(interrupted()),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// Ends the process after Ctrl-C. If a signal is on its way, the process ends with its exit code.
pub(super) fn interrupted() -> io::Error {
    std::thread::sleep(signals::RAISED_WAIT);
    interrupt::end(signals::SIGINT)
}
