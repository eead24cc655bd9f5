//! The signals that end a process on Unix.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

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
