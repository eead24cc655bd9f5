//! The terminal and standard output on Unix.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::tcgetwinsize;

/// The input of the terminal.
pub(in crate::io) type Input = File;

/// The output of the terminal.
pub(in crate::io) type Output = File;

/// Opens the controlling terminal of the process.
pub(in crate::io) fn open() -> io::Result<(Input, Output)> {
    Ok((File::open("/dev/tty")?, File::options().write(true).open("/dev/tty")?))
}

/// Returns a reader of the terminal's lines.
pub(in crate::io) fn lines(input: &Input) -> impl BufRead {
    BufReader::new(input)
}

/// Waits for a byte. A key may send several bytes.
pub(super) fn key(mut input: &Input) -> io::Result<u8> {
    let mut key = [0];
    input.read_exact(&mut key)?;
    let [key] = key;
    Ok(key)
}

/// Returns whether a byte arrives within this time.
pub(super) fn has_key_within(input: &Input, time: Duration) -> io::Result<bool> {
    let limit = Timespec::try_from(time).map_err(io::Error::other)?;
    Ok(poll(&mut [PollFd::new(input, PollFlags::IN)], Some(&limit))? > 0)
}

/// Returns the rows and columns of the terminal, if they are known.
pub(in crate::io) fn size(output: &Output) -> Option<(u16, u16)> {
    let size = tcgetwinsize(output).ok()?;
    Some((size.ws_row, size.ws_col)).filter(|(rows, columns)| *rows > 0 && *columns > 0)
}

/// Opens standard output without the standard library's buffer, which is never wiped: the output may contain a key.
pub(in crate::io) fn standard_output() -> io::Result<impl Write> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Returns `true`: terminals interpret escape sequences.
pub(in crate::io) fn understands_escapes() -> bool {
    true
}
