//! Other programs: the command of `exec`, programs that print an MFA code or credentials, and the sign-in of the AWS CLI.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::sleep;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::system::{programs, terminal_settings};
use super::terminal::Terminal;
use super::{interrupt_state, processes};
use crate::environment::RUNNING;
use crate::limits;
use crate::secret::Secret;

pub use super::processes::{hide_memory, parent_name};

const PAUSE: Duration = Duration::from_millis(5);

/// The time to wait for the rest of the output after a program has ended.
const OUTPUT_GRACE: Duration = Duration::from_millis(300);

/// The reason why a program could not be used. The messages do not contain its output, which may be secret.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum ProcessError {
    /// The command line is empty or has an open quote.
    #[error("the command line cannot be parsed: a quote is not closed, or it names no program")]
    CommandLine,
    /// The program could not be started.
    #[error("'{program}' cannot be run: {source}")]
    Start { program: String, source: io::Error },
    /// The program did not exit successfully.
    #[error("'{program}' failed: {status}")]
    Failed { program: String, status: std::process::ExitStatus },
    /// The program did not end within the time limit, and was killed.
    #[error("'{program}' did not end within {} s", limit.as_secs())]
    TimedOut { program: String, limit: Duration },
    /// The output of the program is not UTF-8.
    #[error("'{program}' printed output that is not text")]
    NoText { program: String },
}

impl ProcessError {
    /// Returns whether the program does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Start { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// Replaces this process with a program, with environment variables set or cleared. Returns only if that fails.
///
/// # Errors
///
/// Fails if the program cannot be started.
pub fn replace(command: &[OsString], variables: &[(&str, Option<String>)]) -> Result<Infallible, ProcessError> {
    let source = programs::run_instead(&mut prepared(command, variables)?);
    Err(ProcessError::Start { program: program_name(command), source })
}

fn prepared(command: &[OsString], variables: &[(&str, Option<String>)]) -> Result<Command, ProcessError> {
    let Some((program, arguments)) = command.split_first() else { return Err(ProcessError::CommandLine) };
    let mut prepared = Command::new(programs::locate(program));
    prepared.args(arguments);
    for (name, value) in variables {
        match value {
            Some(value) => prepared.env(name, value),
            None => prepared.env_remove(name),
        };
    }
    Ok(prepared)
}

fn program_name(command: &[OsString]) -> String {
    command.first().map(|program| program.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Runs a command line and returns its standard output. Standard input and standard error are the terminal, so that the
/// program can prompt for a touch or a password.
///
/// On Unix, the command line is run in a shell only if it needs one: for a pipe, a variable, a substitution, a
/// redirection or a pattern. On Windows, cmd runs it, as in most AWS SDKs.
///
/// # Errors
///
/// Fails if the command line cannot be parsed, or if the program cannot be started, fails, prints anything but UTF-8,
/// or does not end within `limit`.
pub fn output_of(command_line: &str, limit: Duration) -> Result<Secret, ProcessError> {
    let (program, command) = programs::of_command_line(command_line).ok_or(ProcessError::CommandLine)?;
    output(&program, command, limit)
}

/// Runs a program and returns its standard output, as [`output_of`] does.
///
/// # Errors
///
/// Fails if the program cannot be started, fails, prints anything but UTF-8, or does not end within `limit`.
pub fn output(program: &str, mut command: Command, limit: Duration) -> Result<Secret, ProcessError> {
    let printed = run_to_end(program, command.stdout(Stdio::piped()), limit)?;
    printed.text().ok_or_else(|| ProcessError::NoText { program: program.to_owned() })
}

/// Runs a program of AWS that talks with the user, with these two files. All that it prints goes to standard error
/// or the terminal.
///
/// # Errors
///
/// Fails if the program does not exist or fails, or does not end within `limit`.
pub fn converse(
    program: &str,
    arguments: &[&str],
    config: &Path,
    credentials: &Path,
    limit: Duration,
) -> Result<(), ProcessError> {
    let mut command = Command::new(programs::locate(OsStr::new(program)));
    command.env("AWS_CONFIG_FILE", config).env("AWS_SHARED_CREDENTIALS_FILE", credentials);
    run_to_end(program, command.args(arguments).stdout(io::stderr()), limit).map(|_| ())
}

/// Runs a program to its end, and lends it the terminal. Returns the output, which is empty if it is not piped.
fn run_to_end(program: &str, command: &mut Command, limit: Duration) -> Result<Printed, ProcessError> {
    let named = || program.to_owned();
    let start = |source| ProcessError::Start { program: named(), source };
    let _lent = terminal_settings::LentTerminal::begin();
    let (input, messages) = Terminal::for_program();
    // The id of this process marks the program's descendants, so that they can be found after the program has ended.
    command.stdin(input).stderr(messages).env(RUNNING, std::process::id().to_string());
    let mut child = command.spawn().map_err(start)?;
    let printed = Printed::collect(child.stdout.take());
    let ended = wait(&mut child, limit);
    // A signal that ends this process ends the program as well: in that case, the program's failure must not be
    // reported.
    interrupt_state::stop_if_ending();
    match ended.map_err(start)? {
        Some(status) if status.success() => Ok(printed),
        Some(status) => Err(ProcessError::Failed { program: named(), status }),
        None => Err(ProcessError::TimedOut { program: named(), limit }),
    }
}

/// Waits for a program. If it does not end within `limit`, ends it and its descendants, and returns `None`.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    *interrupt_state::program() = Some(child.id());
    loop {
        // Locked during `try_wait`: once the program has been waited for, its id may belong to another program.
        let mut running = interrupt_state::program();
        let ended = child.try_wait();
        if !matches!(ended, Ok(None)) {
            *running = None;
            return ended;
        }
        if Instant::now() >= deadline {
            *running = None;
            processes::end(child.id());
            // These fail if the program has ended in the meantime.
            let _ = child.kill();
            let _ = child.wait();
            terminal_settings::restore();
            return Ok(None);
        }
        drop(running);
        sleep(PAUSE);
    }
}

/// The output of a program. It is read while the program runs, because a full pipe would block the program.
struct Printed {
    text: Receiver<Vec<u8>>,
}

impl Printed {
    fn collect(output: Option<ChildStdout>) -> Self {
        let (sender, text) = mpsc::channel();
        std::thread::spawn(move || {
            let Some(mut output) = output.map(|output| output.take(limits::PROGRAM_OUTPUT_BYTES)) else { return };
            let mut part = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut part) {
                // This fails if the receiver is gone: output that arrives after the program has ended may be lost.
                let _ = sender.send(part.get(..length).unwrap_or_default().to_vec());
            }
        });
        Self { text }
    }

    /// Returns the output up to the end of the program, or `None` if it is not UTF-8. A descendant that is still
    /// running may hold the pipe open, but is not waited for.
    fn text(self) -> Option<Secret> {
        let mut bytes = Zeroizing::new(Vec::new());
        let deadline = Instant::now() + OUTPUT_GRACE;
        while let Ok(part) = self.text.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            bytes.extend_from_slice(&part);
        }
        std::str::from_utf8(&bytes).ok().map(Secret::new)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    // One test covers both programs, because tests run in parallel: awsmfa waits for one program at a time, and ends
    // all processes that are marked with its id.
    #[test]
    fn a_program_that_does_not_end_is_ended_with_its_descendants() {
        let began = Instant::now();
        let error = output_of("sleep 30", Duration::from_millis(100)).map(|_| ());
        assert!(matches!(error, Err(ProcessError::TimedOut { .. })), "{error:?}");
        assert!(began.elapsed() < Duration::from_secs(5));
        #[cfg(target_os = "linux")]
        ends_a_pipeline();
    }

    #[cfg(target_os = "linux")]
    fn ends_a_pipeline() {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let pids = folder.path().join("pids");
        let note = format!("echo $$ >> {}; exec", pids.display());
        let line = format!("sh -c '{note} sleep 60' | sh -c '{note} cat'");
        let error = output_of(&line, Duration::from_millis(1000)).map(|_| ());
        assert!(matches!(error, Err(ProcessError::TimedOut { .. })), "{error:?}");
        let pids = std::fs::read_to_string(&pids).expect("they were noted");
        let runs = |pid: &&str| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z ")
        };
        let left: Vec<&str> = pids.lines().filter(runs).collect();
        assert_eq!((pids.lines().count(), left), (2, Vec::new()));
    }
}
