//! The ways in which Unix runs programs.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Replaces this process with a program. Returns only if that fails.
pub(in crate::io) fn run_instead(command: &mut Command) -> io::Error {
    command.exec()
}

/// Returns the name by which the system finds the program.
pub(in crate::io) fn locate(program: &OsStr) -> &OsStr {
    program
}

/// Returns whether the file is a program, as far as its metadata shows it.
pub(in crate::io) fn is_program(metadata: &Metadata) -> bool {
    metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
}

/// Puts a program into a process group of its own, so that a signal of the terminal does not end it.
pub(in crate::io) fn detach(command: &mut Command) {
    command.process_group(0);
}

/// Returns whether the exit code of a program that opens files shows that it failed.
pub(in crate::io) fn reports_failure(_: &str) -> bool {
    true
}

/// Returns the program that a command line runs, and its name. Returns `None` if a quote is not closed or the line is
/// empty.
pub(in crate::io) fn of_command_line(line: &str) -> Option<(String, Command)> {
    let words = words(line)?;
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments);
    Some((program.clone(), command))
}

fn words(line: &str) -> Option<Vec<String>> {
    if line.contains(['|', '&', ';', '<', '>', '$', '`', '*', '?', '~', '(', ')']) {
        return Some(["/bin/sh", "-c", line].map(str::to_owned).to_vec());
    }
    shell_words::split(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_runs_only_command_lines_that_need_one() {
        let words = |line: &str| words(line).filter(|words| !words.is_empty()).map(|words| words.join("|"));
        assert_eq!(words("oathtool --totp 'a key'").as_deref(), Some("oathtool|--totp|a key"));
        assert_eq!(words("cat ~/code | head -n 1").as_deref(), Some("/bin/sh|-c|cat ~/code | head -n 1"));
        assert_eq!((words("an 'open quote"), words("  ")), (None, None));
    }
}
