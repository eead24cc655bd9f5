//! The width of text on a terminal.

use unicode_width::UnicodeWidthStr;

/// Returns the number of columns of the terminal that the text takes.
pub fn width_of(text: &str) -> usize {
    // Most names are ASCII, for which no table of widths is needed.
    if text.is_ascii() { text.len() } else { text.width() }
}
