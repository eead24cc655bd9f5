//! The menus and prompts of `setup`, which keep what was chosen and typed.

use crate::commands::messages::Messages;
use crate::error::Error;
use crate::io::dialog::{self, Check, Choice};

/// Shows a menu that begins with the earlier choice, and keeps the new one. Returns none for Escape.
pub(super) fn choose(question: &str, options: &[Choice], chosen: &mut usize) -> Result<Option<usize>, Error> {
    let answer = dialog::choose(question, options, *chosen).map_err(Error::Terminal)?;
    *chosen = answer.unwrap_or(*chosen);
    Ok(answer)
}

/// Prompts for text that begins with what was typed before. Returns whether it was entered.
pub(super) fn ask(messages: Messages, question: &str, typed: &mut String, check: Check<'_>) -> Result<bool, Error> {
    ask_with_words(messages, question, typed, check, &[])
}

/// Prompts for text, which defaults to a suggestion. Returns the text, or none for Escape. What was typed is kept.
pub(super) fn ask_with_suggestion(
    messages: Messages,
    question: &str,
    typed: &mut String,
    suggestion: &str,
    check: Check<'_>,
) -> Result<Option<String>, Error> {
    let check = rendered(messages, check);
    let is_entered = dialog::text(question, typed, suggestion, &check, &[]).map_err(Error::Terminal)?;
    let entered = is_entered.then(|| typed.clone());
    if typed == suggestion {
        typed.clear();
    }
    Ok(entered)
}

/// Prompts for text, which Tab completes.
pub(super) fn ask_with_words(
    messages: Messages,
    question: &str,
    typed: &mut String,
    check: Check<'_>,
    words: &'static [&'static str],
) -> Result<bool, Error> {
    dialog::text(question, typed, "", &rendered(messages, check), words).map_err(Error::Terminal)
}

/// Returns a check whose reason is a message.
fn rendered(messages: Messages, check: Check<'_>) -> impl Fn(&str) -> Result<(), String> {
    move |text| check(text).map_err(|reason| messages.rendered_note(&format!("awsmfa: {reason}")))
}
