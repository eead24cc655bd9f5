//! The times of docs/speed.md as bars. A test of benches/compare would take an hour, so the numbers are those of the page.

use std::fmt::Write;

use crate::colours::style;
use crate::svg::{About, SANS, document, escape, short};
use crate::{COMMAND, here, is_drawn_again, sound};

/// The rows to draw, as the page names them.
const ROWS: [&str; 2] = ["status, 3 profiles", "login over http, 3 profiles"];

const WIDTH: f64 = 720.0;
const BARS: f64 = 280.0;
const LINE: f64 = 28.0;
/// The ends of the axis, in decimal logarithms of milliseconds.
const AXIS: (f64, f64) = (-1.0, 3.0);
const DECADE: f64 = 90.0;

/// A program, its time in milliseconds, and what the page has for it.
type Time = (String, f64, String);

/// The first table of the page as lists of cells.
fn table() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(here("docs/speed.md")).expect("there is the page");
    let rows = page.lines().skip_while(|line| !line.starts_with("<!-- speed in short")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// The times of a row: awsmfa's own in milliseconds, the others as a multiple of it, the baseline with its name before.
fn times(header: &[String], row: &[String]) -> Vec<Time> {
    let own = row.get(1).expect("a time").clone();
    let awsmfa: f64 = own.trim_end_matches(" ms").parse().expect("milliseconds");
    let others = header.iter().zip(row).skip(2).filter(|(_, cell)| !cell.is_empty()).map(|(name, cell)| {
        let (name, cell) = cell.split_once(": ").unwrap_or((name, cell));
        let factor: f64 = cell.trim_end_matches(" ×").parse().expect("a multiple");
        (name.to_owned(), factor * awsmfa, cell.to_owned())
    });
    [("awsmfa".to_owned(), awsmfa, own)].into_iter().chain(others).collect()
}

fn bar((name, time, label): &Time, y: f64) -> String {
    let length = (time.log10() - AXIS.0) * DECADE;
    let class = if name == "awsmfa" { "head" } else { "bar" };
    let text = y + 15.0;
    format!(
        "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\" class=\"text\">{}</text>\n\
         <rect x=\"{BARS}\" y=\"{y}\" width=\"{}\" height=\"20\" rx=\"3\" class=\"{class}\"/>\n\
         <text x=\"{}\" y=\"{text}\" class=\"quiet\">{label}</text>\n",
        BARS - 12.0,
        escape(name),
        short(length),
        short(BARS + length + 8.0)
    )
}

fn drawn() -> String {
    let table = table();
    let (header, rows) = table.split_first().expect("the table has a header");
    let mut inside = String::new();
    let mut y = 24.0;
    for name in ROWS {
        let row = rows
            .iter()
            .find(|row| row.first().is_some_and(|cell| cell == name))
            .unwrap_or_else(|| panic!("no row {name}"));
        let _ = writeln!(inside, "<text x=\"24\" y=\"{}\" class=\"text\" font-weight=\"bold\">{name}</text>", y + 12.0);
        y += LINE;
        for time in &times(header, row) {
            inside += &bar(time, y);
            y += LINE;
        }
        y += 16.0;
    }
    let (width, height) = (WIDTH - 1.0, y + 27.0);
    let note = "wall time from start to end, as a multiple of that of awsmfa; the scale is logarithmic";
    let _ = writeln!(inside, "<text x=\"24\" y=\"{}\" class=\"quiet\" font-size=\"14\">{note}</text>", y + 4.0);
    let panel =
        format!("<rect x=\"0.5\" y=\"0.5\" width=\"{width}\" height=\"{height}\" rx=\"9\" class=\"panel\"/>\n{inside}");
    let about = About {
        title: "The time of a status and of a login, compared with other programs",
        description: "Bars for awsmfa and for the nearest equivalent in other programs. The numbers are in docs/speed.md.",
    };
    document(&about, (WIDTH, height + 1.0), SANS, 15.0, &(style() + &panel))
}

#[test]
fn the_bars_show_the_numbers_of_the_page() {
    let (path, drawn) = (here("docs/pictures/speed.svg"), drawn());
    assert_eq!(sound::fault(&drawn), None);
    if is_drawn_again() {
        return std::fs::write(path, drawn).expect("docs/pictures can be written");
    }
    let committed = std::fs::read_to_string(path).expect("there is the picture");
    assert!(committed == drawn, "docs/speed.md has other numbers: {COMMAND} draws them");
}
