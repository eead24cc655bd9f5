//! Whom a permanent key belongs to: what `setup` and `doctor` need to ask AWS.

use crate::commands::login::run::long_term_key;
use crate::error::Error;
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, ResolveError};
use crate::session::LongTermKey;

/// The key of a profile in the files, or that a program prints.
pub(super) fn key_of(name: &ProfileName, profiles: Profiles<'_>) -> Result<LongTermKey, Error> {
    let unknown =
        || ResolveError::UnknownProfile { name: name.clone(), origin: None, near: Vec::new(), known: Vec::new() };
    let profile = profiles.get(name.as_str()).ok_or_else(unknown)?;
    long_term_key(&resolve::key(&profile, name)?, name)
}
