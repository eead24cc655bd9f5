//! Processes on macOS, the BSDs and Windows, from the system's list of processes.

use std::fs::File;
use std::thread::sleep;
use std::time::Instant;

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, Signal, System};

use super::{GRACE, PAUSE};

/// Ends a program and its descendants: first with SIGTERM, where the system has signals, then by force.
pub(in crate::io) fn end(program: u32) {
    let began = Instant::now();
    let mut system = System::new();
    // More than one pass is needed: a process may start others before it ends.
    while began.elapsed() < 2 * GRACE {
        refresh(&mut system, ProcessesToUpdate::All);
        let alive = family(&system, Pid::from_u32(program));
        if alive.is_empty() {
            return;
        }
        for process in alive {
            let is_asked = began.elapsed() < GRACE && process.kill_with(Signal::Term).is_some();
            if !is_asked {
                process.kill();
            }
        }
        sleep(PAUSE);
    }
}

/// Lists the program and its descendants, except those in another session, as far as the system has sessions.
fn family(system: &System, program: Pid) -> Vec<&Process> {
    let own = Pid::from_u32(std::process::id());
    let session = system.process(own).and_then(Process::session_id);
    let is_in_family = |process: &&Process| {
        let mut next = Some(*process);
        while let Some(process) = next {
            if process.pid() == program {
                return true;
            }
            // Windows may give the id of a parent that has ended to a new process: a parent is older than its child.
            let parent = process.parent().and_then(|parent| system.process(parent));
            next = parent.filter(|parent| parent.start_time() <= process.start_time() && parent.pid() != process.pid());
        }
        false
    };
    system.processes().values().filter(|process| process.session_id() == session).filter(is_in_family).collect()
}

/// Does nothing: only Linux can hide the memory of a process from others of the same user.
pub fn hide_memory() {}

/// Returns the name of the parent process.
pub fn parent_name() -> Option<String> {
    let mut system = System::new();
    let own = Pid::from_u32(std::process::id());
    refresh(&mut system, ProcessesToUpdate::Some(&[own]));
    let parent = system.process(own)?.parent()?;
    refresh(&mut system, ProcessesToUpdate::Some(&[parent]));
    Some(system.process(parent)?.name().to_string_lossy().into_owned())
}

/// Returns nothing: these systems do not report who holds a lock.
pub(in crate::io) fn lock_holder(_: &File) -> Option<String> {
    None
}

fn refresh(system: &mut System, which: ProcessesToUpdate<'_>) {
    system.refresh_processes_specifics(which, true, ProcessRefreshKind::nothing());
}
