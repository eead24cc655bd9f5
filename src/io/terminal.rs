//! Input and output: standard output for results, standard error for messages, the terminal for prompts.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::console::Term;
use zeroize::Zeroizing;

use super::system::console;
use crate::limits;
use crate::secret::Secret;

/// Set while the cursor is at the end of a prompt or a countdown.
static IN_LINE: AtomicBool = AtomicBool::new(false);

/// Set if the user must not be prompted.
static PROMPTS_OFF: AtomicBool = AtomicBool::new(false);

/// Turns all prompts off, as if there were no terminal.
pub fn ask_nothing() {
    PROMPTS_OFF.store(true, Ordering::Relaxed);
}

/// Returns whether prompts are allowed.
pub fn may_ask() -> bool {
    !PROMPTS_OFF.load(Ordering::Relaxed)
}

/// Ends the line of a prompt or a countdown, so that the shell's prompt is below it after a signal.
pub(super) fn end_line() {
    if IN_LINE.load(Ordering::Relaxed)
        && console::understands_escapes()
        && let Ok(mut terminal) = Terminal::open()
    {
        // The help of a prompt is below its line (ECMA-48, ED), and a prompt may have hidden the cursor (DECTCEM).
        terminal.write_line("\x1b[J\x1b[?25h");
    }
}

/// Prints a message above a prompt that is waiting for its answer.
pub fn message_above(text: &str, question: &str) {
    if IN_LINE.load(Ordering::Relaxed)
        && console::understands_escapes()
        && let Ok(mut terminal) = Terminal::open()
    {
        // Return to the start of the line, and clear it (ECMA-48, EL).
        terminal.write_line(&format!("\r\x1b[K{text}"));
        let _ = write!(terminal.output, "{question}").and_then(|()| terminal.output.flush());
    }
}

/// A guard that marks the cursor as being at the end of a prompt or a countdown until it is dropped.
pub(super) struct InLine;

impl InLine {
    pub(super) fn begin() -> Self {
        IN_LINE.store(true, Ordering::Relaxed);
        Self
    }
}

impl Drop for InLine {
    fn drop(&mut self) {
        IN_LINE.store(false, Ordering::Relaxed);
    }
}

/// Prints a result. A reader that closes the pipe early, such as `head`, is not an error.
///
/// # Errors
///
/// Fails if standard output is closed or full.
pub fn print(text: &str) -> io::Result<()> {
    let written =
        console::standard_output().and_then(|mut out| out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Prints a message to standard error.
pub fn message(text: &str) {
    // If this fails, there is nowhere to report it.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Returns whether standard error is a terminal that interprets escape sequences.
pub fn shows_messages() -> bool {
    io::stderr().is_terminal() && console::understands_escapes()
}

/// Returns whether standard output is a terminal that interprets escape sequences.
pub fn shows_results() -> bool {
    io::stdout().is_terminal() && console::understands_escapes()
}

/// Returns the width of the terminal that messages are printed on; none if they go elsewhere, or if it is unknown.
pub fn columns_of_messages() -> Option<usize> {
    let terminal = io::stderr().is_terminal().then(Term::stderr)?;
    terminal.size_checked().map(|(_, columns)| usize::from(columns))
}

/// Returns the width of the terminal that results are printed on; none if they go elsewhere, or if it is unknown.
pub fn columns_of_results() -> Option<usize> {
    let terminal = io::stdout().is_terminal().then(Term::stdout)?;
    terminal.size_checked().map(|(_, columns)| usize::from(columns))
}

/// Returns whether the user can be prompted.
pub fn is_there() -> bool {
    may_ask() && Terminal::open().is_ok()
}

/// Reads a line from standard input.
///
/// # Errors
///
/// Fails if it cannot be read.
pub fn standard_input_line() -> io::Result<Secret> {
    line(io::stdin().lock())
}

/// Reads standard input to its end, or to the limit for a command line.
///
/// # Errors
///
/// Fails if it cannot be read, or is not UTF-8.
pub fn standard_input() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().lock().take(limits::COMMAND_LINE_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// Returns whether standard input is a terminal.
pub fn reads_input_from_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Reads standard input to its end. Returns none if it has more than `limit` bytes.
///
/// # Errors
///
/// Fails if it cannot be read.
pub fn standard_input_bytes(limit: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)?;
    let is_small = u64::try_from(bytes.len()).is_ok_and(|length| length <= limit);
    Ok(is_small.then_some(bytes))
}

/// Waits, and prints the remaining time: each second on a terminal, otherwise once.
pub fn count_down(seconds: u64, text: impl Fn(u64) -> String) {
    if !shows_messages() {
        message(&text(seconds));
        return wait(seconds);
    }
    let _in_line = InLine::begin();
    for left in (1..=seconds).rev() {
        // Return to the start of the line, and clear the rest of it (ECMA-48, EL).
        write_now(&format!("\r{}\x1b[K", text(left)));
        wait(1);
    }
    write_now("\r\x1b[K");
}

/// Writes to standard error, and releases its lock at once, since the thread that handles signals needs it as well.
fn write_now(text: &str) {
    let mut out = io::stderr().lock();
    // If this fails, there is nowhere to report it.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Waits for a number of seconds.
pub fn wait(seconds: u64) {
    std::thread::sleep(Duration::from_secs(seconds));
}

/// The user's terminal, even if standard input or output is redirected.
pub struct Terminal {
    pub(super) input: console::Input,
    pub(super) output: console::Output,
}

impl Terminal {
    /// Opens the terminal.
    ///
    /// # Errors
    ///
    /// Fails if the process has no terminal.
    pub fn open() -> io::Result<Self> {
        let (input, output) = console::open()?;
        Ok(Self { input, output })
    }

    /// Returns the terminal as standard input and standard error for a program that prompts for a touch or a password.
    /// If there is no terminal, or if prompts are turned off, standard input is empty and standard error is inherited.
    pub fn for_program() -> (Stdio, Stdio) {
        match Self::open() {
            Ok(terminal) if may_ask() => (terminal.input.into(), terminal.output.into()),
            _ => (Stdio::null(), Stdio::inherit()),
        }
    }

    /// Prints a prompt, and reads a line. If there is none, ends the line of the prompt, so that an error is below it.
    ///
    /// # Errors
    ///
    /// Fails if the terminal is gone.
    pub fn prompt(&mut self, question: &str) -> io::Result<Secret> {
        write!(self.output, "{question}")?;
        self.output.flush()?;
        let _in_line = InLine::begin();
        let line = self.read_line();
        if line.is_err() {
            self.write_line("");
        }
        line
    }

    /// Reads a line.
    pub(super) fn read_line(&self) -> io::Result<Secret> {
        line(console::lines(&self.input))
    }

    /// Writes text without a line break.
    pub(super) fn write(&mut self, text: &str) {
        // The next prompt fails if the terminal is gone.
        let _ = self.output.write_all(text.as_bytes()).and_then(|()| self.output.flush());
    }

    /// Writes a line.
    pub fn write_line(&mut self, text: &str) {
        // The next prompt fails if the terminal is gone.
        let _ = writeln!(self.output, "{text}");
    }
}

/// Reads a line. It may be empty, but the end of the input is an error.
fn line(reader: impl BufRead) -> io::Result<Secret> {
    let mut text = Vec::new();
    reader.take(limits::LINE_BYTES).read_until(b'\n', &mut text)?;
    if text.is_empty() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the input ended before a line"));
    }
    Ok(Secret::new(String::from_utf8_lossy(&text).trim_end_matches(['\r', '\n'])))
}
