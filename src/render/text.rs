//! Text for people: safe to show on a terminal.

use crate::profile::ProfileName;
use crate::session::SessionState;
use crate::time::{Timestamp, local, seconds_between};
use jiff::tz::TimeZone;

/// Shows what could move the cursor, change colours or turn the direction of writing as an escape: text from a file or
/// from the network must not do that.
pub fn escape(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    text.chars()
        .flat_map(|c| {
            let escaped = is_hidden(c).then(|| c.escape_unicode());
            let plain = (!is_hidden(c)).then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

/// `awsmfa: error:`, in bold red or yellow where colours are wanted.
pub fn label(kind: &str, color: bool) -> String {
    let code = if kind == "error" { "1;31" } else { "1;33" };
    if color { format!("\u{1B}[{code}mawsmfa: {kind}:\u{1B}[0m") } else { format!("awsmfa: {kind}:") }
}

/// A word as a POSIX shell takes it, quoted where it must be.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./@:+%,".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Hides what could be a token code that went astray on the command line: six digits in a row.
pub fn without_codes(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = rest.split_at(start);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (number, after) = digits.split_at(end);
        shown.push_str(before);
        shown.push_str(if number.len() == 6 { "******" } else { number });
        rest = after;
    }
    shown + rest
}

/// The state of a session in one line.
pub fn status(profile: &ProfileName, state: SessionState, now: Timestamp, zone: &TimeZone) -> String {
    let words = match state {
        SessionState::None => "no session".to_owned(),
        SessionState::Unknown => "a session of unknown expiration".to_owned(),
        SessionState::Expired(time) => {
            format!("expired {} ago, {}", seconds_between(time, now), local(time, zone))
        }
        SessionState::Expiring(time) => format!("expiring, {}", remaining(time, now, zone)),
        SessionState::Valid(time) => format!("valid, {}", remaining(time, now, zone)),
    };
    format!("{profile}: {words}")
}

/// `11h 58m left, until 2026-11-21 06:00 +01:00`.
pub fn remaining(until: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    format!("{} left, until {}", seconds_between(now, until), local(until, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_in_a_row_are_hidden_and_other_numbers_are_not() {
        assert_eq!(without_codes("no '123456', 12345, 1234567 or 654321"), "no '******', 12345, 1234567 or ******");
    }

    #[test]
    fn text_that_a_terminal_would_obey_is_shown_as_escapes() {
        assert_eq!(escape("caf\u{E9} 🙂 [x]"), "caf\u{E9} 🙂 [x]");
        assert_eq!(escape("a\u{1B}[31mb\r\n\u{202E}c"), "a\\u{1b}[31mb\\u{d}\\u{a}\\u{202e}c");
    }
}
