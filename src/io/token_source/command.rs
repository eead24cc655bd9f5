//! A code from a program, such as one that asks a YubiKey or a password manager: the first line that it prints.

use std::time::Duration;

use super::TokenSourceError;
use crate::io::process;
use crate::token_code::TokenCode;

/// Long enough to find and touch a key.
const LIMIT: Duration = Duration::from_secs(60);

pub(super) fn read(command_line: &str) -> Result<TokenCode, TokenSourceError> {
    let output = process::output_of(command_line, LIMIT)?;
    let line = output.expose().lines().next().unwrap_or_default();
    line.parse().map_err(|source| TokenSourceError::Malformed { origin: "mfa_process", source })
}
