//! Programs that a test starts: none outlasts a limit, and signals are those that the test sets.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use super::sandbox::Ran;

/// Much longer than any program of the tests takes.
const LIMIT: Duration = Duration::from_secs(120);

/// The signal actions that a shell in the foreground starts a program with. Tests may be run by `nohup`, or in the
/// background of a script, where SIGHUP or SIGINT is ignored.
pub const DEFAULT_SIGNALS: &str = "--default-signal=HUP,INT,QUIT,TERM,PIPE";

/// Waits for a program; one that outlasts the limit is ended, and fails the test.
#[track_caller]
pub fn wait(child: &mut Child) -> ExitStatus {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("it is a child") {
            return status;
        }
        if began.elapsed() > LIMIT {
            let _ = child.kill();
            panic!("it does not end within {LIMIT:?}");
        }
        sleep(Duration::from_millis(2));
    }
}

/// Starts a program.
///
/// Sometimes wine cannot, because the process that it has created ends before the program is loaded. Nothing has run then.
#[track_caller]
pub fn start(command: &mut Command) -> Child {
    const ERROR_INTERNAL_ERROR: i32 = 1359;
    let mut attempts = 5;
    loop {
        attempts -= 1;
        match command.spawn() {
            Err(error) if cfg!(windows) && attempts > 0 && error.raw_os_error() == Some(ERROR_INTERNAL_ERROR) => {
                sleep(Duration::from_millis(100));
            }
            spawned => return spawned.expect("the program can be run"),
        }
    }
}

/// Runs a program to its end, and reads what it prints.
#[track_caller]
pub fn finish(command: &mut Command) -> Ran {
    let mut child = start(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let status = wait(&mut child);
    let text =
        |reader: JoinHandle<Vec<u8>>| String::from_utf8_lossy(&reader.join().expect("it can be read")).into_owned();
    Ran { code: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) }
}

fn reader(output: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    spawn(move || {
        let mut bytes = Vec::new();
        // If it cannot be read, nothing was printed.
        let _ = output.expect("it is piped").read_to_end(&mut bytes);
        bytes
    })
}

/// Sends a signal by its name.
#[track_caller]
pub fn signal(pid: u32, name: &str) {
    let status = Command::new("kill").args(["-s", name, &pid.to_string()]).status().expect("kill runs");
    assert!(status.success(), "{name}");
}

/// Waits until a condition is true.
#[track_caller]
pub fn await_that(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < LIMIT, "not within {LIMIT:?}: {what}");
        sleep(Duration::from_millis(2));
    }
}

/// Returns whether a process exists and is not a zombie.
pub fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, state)| !state.trim_start().starts_with('Z'))
}

/// Returns what a terminal was sent, without colours, and with the lines of each message joined.
pub fn unwrapped(sent: &str) -> String {
    let mut parts = sent.split("\x1b[");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(part.len());
        match part[digits..].strip_prefix('m') {
            Some(rest) => text += rest,
            None => text = format!("{text}\x1b[{part}"),
        }
    }
    text.replace("\r\n  ", " ")
}
