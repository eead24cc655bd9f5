//! The sources of MFA codes. Only [`TokenSource::choose`] chooses among them.

mod command;
mod prompt;

use std::io;

use crate::token_code::{TokenCode, TokenCodeError};

use super::clock::Stopwatch;
use super::process::ProcessError;
use super::terminal;

/// A source of an MFA code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSource<'a> {
    /// `--token-code N` or `AWSMFA_TOKEN_CODE`: the text, and the name of the flag or variable.
    Argument(&'a str, &'static str),
    /// `--token-code -`.
    StandardInput,
    /// `mfa_process`: the command line. If it fails, the user is prompted if possible.
    Command(&'a str),
    /// A prompt on the terminal.
    Prompt,
}

/// The reason why there is no MFA code. The messages do not contain the input, which may be a code.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum TokenSourceError {
    /// The input is not an MFA code.
    #[error("the MFA code from {origin} cannot be used: {source}")]
    Malformed {
        /// The flag, the variable, "standard input" or "the prompt".
        origin: &'static str,
        source: TokenCodeError,
    },
    /// The process has no terminal for a prompt.
    #[error("an MFA code is needed, and there is no terminal to prompt for it")]
    NoTerminal,
    /// Prompts are turned off.
    #[error("an MFA code is needed, and --no-input or AWSMFA_NO_INPUT forbids prompts")]
    NoInput,
    /// `mfa_process` printed other text besides the code.
    #[error("mfa_process printed more than the MFA code")]
    MoreThanCode,
    /// `mfa_process` printed no code.
    #[error("mfa_process printed no MFA code: {source}")]
    NoCode { source: TokenCodeError },
    /// Standard input or the terminal ended.
    #[error("no MFA code was given: {0}")]
    Ended(io::Error),
    /// `mfa_process` failed, and the user cannot or must not be prompted.
    #[error("mfa_process printed no MFA code: {0}")]
    Command(String),
}

impl From<ProcessError> for TokenSourceError {
    fn from(error: ProcessError) -> Self {
        Self::Command(error.to_string())
    }
}

impl<'a> TokenSource<'a> {
    /// Chooses the first available source, in this order: the flag, the variable, the command, the prompt.
    pub fn choose(flag: Option<&'a str>, variable: Option<&'a str>, command: Option<&'a str>) -> Self {
        match (flag, variable, command) {
            (Some("-"), _, _) => Self::StandardInput,
            (Some(text), _, _) => Self::Argument(text, "--token-code"),
            (None, Some(text), _) => Self::Argument(text, "AWSMFA_TOKEN_CODE"),
            (None, None, Some(command)) => Self::Command(command),
            (None, None, None) => Self::Prompt,
        }
    }

    /// Returns whether the user has already given a code, with a flag, a variable or standard input. In that case, the
    /// session is renewed even if it is valid.
    pub fn is_given(self) -> bool {
        matches!(self, Self::Argument(..) | Self::StandardInput)
    }

    /// Returns whether the user can be prompted for another code after one was rejected.
    pub fn can_be_asked_again(self) -> bool {
        matches!(self, Self::Prompt | Self::Command(_)) && prompt::check().is_ok()
    }

    /// Checks whether the source can provide a code, as far as that can be determined without reading a code.
    ///
    /// # Errors
    ///
    /// Fails if the code is malformed, or if the user cannot be prompted.
    pub fn check(self) -> Result<(), TokenSourceError> {
        match self {
            Self::Argument(text, origin) => parse(text, origin).map(|_| ()),
            Self::Prompt => prompt::check(),
            Self::StandardInput | Self::Command(_) => Ok(()),
        }
    }

    /// Reads a code. `question` is the text of the prompt. If a program fails, calls `before_prompt` and prompts the
    /// user. Without `before_prompt`, returns the program's error.
    ///
    /// # Errors
    ///
    /// Fails if the source provides no code.
    pub fn read(self, question: &str, before_prompt: Option<&dyn Fn()>) -> Result<TokenCode, TokenSourceError> {
        let watch = Stopwatch::start();
        let code = match self {
            Self::Argument(text, origin) => parse(text, origin),
            Self::StandardInput => match terminal::standard_input_line() {
                Ok(line) => parse(line.expose(), self.name()),
                Err(error) => Err(TokenSourceError::Ended(error)),
            },
            Self::Command(command) => command::read(command).or_else(|error| match before_prompt {
                Some(before) => prompt::instead_of_command(question, error, before),
                None => Err(error),
            }),
            Self::Prompt => prompt::read(question),
        };
        tracing::info!(from = self.name(), found = code.is_ok(), took_ms = watch.ms(), "token code");
        code
    }

    fn name(self) -> &'static str {
        match self {
            Self::Argument(_, origin) => origin,
            Self::StandardInput => "standard input",
            Self::Command(_) => "mfa_process",
            Self::Prompt => "the prompt",
        }
    }
}

fn parse(text: &str, origin: &'static str) -> Result<TokenCode, TokenSourceError> {
    text.parse().map_err(|source| TokenSourceError::Malformed { origin, source })
}
