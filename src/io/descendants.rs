//! The descendants of a program. They are ended with it: otherwise one of them could read the user's next input from
//! the terminal.
//!
//! A process in another session is a daemon, such as gpg-agent, and is left running. The program does not get a process
//! group of its own, although a group could be ended as a whole: the terminal stops any background group that reads
//! from it.

#[cfg(unix)]
use std::time::Duration;

/// The time that processes are given to end after SIGTERM.
#[cfg(unix)]
const GRACE: Duration = Duration::from_millis(500);

#[cfg(unix)]
const PAUSE: Duration = Duration::from_millis(5);

/// Ends a program and its descendants: first with SIGTERM, then with SIGKILL.
#[cfg(target_os = "linux")]
pub(super) fn end(program: u32) {
    use std::collections::HashSet;
    use std::time::Instant;

    use rustix::process::{Pid, Signal, kill_process};

    let began = Instant::now();
    let mut asked = HashSet::new();
    // More than one pass is needed: a process may start others before it ends.
    while began.elapsed() < 2 * GRACE {
        let alive = linux::alive(program);
        if alive.is_empty() {
            return;
        }
        let signal = if began.elapsed() < GRACE { Signal::TERM } else { Signal::KILL };
        for process in alive.into_iter().filter(|process| signal == Signal::KILL || asked.insert(*process)) {
            if let Some(pid) = i32::try_from(process.pid).ok().and_then(Pid::from_raw) {
                // This fails if the process has ended in the meantime.
                let _ = kill_process(pid, signal);
            }
        }
        std::thread::sleep(PAUSE);
    }
}

/// Ends a program, but not its descendants, which awsmfa cannot list on this system.
#[cfg(all(unix, not(target_os = "linux")))]
pub(super) fn end(program: u32) {
    use rustix::process::{Pid, Signal, kill_process, test_kill_process};

    let Some(pid) = i32::try_from(program).ok().and_then(Pid::from_raw) else { return };
    let _ = kill_process(pid, Signal::TERM);
    let began = std::time::Instant::now();
    while began.elapsed() < GRACE && test_kill_process(pid).is_ok() {
        std::thread::sleep(PAUSE);
    }
    let _ = kill_process(pid, Signal::KILL);
}

/// Does nothing: the caller kills the program itself.
#[cfg(not(unix))]
pub(super) fn end(_program: u32) {}

/// Process information from `/proc`.
#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashSet;
    use std::fs;

    use crate::environment::RUNNING;

    /// A process. Its start time distinguishes it from a later process with the same id.
    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    pub(super) struct Process {
        pub(super) pid: u32,
        started: u64,
    }

    struct Entry {
        process: Process,
        parent: u32,
        session: u32,
        has_ended: bool,
    }

    /// Lists the program and its descendants, except those that have ended or are in another session.
    pub(super) fn alive(program: u32) -> Vec<Process> {
        let own = std::process::id();
        let Some(session) = entry(own).map(|own| own.session) else { return Vec::new() };
        let entries: Vec<Entry> =
            pids().filter(|pid| *pid != own).filter_map(entry).filter(|entry| entry.session == session).collect();
        let mut family = HashSet::from([program]);
        // An orphan cannot be found through its parent, which has ended, so it is recognized by an environment
        // variable.
        let marker = format!("{RUNNING}={own}");
        family.extend(entries.iter().map(|entry| entry.process.pid).filter(|pid| was_started_with(*pid, &marker)));
        loop {
            let known = family.len();
            let children = entries.iter().filter(|entry| family.contains(&entry.parent));
            let children: Vec<u32> = children.map(|entry| entry.process.pid).collect();
            family.extend(children);
            if family.len() == known {
                break;
            }
        }
        let alive = entries.iter().filter(|entry| !entry.has_ended && family.contains(&entry.process.pid));
        alive.map(|entry| entry.process).collect()
    }

    fn pids() -> impl Iterator<Item = u32> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
    }

    /// Reads the status of a process (proc(5), `/proc/pid/stat`). The second field, the name, may contain any
    /// character, so the other fields are counted from the last parenthesis.
    fn entry(pid: u32) -> Option<Entry> {
        let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let fields: Vec<&str> = line.rsplit_once(')')?.1.split_ascii_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        let small = |index: usize| u32::try_from(number(index)?).ok();
        Some(Entry {
            process: Process { pid, started: number(19)? },
            has_ended: matches!(*fields.first()?, "Z" | "X"),
            parent: small(1)?,
            session: small(3)?,
        })
    }

    fn was_started_with(pid: u32, marker: &str) -> bool {
        let variables = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        variables.split(|byte| *byte == 0).any(|variable| variable == marker.as_bytes())
    }
}
