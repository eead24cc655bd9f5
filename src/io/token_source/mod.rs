//! Where a token code comes from. The one place that chooses is [`TokenSource::choose`].

mod argument;
mod command;
mod prompt;
mod stdin;

use std::io;

use crate::token_code::{TokenCode, TokenCodeError};

use super::clock::Stopwatch;
use super::process::ProcessError;

/// A way to get a token code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSource<'a> {
    /// `--token-code N`, or `AWSMFA_TOKEN_CODE`: the text, and which of them.
    Argument(&'a str, &'static str),
    /// `--token-code -`.
    StandardInput,
    /// `mfa_process`: the command; if it fails, the prompt where the user may be asked.
    Command(&'a str),
    /// A question on the terminal.
    Prompt,
}

/// There is no token code. None of these repeats what was read.
#[derive(Debug, thiserror::Error)]
pub enum TokenSourceError {
    /// What was given is no code.
    #[error("the MFA code from {origin} cannot be used: {source}")]
    Malformed {
        /// The flag, the variable, standard input or the prompt.
        origin: &'static str,
        /// The error.
        source: TokenCodeError,
    },
    /// The process has no terminal to ask on.
    #[error("an MFA code is needed, and there is no terminal to prompt for it")]
    NoTerminal,
    /// Nothing may be asked.
    #[error("an MFA code is needed, and --no-input or AWSMFA_NO_INPUT forbids prompts")]
    NoInput,
    /// `mfa_process` printed the code and something beside it.
    #[error("mfa_process printed more than the MFA code")]
    MoreThanCode,
    /// `mfa_process` printed something else.
    #[error("mfa_process printed no MFA code: {source}")]
    NoCode {
        /// The error.
        source: TokenCodeError,
    },
    /// Standard input or the terminal ended.
    #[error("no MFA code was given: {0}")]
    Ended(io::Error),
    /// `mfa_process` failed, and the user cannot be prompted, or must not be.
    #[error("mfa_process printed no MFA code: {0}")]
    Command(String),
}

impl From<ProcessError> for TokenSourceError {
    fn from(error: ProcessError) -> Self {
        Self::Command(error.to_string())
    }
}

impl<'a> TokenSource<'a> {
    /// Chooses: the flag, the variable, the command, the prompt.
    pub fn choose(flag: Option<&'a str>, variable: Option<&'a str>, command: Option<&'a str>) -> Self {
        match (flag, variable, command) {
            (Some("-"), _, _) => Self::StandardInput,
            (Some(text), _, _) => Self::Argument(text, "--token-code"),
            (None, Some(text), _) => Self::Argument(text, "AWSMFA_TOKEN_CODE"),
            (None, None, Some(command)) => Self::Command(command),
            (None, None, None) => Self::Prompt,
        }
    }

    /// Returns whether the person has given a code already, so that the session is renewed even if it is valid.
    pub fn is_given(self) -> bool {
        matches!(self, Self::Argument(..) | Self::StandardInput)
    }

    /// Returns whether the person can be asked for another code than the one that was rejected.
    pub fn can_be_asked_again(self) -> bool {
        matches!(self, Self::Prompt | Self::Command(_)) && prompt::check().is_ok()
    }

    /// Makes sure, as far as that can be known, that a code will come.
    ///
    /// # Errors
    ///
    /// Fails if the code is malformed, or if there is no terminal to ask on.
    pub fn check(self) -> Result<(), TokenSourceError> {
        match self {
            Self::Argument(text, origin) => argument::read(text, origin).map(|_| ()),
            Self::Prompt => prompt::check(),
            Self::StandardInput | Self::Command(_) => Ok(()),
        }
    }

    /// Gets a code; `question` is for the prompt. If a program fails, `before_prompt` is called and the user is prompted;
    /// without it, the program's failure is the error.
    ///
    /// # Errors
    ///
    /// Fails if none comes.
    pub fn read(self, question: &str, before_prompt: Option<&dyn Fn()>) -> Result<TokenCode, TokenSourceError> {
        let watch = Stopwatch::start();
        let code = match self {
            Self::Argument(text, origin) => argument::read(text, origin),
            Self::StandardInput => stdin::read(),
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
