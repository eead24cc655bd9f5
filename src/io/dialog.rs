//! Prompts with arrow keys on a terminal. Escape goes back, and Ctrl-C ends the process, as everywhere else.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use inquire::ui::RenderConfig;
use inquire::{InquireError, Select, Text};

use super::terminal::{self, InLine, Terminal};
use super::terminal_settings::EchoOff;
use crate::secret::Secret;

/// A check of an answer. The error says what is wrong with the answer.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// The help line below each prompt.
const HELP: &str = "Enter: on, Esc: back, Ctrl-C: leave everything as it is";

/// The time that the signal handler has to end the process after Ctrl-C.
const EXIT_WAIT: Duration = Duration::from_secs(2);

/// The time that a prompt has to restore the terminal's settings after a signal.
#[cfg(unix)]
const RESTORE_WAIT: Duration = Duration::from_millis(100);

/// Set while a prompt is using the terminal. The prompt restores the terminal's settings itself.
static IS_PROMPTING: AtomicBool = AtomicBool::new(false);

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
        if let Ok(mut terminal) = Terminal::open() {
            // Turns bracketed paste off (xterm, private mode 2004): a prompt would take the brackets for text.
            terminal.write("\x1b[?2004l");
        }
        Self { _echo_off: EchoOff::begin() }
    }
}

/// Waits briefly for a prompt that a signal has interrupted to restore the terminal's settings.
#[cfg(unix)]
pub(super) fn await_prompt() {
    let began = std::time::Instant::now();
    while IS_PROMPTING.load(Ordering::Relaxed) && began.elapsed() < RESTORE_WAIT {
        std::thread::sleep(Duration::from_millis(1));
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
    hidden::prompt(question, check)
}

/// Hidden input on a terminal, byte by byte.
#[cfg(unix)]
mod hidden {
    use std::io;

    use super::super::terminal::Terminal;
    use super::super::terminal_settings::EchoOff;
    use super::{HELP, interrupted};
    use crate::secret::Secret;
    use crate::typed::{Step, TypedLine};

    /// The time in which the other bytes of an arrow key arrive after Escape.
    const SEQUENCE: std::time::Duration = std::time::Duration::from_millis(50);

    pub(super) fn prompt(question: &str, check: fn(&Secret) -> Result<(), &'static str>) -> io::Result<Option<Secret>> {
        let _echo_off = EchoOff::begin();
        let mut terminal = Terminal::open()?;
        loop {
            // The help is below the prompt, and the cursor is at the end of the prompt.
            terminal.write(&format!("? {question} \r\n[{HELP}]\x1b[A\r? {question} "));
            let line = read(&mut terminal);
            terminal.write("\r\x1b[J");
            let Some(line) = line? else { return Ok(None) };
            let answer = line.text().map(Secret::new).map_err(|error| error.to_string());
            let checked = answer.and_then(|secret| check(&secret).map(|()| secret).map_err(str::to_owned));
            match checked {
                Ok(secret) => {
                    terminal.write_line(&format!("> {question}"));
                    return Ok(Some(secret));
                }
                Err(reason) => terminal.write_line(&format!("# {reason}")),
            }
        }
    }

    /// Reads up to Enter, and no further: the rest of a paste is for the next prompt. Returns `None` for Escape.
    fn read(terminal: &mut Terminal) -> io::Result<Option<TypedLine>> {
        let mut line = TypedLine::default();
        loop {
            match line.take(terminal.key()?) {
                Step::More => {}
                Step::Undecided if terminal.has_key_within(SEQUENCE)? => {}
                Step::Undecided => return Ok(None),
                Step::Enter => return Ok(Some(line)),
                Step::Interrupt => return Err(interrupted()),
            }
        }
    }
}

/// Hidden input through the console's own functions.
#[cfg(not(unix))]
mod hidden {
    use std::io;

    use inquire::validator::Validation;
    use inquire::{Password, PasswordDisplayMode};

    use super::{HELP, answered, typed};
    use crate::secret::Secret;

    pub(super) fn prompt(question: &str, check: fn(&Secret) -> Result<(), &'static str>) -> io::Result<Option<Secret>> {
        let valid = move |text: &str| {
            let checked = check(&Secret::new(typed(text)));
            Ok(checked.map_or_else(|reason| Validation::Invalid(reason.into()), |()| Validation::Valid))
        };
        let prompt = Password::new(question)
            .with_display_mode(PasswordDisplayMode::Hidden)
            .without_confirmation()
            .with_validator(valid)
            .with_help_message(HELP);
        let answer = answered(|| prompt.prompt())?.map(Secret::new);
        Ok(answer.map(|secret| Secret::new(typed(secret.expose()))))
    }
}

/// Returns the part of a line after the last Ctrl-U: users press it to clear a line, but it arrives as a character.
fn typed(text: &str) -> &str {
    text.rsplit('\u{15}').next().unwrap_or_default().trim()
}

fn answered<T>(prompt: impl FnOnce() -> Result<T, InquireError>) -> io::Result<Option<T>> {
    IS_PROMPTING.store(true, Ordering::Relaxed);
    let answer = prompt();
    IS_PROMPTING.store(false, Ordering::Relaxed);
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::IO(error)) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        Err(InquireError::OperationInterrupted | InquireError::IO(_)) => Err(interrupted()),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// Waits for the signal handler to end the process with the exit code of the signal.
fn interrupted() -> io::Error {
    std::thread::sleep(EXIT_WAIT);
    io::ErrorKind::Interrupted.into()
}
