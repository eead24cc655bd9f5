//! Processes on Linux, from `/proc` (proc(5)). The descendants of a program include orphans, which no longer have their
//! parent.

use std::collections::HashSet;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::thread::sleep;
use std::time::Instant;

use rustix::process::{DumpableBehavior, Pid, Signal, kill_process, set_dumpable_behavior};

use super::{GRACE, PAUSE};
use crate::environment::RUNNING;

/// Ends a program and its descendants: first with SIGTERM, then with SIGKILL.
pub(in crate::io) fn end(program: u32) {
    let began = Instant::now();
    let mut asked = HashSet::new();
    // More than one pass is needed: a process may start others before it ends.
    while began.elapsed() < 2 * GRACE {
        let alive = alive(program);
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
        sleep(PAUSE);
    }
}

/// Hides the memory of this process, which holds keys, from core dumps and from other processes of the same user.
/// Programs that awsmfa runs are not protected.
pub fn hide_memory() {
    // A failure is ignored: this is only an additional protection.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Returns the name of the parent process.
pub fn parent_name() -> Option<String> {
    name(std::os::unix::process::parent_id())
}

/// Returns the name and id of the process that holds the lock on a file, from the list of locks (`/proc/locks`).
pub(in crate::io) fn lock_holder(file: &File) -> Option<String> {
    let inode = file.metadata().ok()?.ino().to_string();
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let pid = locks.lines().filter(|line| !line.contains("->")).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, _, pid, file, ..] = fields.as_slice() else { return None };
        if file.rsplit(':').next() != Some(inode.as_str()) {
            return None;
        }
        pid.parse().ok()
    })?;
    Some(format!("{} (process {pid})", name(pid)?))
}

fn name(pid: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// A process. Its start time distinguishes it from a later process with the same id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Process {
    pid: u32,
    started: u64,
}

struct Entry {
    process: Process,
    parent: u32,
    session: u32,
    has_ended: bool,
}

/// Lists the program and its descendants, except those that have ended or are in another session.
fn alive(program: u32) -> Vec<Process> {
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
