//! MFA codes from the first line that a program prints, such as one for a YubiKey or a password manager.

use super::TokenSourceError;
use crate::io::process;
use crate::limits;
use crate::token_code::{self, TokenCode};

pub(super) fn read(command_line: &str) -> Result<TokenCode, TokenSourceError> {
    let output = process::output_of(command_line, limits::PROGRAM)?;
    let line = output.expose().lines().next().unwrap_or_default();
    line.parse().map_err(|source| {
        if token_code::is_among(line) { TokenSourceError::MoreThanCode } else { TokenSourceError::NoCode { source } }
    })
}
