//! The bounds of the request's parameters, from the service model `sts/2011-06-15`, and STS's words for their breach.

use super::actions::Action;
use super::answer::Params;
use super::scope::Scope;
use super::xml::ServiceError;

/// The bounds of a text.
struct TextBounds {
    param: &'static str,
    length: std::ops::RangeInclusive<usize>,
    /// The pattern as STS shows it, and the characters besides letters, digits and underscores that it allows.
    pattern: Option<(&'static str, Allowed)>,
}

enum Allowed {
    WordAnd(&'static str),
    Digits,
}

const SERIAL_NUMBER: TextBounds = TextBounds {
    param: "SerialNumber",
    length: 9..=256,
    pattern: Some((r"[\w+=/:,.@-]*", Allowed::WordAnd("+=/:,.@-"))),
};
const TOKEN_CODE: TextBounds =
    TextBounds { param: "TokenCode", length: 6..=6, pattern: Some((r"[\d]*", Allowed::Digits)) };
const ROLE_ARN: TextBounds = TextBounds { param: "RoleArn", length: 20..=2048, pattern: None };
const ROLE_SESSION_NAME: TextBounds = TextBounds {
    param: "RoleSessionName",
    length: 2..=64,
    pattern: Some((r"[\w+=,.@-]*", Allowed::WordAnd("+=,.@-"))),
};
const EXTERNAL_ID: TextBounds = TextBounds {
    param: "ExternalId",
    length: 2..=1224,
    pattern: Some((r"[\w+=,.@:\/-]*", Allowed::WordAnd("+=,.@:/-"))),
};

/// Refuses a request that is out of bounds, with all that is wrong with it.
pub fn check(action: Action, params: &Params) -> Result<(), ServiceError> {
    let mut violations = Vec::new();
    let duration = duration(params)?;
    match action {
        Action::GetCallerIdentity => {}
        Action::GetSessionToken => {
            check_duration(duration, 129_600, &mut violations);
            check_text(&SERIAL_NUMBER, params, &mut violations);
            check_text(&TOKEN_CODE, params, &mut violations);
        }
        Action::AssumeRole => {
            check_present(&ROLE_ARN, params, &mut violations);
            check_present(&ROLE_SESSION_NAME, params, &mut violations);
            check_duration(duration, 43_200, &mut violations);
            for bounds in [&ROLE_ARN, &ROLE_SESSION_NAME, &EXTERNAL_ID, &SERIAL_NUMBER, &TOKEN_CODE] {
                check_text(bounds, params, &mut violations);
            }
            let scope = Scope::of(params).violations().into_iter();
            violations.extend(scope.map(|(value, member, rule)| violation(&value, &member, &rule)));
        }
    }
    let errors = match violations.len() {
        0 => return Ok(()),
        1 => "1 validation error".to_owned(),
        count => format!("{count} validation errors"),
    };
    Err(ServiceError::validation(format!("{errors} detected: {}", violations.join("; "))))
}

/// The duration asked for, in seconds, if any.
pub fn duration(params: &Params) -> Result<Option<i64>, ServiceError> {
    let Some(text) = params.get("DurationSeconds") else {
        return Ok(None);
    };
    let malformed = |_| ServiceError::new(400, "MalformedInput", "Invalid Argument");
    text.parse().map(Some).map_err(malformed)
}

fn check_present(bounds: &TextBounds, params: &Params, violations: &mut Vec<String>) {
    if params.get(bounds.param).is_none() {
        violations.push(violation("null", bounds.param, "Member must not be null"));
    }
}

fn check_duration(duration: Option<i64>, max: i64, violations: &mut Vec<String>) {
    let Some(seconds) = duration else { return };
    let mut refuse = |rule: &str| violations.push(violation(&format!("'{seconds}'"), "DurationSeconds", rule));
    if seconds < 900 {
        refuse("Member must have value greater than or equal to 900");
    }
    if seconds > max {
        refuse(&format!("Member must have value less than or equal to {max}"));
    }
}

fn check_text(bounds: &TextBounds, params: &Params, violations: &mut Vec<String>) {
    let Some(text) = params.get(bounds.param) else {
        return;
    };
    let length = text.chars().count();
    let mut refuse = |rule: &str| violations.push(violation(&format!("'{text}'"), bounds.param, rule));
    if let Some((pattern, allowed)) = &bounds.pattern
        && !text.chars().all(|character| allowed.contains(character))
    {
        refuse(&format!("Member must satisfy regular expression pattern: {pattern}"));
    }
    let (min, max) = (*bounds.length.start(), *bounds.length.end());
    if length < min {
        refuse(&format!("Member must have length greater than or equal to {min}"));
    }
    if length > max {
        refuse(&format!("Member must have length less than or equal to {max}"));
    }
}

impl Allowed {
    fn contains(&self, character: char) -> bool {
        match self {
            Self::Digits => character.is_ascii_digit(),
            Self::WordAnd(more) => character.is_ascii_alphanumeric() || character == '_' || more.contains(character),
        }
    }
}

/// STS names a member like the parameter, with a small first letter.
fn violation(value: &str, param: &str, rule: &str) -> String {
    let mut letters = param.chars();
    let member: String = letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect();
    format!("Value {value} at '{member}' failed to satisfy constraint: {rule}")
}
