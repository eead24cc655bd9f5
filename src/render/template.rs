//! The template of `status --format`: text with fields, for the prompt of a shell.

use std::fmt::Write;
use std::str::FromStr;

use crate::profile::ProfileName;
use crate::render::json::state_name;
use crate::render::text;
use crate::session_state::SessionState;
use crate::time::{Clock, Timestamp, local, rfc3339, seconds_between};

/// Text with fields that are replaced by facts about a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(String);

enum Part<'a> {
    /// Text of the user, which is printed as it is.
    Literal(&'a str),
    Field(Field),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Profile,
    State,
    Left,
    Minutes,
    Seconds,
    Until,
    Expiration,
}

/// The reason a text is not a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A name in braces that is not a field.
    #[error("there is no field {{{0}}}; {FIELDS}")]
    UnknownField(String),
    /// A brace that does not belong to a field.
    #[error("a brace is not closed, or was not opened; {FIELDS}")]
    SingleBrace,
}

/// The fields, for messages.
const FIELDS: &str = "the fields are {profile}, {state}, {left}, {minutes}, {seconds}, {until} and {expiration}, and \
                      {{ and }} are braces";

/// The length that is enough for most templates, in bytes.
const USUAL_LENGTH: usize = 120;

/// The value of a time that the file does not name.
const UNKNOWN: &str = "?";

impl Template {
    /// Returns the text with the fields replaced. Returns none if there is no session, or if it has ended: a prompt
    /// then shows nothing.
    ///
    /// The values are escaped, since they come from files. The user's own text is not: it may contain colours.
    pub fn filled(&self, profile: &ProfileName, state: SessionState, clock: &Clock) -> Option<String> {
        if matches!(state, SessionState::None | SessionState::Expired(_)) {
            return None;
        }
        let mut filled = String::with_capacity(USUAL_LENGTH);
        // The text was checked when it was parsed.
        for part in parts(&self.0).map_while(Result::ok) {
            match part {
                Part::Literal(text) => filled.push_str(text),
                Part::Field(Field::Profile) => filled.push_str(&text::escape(profile.as_str())),
                Part::Field(Field::State) => filled.push_str(state_name(state)),
                Part::Field(field) => match state.expiration() {
                    Some(expiration) => field.push_to(&mut filled, expiration, clock),
                    None => filled.push_str(UNKNOWN),
                },
            }
        }
        Some(filled)
    }
}

impl Field {
    /// Adds the value of a field that depends on the end of the session.
    fn push_to(self, filled: &mut String, expiration: Timestamp, clock: &Clock) {
        let left = seconds_between(clock.now, expiration);
        let written = match self {
            Self::Profile | Self::State => Ok(()),
            Self::Left => write!(filled, "{}", left.to_nearest_minute()),
            Self::Minutes => write!(filled, "{}", left.0 / 60),
            Self::Seconds => write!(filled, "{}", left.0),
            Self::Until => filled.write_str(&local(expiration, clock.zone())),
            Self::Expiration => filled.write_str(&rfc3339(expiration)),
        };
        debug_assert!(written.is_ok(), "a string can be written to");
    }
}

impl FromStr for Field {
    type Err = TemplateError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "profile" => Ok(Self::Profile),
            "state" => Ok(Self::State),
            "left" => Ok(Self::Left),
            "minutes" => Ok(Self::Minutes),
            "seconds" => Ok(Self::Seconds),
            "until" => Ok(Self::Until),
            "expiration" => Ok(Self::Expiration),
            _ => Err(TemplateError::UnknownField(name.to_owned())),
        }
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parts(text).try_for_each(|part| part.map(drop))?;
        Ok(Self(text.to_owned()))
    }
}

/// Splits a template into its parts. Nothing is stored: a shell parses its template for each prompt.
fn parts(text: &str) -> impl Iterator<Item = Result<Part<'_>, TemplateError>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let brace = rest.bytes().position(|byte| matches!(byte, b'{' | b'}')).unwrap_or(rest.len());
        let (before, from_brace) = rest.split_at(brace);
        if !before.is_empty() {
            rest = from_brace;
            return Some(Ok(Part::Literal(before)));
        }
        for (doubled, brace) in [("{{", "{"), ("}}", "}")] {
            if let Some(after) = rest.strip_prefix(doubled) {
                rest = after;
                return Some(Ok(Part::Literal(brace)));
            }
        }
        let field = rest.strip_prefix('{').and_then(|field| field.split_once('}'));
        let Some((name, after)) = field.filter(|(name, _)| !name.contains('{')) else {
            return Some(Err(TemplateError::SingleBrace));
        };
        rest = after;
        Some(name.parse().map(Part::Field))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_237_200;

    fn filled(template: &str, state: SessionState) -> Option<String> {
        let now = Timestamp::from_second(NOW).expect("in range");
        let profile = "wo\u{202E}rk".parse().expect("a name");
        let template: Template = template.parse().expect("a template");
        template.filled(&profile, state, &Clock::utc(now))
    }

    fn valid(left: i64) -> SessionState {
        SessionState::Valid(Timestamp::from_second(NOW + left).expect("in range"))
    }

    #[test]
    fn fields_are_replaced_and_other_text_stays() {
        let text = "{left}|{minutes}|{seconds}|{until}|{expiration}|{state}|{{left}} {{{left}}} \u{1B}[33mé";
        let expected =
            "11h 58m|717|43050|2026-11-21 16:57 +00:00|2026-11-21T16:57:30Z|valid|{left} {11h 58m} \u{1B}[33mé";
        assert_eq!(filled(text, valid(43_050)).as_deref(), Some(expected));
        assert_eq!(filled("", valid(1)).as_deref(), Some(""));
        assert_eq!(filled("{left} {minutes}", valid(59)).as_deref(), Some("59s 0"));
    }

    #[test]
    fn hidden_characters_in_a_profile_name_are_escaped() {
        assert_eq!(filled("{profile}", valid(1)).as_deref(), Some(r"wo\u{202e}rk"));
    }

    #[test]
    fn without_a_valid_session_there_is_no_text_and_an_unknown_end_is_a_question_mark() {
        let ended = Timestamp::from_second(NOW - 1).expect("in range");
        assert_eq!(filled("x", SessionState::None), None);
        assert_eq!(filled("x", SessionState::Expired(ended)), None);
        let text = "{state} {left} {minutes} {seconds} {until} {expiration}";
        assert_eq!(filled(text, SessionState::Unknown).as_deref(), Some("unknown ? ? ? ? ?"));
    }

    #[test]
    fn unknown_fields_and_single_braces_are_refused_with_the_fields() {
        for text in ["{", "}", "{left", "left}", "{{left}", "{left}}", "{le{left}}", "{left}{"] {
            assert_eq!(text.parse::<Template>(), Err(TemplateError::SingleBrace), "{text}");
        }
        for name in ["", "Left", " left", "left:>5", "access_key"] {
            let error = format!("{{{name}}}").parse::<Template>().expect_err("it is not a field");
            assert_eq!(error, TemplateError::UnknownField(name.to_owned()));
            assert!(
                error.to_string().starts_with(&format!("there is no field {{{name}}}; the fields are {{profile}}"))
            );
            assert!(error.to_string().ends_with("{expiration}, and {{ and }} are braces"), "{error}");
        }
    }
}
