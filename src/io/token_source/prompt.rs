//! A code that the person types when asked. It is shown: it works once, and people mistype what they do not see.

use super::TokenSourceError;
use crate::escape::escape;
use crate::io::terminal::{Terminal, may_ask};
use crate::token_code::TokenCode;

/// How often a malformed code is asked for again.
const ATTEMPTS: usize = 3;

pub(super) fn check() -> Result<(), TokenSourceError> {
    terminal().map(|_| ())
}

pub(super) fn read(question: &str) -> Result<TokenCode, TokenSourceError> {
    ask(&mut terminal()?, question)
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
    terminal.say(&format!("awsmfa: {}", escape(&error.to_string())));
    ask(&mut terminal, question)
}

fn ask(terminal: &mut Terminal, question: &str) -> Result<TokenCode, TokenSourceError> {
    for attempt in 1.. {
        let line = terminal.ask(question).map_err(TokenSourceError::Ended)?;
        match line.expose().parse() {
            Ok(code) => return Ok(code),
            Err(source) if attempt == ATTEMPTS => {
                return Err(TokenSourceError::Malformed { origin: "the prompt", source });
            }
            Err(source) => terminal.say(&format!("awsmfa: {source}")),
        }
    }
    unreachable!("the loop ends at the last attempt")
}
