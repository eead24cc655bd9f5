//! Ctrl-C, SIGTERM and SIGHUP, and the events of Windows' console: the process exits as soon as no commit is running,
//! after giving a request with an MFA code up to a second to complete.

use std::sync::Once;

pub use super::interrupt_state::{Answering, answering, gathering, is_requested};
pub use super::interrupt_state::{set_last_work, settling, take_last_work};
use super::system::{signals, terminal_settings};
use super::{interrupt_state, processes, screen, terminal};
use crate::exit_code::SIGNAL;

/// Makes SIGINT, SIGTERM and SIGHUP end the process with exit code 128 plus the signal's number, as soon as no commit
/// is running.
///
/// A signal that was ignored when the program was started stays ignored: `nohup` ignores SIGHUP, and a shell without
/// job control ignores SIGINT for a background job. Only Linux reports the ignored signals; elsewhere all three end the
/// process. If the signals cannot be handled, they end the process at once, as they do by default: that is no reason to
/// refuse to work.
pub fn handle() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| signals::handle(end));
}

/// Ends the program that this process is waiting for, and then this process.
pub(super) fn end(signal: i32) -> ! {
    interrupt_state::await_calls();
    let _commit = interrupt_state::defer();
    if let Some(program) = interrupt_state::program().take() {
        processes::end(program);
    }
    interrupt_state::await_prompt();
    terminal_settings::restore();
    if !screen::leave() {
        terminal::end_line();
    }
    if let Some(work) = interrupt_state::take_last_work() {
        work();
    }
    if interrupt_state::has_recovery_file() {
        terminal::message("awsmfa: what STS has returned is saved: the next login writes it to the credentials file");
    }
    std::process::exit(i32::from(SIGNAL) + signal);
}
