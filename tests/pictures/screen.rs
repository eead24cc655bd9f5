//! Screens of a terminal as pictures.

use std::fmt::Write;

use crate::colours::{TERMINAL, TERMINAL_BORDER, TERMINAL_TEXT};
use crate::styled::Run;
use crate::svg::{About, MONOSPACE, cells, count, document, short};

pub const CELL: f64 = 9.6;
pub const LINE: f64 = 22.0;
const FONT_SIZE: f64 = 16.0;
const MARGIN: f64 = 20.0;
/// The height of the bar above the first line.
const BAR: f64 = 34.0;

/// For the classes of everything that moves.
const NOT_MOVING: &str = "@media (prefers-reduced-motion:reduce){.a{animation:none}}\n";

/// What a terminal shows.
pub type Screen = Vec<Vec<Run>>;

/// The lines of a screen from one to before another.
pub fn rows(screen: &Screen, first: usize, end: usize) -> String {
    let rows = screen.iter().enumerate().take(end).skip(first).filter(|(_, runs)| !runs.is_empty());
    rows.map(|(row, runs)| texts(row, runs) + "\n").collect()
}

fn texts(row: usize, runs: &[Run]) -> String {
    let mut column = 0;
    let mut drawn = String::new();
    for Run { text, style } in runs {
        let colour = style.colour.map(|colour| format!(" fill=\"{colour}\"")).unwrap_or_default();
        let weight = if style.is_bold { " font-weight=\"bold\"" } else { "" };
        drawn += &cells(text, (left_of(column), top_of(row) + 16.0), CELL, &format!("{colour}{weight}"));
        column += text.chars().count();
    }
    drawn
}

/// The left edge of a column.
pub fn left_of(column: usize) -> f64 {
    MARGIN + f64::from(u16::try_from(column).expect("a column")) * CELL
}

/// The upper edge of a line.
pub fn top_of(line: usize) -> f64 {
    BAR + f64::from(u16::try_from(line).expect("a line")) * LINE
}

/// Draws a screen that does not move.
pub fn still(about: &About<'_>, screen: &Screen) -> String {
    terminal(about, &[screen], "", &rows(screen, 0, screen.len()))
}

/// Draws screens one after the other, each for so many milliseconds. Without animations, the last one is shown.
pub fn film(about: &About<'_>, frames: &[(Screen, u32)]) -> String {
    let total = frames.iter().map(|(_, time)| time).sum();
    let (mut style, mut body) = (animation(total), String::new());
    let (mut begin, last) = (0, frames.len() - 1);
    for (index, (screen, time)) in frames.iter().enumerate() {
        let (from, to) = (percent(begin, total), percent(begin + time, total));
        let end = if index == last { String::new() } else { format!("{to}%{{visibility:hidden}}") };
        let _ = writeln!(style, "{}", keyframes(&format!("f{index}"), &format!("{from}%{{visibility:visible}}{end}")));
        let hidden = if index == last { "" } else { " visibility=\"hidden\"" };
        let _ = write!(body, "<g class=\"a f{index}\"{hidden}>\n{}</g>\n", rows(screen, 0, screen.len()));
        begin += time;
    }
    let screens: Vec<&Screen> = frames.iter().map(|(screen, _)| screen).collect();
    terminal(about, &screens, &style, &body)
}

/// The rules of everything that moves for so many milliseconds, again and again.
pub fn animation(total: u32) -> String {
    format!(".a{{animation:{total}ms step-end infinite}}\n{NOT_MOVING}")
}

/// The animation of a class that is hidden at first.
pub fn keyframes(class: &str, frames: &str) -> String {
    format!(".{class}{{animation-name:{class}}}@keyframes {class}{{0%{{visibility:hidden}}{frames}}}")
}

pub fn percent(moment: u32, total: u32) -> String {
    short(100.0 * f64::from(moment) / f64::from(total))
}

/// Draws a terminal that is large enough for these screens, with a style sheet.
pub fn terminal(about: &About<'_>, screens: &[&Screen], style: &str, inside: &str) -> String {
    let lines = screens.iter().copied().flatten();
    let letters = lines.map(|runs| runs.iter().map(|run| count(&run.text)).sum::<f64>()).fold(0.0, f64::max);
    let height = screens.iter().map(|screen| screen.len()).max().unwrap_or_default();
    let (width, height) = ((letters * CELL + 2.0 * MARGIN).ceil(), top_of(height) + MARGIN - 4.0);
    let mut picture = if style.is_empty() { String::new() } else { format!("<style>{style}</style>\n") };
    let _ = write!(
        picture,
        "<clipPath id=\"inside\"><rect x=\"2\" y=\"2\" width=\"{}\" height=\"{}\"/></clipPath>\n\
         <rect x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" rx=\"9\" fill=\"{TERMINAL}\" stroke=\"{TERMINAL_BORDER}\"/>\n",
        width - 4.0,
        height - 4.0,
        width - 2.0,
        height - 2.0,
    );
    for x in [20, 40, 60] {
        let _ = writeln!(picture, "<circle cx=\"{x}\" cy=\"19\" r=\"6\" fill=\"{TERMINAL_BORDER}\"/>");
    }
    let _ = write!(picture, "<g fill=\"{TERMINAL_TEXT}\" clip-path=\"url(#inside)\">\n{inside}</g>\n");
    document(about, (width, height), MONOSPACE, FONT_SIZE, &picture)
}
