//! The long-term access key that `setup` and `doctor` ask AWS about.

use crate::commands::login::run::long_term_key;
use crate::error::Error;
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, ResolveError};
use crate::session::LongTermKey;

/// Returns the key of a profile, from the files or from a program that prints it.
pub(super) fn key_of(name: &ProfileName, profiles: Profiles<'_>) -> Result<LongTermKey, Error> {
    let unknown =
        || ResolveError::UnknownProfile { name: name.clone(), origin: None, near: Vec::new(), known: Vec::new() };
    let profile = profiles.get(name.as_str()).ok_or_else(unknown)?;
    long_term_key(&resolve::key(&profile, name)?, name)
}
