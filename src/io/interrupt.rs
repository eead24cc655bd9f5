//! Ctrl-C, SIGTERM and SIGHUP: the process exits as soon as no commit is running, after giving a request with an MFA
//! code up to a second to complete.

use std::sync::Once;

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

#[cfg(unix)]
use crate::exit_code::SIGNAL;

pub use super::interrupt_state::{Answering, answering, gathering, is_requested};
#[cfg(unix)]
use super::{descendants, dialog, interrupt_state, terminal, terminal_settings};

/// Makes SIGINT, SIGTERM and SIGHUP end the process with exit code 128 plus the signal's number, as soon as no commit
/// is running.
///
/// A signal that was ignored when the program was started stays ignored: `nohup` ignores SIGHUP, and a shell without
/// job control ignores SIGINT for a background job. Only Linux reports the ignored signals; elsewhere all three end the
/// process. If the signals cannot be handled, they end the process at once, as they do by default: that is no reason to
/// refuse to work.
pub fn handle() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[cfg(unix)]
        handle_signals();
    });
}

#[cfg(unix)]
fn handle_signals() {
    let ignored = ignored_signals();
    let handled = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| ignored & (1 << (signal - 1)) == 0);
    let Ok(mut signals) = signal_hook::iterator::Signals::new(handled) else { return };
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
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// Ends the program that this process is waiting for, and then this process.
#[cfg(unix)]
fn end(signal: i32) -> ! {
    interrupt_state::await_calls();
    let _commit = interrupt_state::defer();
    if let Some(program) = interrupt_state::program().take() {
        descendants::end(program);
    }
    dialog::await_prompt();
    terminal_settings::restore();
    terminal::end_line();
    if interrupt_state::has_recovery_file() {
        terminal::message("awsmfa: what STS has returned is saved: the next login writes it to the credentials file");
    }
    std::process::exit(i32::from(SIGNAL) + signal);
}
