//! The ways in which Windows runs programs.

use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::io;
use std::os::windows::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, exit};

use super::signals;

/// Runs a program, and ends this process with its exit code: Windows cannot replace a process. Returns only if the
/// program cannot be started.
pub(in crate::io) fn run_instead(command: &mut Command) -> io::Error {
    signals::ignore();
    match command.status() {
        Ok(status) => exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// Returns the path of the program, with the ending that `PATHEXT` adds to a name such as `npm`.
pub(in crate::io) fn locate(program: &OsStr) -> OsString {
    which::which(program).map_or_else(|_| program.to_owned(), PathBuf::into_os_string)
}

/// Returns whether the file is a program, as far as its metadata shows it.
pub(in crate::io) fn is_program(metadata: &Metadata) -> bool {
    metadata.is_file()
}

/// Does nothing: a program that opens files has a console of its own, where no Ctrl-C reaches it (`CREATE_NO_WINDOW`,
/// which the crate `open` sets).
pub(in crate::io) fn detach(_: &mut Command) {}

/// Returns whether the exit code of a program that opens files shows that it failed. That of Explorer does not (Byron/open-rs,
/// `src/unix.rs`: "Explorer's nonzero status is not a dependable failure indication").
pub(in crate::io) fn reports_failure(program: &str) -> bool {
    program != "explorer.exe"
}

/// Returns the name of the program that a command line starts with, and the call of cmd that runs the line. The AWS SDK
/// for Go runs a `credential_process` with cmd as well (aws-sdk-go-v2, `credentials/processcreds`). With `/S`, cmd
/// removes only the outer quotes; `/D` turns off the `AutoRun` commands of the registry. Returns `None` if the line is
/// empty.
pub(in crate::io) fn of_command_line(line: &str) -> Option<(String, Command)> {
    let line = line.trim();
    let program = match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => line.split_whitespace().next(),
    }?;
    let mut command = Command::new("cmd.exe");
    command.args(["/D", "/S", "/C"]).raw_arg(format!("\"{line}\""));
    Some((program.to_owned(), command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_a_command_line_is_its_first_word() {
        let program = |line: &str| of_command_line(line).map(|(program, _)| program);
        assert_eq!(program(r"C:\tools\x.exe --totp").as_deref(), Some(r"C:\tools\x.exe"));
        assert_eq!(program(r#""C:\Program Files (x86)\x.exe" a"#).as_deref(), Some(r"C:\Program Files (x86)\x.exe"));
        assert_eq!(program("  "), None);
    }

    #[test]
    fn cmd_gets_the_line_as_it_is() {
        let (_, command) = of_command_line(r#""C:\a b\x.exe" %USERNAME%"#).expect("it is not empty");
        let arguments: Vec<&OsStr> = command.get_args().collect();
        assert_eq!(arguments, ["/D", "/S", "/C", r#"""C:\a b\x.exe" %USERNAME%""#]);
    }
}
