//! All profiles, as a table or as JSON.

use serde_json::{Value, json};

use crate::profile::{ProfileKind, ProfileName};
use crate::render::{json, text};
use crate::session_state::SessionState;
use crate::time::{Timestamp, rfc3339, seconds_between};

/// A profile in the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// The profile's name.
    pub profile: String,
    /// The profile's kind.
    pub kind: ProfileKind,
    /// The profile whose credentials are used to request its session.
    pub source_profile: Option<ProfileName>,
    /// The profile that its session is written to.
    pub session_profile: Option<ProfileName>,
    /// The MFA device.
    pub serial_number: Option<String>,
    /// The environment variable that names the device, if it does not come from the files.
    pub serial_variable: Option<&'static str>,
    /// The account.
    pub account: Option<String>,
    /// The state of its session.
    pub state: SessionState,
}

/// The maximum width of a column; longer cells overflow it.
const MAX_WIDTH: usize = 80;

/// The index of the coloured column.
const STATE: usize = 3;

const HEADER: [&str; 6] = ["PROFILE", "KIND", "SOURCE", "STATE", "LEFT", "MFA DEVICE"];

/// Renders the table: columns as wide as necessary, the device last, since ARNs are long.
pub fn table(rows: &[Row], now: Timestamp, color: bool) -> String {
    let header = HEADER.map(str::to_owned);
    // The cells are rendered twice, to measure and to print them: those of ten thousand profiles take megabytes.
    let widths = rows.iter().map(|row| cells(row, now)).fold(widths(&header), |widest, cells| {
        let mut widths = widths(&cells).into_iter();
        widest.map(|width| width.max(widths.next().unwrap_or_default()))
    });
    let mut table = line(&header, &widths, None);
    for row in rows {
        let code = if color { color_code(row.state) } else { None };
        table.push_str(&line(&cells(row, now), &widths, code));
    }
    table
}

/// Renders the profiles as an array of JSON objects.
pub fn json(rows: &[Row], now: Timestamp) -> String {
    let objects = rows.iter().map(|row| {
        let expiration = row.state.expiration();
        json!({
            "profile": row.profile,
            "kind": row.kind.to_string(),
            "source_profile": row.source_profile.as_ref().map(ToString::to_string),
            "session_profile": row.session_profile.as_ref().map(ToString::to_string),
            "mfa_serial": row.serial_number,
            "mfa_serial_variable": row.serial_variable,
            "state": json::state_name(row.state),
            "expiration": expiration.map(rfc3339),
            "remaining_seconds": expiration.map(|time| seconds_between(now, time).0.max(0)),
        })
    });
    json::text(&Value::Array(objects.collect()))
}

fn widths(cells: &[String; 6]) -> [usize; 6] {
    cells.each_ref().map(|cell| cell.chars().count().min(MAX_WIDTH))
}

/// Renders a line of the table, with a colour for its state.
fn line(cells: &[String; 6], widths: &[usize; 6], code: Option<&str>) -> String {
    let padded = cells.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
        let missing = width.saturating_sub(cell.chars().count());
        let cell = format!("{cell}{}", " ".repeat(missing));
        text::colored(&cell, if column == STATE { code } else { None })
    });
    format!("{}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
}

fn cells(row: &Row, now: Timestamp) -> [String; 6] {
    let left = match row.state {
        SessionState::Valid(until) | SessionState::Expiring(until) => {
            seconds_between(now, until).to_nearest_minute().to_string()
        }
        SessionState::None | SessionState::Unknown | SessionState::Expired(_) => String::new(),
    };
    let state = if row.kind == ProfileKind::Other && row.state == SessionState::None {
        ""
    } else {
        json::state_name(row.state)
    };
    let source = row.source_profile.as_ref().map(ToString::to_string).unwrap_or_default();
    let serial = row.serial_number.as_deref().unwrap_or_default();
    let serial = row.serial_variable.map_or(serial.to_owned(), |variable| format!("{serial} ({variable})"));
    [row.profile.clone(), row.kind.to_string(), source, state.to_owned(), left, serial].map(|cell| text::escape(&cell))
}

fn color_code(state: SessionState) -> Option<&'static str> {
    match state {
        SessionState::Valid(_) => Some("32"),
        SessionState::Expiring(_) | SessionState::Unknown => Some("33"),
        SessionState::Expired(_) => Some("31"),
        SessionState::None => None,
    }
}
