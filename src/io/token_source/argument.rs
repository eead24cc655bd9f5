//! MFA codes from a flag or an environment variable.

use super::TokenSourceError;
use crate::token_code::TokenCode;

pub(super) fn read(text: &str, origin: &'static str) -> Result<TokenCode, TokenSourceError> {
    text.parse().map_err(|source| TokenSourceError::Malformed { origin, source })
}
