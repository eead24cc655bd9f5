//! Hidden input on a terminal, byte by byte.

use std::io;
use std::time::Duration;

use super::console;
use super::terminal_settings::EchoOff;
use crate::io::dialog::{HELP, interrupted};
use crate::io::terminal::Terminal;
use crate::secret::Secret;
use crate::typed::{Step, TypedLine};

/// The time in which the other bytes of an arrow key arrive after Escape.
const SEQUENCE: Duration = Duration::from_millis(50);

/// Prompts for a secret. Returns `None` for Escape.
pub(in crate::io) fn prompt(
    question: &str,
    check: fn(&Secret) -> Result<(), &'static str>,
) -> io::Result<Option<Secret>> {
    let _echo_off = EchoOff::begin();
    let mut terminal = Terminal::open()?;
    loop {
        // The help is below the prompt, and the cursor is at the end of the prompt.
        terminal.write(&format!("? {question} \r\n[{HELP}]\x1b[A\r? {question} "));
        let line = read(&terminal);
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
fn read(terminal: &Terminal) -> io::Result<Option<TypedLine>> {
    let mut line = TypedLine::default();
    loop {
        match line.take(console::key(&terminal.input)?) {
            Step::More => {}
            Step::Undecided if console::has_key_within(&terminal.input, SEQUENCE)? => {}
            Step::Undecided => return Ok(None),
            Step::Enter => return Ok(Some(line)),
            Step::Interrupt => return Err(interrupted()),
        }
    }
}
