//! All profiles, as a table or as JSON.

use serde_json::{Value, json};

use crate::palette::Style;
use crate::profile::{ProfileKind, ProfileName};
use crate::render::{json, text};
use crate::session_state::SessionState;
use crate::time::{Timestamp, days_in_words, rfc3339, seconds_between};

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
    /// The account of its session or key: 12 digits.
    pub account: Option<String>,
    /// The MFA device.
    pub serial_number: Option<String>,
    /// The environment variable that names the device, if it does not come from the files.
    pub serial_variable: Option<&'static str>,
    /// The state of its session.
    pub state: SessionState,
    /// Its long-term access key, for the long form of the table.
    pub key: Option<KeyPlace>,
}

/// The long-term access key of a profile in the table.
#[derive(Clone, Copy, Debug)]
pub struct KeyPlace {
    /// The place of the key: `file`, `keyring` or `program`.
    pub place: &'static str,
    /// Its creation time, if it is known.
    pub created: Option<Timestamp>,
}

/// The profile that other commands use if none is named, and the flag or variable that names it, or `default`.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The profile.
    pub profile: ProfileName,
    /// The flag or variable, or `default`.
    pub by: &'static str,
}

/// The form of the table.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'a> {
    /// The profile to mark.
    pub selected: Option<&'a Selection>,
    /// The width of the terminal; none if rows must not be wrapped.
    pub columns: Option<usize>,
    /// Set if states are coloured.
    pub color: bool,
    /// Set for the long form, with the keys.
    pub is_long: bool,
}

/// The number of columns.
const COLUMNS: usize = 8;

/// The last column is empty except in the long form.
const HEADER: [&str; COLUMNS] = ["PROFILE", "KIND", "SOURCE", "SESSION", "LEFT", "ACCOUNT", "MFA DEVICE", KEY];

const KEY: &str = "KEY";

/// The maximum width of a column; longer cells overflow it.
const MAX_WIDTH: usize = 80;

/// The index of the coloured column.
const SESSION: usize = 3;

/// The columns that go to a second line, one after the other, until the first line fits into the terminal.
const WRAPPED: [usize; 4] = [6, 7, 2, 5];

/// The text before the selected profile. It has the width of [`UNMARKED`], so that `cut` finds the names.
const MARKED: &str = "* ";

const UNMARKED: &str = "  ";

/// The blanks between two columns.
const GAP: &str = "  ";

/// The text before a second line.
const INDENT: &str = "    ";

/// Renders the table: columns as wide as necessary, the device last, since ARNs are long.
pub fn table(rows: &[Row], now: Timestamp, layout: Layout<'_>) -> String {
    let header = HEADER.map(|name| if name == KEY && !layout.is_long { String::new() } else { name.to_owned() });
    // The cells are rendered twice, to measure and to print them: those of ten thousand profiles take megabytes.
    let widths = rows.iter().map(|row| cells(row, now)).fold(widths(&header), |widest, cells| {
        let mut widths = widths(&cells).into_iter();
        widest.map(|width| width.max(widths.next().unwrap_or_default()))
    });
    let wrapped = wrapped(&widths, layout.columns);
    let mut table = String::new();
    if let Some(wrapped) = wrapped {
        push_lines(&mut table, UNMARKED, &header, &widths, wrapped, None);
    }
    for row in rows {
        let style = if layout.color { text::style_of(row.state) } else { None };
        let is_selected = layout.selected.is_some_and(|selected| selected.profile.as_str() == row.profile);
        let mark = if is_selected { MARKED } else { UNMARKED };
        match wrapped {
            Some(wrapped) => push_lines(&mut table, mark, &cells(row, now), &widths, wrapped, style),
            None => push_block(&mut table, mark, &cells(row, now), style),
        }
    }
    table
}

/// Renders the profiles as an array of JSON objects.
pub fn json(rows: &[Row], now: Timestamp, selected: Option<&Selection>, is_long: bool) -> String {
    let objects = rows.iter().map(|row| {
        let expiration = row.state.expiration();
        let selection = selected.filter(|selected| selected.profile.as_str() == row.profile);
        let mut object = json!({
            "profile": row.profile,
            "selected": selection.is_some(),
            "selected_by": selection.map(|selection| selection.by),
            "kind": row.kind.to_string(),
            "source_profile": row.source_profile.as_ref().map(ToString::to_string),
            "session_profile": row.session_profile.as_ref().map(ToString::to_string),
            "account": row.account,
            "mfa_serial": row.serial_number,
            "mfa_serial_variable": row.serial_variable,
            "state": json::state_name(row.state),
            "expiration": expiration.map(rfc3339),
            "remaining_seconds": expiration.map(|time| seconds_between(now, time).0.max(0)),
        });
        if let (true, Value::Object(fields)) = (is_long, &mut object) {
            fields.insert("key".to_owned(), json!(row.key.map(|key| key.place)));
            fields.insert("key_created".to_owned(), json!(row.key.and_then(|key| key.created).map(rfc3339)));
        }
        object
    });
    json::text(&Value::Array(objects.collect()))
}

/// Returns the columns that go to the second line on a terminal of this width; none if it is too narrow for two lines.
fn wrapped(widths: &[usize; COLUMNS], columns: Option<usize>) -> Option<&'static [usize]> {
    let Some(columns) = columns else { return Some(&[]) };
    let width = |is_in: &dyn Fn(usize) -> bool| {
        let of_column = |(column, width): (usize, &usize)| {
            if *width == 0 || !is_in(column) { 0 } else { GAP.len() + width }
        };
        widths.iter().enumerate().map(of_column).sum::<usize>()
    };
    let fits = |wrapped: &&[usize]| {
        let first = width(&|column| !wrapped.contains(&column));
        let second = INDENT.len() - GAP.len() + width(&|column| wrapped.contains(&column));
        first.max(second) <= columns
    };
    (0..=WRAPPED.len()).filter_map(|count| WRAPPED.get(..count)).find(fits)
}

/// Adds a row as lines of their own: the name, and below it each other cell that is not empty, with the name of its column.
fn push_block(table: &mut String, mark: &str, cells: &[String; COLUMNS], style: Option<Style>) {
    let [name, others @ ..] = cells;
    table.push_str(&format!("{mark}{name}\n"));
    let [_, labels @ ..] = HEADER;
    for (column, (label, cell)) in labels.into_iter().zip(others).enumerate() {
        if !cell.is_empty() {
            let cell = match style.filter(|_| column + 1 == SESSION) {
                Some(style) => style.paint(cell, true),
                None => cell.clone(),
            };
            table.push_str(&format!("{INDENT}{:<12}{cell}\n", label.to_lowercase().replace("mfa", "MFA")));
        }
    }
}

fn widths(cells: &[String; COLUMNS]) -> [usize; COLUMNS] {
    cells.each_ref().map(|cell| text::width_of(cell).min(MAX_WIDTH))
}

/// Adds a row to the table: one line, or two if columns are wrapped. `style` is that of the session.
fn push_lines(
    table: &mut String,
    mark: &str,
    cells: &[String; COLUMNS],
    widths: &[usize; COLUMNS],
    wrapped: &[usize],
    style: Option<Style>,
) {
    push_line(table, mark, cells, widths, style, |column| !wrapped.contains(&column));
    let has_more = wrapped.iter().any(|column| cells.get(*column).is_some_and(|cell| !cell.is_empty()));
    if has_more {
        push_line(table, INDENT, cells, widths, style, |column| wrapped.contains(&column));
    }
}

fn push_line(
    table: &mut String,
    start: &str,
    cells: &[String; COLUMNS],
    widths: &[usize; COLUMNS],
    style: Option<Style>,
    is_in_line: impl Fn(usize) -> bool,
) {
    table.push_str(start);
    // Blanks are added before the next cell only, so that no line ends with them.
    let mut blanks = 0;
    for (column, (cell, widest)) in cells.iter().zip(widths).enumerate() {
        if !is_in_line(column) {
            continue;
        }
        if !cell.is_empty() {
            table.extend(std::iter::repeat_n(' ', blanks));
            blanks = 0;
            match style.filter(|_| column == SESSION) {
                Some(style) => table.push_str(&style.paint(cell, true)),
                None => table.push_str(cell),
            }
        }
        blanks += widest.saturating_sub(text::width_of(cell)) + GAP.len();
    }
    table.push('\n');
}

fn cells(row: &Row, now: Timestamp) -> [String; COLUMNS] {
    let left = match row.state {
        SessionState::Valid(until) | SessionState::Expiring(until) => {
            seconds_between(now, until).to_nearest_minute().to_string()
        }
        SessionState::None | SessionState::Unknown | SessionState::Expired(_) => String::new(),
    };
    let source = row.source_profile.as_ref().map(ToString::to_string).unwrap_or_default();
    let account = row.account.clone().unwrap_or_default();
    let serial = row.serial_number.as_deref().unwrap_or_default();
    let serial = row.serial_variable.map_or(serial.to_owned(), |variable| format!("{serial} ({variable})"));
    let key = row.key.map_or_else(String::new, |key| key_cell(key, now));
    let cells = [row.profile.clone(), row.kind.to_string(), source, session(row), left, account, serial, key];
    cells.map(|cell| text::escape(&cell))
}

fn key_cell(key: KeyPlace, now: Timestamp) -> String {
    let age = key.created.map(|created| days_in_words(seconds_between(created, now)));
    age.map_or_else(|| key.place.to_owned(), |age| format!("{}, {age}", key.place))
}

/// Renders the state of the session, and the name of the profile that holds it, if that is another one.
fn session(row: &Row) -> String {
    let state = json::state_name(row.state);
    match (row.state, &row.session_profile) {
        (SessionState::None, _) if row.kind == ProfileKind::Other => String::new(),
        (SessionState::None, _) | (_, None) => state.to_owned(),
        (_, Some(name)) if name.as_str() == row.profile => state.to_owned(),
        (_, Some(name)) => format!("{state} in {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_795_237_200).expect("in range")
    }

    fn row(profile: &str, kind: ProfileKind, session_profile: Option<&str>) -> Row {
        let valid = Timestamp::from_second(1_795_237_200 + 7200).expect("in range");
        Row {
            profile: profile.to_owned(),
            kind,
            source_profile: (kind == ProfileKind::Session).then(ProfileName::default_profile),
            session_profile: session_profile.map(|name| name.parse().expect("a name")),
            account: (kind != ProfileKind::Other).then(|| "123456789012".to_owned()),
            serial_number: (kind == ProfileKind::Permanent).then(|| "arn:aws:iam::123456789012:mfa/ada".to_owned()),
            serial_variable: None,
            state: if session_profile.is_some() { SessionState::Valid(valid) } else { SessionState::None },
            key: None,
        }
    }

    fn shown(rows: &[Row], columns: Option<usize>) -> String {
        let selected = Selection { profile: ProfileName::default_profile(), by: "AWS_PROFILE" };
        table(rows, now(), Layout { selected: Some(&selected), columns, color: false, is_long: false })
    }

    fn rows() -> [Row; 3] {
        [
            row("default", ProfileKind::Permanent, Some("work")),
            row("work", ProfileKind::Session, Some("work")),
            row("sso", ProfileKind::Other, None),
        ]
    }

    #[test]
    fn the_selected_profile_is_marked_and_a_key_does_not_seem_to_expire() {
        let expected = "  PROFILE  KIND       SOURCE   SESSION        LEFT  ACCOUNT       MFA DEVICE
* default  permanent           valid in work  2h    123456789012  arn:aws:iam::123456789012:mfa/ada
  work     session    default  valid          2h    123456789012
  sso      other
";
        assert_eq!(shown(&rows(), None), expected);
        assert_eq!(shown(&rows(), Some(99)), expected, "it is 99 columns wide");
    }

    #[test]
    fn on_a_narrow_terminal_the_device_then_the_source_then_the_account_go_to_a_second_line() {
        let expected = "  PROFILE  KIND       SOURCE   SESSION        LEFT  ACCOUNT
    MFA DEVICE
* default  permanent           valid in work  2h    123456789012
    arn:aws:iam::123456789012:mfa/ada
  work     session    default  valid          2h    123456789012
  sso      other
";
        assert_eq!(shown(&rows(), Some(98)), expected);
        let expected = "  PROFILE  KIND       SESSION        LEFT  ACCOUNT
    SOURCE   MFA DEVICE
* default  permanent  valid in work  2h    123456789012
             arn:aws:iam::123456789012:mfa/ada
  work     session    valid          2h    123456789012
    default
  sso      other
";
        assert_eq!(shown(&rows(), Some(63)), expected);
        assert_eq!(shown(&rows(), Some(55)), expected);
        let expected = "  PROFILE  KIND       SESSION        LEFT
    SOURCE   ACCOUNT       MFA DEVICE
* default  permanent  valid in work  2h
             123456789012  GAHT12345678
  work     session    valid          2h
    default  123456789012
  sso      other
";
        let mut rows = rows();
        rows[0].serial_number = Some("GAHT12345678".to_owned());
        assert_eq!(shown(&rows, Some(54)), expected);
        assert_eq!(shown(&rows, Some(41)), expected);
    }

    #[test]
    fn on_a_terminal_that_is_too_narrow_for_two_lines_each_cell_has_a_line() {
        let expected = "* default
    kind        permanent
    session     valid in work
    left        2h
    account     123456789012
    MFA device  arn:aws:iam::123456789012:mfa/ada
  work
    kind        session
    source      default
    session     valid
    left        2h
    account     123456789012
  sso
    kind        other
";
        for columns in [54, 41, 1] {
            assert_eq!(shown(&rows(), Some(columns)), expected, "{columns}");
        }
        let long = [row(&"x".repeat(70), ProfileKind::Session, Some("work"))];
        assert!(shown(&long, Some(60)).lines().skip(1).all(|line| line.len() <= 60));
    }

    #[test]
    fn wide_letters_take_two_columns_and_combining_ones_none() {
        let names = ["日本", "gro\u{308}\u{DF}e", "plain"];
        let table = shown(&names.map(|name| row(name, ProfileKind::Other, None)), None);
        let expected = "  PROFILE  KIND   SOURCE  SESSION  LEFT  ACCOUNT  MFA DEVICE
  日本     other
  gro\u{308}\u{DF}e    other
  plain    other
";
        assert_eq!(table, expected);
    }
}
