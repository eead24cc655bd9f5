//! Text that is safe to show on a terminal.

use crate::diagnosis::Identity;
pub use crate::escape::escape;
use crate::palette::Style;
pub use crate::platform::shell_word;
use crate::profile::ProfileName;
use crate::session_state::SessionState;
pub use crate::text_width::width_of;
use crate::time::{Timestamp, local, seconds_between};
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthChar;

/// Returns the style of the state of a session; none if there is no session.
pub fn style_of(state: SessionState) -> Option<Style> {
    match state {
        SessionState::Valid(_) => Some(Style::Valid),
        SessionState::Expiring(_) | SessionState::Unknown => Some(Style::Expiring),
        SessionState::Expired(_) => Some(Style::Expired),
        SessionState::None => None,
    }
}

/// Renders a word for the state of a session, in the colour of the state if `color` is set.
pub fn colored_state(word: &str, state: SessionState, color: bool) -> String {
    style_of(state).map_or_else(|| word.to_owned(), |style| style.paint(word, color))
}

/// Hides numbers of six digits, which could be a misplaced MFA code on the command line.
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

/// Shortens text that takes more columns of a terminal than this, in the middle: names often differ at the end.
pub fn shortened(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let Some(kept) = width.checked_sub(1) else { return String::new() };
    let start = taken_from(text.chars(), kept - kept / 2);
    let end: String = taken_from(text.chars().rev(), kept / 2).chars().rev().collect();
    format!("{start}…{end}")
}

/// Returns the first characters, as many as fit into this many columns.
fn taken_from(characters: impl Iterator<Item = char>, columns: usize) -> String {
    let mut left = columns;
    let fits = |c: &char| match left.checked_sub(c.width().unwrap_or_default()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    characters.take_while(fits).collect()
}

/// The maximum number of names in a list.
const LISTED: usize = 10;

/// Renders `a`, `a and b`, `a, b and c`. Of many names, only the first and the number of the others are shown.
pub fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [name] => (*name).to_owned(),
        [names @ .., last] if names.len() < LISTED => format!("{} and {last}", names.join(", ")),
        names => {
            let (listed, others) = names.split_at(LISTED);
            format!("{} and {} more", listed.join(", "), others.len())
        }
    }
}

/// Renders the state of a session in one line, with the profile's name escaped.
pub fn status(profile: &ProfileName, state: SessionState, now: Timestamp, zone: &TimeZone, color: bool) -> String {
    let word = |word| colored_state(word, state, color);
    let text = match state {
        SessionState::None => "no session".to_owned(),
        SessionState::Unknown => format!("a session of {}", word("unknown expiration")),
        SessionState::Expired(time) => {
            let ago = seconds_between(time, now).to_nearest_minute();
            format!("{} {ago} ago, {}", word("expired"), local(time, zone))
        }
        SessionState::Expiring(time) => format!("{}, {}", word("expiring"), remaining(time, now, zone)),
        SessionState::Valid(time) => format!("{}, {}", word("valid"), remaining(time, now, zone)),
    };
    format!("{}: {text}", escape(profile.as_str()))
}

/// Renders `11h 58m left, until 2026-11-21 06:00 +01:00`, to the nearest minute, so that a new session has full hours.
pub fn remaining(until: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    format!("{} left, until {}", seconds_between(now, until).to_nearest_minute(), local(until, zone))
}

/// The owner of a session, for `whoami`.
pub struct Owner<'a> {
    /// The session profile.
    pub profile: &'a ProfileName,
    /// The user or role session.
    pub identity: &'a Identity,
    /// The alias of the account, if it is known.
    pub alias: Option<&'a str>,
    /// The end of the session, if it is known.
    pub expiration: Option<Timestamp>,
}

/// Renders the owner of a session: the ARN, the account, and the profile with the time left.
pub fn owner(owner: &Owner<'_>, now: Timestamp, zone: &TimeZone) -> String {
    let Owner { profile, identity, alias, expiration } = owner;
    let account = match alias {
        Some(alias) => format!("{} ({alias})", identity.account),
        None => identity.account.clone(),
    };
    let end = expiration.map_or_else(|| "unknown expiration".to_owned(), |until| remaining(until, now, zone));
    let lines = [("ARN", identity.arn.clone()), ("account", account), ("profile", format!("{profile}: {end}"))];
    lines.iter().map(|(label, value)| format!("{label:<9}{}\n", escape(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
        let shown = |count: usize| list(&names[..count]);
        assert_eq!([1, 2, 3].map(shown), ["a", "a and b", "a, b and c"]);
        assert_eq!(shown(10), "a, b, c, d, e, f, g, h, i and j");
        assert_eq!(shown(12), "a, b, c, d, e, f, g, h, i, j and 2 more");
    }

    #[test]
    fn six_digits_in_a_row_are_hidden_and_other_numbers_are_not() {
        assert_eq!(without_codes("no '123456', 12345, 1234567 or 654321"), "no '******', 12345, 1234567 or ******");
    }
}
