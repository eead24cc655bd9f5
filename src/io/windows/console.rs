//! The console and standard output on Windows.
//!
//! Only the standard library's streams convert text to UTF-16 for the console. Bytes that are written directly are
//! decoded with the console's code page.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::process::Stdio;

use ::console::Term;
use winapi_util::console::Console;

/// The input of the console.
pub(in crate::io) struct Input(File);

/// The output of the console.
pub(in crate::io) struct Output(File);

/// Opens the console of the process.
pub(in crate::io) fn open() -> io::Result<(Input, Output)> {
    // Opened for writing as well: otherwise a program that inherits the handle cannot change the console's mode.
    let input = File::options().read(true).write(true).open("CONIN$")?;
    let output = File::options().read(true).write(true).open("CONOUT$")?;
    Ok((Input(input), Output(output)))
}

/// Returns a reader of the console's lines.
pub(in crate::io) fn lines(input: &Input) -> Box<dyn BufRead + '_> {
    if io::stdin().is_terminal() { Box::new(io::stdin().lock()) } else { Box::new(BufReader::new(&input.0)) }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if io::stderr().is_terminal() { io::stderr().write(bytes) } else { self.0.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl From<Input> for Stdio {
    fn from(input: Input) -> Self {
        input.0.into()
    }
}

impl From<Output> for Stdio {
    fn from(output: Output) -> Self {
        output.0.into()
    }
}

/// Returns the rows and columns of the console, if they are known.
pub(in crate::io) fn size(_: &Output) -> Option<(u16, u16)> {
    Term::stderr().size_checked().or_else(|| Term::stdout().size_checked())
}

/// Opens standard output with the standard library's buffer, which converts the text for a console.
pub(in crate::io) fn standard_output() -> io::Result<impl Write> {
    Ok(io::stdout().lock())
}

/// Makes the console interpret escape sequences. Returns whether it does, which consoles before Windows 10 do not.
pub(in crate::io) fn understands_escapes() -> bool {
    let enabled = |console: io::Result<Console>| console?.set_virtual_terminal_processing(true);
    // A stream that is not a console is skipped, because enabling escape sequences on it always fails.
    [(io::stdout().is_terminal(), Console::stdout()), (io::stderr().is_terminal(), Console::stderr())]
        .into_iter()
        .all(|(is_console, console)| !is_console || enabled(console).is_ok())
}
