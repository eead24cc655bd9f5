//! Two consecutive codes of an MFA device.

use crate::commands::code_memory::{self, UsedCode};
use crate::commands::messages::Messages;
use crate::context::Context;
use crate::error::Error;
use crate::io::clock;
use crate::secret::Secret;
use crate::token_code::{SerialNumber, TokenCode};

/// Two codes, of which the second one followed the first.
pub(super) struct CodePair {
    pub first: TokenCode,
    pub second: TokenCode,
}

const FIRST: &str = "First code: ";
const SECOND: &str = "Next code: ";
const SAME: &str = "That is the first code again: wait until the device shows another one.";

impl CodePair {
    /// Prompts for both codes, and again for a code that is malformed or the same. `prompt` gets what was wrong with the
    /// last answer, and the question.
    pub(super) fn ask(wrong: &str, mut prompt: impl FnMut(&str, &str) -> Result<Secret, Error>) -> Result<Self, Error> {
        let (mut wrong, mut first) = (wrong.to_owned(), None::<TokenCode>);
        loop {
            let question = if first.is_none() { FIRST } else { SECOND };
            let line = prompt(&wrong, question)?;
            wrong = match (line.expose().parse::<TokenCode>(), first.take()) {
                (Ok(code), None) => {
                    first = Some(code);
                    String::new()
                }
                (Ok(second), Some(first)) if first != second => return Ok(Self { first, second }),
                (Ok(_), earlier) => {
                    first = earlier;
                    SAME.to_owned()
                }
                (Err(error), earlier) => {
                    first = earlier;
                    format!("{error}.")
                }
            };
        }
    }

    pub(super) fn both(&self) -> [&TokenCode; 2] {
        [&self.first, &self.second]
    }

    /// Remembers that both codes were used, so that the refusal of a login with one of them can be explained.
    pub(super) fn remember(self, serial_number: &SerialNumber, context: &Context, messages: Messages) {
        let at = clock::now();
        let used = [self.first, self.second].map(|code| UsedCode { serial_number: serial_number.clone(), code, at });
        code_memory::remember(&used, true, context, messages);
    }
}
