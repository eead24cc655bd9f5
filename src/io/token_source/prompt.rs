//! MFA codes that the user types at a prompt. A code is shown as it is typed: it works only once, and hidden input is
//! easily mistyped.

use super::TokenSourceError;
use crate::escape::escape;
use crate::io::terminal::{Terminal, may_ask};
use crate::secret::Secret;
use crate::token_code::TokenCode;

/// The maximum number of prompts if the input is malformed.
const ATTEMPTS: usize = 3;

pub(super) fn check() -> Result<(), TokenSourceError> {
    terminal().map(|_| ())
}

pub(super) fn read(question: &str) -> Result<TokenCode, TokenSourceError> {
    prompt(&mut terminal()?, question)
}

fn terminal() -> Result<Terminal, TokenSourceError> {
    if !may_ask() {
        return Err(TokenSourceError::NoInput);
    }
    Terminal::open().map_err(|_| TokenSourceError::NoTerminal)
}

pub(super) fn instead_of_command(
    question: &str,
    error: TokenSourceError,
    before: &dyn Fn(),
) -> Result<TokenCode, TokenSourceError> {
    let Ok(mut terminal) = terminal() else { return Err(error) };
    before();
    terminal.write_line(&format!("awsmfa: {}", escape(&error.to_string())));
    prompt(&mut terminal, question)
}

fn prompt(terminal: &mut Terminal, question: &str) -> Result<TokenCode, TokenSourceError> {
    for attempt in 1.. {
        let line = terminal.prompt(question).map_err(TokenSourceError::Ended)?;
        // A terminal passes Escape and other keys on as characters.
        let typed = Secret::new(line.expose().replace(char::is_control, ""));
        match typed.expose().parse() {
            Ok(code) => return Ok(code),
            Err(source) if attempt == ATTEMPTS => {
                return Err(TokenSourceError::Malformed { origin: "the prompt", source });
            }
            Err(source) => terminal.write_line(&format!("awsmfa: {source}")),
        }
    }
    unreachable!("the loop ends at the last attempt")
}
