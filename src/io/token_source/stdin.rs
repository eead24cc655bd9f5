//! MFA codes from the first line of standard input.

use super::TokenSourceError;
use crate::io::terminal;
use crate::token_code::TokenCode;

pub(super) fn read() -> Result<TokenCode, TokenSourceError> {
    let line = terminal::standard_input_line().map_err(TokenSourceError::Ended)?;
    line.expose().parse().map_err(|source| TokenSourceError::Malformed { origin: "standard input", source })
}
