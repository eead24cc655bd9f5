//! Ctrl-C and its kin: the process ends at once, but never in the middle of a commit, and not without a last chance for
//! an answer of STS that a code has paid for.

use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

#[cfg(unix)]
use super::{dialog, process, recovery, terminal, terminal_settings};
use crate::exit_code::SIGNAL;

/// Held while something must not be cut short.
static COMMIT: Mutex<()> = Mutex::new(());

/// What is known of the call to STS.
static CALL: Mutex<Call> = Mutex::new(Call { under_way: false, interrupted: false });
static CALL_ENDED: Condvar = Condvar::new();

/// How long a call may take to end once the person has had enough: most take less.
#[cfg(unix)]
const LAST_CHANCE: std::time::Duration = std::time::Duration::from_secs(1);

struct Call {
    /// From the question until the session is on disk.
    under_way: bool,
    /// The process ends as soon as it is over.
    interrupted: bool,
}

/// A call to STS that signals wait for, but not for long.
#[non_exhaustive]
pub struct Answering;

impl Drop for Answering {
    fn drop(&mut self) {
        let mut call = call();
        call.under_way = false;
        let interrupted = call.interrupted;
        drop(call);
        CALL_ENDED.notify_all();
        if interrupted {
            wait_for_the_end();
        }
    }
}

/// From now on SIGINT, SIGTERM and SIGHUP end the process with 128 plus their number, once no commit is under way.
///
/// A signal that was ignored when the program was started stays ignored: `nohup` ignores SIGHUP, a shell without job control
/// ignores SIGINT for a job in the background. Only Linux tells which these are; elsewhere all three end the process.
/// Signals that cannot be handled end the process as before; that is no reason to refuse to work.
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
            // A question that any signal cuts short raises SIGINT, as for Ctrl-C: the other one is the cause.
            if let Some(signal) = [SIGHUP, SIGTERM, SIGINT].into_iter().find(|signal| arrived.contains(signal)) {
                end(signal);
            }
        }
    });
}

/// A bit for each signal that is ignored, the lowest for signal 1.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// Ends the process, and before it what it has started.
#[cfg(unix)]
fn end(signal: i32) -> ! {
    await_call();
    let _commit = defer();
    process::end_running();
    dialog::await_last_key();
    terminal_settings::put_back();
    terminal::end_line();
    if recovery::has_kept() {
        terminal::message("awsmfa: the new session is saved: the next login writes it to the credentials file");
    }
    std::process::exit(i32::from(SIGNAL) + signal);
}

/// Lets a call end, unless it takes too long.
#[cfg(unix)]
fn await_call() {
    let mut call = call();
    call.interrupted = true;
    drop(CALL_ENDED.wait_timeout_while(call, LAST_CHANCE, |call| call.under_way));
}

fn call() -> MutexGuard<'static, Call> {
    CALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts signals off for a moment: a code is being spent. If one has come already, it is not spent any more.
pub fn answering() -> Answering {
    let mut call = call();
    if call.interrupted {
        drop(call);
        wait_for_the_end();
    }
    call.under_way = true;
    Answering
}

/// Does not return if a signal is ending the process.
pub(super) fn stop_if_ending() {
    if call().interrupted {
        wait_for_the_end();
    }
}

/// The process is about to end.
fn wait_for_the_end() -> ! {
    loop {
        std::thread::park();
    }
}

/// Puts signals off until the guard is dropped.
pub(super) fn defer() -> MutexGuard<'static, ()> {
    COMMIT.lock().unwrap_or_else(PoisonError::into_inner)
}
