//! The signals that end a process on Unix.

use std::time::Duration;

pub(in crate::io) use signal_hook::consts::SIGINT;
use signal_hook::consts::{SIGHUP, SIGTERM};
use signal_hook::iterator::Signals;

/// The time that the handler has to end the process after a prompt has raised SIGINT.
pub(in crate::io) const RAISED_WAIT: Duration = Duration::from_secs(2);

/// Calls `end` for SIGINT, SIGTERM and SIGHUP, unless they are ignored.
pub(in crate::io) fn handle(end: fn(i32) -> !) {
    let ignored = ignored_signals();
    let handled = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0);
    let Ok(mut signals) = Signals::new(handled) else { return };
    std::thread::spawn(move || {
        loop {
            let arrived: Vec<i32> = signals.wait().collect();
            // An interrupted prompt raises SIGINT as well: if another signal has arrived, that one is the cause.
            if let Some(signal) = [SIGHUP, SIGTERM, SIGINT].into_iter().find(|signal| arrived.contains(signal)) {
                end(signal);
            }
        }
    });
}

/// Returns a mask of the ignored signals. The lowest bit is signal 1.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}
