//! Text with the colours of a terminal, as tmux prints it.

use crate::colours::ANSI;

/// Letters with the same style.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub style: Style,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// None for the colour of plain text.
    pub colour: Option<&'static str>,
    pub is_bold: bool,
}

/// The lines of a screen, without empty ones at the end. The style goes on from line to line.
pub fn lines(screen: &str) -> Vec<Vec<Run>> {
    let mut style = Style::default();
    let mut lines: Vec<Vec<Run>> = screen.lines().map(|line| runs(line, &mut style)).collect();
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}

fn runs(line: &str, style: &mut Style) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut parts = line.split("\x1b[");
    let mut text = parts.next().unwrap_or_default();
    loop {
        match runs.last_mut() {
            Some(last) if last.style == *style => last.text += text,
            _ if text.is_empty() => {}
            _ => runs.push(Run { text: text.to_owned(), style: *style }),
        }
        let Some(part) = parts.next() else { return runs };
        let (codes, rest) = part.split_once('m').unwrap_or_else(|| panic!("no colour: {part:?}"));
        codes.split(';').for_each(|code| style.set(code));
        text = rest;
    }
}

impl Style {
    fn set(&mut self, code: &str) {
        let number: usize = if code.is_empty() { 0 } else { code.parse().expect("a number") };
        match number {
            0 => *self = Self::default(),
            1 => self.is_bold = true,
            22 => self.is_bold = false,
            39 => self.colour = None,
            // The background of the terminal.
            49 => {}
            30..=37 => self.colour = ANSI.get(number - 30).copied(),
            90..=97 => self.colour = ANSI.get(number - 90 + 8).copied(),
            other => panic!("the pictures do not know the style {other}"),
        }
    }
}

#[test]
fn colours_become_runs() {
    let run = |text: &str, colour, is_bold| Run { text: text.to_owned(), style: Style { colour, is_bold } };
    let screen = "a\x1b[1m\x1b[31mb\x1b[0m c\n\x1b[92md\ne\x1b[39m\n\n";
    let red = run("b", Some(ANSI[1]), true);
    let expected = [
        vec![run("a", None, false), red, run(" c", None, false)],
        vec![run("d", Some(ANSI[10]), false)],
        vec![run("e", Some(ANSI[10]), false)],
    ];
    assert_eq!(lines(screen), expected);
}
