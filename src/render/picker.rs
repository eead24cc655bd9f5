//! The rows of the profile picker: one for each session, the selected one first, then those that
//! last longest.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::escape::escape;
use crate::profile::{ProfileKind, ProfileName};
use crate::render::json::state_name;
use crate::render::profile_table::Row;
use crate::render::text::{shortened, width_of};
use crate::session_state::SessionState;
use crate::time::{Timestamp, seconds_between};

/// A profile that can be picked.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The profile: the one that holds the session, if it exists.
    pub profile: ProfileName,
    kind: ProfileKind,
    account: Option<String>,
    state: SessionState,
    is_selected: bool,
    /// The words that the filter searches, in lower case: all names of the session, its kind, account and state.
    searched: String,
}

/// The columns after the name: kind, account, state and time left.
const COLUMNS: [usize; 4] = [9, 12, 8, 7];

/// The minimum width of the column of names.
const LEAST_NAME: usize = 12;

/// The width to which names are cut before the account is left out.
const CUT_NAME: usize = 24;

/// The maximum width of the column of names; longer names are cut.
const MOST_NAME: usize = 48;

/// Returns the entries for the rows of all profiles. Profiles with the same session are one entry.
pub fn entries(rows: &[Row], selected: Option<&str>) -> Vec<Entry> {
    let mut by_session: HashMap<&str, usize> = HashMap::new();
    let mut entries: Vec<Entry> = Vec::new();
    for row in rows {
        let Ok(profile) = row.profile.parse::<ProfileName>() else { continue };
        let session = row.session_profile.as_ref().map_or(row.profile.as_str(), ProfileName::as_str);
        let at = *by_session.entry(session).or_insert(entries.len());
        match entries.get_mut(at) {
            Some(entry) => entry.join(row, profile, session),
            None => entries.push(Entry {
                profile,
                kind: row.kind,
                account: row.account.clone(),
                state: row.state,
                is_selected: false,
                searched: row.profile.to_lowercase(),
            }),
        }
        if let Some(entry) = entries.get_mut(at) {
            entry.is_selected |= selected == Some(row.profile.as_str());
        }
    }
    for entry in &mut entries {
        let more = [&entry.kind.to_string(), entry.account.as_deref().unwrap_or_default(), state_name(entry.state)];
        entry.searched += &format!(" {}", more.join(" "));
    }
    // Entries without a session stay in the order of the files.
    entries.sort_by_key(|entry| Reverse((entry.is_selected, entry.end())));
    entries
}

impl Entry {
    /// Adds another profile with the same session.
    fn join(&mut self, row: &Row, profile: ProfileName, session: &str) {
        self.searched += &format!(" {}", row.profile.to_lowercase());
        if row.profile == session {
            self.profile = profile;
        }
        if row.kind == ProfileKind::Role || self.kind != ProfileKind::Role && row.profile == session {
            self.kind = row.kind;
        }
        self.account = self.account.take().or_else(|| row.account.clone());
    }

    /// Returns whether awsmfa can request its session.
    pub fn is_managed(&self) -> bool {
        self.kind != ProfileKind::Other
    }

    /// Returns the end of a session that has not ended.
    fn end(&self) -> Option<Timestamp> {
        match self.state {
            SessionState::Valid(time) | SessionState::Expiring(time) => Some(time),
            SessionState::None | SessionState::Unknown | SessionState::Expired(_) => None,
        }
    }

    /// Returns the rank of the entry for what was typed, or none if it does not match: it must have all words of the
    /// filter. An entry whose name begins with the filter comes first.
    pub fn rank(&self, filter: &str) -> Option<i64> {
        let filter = filter.to_lowercase();
        let is_match = filter.split_whitespace().all(|word| self.searched.contains(word));
        is_match.then(|| i64::from(!filter.is_empty() && self.searched.starts_with(filter.trim())))
    }

    fn cells(&self, now: Timestamp) -> [String; 4] {
        let left = self.end().map(|end| seconds_between(now, end).to_nearest_minute().to_string());
        let is_plain = self.kind == ProfileKind::Other && self.state == SessionState::None;
        let state = if is_plain { "" } else { state_name(self.state) };
        [self.kind.to_string(), self.account.clone().unwrap_or_default(), state.to_owned(), left.unwrap_or_default()]
    }
}

/// Renders the entries in columns, each in one line of at most this width. On a narrow terminal, the kind is left out
/// before names are cut, and then the account, and then the rest.
pub fn lines(entries: &[Entry], width: usize, now: Timestamp) -> Vec<String> {
    let names: Vec<String> = entries.iter().map(|entry| escape(entry.profile.as_str())).collect();
    let widest = names.iter().map(|name| width_of(name)).max().unwrap_or_default().min(MOST_NAME);
    let layouts: [(&[usize], usize); 4] =
        [(&[], widest), (&[0], widest.min(CUT_NAME)), (&[0, 1], widest.min(LEAST_NAME)), (&[0, 1, 2, 3], 0)];
    let space = |left_out: &[usize]| {
        let others = COLUMNS.into_iter().enumerate().filter(|(column, _)| !left_out.contains(column));
        width.checked_sub(others.map(|(_, width)| width + 2).sum::<usize>() + 2)
    };
    let fitting = layouts.into_iter().filter_map(|(left_out, least)| Some((left_out, space(left_out)?, least)));
    let (left_out, space, _) =
        fitting.into_iter().find(|(_, space, least)| space >= least).unwrap_or((&[0, 1, 2, 3], 0, 0));
    let name_width = widest.min(space);
    let line = |(entry, name): (&Entry, &String)| {
        // One buffer: a picker of thousands of profiles has to be there at once.
        let mut line = String::with_capacity(width);
        line.push_str(if entry.is_selected { "* " } else { "  " });
        push_fitted(&mut line, name, name_width);
        let cells = entry.cells(now).into_iter().zip(COLUMNS).enumerate();
        for (_, (cell, width)) in cells.filter(|(column, _)| !left_out.contains(column)) {
            line.push_str("  ");
            push_fitted(&mut line, &cell, width);
        }
        line.truncate(line.trim_end().len());
        line
    };
    entries.iter().zip(&names).map(line).collect()
}

/// Adds the text, filled with blanks so that it takes this many columns of a terminal, or shortened.
fn push_fitted(line: &mut String, text: &str, width: usize) {
    let taken = width_of(text);
    if taken <= width {
        line.push_str(text);
        line.extend(std::iter::repeat_n(' ', width - taken));
        return;
    }
    let short = shortened(text, width);
    line.push_str(&short);
    line.extend(std::iter::repeat_n(' ', width.saturating_sub(width_of(&short))));
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_237_200;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(NOW + seconds).expect("in range")
    }

    fn row(profile: &str, kind: ProfileKind, session_profile: Option<&str>, state: SessionState) -> Row {
        let name = |name: &str| name.parse().expect("a name");
        Row {
            profile: profile.to_owned(),
            kind,
            source_profile: None,
            session_profile: session_profile.map(name),
            serial_number: None,
            serial_variable: None,
            account: (kind == ProfileKind::Permanent).then(|| "123456789012".to_owned()),
            state,
            key: None,
        }
    }

    fn rows() -> Vec<Row> {
        let (old, new) = (SessionState::Valid(at(3600)), SessionState::Expiring(at(7200)));
        vec![
            row("plain", ProfileKind::Other, Some("plain"), SessionState::None),
            row("default", ProfileKind::Permanent, Some("default-session"), old),
            row("default-session", ProfileKind::Session, Some("default-session"), old),
            row("admin", ProfileKind::Role, Some("admin-session"), new),
            row("admin-session", ProfileKind::Session, Some("admin-session"), new),
            row("audit", ProfileKind::Role, Some("audit-session"), SessionState::Expired(at(-60))),
        ]
    }

    fn names(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.profile.as_str()).collect()
    }

    #[test]
    fn profiles_with_the_same_session_are_one_entry_and_the_selected_and_the_longest_come_first() {
        let sorted = entries(&rows(), None);
        assert_eq!(names(&sorted), ["admin-session", "default-session", "plain", "audit"]);
        for selected in ["default", "default-session"] {
            assert_eq!(names(&entries(&rows(), Some(selected))).first(), Some(&"default-session"), "{selected}");
        }
    }

    #[test]
    fn entries_are_in_columns_of_the_width_of_the_terminal() {
        let entries = entries(&rows(), Some("audit"));
        let shown = |width| lines(&entries, width, at(0)).join("\n");
        assert_eq!(
            shown(117),
            "* audit            role                     expired\n  \
               admin-session    role                     expiring  2h\n  \
               default-session  session    123456789012  valid     1h\n  \
               plain            other"
        );
        assert_eq!(
            shown(50),
            "* audit                          expired\n  \
               admin-session                  expiring  2h\n  \
               default-session  123456789012  valid     1h\n  \
               plain"
        );
        assert_eq!(
            shown(36),
            "* audit            expired\n  \
               admin-session    expiring  2h\n  \
               default-session  valid     1h\n  \
               plain"
        );
        assert_eq!(shown(12), "* audit\n  admin…sion\n  defau…sion\n  plain");
        for width in 3..150 {
            assert!(lines(&entries, width, at(0)).iter().all(|line| width_of(line) <= width), "{width}");
        }
    }

    #[test]
    fn the_filter_searches_all_names_and_columns_and_prefers_the_start_of_a_name() {
        let entries = entries(&rows(), None);
        let found = |filter: &str| {
            let mut found: Vec<_> =
                entries.iter().filter_map(|entry| Some((Reverse(entry.rank(filter)?), entry))).collect();
            found.sort_by_key(|(rank, _)| *rank);
            found.iter().map(|(_, entry)| entry.profile.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(found(""), "admin-session default-session plain audit");
        assert_eq!(found("a"), "admin-session audit default-session plain");
        assert_eq!(found("ADMIN"), "admin-session");
        assert_eq!(found("role exp"), "admin-session audit");
        assert_eq!(found("1234"), "default-session");
        assert_eq!(found("permanent"), "");
        assert_eq!(found("zzz"), "");
    }

    #[test]
    fn a_wide_character_takes_two_columns() {
        let fitted = |text, width| {
            let mut line = String::new();
            push_fitted(&mut line, text, width);
            line
        };
        assert_eq!(fitted("日本", 6), "日本  ");
        assert_eq!(fitted("日本語", 5), "日…語");
        assert_eq!(fitted("日本語", 4), "日… ");
        assert_eq!(fitted("日本語", 0), "");
    }
}
