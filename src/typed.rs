//! A secret line that is typed or pasted on a terminal without echo, key by key.
//!
//! The keys of a line editor work if they make sense without echo. A bracketed paste is read like any other paste.

use zeroize::Zeroizing;

use crate::limits;

/// The effect of the last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The line goes on.
    More,
    /// Escape, or the beginning of the sequence that a key such as an arrow sends: only the next byte decides.
    Undecided,
    /// Enter.
    Enter,
    /// Ctrl-C.
    Interrupt,
}

/// The line so far.
#[derive(Default)]
pub struct TypedLine {
    bytes: Zeroizing<Vec<u8>>,
    /// Set if more was typed than is stored.
    is_too_long: bool,
    sequence: Sequence,
}

/// The progress of reading a key's escape sequence (ECMA-48, 5.4).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Sequence {
    #[default]
    None,
    Escape,
    /// After `ESC [`, up to a byte that ends it.
    Control,
    /// After `ESC O`, one byte.
    Function,
}

/// The error for a line longer than [`limits::LINE_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is longer than {} bytes", limits::LINE_BYTES)]
pub struct TooLongError;

impl TypedLine {
    /// Processes a byte, and returns its effect.
    pub fn take(&mut self, byte: u8) -> Step {
        self.sequence = match (self.sequence, byte) {
            (Sequence::None, 0x1B) | (Sequence::Escape, 0x1B) => Sequence::Escape,
            (Sequence::Escape, b'[') => Sequence::Control,
            (Sequence::Escape, b'O') => Sequence::Function,
            (Sequence::Control, 0x20..=0x3F) => Sequence::Control,
            (Sequence::None, _) => return self.key(byte),
            (Sequence::Escape | Sequence::Control | Sequence::Function, _) => Sequence::None,
        };
        if self.sequence == Sequence::Escape { Step::Undecided } else { Step::More }
    }

    fn key(&mut self, byte: u8) -> Step {
        match byte {
            b'\r' | b'\n' => return Step::Enter,
            0x03 => return Step::Interrupt,
            // Backspace removes a whole character.
            0x08 | 0x7F => while self.bytes.pop().is_some_and(|last| last & 0xC0 == 0x80) {},
            // Ctrl-U and Ctrl-W.
            0x15 | 0x17 => *self = Self::default(),
            0..0x20 => {}
            _ if self.bytes.len() as u64 >= limits::LINE_BYTES => self.is_too_long = true,
            _ => self.bytes.push(byte),
        }
        Step::More
    }

    /// Returns the number of characters that are stored.
    pub fn characters(&self) -> usize {
        self.bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
    }

    /// Returns the text without surrounding white space.
    ///
    /// # Errors
    ///
    /// Fails if the line is too long.
    pub fn text(&self) -> Result<String, TooLongError> {
        if self.is_too_long {
            return Err(TooLongError);
        }
        Ok(String::from_utf8_lossy(&self.bytes).trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> (Step, Result<String, TooLongError>) {
        let mut line = TypedLine::default();
        let steps: Vec<Step> = keys.iter().map(|byte| line.take(*byte)).collect();
        (steps.last().copied().unwrap_or(Step::More), line.text())
    }

    #[test]
    fn control_keys_are_not_part_of_the_text() {
        for (keys, text) in [
            ("ab\x7Fc\r", "ac"),
            ("a\u{E9}\u{20AC}\x08\x08b\r", "ab"),
            ("wrong\x15right\r", "right"),
            ("\x1B[200~pa/st+ed\x1B[201~\r", "pa/st+ed"),
            ("a\x1B[Db\x1BOP\x1B\x1B[1;5Cc\r", "abc"),
            (" a\tb \n", "ab"),
            ("\r", ""),
        ] {
            assert_eq!(typed(keys.as_bytes()), (Step::Enter, Ok(text.to_owned())), "{keys:?}");
        }
        let mut line = TypedLine::default();
        "a\u{E9}\u{20AC}\x08".bytes().for_each(|byte| _ = line.take(byte));
        assert_eq!(line.characters(), 2);
        assert_eq!(typed(b"a\x03").0, Step::Interrupt);
        assert_eq!(typed(b"a\x1B").0, Step::Undecided);
    }

    #[test]
    fn a_line_that_is_too_long_is_refused_and_can_be_typed_again() {
        let long = [b'a'; 46 * 1024];
        assert_eq!(typed(&long).1, Err(TooLongError));
        assert_eq!(typed(&[&long[..], b"\x15b"].concat()).1, Ok("b".to_owned()));
    }
}
