//! Processes on macOS, the BSDs and Windows, from the system's list of processes.

use std::collections::HashSet;
use std::fs::File;
use std::thread::sleep;
use std::time::Instant;

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, Signal, System};

use super::{GRACE, PAUSE};

/// A process. Its start time distinguishes it from a later process with the same id.
type Id = (Pid, u64);

/// Ends a program and its descendants: first with SIGTERM, where the system has signals, then by force.
pub(in crate::io) fn end(program: u32) {
    let began = Instant::now();
    let mut system = System::new();
    // Kept over the passes, because a descendant whose parent has ended cannot be found any more.
    let (mut family, mut asked) = (HashSet::new(), HashSet::new());
    // More than one pass is needed: a process may start others before it ends.
    while began.elapsed() < 2 * GRACE {
        refresh(&mut system, ProcessesToUpdate::All);
        add_family(&mut family, &system, Pid::from_u32(program));
        let alive: Vec<&Process> = family.iter().filter_map(|id| running(&system, *id)).collect();
        if alive.is_empty() {
            return;
        }
        for process in alive {
            let is_asked =
                began.elapsed() < GRACE && (!asked.insert(id(process)) || process.kill_with(Signal::Term).is_some());
            if !is_asked {
                process.kill();
            }
        }
        sleep(PAUSE);
    }
}

fn id(process: &Process) -> Id {
    (process.pid(), process.start_time())
}

fn running(system: &System, id: Id) -> Option<&Process> {
    let process = system.process(id.0)?;
    (process.start_time() == id.1 && process.status() != ProcessStatus::Zombie).then_some(process)
}

/// Adds the program and its descendants, except those in another session, as far as the system has sessions.
fn add_family(family: &mut HashSet<Id>, system: &System, program: Pid) {
    let own = system.process(Pid::from_u32(std::process::id()));
    let session = own.and_then(Process::session_id);
    let in_session: Vec<&Process> =
        system.processes().values().filter(|process| process.session_id() == session).collect();
    family.extend(in_session.iter().filter(|process| process.pid() == program).map(|process| id(process)));
    loop {
        let known = family.len();
        for process in &in_session {
            // The id of a parent that has ended may belong to a new process: a parent is older than its child.
            let parent = process.parent().and_then(|parent| system.process(parent));
            if parent.is_some_and(|it| family.contains(&id(it)) && it.start_time() <= process.start_time()) {
                family.insert(id(process));
            }
        }
        if family.len() == known {
            return;
        }
    }
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
