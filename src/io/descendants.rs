//! What a program has started: ended with it, so that nothing keeps the terminal and reads what is typed next.
//!
//! A process with a session of its own is a daemon, such as gpg-agent, and is left alone. A process group of its own, which
//! could be ended as a whole, would not do: the terminal stops every group but one that reads from it.

#[cfg(unix)]
use std::time::Duration;

/// The time that programs have to end by themselves.
#[cfg(unix)]
const GRACE: Duration = Duration::from_millis(500);

#[cfg(unix)]
const PAUSE: Duration = Duration::from_millis(5);

/// Ends a program and what it has started: first they are asked to end, then they are ended.
#[cfg(target_os = "linux")]
pub(super) fn end(program: u32) {
    use std::collections::HashSet;
    use std::time::Instant;

    use rustix::process::{Pid, Signal, kill_process};

    let began = Instant::now();
    let mut asked = HashSet::new();
    // A process that starts others while it ends is faster than one look at the list.
    while began.elapsed() < 2 * GRACE {
        let left = linux::alive(program);
        if left.is_empty() {
            return;
        }
        let signal = if began.elapsed() < GRACE { Signal::TERM } else { Signal::KILL };
        for process in left.into_iter().filter(|process| signal == Signal::KILL || asked.insert(*process)) {
            if let Some(pid) = i32::try_from(process.pid).ok().and_then(Pid::from_raw) {
                // It may have ended just now, which is as good.
                let _ = kill_process(pid, signal);
            }
        }
        std::thread::sleep(PAUSE);
    }
}

/// Ends a program; nothing tells what it has started.
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

/// The system ends no other program when this one ends.
#[cfg(not(unix))]
pub(super) fn end(_program: u32) {}

/// Process information from `/proc`.
#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashSet;
    use std::fs;

    use crate::environment::RUNNING;

    /// A process; the time at which it was started tells it from a later one of the same number.
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

    /// The program and its descendants that have not ended, in this process's own session.
    pub(super) fn alive(program: u32) -> Vec<Process> {
        let own = std::process::id();
        let Some(session) = entry(own).map(|own| own.session) else { return Vec::new() };
        let entries: Vec<Entry> =
            pids().filter(|pid| *pid != own).filter_map(entry).filter(|entry| entry.session == session).collect();
        let mut family = HashSet::from([program]);
        // The parent of an orphan has ended, and is not told any more; what it was started with is.
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

    /// Reads a process's line (proc(5), `/proc/pid/stat`); its second field, the name, may hold anything.
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
