//! The person: standard output for what was asked for, standard error for messages, the terminal for questions.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::limits;
use crate::secret::Secret;

/// Set if the cursor stands behind a question or a countdown.
static IN_LINE: AtomicBool = AtomicBool::new(false);

/// Set if nothing may be asked.
static ASKS_NOTHING: AtomicBool = AtomicBool::new(false);

/// From now on nothing is asked, as if there were nobody.
pub fn ask_nothing() {
    ASKS_NOTHING.store(true, Ordering::Relaxed);
}

/// Returns whether something may be asked, if there is somebody.
pub fn may_ask() -> bool {
    !ASKS_NOTHING.load(Ordering::Relaxed)
}

/// Ends the line that a question or a countdown has begun: whoever is interrupted there gets the next prompt below it.
pub(super) fn end_line() {
    if IN_LINE.load(Ordering::Relaxed)
        && let Ok(mut terminal) = Terminal::open()
    {
        // A question may have hidden the cursor (DECTCEM).
        terminal.say("\x1b[?25h");
    }
}

/// Says something while a question waits for its answer, and asks it again below.
pub fn message_above(text: &str, question: &str) {
    if IN_LINE.load(Ordering::Relaxed)
        && let Ok(mut terminal) = Terminal::open()
    {
        // Back to the start of the line, and clear it (ECMA-48, EL).
        terminal.say(&format!("\r\x1b[K{text}"));
        let _ = write!(terminal.output, "{question}").and_then(|()| terminal.output.flush());
    }
}

/// Until it is dropped, the cursor stands behind a question.
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

/// Prints what was asked for. A reader that has seen enough, such as `head`, is no failure.
///
/// # Errors
///
/// Fails if standard output is closed or full.
pub fn print(text: &str) -> io::Result<()> {
    let written = standard_output().and_then(|mut out| out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Without the buffer of Rust's library, which is never wiped: what is printed may be a key.
#[cfg(unix)]
fn standard_output() -> io::Result<impl Write> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// With it: on a console, it is Rust's library that makes UTF-16 of the text.
#[cfg(not(unix))]
fn standard_output() -> io::Result<impl Write> {
    Ok(io::stdout().lock())
}

/// Prints a message.
pub fn message(text: &str) {
    // There is no one left to tell if this fails.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Returns whether messages are seen on a terminal.
pub fn shows_messages() -> bool {
    io::stderr().is_terminal()
}

/// Returns whether results are seen on a terminal.
pub fn shows_results() -> bool {
    io::stdout().is_terminal()
}

/// Returns whether there is somebody to ask.
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

/// Reads standard input to its end, or to the limit of what a person types.
///
/// # Errors
///
/// Fails if it cannot be read, or is not UTF-8.
pub fn standard_input() -> io::Result<String> {
    let mut text = String::new();
    io::stdin().lock().take(limits::COMMAND_LINE_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

/// Waits for so many seconds, and says how many are left: each second on a terminal, else once.
pub fn count_down(seconds: u64, text: impl Fn(u64) -> String) {
    if !shows_messages() {
        message(&text(seconds));
        return wait(seconds);
    }
    let _in_line = InLine::begin();
    for left in (1..=seconds).rev() {
        // Back to the start of the line, and clear the rest of it (ECMA-48, EL).
        write_now(&format!("\r{}\x1b[K", text(left)));
        wait(1);
    }
    write_now("\r\x1b[K");
}

/// Writes to standard error without keeping its lock: the thread that handles signals needs it, too.
fn write_now(text: &str) {
    let mut out = io::stderr().lock();
    // There is no one left to tell if this fails.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Waits for so many seconds.
pub fn wait(seconds: u64) {
    std::thread::sleep(Duration::from_secs(seconds));
}

/// The person's terminal, wherever standard input and output lead.
pub struct Terminal {
    input: File,
    output: File,
}

impl Terminal {
    /// Opens the terminal.
    ///
    /// # Errors
    ///
    /// Fails if the process has none.
    pub fn open() -> io::Result<Self> {
        let (input, output) = if cfg!(windows) { ("CONIN$", "CONOUT$") } else { ("/dev/tty", "/dev/tty") };
        Ok(Self { input: File::open(input)?, output: File::options().write(true).open(output)? })
    }

    /// Standard input and error for a program that asks for a touch or a password: the terminal, wherever ours lead; with
    /// no terminal, or if nothing may be asked, an empty input and our standard error.
    pub fn for_program() -> (Stdio, Stdio) {
        match Self::open() {
            Ok(terminal) if may_ask() => (terminal.input.into(), terminal.output.into()),
            _ => (Stdio::null(), Stdio::inherit()),
        }
    }

    /// Asks, and reads a line.
    ///
    /// # Errors
    ///
    /// Fails if the terminal is gone.
    pub fn ask(&mut self, question: &str) -> io::Result<Secret> {
        write!(self.output, "{question}")?;
        self.output.flush()?;
        IN_LINE.store(true, Ordering::Relaxed);
        let line = line(BufReader::new(&self.input));
        IN_LINE.store(false, Ordering::Relaxed);
        line
    }

    /// Waits for a key, or for a byte of what it sends.
    ///
    /// # Errors
    ///
    /// Fails if the terminal is gone.
    #[cfg(unix)]
    pub(super) fn key(&mut self) -> io::Result<u8> {
        let mut key = [0];
        self.input.read_exact(&mut key)?;
        let [key] = key;
        Ok(key)
    }

    /// Returns whether a key comes in that time.
    ///
    /// # Errors
    ///
    /// Fails if the terminal is gone.
    #[cfg(unix)]
    pub(super) fn has_key_within(&self, time: Duration) -> io::Result<bool> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let limit = Timespec::try_from(time).map_err(io::Error::other)?;
        Ok(poll(&mut [PollFd::new(&self.input, PollFlags::IN)], Some(&limit))? > 0)
    }

    /// Writes without a line's end.
    pub(super) fn write(&mut self, text: &str) {
        // A terminal that is gone is noticed at the next question.
        let _ = self.output.write_all(text.as_bytes()).and_then(|()| self.output.flush());
    }

    /// Says something between two questions.
    pub fn say(&mut self, text: &str) {
        // A terminal that is gone is noticed at the next question.
        let _ = writeln!(self.output, "{text}");
    }
}

/// An empty line and the end of the input are different: the first is text, the second an error.
fn line(reader: impl BufRead) -> io::Result<Secret> {
    let mut text = Vec::new();
    reader.take(limits::LINE_BYTES).read_until(b'\n', &mut text)?;
    if text.is_empty() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the input ended before a line"));
    }
    Ok(Secret::new(String::from_utf8_lossy(&text).trim_end_matches(['\r', '\n'])))
}
