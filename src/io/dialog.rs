//! Prompts with arrow keys on a terminal. Escape goes back, and Ctrl-C ends the process, as everywhere else.

use std::fmt;
use std::io::{self, IsTerminal};

use ::console::Term;

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

/// The help line below a list to filter.
const PICK_HELP: &str = "type to filter, Enter: select, Esc: change nothing";

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

/// A line of a list to filter.
pub struct Line {
    /// The text, which must fit the width of the terminal.
    pub text: String,
    /// The text that is shown when the line was chosen.
    pub answer: String,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Prompts for one of the lines, which are filtered by what is typed: `rank` returns the rank of a line for a filter,
/// or none if the line does not match. Returns the index of the line, or `None` for Escape.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn pick(question: &str, lines: Vec<Line>, rank: impl Fn(&str, usize) -> Option<i64>) -> io::Result<Option<usize>> {
    let scorer = |filter: &str, _: &Line, _: &str, index: usize| rank(filter, index);
    let prompt = Select::new(question, lines)
        .with_help_message(if width() > PICK_HELP.len() + 2 { PICK_HELP } else { "Esc: change nothing" })
        .with_page_size(page_size())
        .with_scorer(&scorer)
        // The default one changes the order of lines with the same rank.
        .with_sorter(&|lines| lines.sort_by_key(|(_, rank)| std::cmp::Reverse(*rank)))
        .with_formatter(&|line| line.value.answer.clone());
    let _in_line = InLine::begin();
    answered(|| prompt.raw_prompt()).map(|chosen| chosen.map(|chosen| chosen.index))
}

/// Returns the width of the terminal, in columns.
pub fn width() -> usize {
    let (_, columns) = Term::stderr().size();
    columns.into()
}

/// Returns the number of lines of a list that are shown at the same time: the prompt and the help need two lines.
fn page_size() -> usize {
    let (rows, _) = Term::stderr().size();
    usize::from(rows).saturating_sub(4).clamp(3, 15)
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
