//! Ctrl-C and its kin: the process ends at once, but never in the middle of a commit.

use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use super::terminal;

/// Held while something must not be cut short.
static COMMIT: Mutex<()> = Mutex::new(());

/// From now on SIGINT, SIGTERM and SIGHUP end the process with 128 plus their number, once no commit is under way.
///
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
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let _commit = defer();
            terminal::end_line();
            std::process::exit(128 + signal);
        }
    });
}

/// Puts signals off until the guard is dropped.
pub(super) fn defer() -> MutexGuard<'static, ()> {
    COMMIT.lock().unwrap_or_else(PoisonError::into_inner)
}
