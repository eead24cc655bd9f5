//! Hidden input through the console's own functions.

use std::io;

use inquire::validator::Validation;
use inquire::{Password, PasswordDisplayMode};

use crate::io::dialog::{HELP, answered, typed};
use crate::secret::Secret;

/// Prompts for a secret. Returns `None` for Escape.
pub(in crate::io) fn prompt(
    question: &str,
    check: fn(&Secret) -> Result<(), &'static str>,
) -> io::Result<Option<Secret>> {
    let valid = move |text: &str| {
        let checked = check(&Secret::new(typed(text)));
        Ok(checked.map_or_else(|reason| Validation::Invalid(reason.into()), |()| Validation::Valid))
    };
    let prompt = Password::new(question)
        .with_display_mode(PasswordDisplayMode::Masked)
        .without_confirmation()
        .with_validator(valid)
        .with_help_message(HELP);
    let answer = answered(|| prompt.prompt())?.map(Secret::new);
    Ok(answer.map(|secret| Secret::new(typed(secret.expose()))))
}
