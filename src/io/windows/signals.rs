//! The events by which Windows ends a process on a console: Ctrl-C, Ctrl-Break, and the end of the console, of the user's
//! session and of the system.

use std::future::poll_fn;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Once, OnceLock};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::signal::windows::{self, CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown};

/// The number of the signal that Ctrl-C sends on Unix. The exit code is computed from it.
pub(in crate::io) const SIGINT: i32 = 2;

/// The time that the handler has to end the process after Ctrl-C at a prompt: none, because a prompt reads Ctrl-C as a
/// key.
pub(in crate::io) const RAISED_WAIT: Duration = Duration::ZERO;

/// Set while another program runs in the place of this process. That program gets the events, too.
static IGNORED: AtomicBool = AtomicBool::new(false);

/// The function that ends the process.
static END: OnceLock<fn(i32) -> !> = OnceLock::new();

/// Calls `end` for the events, unless they are ignored. Windows itself ends the process about 5 s after the end of the
/// console (Windows console documentation, `HandlerRoutine`).
pub(in crate::io) fn handle(end: fn(i32) -> !) {
    // This fails if it is set already, to the same function.
    let _ = END.set(end);
    listen();
}

/// Ignores the events from now on.
pub(super) fn ignore() {
    IGNORED.store(true, Ordering::SeqCst);
    listen();
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // If this fails, an event ends the process at once: that is no reason to refuse to work.
        let (Ok(mut events), Ok(runtime)) = (Events::new(), Builder::new_current_thread().build()) else { return };
        std::thread::spawn(move || {
            loop {
                runtime.block_on(events.next());
                if let Some(end) = END.get().filter(|_| !IGNORED.load(Ordering::SeqCst)) {
                    end(SIGINT);
                }
            }
        });
    });
}

/// The events. Windows ends the process as soon as the handler of the end of the console has returned; the one of tokio
/// never returns, so that there is time to save a session.
struct Events {
    ctrl_c: CtrlC,
    ctrl_break: CtrlBreak,
    close: CtrlClose,
    logoff: CtrlLogoff,
    shutdown: CtrlShutdown,
}

impl Events {
    fn new() -> io::Result<Self> {
        Ok(Self {
            ctrl_c: windows::ctrl_c()?,
            ctrl_break: windows::ctrl_break()?,
            close: windows::ctrl_close()?,
            logoff: windows::ctrl_logoff()?,
            shutdown: windows::ctrl_shutdown()?,
        })
    }

    /// Waits for the next event.
    async fn next(&mut self) {
        poll_fn(|context| {
            let has_come = [
                self.ctrl_c.poll_recv(context).is_ready(),
                self.ctrl_break.poll_recv(context).is_ready(),
                self.close.poll_recv(context).is_ready(),
                self.logoff.poll_recv(context).is_ready(),
                self.shutdown.poll_recv(context).is_ready(),
            ];
            if has_come.contains(&true) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}
