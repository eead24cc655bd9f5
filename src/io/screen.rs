//! The terminal's alternate screen: what is shown on it is gone afterwards, and is in no scrollback.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use super::system::console;
use super::system::terminal_settings::SuspendOff;
use super::terminal::Terminal;
use crate::secret::Secret;

/// Set while the alternate screen is shown.
static IS_SHOWN: AtomicBool = AtomicBool::new(false);

/// Switches to the alternate screen (xterm, private mode 1049).
const ENTER: &str = "\x1b[?1049h";

/// Clears the screen, for terminals without a second one, switches back, and shows the cursor.
const LEAVE: &str = "\x1b[0m\x1b[H\x1b[2J\x1b[?1049l\x1b[?25h";

/// The alternate screen, until it is dropped.
pub struct Screen {
    terminal: Terminal,
    _suspend_off: SuspendOff,
}

impl Screen {
    /// Switches to the alternate screen.
    ///
    /// # Errors
    ///
    /// Fails if there is no terminal, or if it does not interpret escape sequences.
    pub fn enter() -> io::Result<Self> {
        if !console::understands_escapes() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let mut terminal = Terminal::open()?;
        IS_SHOWN.store(true, Ordering::SeqCst);
        terminal.write(ENTER);
        Ok(Self { terminal, _suspend_off: SuspendOff::begin() })
    }

    /// Shows text, and reads the line that is typed behind it.
    ///
    /// # Errors
    ///
    /// Fails if the terminal is gone, or if the input has ended.
    pub fn prompt(&mut self, text: &Secret) -> io::Result<Secret> {
        self.terminal.output.write_all(text.expose().as_bytes())?;
        self.terminal.output.flush()?;
        self.terminal.read_line()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// Returns the rows and columns of the terminal, if there is one and they are known.
pub fn size() -> Option<(usize, usize)> {
    let terminal = Terminal::open().ok()?;
    let (rows, columns) = console::size(&terminal.output)?;
    Some((rows.into(), columns.into()))
}

/// Switches back from the alternate screen, and returns whether it was shown.
pub(super) fn leave() -> bool {
    let was_shown = IS_SHOWN.swap(false, Ordering::SeqCst);
    if was_shown && let Ok(mut terminal) = Terminal::open() {
        terminal.write(LEAVE);
    }
    was_shown
}
