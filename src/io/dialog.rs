//! Questions with arrow keys, on a terminal. Escape goes back; Ctrl-C ends the process as everywhere.

use std::io::{self, IsTerminal};
use std::time::Duration;

use inquire::validator::Validation;
use inquire::{InquireError, Password, PasswordDisplayMode, Select, Text};

use super::terminal::{InLine, Terminal};
use crate::secret::Secret;

/// Says what is wrong with an answer.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// What stands below each question.
const HELP: &str = "Enter: on, Esc: back, Ctrl-C: leave everything as it is";

/// How long the process has to end after Ctrl-C.
const END: Duration = Duration::from_secs(2);

/// Whether there is somebody to ask.
pub fn is_possible() -> bool {
    io::stderr().is_terminal() && Terminal::open().is_ok()
}

/// Has the person choose; none for back.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn choose(question: &str, options: Vec<String>) -> io::Result<Option<usize>> {
    let help = format!("arrow keys: choose, {HELP}");
    let _in_line = InLine::begin();
    let answer = Select::new(question, options).without_filtering().with_help_message(&help).raw_prompt();
    answered(answer).map(|chosen| chosen.map(|chosen| chosen.index))
}

/// Asks for a text; none for back.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn text(question: &str, suggestion: &str, check: Check<'_>) -> io::Result<Option<String>> {
    let _in_line = InLine::begin();
    loop {
        let prompt = Text::new(question).with_initial_value(suggestion).with_help_message(HELP);
        let Some(text) = answered(prompt.prompt())? else { return Ok(None) };
        match check(typed(&text)) {
            Ok(()) => return Ok(Some(typed(&text).to_owned())),
            Err(reason) => super::terminal::message(&format!("awsmfa: {reason}")),
        }
    }
}

/// Asks for a secret, of which nothing is shown, not even its length; none for back.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn secret(question: &str, check: fn(&Secret) -> Result<(), &'static str>) -> io::Result<Option<Secret>> {
    let _in_line = InLine::begin();
    let valid = move |text: &str| {
        let checked = check(&Secret::new(typed(text)));
        Ok(checked.map_or_else(|reason| Validation::Invalid(reason.into()), |()| Validation::Valid))
    };
    let prompt = Password::new(question)
        .with_display_mode(PasswordDisplayMode::Hidden)
        .without_confirmation()
        .with_validator(valid)
        .with_help_message(HELP);
    let answer = answered(prompt.prompt())?.map(Secret::new);
    Ok(answer.map(|secret| Secret::new(typed(secret.expose()))))
}

/// What is meant: Ctrl-U, with which people clear a line, comes as a character of it.
fn typed(text: &str) -> &str {
    text.rsplit('\u{15}').next().unwrap_or_default().trim()
}

fn answered<T>(answer: Result<T, InquireError>) -> io::Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::IO(error)) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        // A signal is on its way, and ends the process with its own code.
        Err(InquireError::OperationInterrupted | InquireError::IO(_)) => {
            std::thread::sleep(END);
            Err(io::ErrorKind::Interrupted.into())
        }
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}
