//! A screen with a QR code, and text to the right of it.
//!
//! Two modules of the code share a character, as its upper and lower half. The colours are explicit, since scanners
//! expect dark on light, whatever the colours of the terminal.

use std::fmt::Write;

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::secret::Secret;

/// The columns of the text beside the code.
const TEXT: usize = 32;

/// The modules of light space around a code that the standard requires (ISO/IEC 18004, 6.3.8). Scanners need about half
/// of them.
const MARGIN: usize = 4;

/// Moves the cursor to the upper left corner, and clears the screen.
const CLEAR: &str = "\x1b[0m\x1b[H\x1b[2J";

/// Black on white: first of the eight colours, for terminals with no others, and then of the 256 colours, which themes do
/// not change.
const DARK_ON_LIGHT: &str = "\x1b[30;47m\x1b[38;5;16;48;5;231m";

/// A QR code that fits a terminal.
pub struct Picture {
    rows: Vec<Secret>,
    columns: usize,
    text_columns: usize,
}

impl Picture {
    /// Draws the first of these texts that fits a terminal with a margin of two modules; or else with a margin of one.
    pub fn fitting(texts: &[Secret], (rows, columns): (usize, usize)) -> Option<Self> {
        let codes: Vec<QrCode> = texts.iter().filter_map(|text| encoded(text.expose())).collect();
        for least in [2, 1] {
            for code in &codes {
                let space = (2 * rows).min(columns.saturating_sub(TEXT + 1)).saturating_sub(code.width());
                let margin = (space / 2).min(MARGIN);
                if margin >= least {
                    return Some(Self::drawn(code, margin, columns));
                }
            }
        }
        None
    }

    fn drawn(code: &QrCode, margin: usize, columns: usize) -> Self {
        let (modules, width) = (code.width(), code.width() + 2 * margin);
        let is_dark = |x: usize, y: usize| {
            let inside = |at: usize| at.checked_sub(margin).filter(|at| *at < modules);
            matches!((inside(x), inside(y)), (Some(x), Some(y)) if code[(x, y)] == Color::Dark)
        };
        let half_blocks = |y: usize, x: usize| match (is_dark(x, y), is_dark(x, y + 1)) {
            (true, true) => '\u{2588}',
            (true, false) => '\u{2580}',
            (false, true) => '\u{2584}',
            (false, false) => ' ',
        };
        let row = |y: usize| Secret::new((0..width).map(|x| half_blocks(y, x)).collect::<String>());
        let rows = (0..width).step_by(2).map(row).collect();
        Self { rows, columns: width, text_columns: columns - width - 1 }
    }

    /// Renders the whole screen, with the cursor behind the prompt.
    pub fn screen(&self, paragraphs: &[&str], prompt: &str) -> Secret {
        let mut screen = String::from(CLEAR);
        for (y, row) in self.rows.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = write!(screen, "\x1b[{};1H{DARK_ON_LIGHT}{}\x1b[0m", y + 1, row.expose());
        }
        let lines = paragraphs.iter().flat_map(|text| wrapped(text, self.text_columns));
        let column = self.columns + 2;
        for (y, line) in lines.chain([prompt.to_owned()]).enumerate() {
            let _ = write!(screen, "\x1b[{};{column}H{line}", y + 1);
        }
        Secret::new(screen)
    }
}

/// Encodes a text. The longest part with only those characters of which two take 11 bits, such as a secret in base32, is
/// encoded in this way, and the rest as bytes: so texts of the same form have codes of the same size.
fn encoded(text: &str) -> Option<QrCode> {
    let is_short = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" $%*+-./:".contains(byte);
    let runs = text.as_bytes().chunk_by(|a, b| is_short(a) == is_short(b));
    let run = runs.filter(|run| run.first().is_some_and(is_short)).max_by_key(|run| run.len()).unwrap_or_default();
    let start = text.find(std::str::from_utf8(run).ok()?)?;
    let (before, rest) = text.as_bytes().split_at_checked(start)?;
    let after = rest.get(run.len()..)?;
    (1..=40).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(before).ok()?;
        bits.push_alphanumeric_data(run).ok()?;
        bits.push_byte_data(after).ok()?;
        bits.push_terminator(EcLevel::L).ok()?;
        QrCode::with_bits(bits, EcLevel::L).ok()
    })
}

/// Renders a screen without a code, on which long lines are wrapped by the terminal, so that they can be copied.
pub fn text_screen(paragraphs: &[&str], prompt: &str) -> Secret {
    Secret::new(format!("{CLEAR}{}\r\n{prompt}", paragraphs.join("\r\n")))
}

/// Wraps text at spaces; longer words at the last column.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let characters: Vec<char> = word.chars().collect();
        for (at, part) in characters.chunks(columns).enumerate() {
            let used = lines.last().map_or(0, |line| line.chars().count());
            if at > 0 || (used > 0 && used + 1 + part.len() > columns) {
                lines.push(String::new());
            } else if used > 0 {
                lines.last_mut().into_iter().for_each(|line| line.push(' '));
            }
            lines.last_mut().into_iter().for_each(|line| line.extend(part));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mfa_device::key_uri;

    /// The size of the seeds of AWS, and the longest name of a user.
    fn uris(user: &str) -> [Secret; 2] {
        let seed = Secret::new("A2".repeat(32));
        [true, false].map(|with_issuer| key_uri(user, "123456789012", &seed, with_issuer))
    }

    #[test]
    fn the_code_of_every_user_fits_the_usual_terminal() {
        for user in ["ada", "ada.lovelace@example.com", &"Ada-".repeat(16), &"a".repeat(64)] {
            let picture = Picture::fitting(&uris(user), (24, 80)).expect(user);
            assert!(picture.rows.len() <= 24 && picture.columns + 1 + picture.text_columns == 80, "{user}");
            assert!(picture.text_columns >= TEXT && picture.columns >= 45, "{user}");
        }
        assert!(Picture::fitting(&uris("ada"), (19, 80)).is_none());
        assert!(Picture::fitting(&uris("ada"), (24, 71)).is_none());
        let large = Picture::fitting(&uris("ada"), (60, 200)).expect("there is space");
        assert_eq!(large.columns, 37 + 2 * MARGIN);
    }

    #[test]
    fn text_is_wrapped_beside_the_code() {
        assert_eq!(wrapped("a bc  def ghijklmnop", 5), ["a bc", "def", "ghijk", "lmnop"]);
        assert_eq!(wrapped("", 5), [""]);
        let picture = Picture::fitting(&uris("ada"), (24, 80)).expect("it fits");
        let screen = picture.screen(&["Scan it", ""], "Code: ");
        assert!(screen.expose().ends_with("\x1b[1;47HScan it\x1b[2;47H\x1b[3;47HCode: "), "{:?}", screen.expose());
    }
}
