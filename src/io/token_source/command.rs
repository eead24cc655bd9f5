//! A code from a program, such as one that asks a YubiKey or a password manager: the first line that it prints.

use super::TokenSourceError;
use crate::io::process;
use crate::limits;
use crate::token_code::{self, TokenCode};

pub(super) fn read(command_line: &str) -> Result<TokenCode, TokenSourceError> {
    let output = process::output_of(command_line, limits::PROGRAM)?;
    let line = output.expose().lines().next().unwrap_or_default();
    line.parse().map_err(|source| match token_code::is_among(line) {
        true => TokenSourceError::MoreThanCode,
        false => TokenSourceError::NoCode { source },
    })
}
