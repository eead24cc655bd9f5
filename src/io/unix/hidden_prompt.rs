//! Hidden input on a terminal, byte by byte: an asterisk for each character shows that it has arrived.

use std::io;
use std::time::Duration;

use super::console;
use super::terminal_settings::EchoOff;
use crate::io::dialog::{self, HELP, interrupted, painted};
use crate::io::terminal::Terminal;
use crate::palette::Style;
use crate::secret::Secret;
use crate::text_width::width_of;
use crate::typed::{Step, TypedLine};

/// The time in which the other bytes of an arrow key arrive after Escape.
const SEQUENCE: Duration = Duration::from_millis(50);

/// The text in place of a secret that was entered, whatever its length.
const ENTERED: &str = "********";

/// Prompts for a secret. Returns `None` for Escape.
pub(in crate::io) fn prompt(
    question: &str,
    check: fn(&Secret) -> Result<(), &'static str>,
) -> io::Result<Option<Secret>> {
    let _echo_off = EchoOff::begin();
    let mut terminal = Terminal::open()?;
    let asked = format!("{} {question}", painted(Style::Valid, "?"));
    let width = dialog::width();
    let help = help(width).map(|help| format!("\r\n{}\x1b[A\r{asked} ", painted(Style::Command, &help)));
    let help = help.unwrap_or_default();
    // The sign, two spaces and the cursor take four columns. The asterisks must stay in the line.
    let room = width.saturating_sub(width_of(question) + 4);
    loop {
        // The help is below the prompt, and the cursor is at the end of the prompt.
        terminal.write(&format!("{asked} {help}"));
        let line = read(&mut terminal, room);
        terminal.write("\r\x1b[J");
        let Some(line) = line? else { return Ok(None) };
        let answer = line.text().map(Secret::new).map_err(|error| error.to_string());
        let checked = answer.and_then(|secret| check(&secret).map(|()| secret).map_err(str::to_owned));
        match checked {
            Ok(secret) => {
                let (sign, entered) = (painted(Style::Valid, ">"), painted(Style::Command, ENTERED));
                terminal.write_line(&format!("{sign} {question} {entered}"));
                return Ok(Some(secret));
            }
            Err(reason) => terminal.write_line(&painted(Style::Error, &format!("# {reason}"))),
        }
    }
}

/// Returns the help if it fits into one line, so that the line above it is the prompt.
fn help(width: usize) -> Option<String> {
    let help = format!("[{HELP}]");
    (width > help.len()).then_some(help)
}

/// Reads up to Enter, and no further: the rest of a paste is for the next prompt. Returns `None` for Escape. Shows as many
/// asterisks as characters, but no more than there is room for.
fn read(terminal: &mut Terminal, room: usize) -> io::Result<Option<TypedLine>> {
    let mut line = TypedLine::default();
    let mut shown = 0;
    loop {
        match line.take(console::key(&terminal.input)?) {
            Step::More => {}
            Step::Undecided if console::has_key_within(&terminal.input, SEQUENCE)? => {}
            Step::Undecided => return Ok(None),
            Step::Enter => return Ok(Some(line)),
            Step::Interrupt => return Err(interrupted()),
        }
        let wanted = line.characters().min(room);
        if wanted != shown {
            // Backspace, space and backspace remove an asterisk.
            terminal
                .write(&("\x08 \x08".repeat(shown.saturating_sub(wanted)) + &"*".repeat(wanted.saturating_sub(shown))));
            shown = wanted;
        }
    }
}
