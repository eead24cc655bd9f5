//! The table of layouts and clients: printed by tests/run, and shown in the README.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use jiff::Zoned;

use crate::TARGET;
use crate::client::CLIENTS;

const BEGIN: &str = "<!-- clients: this table is made by tests/run -->\n";
const END: &str = "<!-- clients: end -->\n";

/// The results of the clients.
#[derive(Default)]
pub struct Table {
    rows: Vec<(&'static str, Option<String>)>,
    cells: BTreeMap<(&'static str, &'static str), bool>,
    faults: Vec<String>,
}

impl Table {
    /// Adds a layout, with the reason if some clients are known not to use the session.
    pub fn row(&mut self, layout: &'static str, reason: Option<&'static str>, is_warned_about: bool) {
        let warned = if is_warned_about { " `login` warns about it." } else { "" };
        self.rows.push((layout, reason.map(|reason| format!("{reason}{warned}"))));
    }

    pub fn cell(&mut self, layout: &'static str, client: &'static str, uses_the_session: bool) {
        self.cells.insert((layout, client), uses_the_session);
    }

    pub fn fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    /// Writes the table, which tests/run prints, and makes sure that nothing was wrong and that the README shows it.
    pub fn finish(self) {
        let text = self.text();
        std::fs::write(Path::new(TARGET).join("table.md"), &text).expect("the folder is writable");
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
        compare_with_page(&text);
    }

    fn text(&self) -> String {
        let mut text = String::from("| layout |");
        for client in &CLIENTS {
            write!(text, " {} |", client.name).expect("a string grows");
        }
        text += "\n|---|";
        text += &"---|".repeat(CLIENTS.len());
        let mut notes = Vec::new();
        for (layout, reason) in &self.rows {
            let note = reason.as_ref().map(|reason| {
                notes.push(reason);
                notes.len()
            });
            write!(text, "\n| {layout} |").expect("a string grows");
            for client in &CLIENTS {
                let is_used = self.cells.get(&(*layout, client.name)) == Some(&true);
                let note = note.map_or_else(|| "no".to_owned(), |note| format!("no, {note}."));
                write!(text, " {} |", if is_used { "✓" } else { &note }).expect("a string grows");
            }
        }
        text += "\n\n";
        for (index, reason) in notes.iter().enumerate() {
            writeln!(text, "{}. {reason}", index + 1).expect("a string grows");
        }
        let versions = std::fs::read_to_string(Path::new(TARGET).join("versions")).expect("tests/run writes it");
        let versions: Vec<String> = versions.lines().map(|line| line.replace('=', " ")).collect();
        let today = Zoned::now().strftime("%Y-%m-%d");
        text + &format!("\n{SEEN_ON}{today} with {}.\n", versions.join(", "))
    }
}

const SEEN_ON: &str = "Seen on ";

/// The date and the versions may be others.
fn rows(table: &str) -> &str {
    table.split_once(SEEN_ON).map_or(table, |(rows, _)| rows)
}

/// Makes sure that docs/clients.md shows this table, or writes it there if `AWSMFA_BLESS` is set.
fn compare_with_page(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/clients.md");
    let text = std::fs::read_to_string(&path).expect("there is the page");
    let (before, rest) = text.split_once(BEGIN).expect("the page has a place for the table");
    let (shown, after) = rest.split_once(END).expect("the page has an end of the table");
    if rows(shown) == rows(table) {
        return;
    }
    if std::env::var_os("AWSMFA_BLESS").is_some() {
        std::fs::write(&path, [before, BEGIN, table, END, after].concat()).expect("the page can be written");
    } else {
        panic!("docs/clients.md shows another table; run again with AWSMFA_BLESS=1");
    }
}
