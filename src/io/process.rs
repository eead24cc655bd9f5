//! Other programs: the ones that print a token code or a long-term key.

use std::ffi::OsString;
use std::io::{self, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::terminal::Terminal;
use super::{descendants, interrupt, terminal_settings};
use crate::environment::RUNNING;
use crate::limits;
use crate::secret::Secret;

const PAUSE: Duration = Duration::from_millis(5);

/// The program whose output is waited for, until it has ended.
static RUNS: Mutex<Option<u32>> = Mutex::new(None);

/// How long to wait for the last words of a program that has ended.
const AFTERMATH: Duration = Duration::from_millis(300);

/// A program did not do what it is for. What it printed is not repeated.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The command line is empty or has an open quote.
    #[error("the command line cannot be parsed: a quote is not closed, or it names no program")]
    CommandLine,
    /// The program could not be run.
    #[error("'{program}' cannot be run: {source}")]
    Start {
        /// The program.
        program: String,
        /// The error of the system.
        source: io::Error,
    },
    /// It said itself that it failed.
    #[error("'{program}' failed: {status}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// It did not end in time, and was ended.
    #[error("'{program}' did not end within {} s", limit.as_secs())]
    TimedOut {
        /// The program.
        program: String,
        /// The time that it had.
        limit: Duration,
    },
    /// It printed something else than text.
    #[error("'{program}' printed output that is not text")]
    NoText {
        /// The program.
        program: String,
    },
}

impl ProcessError {
    /// Returns whether the program is not there, rather than not to be run.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Start { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// Keeps the memory of this process out of core dumps, and from other programs of the same user: it holds keys. A program that
/// takes its place, or that it runs, is not concerned. Only Linux has a way to say that.
pub fn hide_memory() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // A system that cannot is one where it was not promised.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Runs a program in the place of this one, with variables set or cleared. It returns only if that fails.
///
/// # Errors
///
/// Fails if the program cannot be run.
#[cfg(unix)]
pub fn replace(command: &[OsString], variables: &[(&str, Option<String>)]) -> Result<u8, ProcessError> {
    use std::os::unix::process::CommandExt;
    let source = prepared(command, variables)?.exec();
    Err(ProcessError::Start { program: program_name(command), source })
}

/// Runs a program with variables set or cleared, waits for it, and returns its exit code: where a process cannot be
/// replaced.
///
/// # Errors
///
/// Fails if the program cannot be run.
#[cfg(not(unix))]
pub fn replace(command: &[OsString], variables: &[(&str, Option<String>)]) -> Result<u8, ProcessError> {
    let status = prepared(command, variables)?.status();
    let status = status.map_err(|source| ProcessError::Start { program: program_name(command), source })?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

fn prepared(command: &[OsString], variables: &[(&str, Option<String>)]) -> Result<Command, ProcessError> {
    let Some((program, arguments)) = command.split_first() else { return Err(ProcessError::CommandLine) };
    let mut prepared = Command::new(program);
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

/// The name of the program that has started this one, where the system tells.
pub fn parent_name() -> Option<String> {
    #[cfg(unix)]
    let parent = std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    let parent = 0;
    let name = std::fs::read_to_string(format!("/proc/{parent}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// Runs a command line and returns what it prints on standard output. Its standard input and error are the
/// terminal, so that it can ask for a touch or a password.
///
/// A shell runs it only if it is written for one: with a pipe, a variable, a substitution, a redirection or a pattern.
///
/// # Errors
///
/// Fails if it cannot be run, fails, prints something else than text, or does not end within `limit`.
pub fn output_of(command_line: &str, limit: Duration) -> Result<Secret, ProcessError> {
    let words = words(command_line)?;
    let Some((program, arguments)) = words.split_first() else { return Err(ProcessError::CommandLine) };
    let named = || program.clone();
    let _lent = terminal_settings::Lent::begin();
    let (input, messages) = Terminal::for_program();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(input)
        .stderr(messages)
        // The number tells the program's descendants, should it end before them.
        .env(RUNNING, std::process::id().to_string())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|source| ProcessError::Start { program: named(), source })?;
    let printed = Printed::collect(child.stdout.take());
    let ended = wait(&mut child, limit);
    // A signal that ends this process ends the program, too: its failure is not to be told.
    interrupt::stop_if_ending();
    let status = ended.map_err(|source| ProcessError::Start { program: named(), source })?;
    let status = status.ok_or_else(|| ProcessError::TimedOut { program: named(), limit })?;
    if !status.success() {
        return Err(ProcessError::Failed { program: named(), status });
    }
    printed.text().ok_or_else(|| ProcessError::NoText { program: named() })
}

/// Waits for a program; none if it does not end in time, and was ended with all that it has started.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    *runs() = Some(child.id());
    loop {
        // Once it has been waited for, its number may be that of another program.
        let mut running = runs();
        let ended = child.try_wait();
        if !matches!(ended, Ok(None)) {
            *running = None;
            return ended;
        }
        if Instant::now() >= deadline {
            *running = None;
            descendants::end(child.id());
            // It may have ended just now, which is as good.
            let _ = child.kill();
            let _ = child.wait();
            terminal_settings::put_back();
            return Ok(None);
        }
        drop(running);
        sleep(PAUSE);
    }
}

/// Ends the program whose output is waited for, and what it has started. It is waited for no more.
#[cfg(unix)]
pub(super) fn end_running() {
    if let Some(program) = runs().take() {
        descendants::end(program);
    }
}

fn runs() -> MutexGuard<'static, Option<u32>> {
    RUNS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a program prints, read while it runs, so that a full pipe does not stop it.
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
                // Nobody listens any more once the program has ended.
                let _ = sender.send(part.get(..length).unwrap_or_default().to_vec());
            }
        });
        Self { text }
    }

    /// What has been printed by the end of the program. A program that it has left behind may hold the pipe open, and is
    /// not waited for.
    fn text(self) -> Option<Secret> {
        let mut bytes = Zeroizing::new(Vec::new());
        let deadline = Instant::now() + AFTERMATH;
        while let Ok(part) = self.text.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            bytes.extend_from_slice(&part);
        }
        std::str::from_utf8(&bytes).ok().map(Secret::new)
    }
}

fn words(command_line: &str) -> Result<Vec<String>, ProcessError> {
    if command_line.contains(['|', '&', ';', '<', '>', '$', '`', '*', '?', '~', '(', ')']) {
        let shell = if cfg!(windows) { ["cmd", "/C"] } else { ["/bin/sh", "-c"] };
        return Ok(shell.into_iter().chain([command_line]).map(str::to_owned).collect());
    }
    let words = shell_words::split(command_line).map_err(|_| ProcessError::CommandLine)?;
    if words.is_empty() { Err(ProcessError::CommandLine) } else { Ok(words) }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    // One test: awsmfa waits for one program at a time, and ends what bears its number.
    #[test]
    fn a_program_that_does_not_end_is_ended_with_all_that_it_has_started() {
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

    #[test]
    fn a_shell_runs_only_what_is_written_for_one() {
        let words = |line: &str| words(line).map(|words| words.join("|")).ok();
        assert_eq!(words("oathtool --totp 'a key'").as_deref(), Some("oathtool|--totp|a key"));
        assert_eq!(words("cat ~/code | head -n 1").as_deref(), Some("/bin/sh|-c|cat ~/code | head -n 1"));
        assert_eq!((words("an 'open quote"), words("  ")), (None, None));
    }
}
