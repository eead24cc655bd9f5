//! The process-wide state that decides when a signal may end the process. Every module of `io` may use it, so it uses
//! none of them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::limits;

/// Held while a change on disk must not be interrupted.
static COMMIT: Mutex<()> = Mutex::new(());

static CALL: Mutex<Call> = Mutex::new(Call { guards: 0, limit: Duration::ZERO, is_interrupted: false });
static CALL_ENDED: Condvar = Condvar::new();

/// The time limit for a running call to STS after a signal: most calls take less.
const LAST_CHANCE: Duration = Duration::from_secs(1);

/// The id of the program that awsmfa is waiting for.
static PROGRAM: Mutex<Option<u32>> = Mutex::new(None);

/// The number of recovery files that this process has written.
static RECOVERY_FILES: AtomicUsize = AtomicUsize::new(0);

/// The work to do before a signal ends the process.
static LAST_WORK: Mutex<Option<LastWork>> = Mutex::new(None);

/// Work that must not be left undone.
pub type LastWork = Box<dyn FnOnce() + Send>;

/// Set while a prompt is using the terminal. The prompt restores the terminal's settings itself.
static IS_PROMPTING: AtomicBool = AtomicBool::new(false);

/// The time that a prompt has to restore the terminal's settings after a signal.
const RESTORE_WAIT: Duration = Duration::from_millis(100);

/// The state of the calls to STS.
struct Call {
    /// The number of [`Answering`] guards.
    guards: usize,
    /// The time limit for what the guards wait for, from a signal on.
    limit: Duration,
    /// Set if a signal has arrived: the process ends as soon as there is no guard.
    is_interrupted: bool,
}

/// A guard that delays signals from the time a request is sent until its session is on disk.
#[derive(Debug)]
#[non_exhaustive]
pub struct Answering;

impl Answering {
    fn begin(limit: Duration) -> Self {
        let mut call = call();
        if call.is_interrupted {
            drop(call);
            wait_for_the_end();
        }
        call.guards += 1;
        call.limit = call.limit.max(limit);
        Self
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let mut call = call();
        call.guards -= 1;
        let ends = call.guards == 0;
        if ends {
            call.limit = Duration::ZERO;
        }
        let is_interrupted = ends && call.is_interrupted;
        drop(call);
        CALL_ENDED.notify_all();
        if is_interrupted {
            wait_for_the_end();
        }
    }
}

/// Delays signals for a moment while an MFA code is used. If a signal has already arrived, this never returns, and the
/// code stays unused.
pub fn answering() -> Answering {
    Answering::begin(LAST_CHANCE)
}

/// Delays signals while sessions arrive, until those that have arrived are in the credentials file. Poll
/// [`is_requested`] meanwhile.
pub fn gathering() -> Answering {
    Answering::begin(limits::LOCK + LAST_CHANCE)
}

/// Delays signals until AWS has answered a request that creates or changes something, or the time limit of the request has
/// passed.
pub fn settling() -> Answering {
    Answering::begin(limits::CONNECT + limits::READ + LAST_CHANCE)
}

/// Sets the work to do before a signal ends the process.
pub fn set_last_work(work: LastWork) {
    *last_work() = Some(work);
}

/// Takes the work to do before a signal ends the process, if there is any. Whoever gets it must do it, or do without it.
pub fn take_last_work() -> Option<LastWork> {
    last_work().take()
}

fn last_work() -> MutexGuard<'static, Option<LastWork>> {
    LAST_WORK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns whether a signal has arrived that will end the process.
pub fn is_requested() -> bool {
    call().is_interrupted
}

/// Blocks forever if a signal is ending the process.
pub(super) fn stop_if_ending() {
    if call().is_interrupted {
        wait_for_the_end();
    }
}

/// Waits until the signal handler ends the process.
fn wait_for_the_end() -> ! {
    loop {
        std::thread::park();
    }
}

/// Marks the process as ending, and waits for running calls to finish.
pub(super) fn await_calls() {
    let mut call = call();
    call.is_interrupted = true;
    let limit = call.limit;
    drop(CALL_ENDED.wait_timeout_while(call, limit, |call| call.guards > 0));
}

fn call() -> MutexGuard<'static, Call> {
    CALL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Delays signals until the guard is dropped.
pub(super) fn defer() -> MutexGuard<'static, ()> {
    COMMIT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Locks the id of the program that a signal ends as well. It must be cleared before the system can reuse the id.
pub(super) fn program() -> MutexGuard<'static, Option<u32>> {
    PROGRAM.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes whether a prompt is using the terminal.
pub(super) fn set_prompting(is_prompting: bool) {
    IS_PROMPTING.store(is_prompting, Ordering::Relaxed);
}

/// Waits briefly for a prompt that a signal has interrupted to restore the terminal's settings.
pub(super) fn await_prompt() {
    let began = Instant::now();
    while IS_PROMPTING.load(Ordering::Relaxed) && began.elapsed() < RESTORE_WAIT {
        sleep(Duration::from_millis(1));
    }
}

/// Counts a recovery file, whose sessions are not in the credentials file yet.
pub(super) fn add_recovery_file() {
    RECOVERY_FILES.fetch_add(1, Ordering::SeqCst);
}

/// Counts one recovery file fewer. A file that an earlier login left behind was never counted, so the number may be 0
/// already.
pub(super) fn remove_recovery_file() {
    let _ = RECOVERY_FILES.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1));
}

pub(super) fn has_recovery_file() -> bool {
    RECOVERY_FILES.load(Ordering::SeqCst) > 0
}
