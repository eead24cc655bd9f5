//! The events by which Windows' console ends a process: Ctrl-C, Ctrl-Break, and the end of the console.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The number of the signal that Ctrl-C sends on Unix. The exit code is computed from it.
pub(in crate::io) const SIGINT: i32 = 2;

/// The time that the handler has to end the process after Ctrl-C at a prompt: none, because a prompt reads Ctrl-C as a
/// key.
pub(in crate::io) const RAISED_WAIT: Duration = Duration::ZERO;

/// Set while another program runs in the place of this process. That program gets the events, too.
static IGNORED: AtomicBool = AtomicBool::new(false);

/// Calls `end` for the events, unless they are ignored.
pub(in crate::io) fn handle(end: fn(i32) -> !) {
    // If this fails, an event ends the process at once: that is no reason to refuse to work.
    let _ = ctrlc::set_handler(move || {
        if !IGNORED.load(Ordering::SeqCst) {
            end(SIGINT);
        }
    });
}

/// Ignores the events from now on.
pub(super) fn ignore() {
    IGNORED.store(true, Ordering::SeqCst);
    // This fails if there is a handler already, which knows the same.
    let _ = ctrlc::set_handler(|| {});
}
