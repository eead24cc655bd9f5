//! A recorded terminal as an animation: the last screen, and how its lines came about.

use std::fmt::Write;

use crate::colours::TERMINAL;
use crate::screen::{CELL, LINE, Screen, animation, keyframes, left_of, percent, rows, terminal, top_of};
use crate::svg::{About, short};

// In milliseconds.
const BEFORE_TYPING: u32 = 700;
const LETTER: u32 = 38;
const BEFORE_OUTPUT: u32 = 350;
const AT_THE_END: u32 = 2_800;

/// What was typed at one prompt: the line and the column of its first letter, from 0, and its length.
pub struct Typed {
    pub line: usize,
    pub column: usize,
    pub length: u16,
}

/// The last screen, and what was typed on it in this order.
pub struct Recording {
    pub screen: Screen,
    pub typed: Vec<Typed>,
}

impl Recording {
    /// Draws the screen with an animation of the typing. Without animations, the whole screen is shown.
    pub fn draw(&self, about: &About<'_>) -> String {
        let typing: u32 = self.typed.iter().map(Typed::time).sum();
        let total = typing + AT_THE_END;
        let mut style = animation(total) + ".c{visibility:hidden}\n";
        let (mut body, mut first, mut begin) = (String::new(), 0, 0);
        for (index, typed) in self.typed.iter().enumerate() {
            let lines = rows(&self.screen, first, typed.line + 1) + &typed.cover(index);
            let (class, at) = (format!("s{index}"), percent(begin, total));
            let _ = writeln!(style, "{}", keyframes(&class, &format!("{at}%{{visibility:visible}}")));
            let _ = writeln!(style, "{}", typed.uncover(index, begin, total));
            let _ = write!(body, "<g class=\"a {class}\">\n{lines}</g>\n");
            first = typed.line + 1;
            begin += typed.time();
        }
        let at = percent(typing, total);
        let _ = writeln!(style, "{}", keyframes("end", &format!("{at}%{{visibility:visible}}")));
        let _ = write!(body, "<g class=\"a end\">\n{}</g>\n", rows(&self.screen, first, self.screen.len()));
        terminal(about, &[&self.screen], &style, &body)
    }
}

impl Typed {
    /// The time from the prompt to the output.
    fn time(&self) -> u32 {
        BEFORE_TYPING + u32::from(self.length) * LETTER + BEFORE_OUTPUT
    }

    /// Hides the letters that are not typed yet, and draws the cursor before them.
    fn cover(&self, index: usize) -> String {
        let (x, y) = (short(left_of(self.column)), short(top_of(self.line)));
        let width = short(f64::from(self.length) * CELL + 2.0);
        format!(
            "<g class=\"a c t{index}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{LINE}\" fill=\"{TERMINAL}\"/>\
             <rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{LINE}\"/></g>\n"
        )
    }

    /// Moves the cover to the right, one letter at a time.
    fn uncover(&self, index: usize, prompt: u32, total: u32) -> String {
        let typing = prompt + BEFORE_TYPING;
        let [prompt, begin, end] =
            [prompt, typing, typing + u32::from(self.length) * LETTER].map(|moment| percent(moment, total));
        let (steps, width) = (self.length, short(f64::from(self.length) * CELL));
        let frames = format!(
            "{prompt}%{{visibility:visible}}\
             {begin}%{{visibility:visible;transform:none;animation-timing-function:steps({steps})}}\
             {end}%{{visibility:hidden;transform:translateX({width}px)}}"
        );
        keyframes(&format!("t{index}"), &frames)
    }
}
