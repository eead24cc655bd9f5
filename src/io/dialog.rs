//! Questions with arrow keys, on a terminal. Escape goes back; Ctrl-C ends the process as everywhere.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use inquire::ui::RenderConfig;
use inquire::{InquireError, Select, Text};

use super::terminal::{self, InLine, Terminal};
use super::terminal_settings::Unechoed;
use crate::secret::Secret;

/// Says what is wrong with an answer.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// What stands below each question.
const HELP: &str = "Enter: on, Esc: back, Ctrl-C: leave everything as it is";

/// How long the process has to end after Ctrl-C.
const END: Duration = Duration::from_secs(2);

/// The time that a prompt that a signal cuts short takes to give the terminal back.
#[cfg(unix)]
const LAST_KEY: Duration = Duration::from_millis(100);

/// Set if a question has the terminal, and puts its settings back by itself.
static ASKS: AtomicBool = AtomicBool::new(false);

/// Questions that belong together: from the first to the last, the terminal echoes nothing that is typed or pasted between
/// them.
pub struct Dialogue {
    _unechoed: Unechoed,
}

impl Dialogue {
    /// Begins it.
    pub fn begin(color: bool) -> Self {
        if !color {
            inquire::set_global_render_config(RenderConfig::empty());
        }
        if let Ok(mut terminal) = Terminal::open() {
            // A paste as it is, without brackets (xterm, private mode 2004): a question would take them for text.
            terminal.write("\x1b[?2004l");
        }
        Self { _unechoed: Unechoed::begin() }
    }
}

/// Waits until a question that a signal has cut short has given the terminal back, but not for long.
#[cfg(unix)]
pub(super) fn await_last_key() {
    let began = std::time::Instant::now();
    while ASKS.load(Ordering::Relaxed) && began.elapsed() < LAST_KEY {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Returns whether there is somebody to ask.
pub fn is_possible() -> bool {
    io::stderr().is_terminal() && terminal::is_there()
}

/// Has the person choose; none for back.
///
/// # Errors
///
/// Fails if the terminal is gone.
pub fn choose(question: &str, options: Vec<String>) -> io::Result<Option<usize>> {
    let help = format!("arrow keys: choose, {HELP}");
    let _in_line = InLine::begin();
    let question = Select::new(question, options).without_filtering().with_help_message(&help);
    answered(|| question.raw_prompt()).map(|chosen| chosen.map(|chosen| chosen.index))
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
        let Some(text) = answered(|| prompt.prompt())? else { return Ok(None) };
        match check(typed(&text)) {
            Ok(()) => return Ok(Some(typed(&text).to_owned())),
            Err(reason) => terminal::message(&format!("awsmfa: {reason}")),
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
    hidden::ask(question, check)
}

/// By keys of a terminal.
#[cfg(unix)]
mod hidden {
    use std::io;

    use super::super::terminal::Terminal;
    use super::super::terminal_settings::Unechoed;
    use super::{HELP, interrupted};
    use crate::secret::Secret;
    use crate::typed::{Step, TypedLine};

    /// The time in which the bytes of an arrow key arrive.
    const SEQUENCE: std::time::Duration = std::time::Duration::from_millis(50);

    pub(super) fn ask(question: &str, check: fn(&Secret) -> Result<(), &'static str>) -> io::Result<Option<Secret>> {
        let _unechoed = Unechoed::begin();
        let mut terminal = Terminal::open()?;
        loop {
            // The help stands below the question, and the cursor behind it.
            terminal.write(&format!("? {question} \r\n[{HELP}]\x1b[A\r? {question} "));
            let line = read(&mut terminal);
            terminal.write("\r\x1b[J");
            let Some(line) = line? else { return Ok(None) };
            let answer = line.text().map(Secret::new).map_err(|error| error.to_string());
            let checked = answer.and_then(|secret| check(&secret).map(|()| secret).map_err(str::to_owned));
            match checked {
                Ok(secret) => {
                    terminal.say(&format!("> {question}"));
                    return Ok(Some(secret));
                }
                Err(reason) => terminal.say(&format!("# {reason}")),
            }
        }
    }

    /// Reads up to Enter, and no byte more: the rest of a paste is for the next question. None for Escape.
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

/// By the console's own functions.
#[cfg(not(unix))]
mod hidden {
    use std::io;

    use inquire::validator::Validation;
    use inquire::{Password, PasswordDisplayMode};

    use super::{HELP, answered, typed};
    use crate::secret::Secret;

    pub(super) fn ask(question: &str, check: fn(&Secret) -> Result<(), &'static str>) -> io::Result<Option<Secret>> {
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

/// What is meant: Ctrl-U, with which people clear a line, comes as a character of it.
fn typed(text: &str) -> &str {
    text.rsplit('\u{15}').next().unwrap_or_default().trim()
}

fn answered<T>(prompt: impl FnOnce() -> Result<T, InquireError>) -> io::Result<Option<T>> {
    ASKS.store(true, Ordering::Relaxed);
    let answer = prompt();
    ASKS.store(false, Ordering::Relaxed);
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(InquireError::OperationCanceled) => Ok(None),
        Err(InquireError::IO(error)) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        Err(InquireError::OperationInterrupted | InquireError::IO(_)) => Err(interrupted()),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// A signal is on its way, and ends the process with its own code.
fn interrupted() -> io::Error {
    std::thread::sleep(END);
    io::ErrorKind::Interrupted.into()
}
