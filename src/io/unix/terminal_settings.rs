//! The terminal's settings, which are changed for a dialog and restored at its end, even after a signal.
//!
//! The terminal echoes nothing during a dialog: a paste may arrive between two prompts and contain a secret.

use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use rustix::termios::{tcgetattr, tcgetpgrp, tcsetattr};

/// A guard that turns off the terminal's echo and line editing until it is dropped.
pub(in crate::io) struct EchoOff {
    /// Set if there is an outer guard, which restores the settings.
    is_inner: bool,
}

/// A guard that turns Ctrl-Z off until it is dropped: the shell would be in control while a secret is on the screen.
#[expect(dead_code, reason = "it is a guard")]
pub(in crate::io) struct SuspendOff(EchoOff);

impl SuspendOff {
    /// Changes the settings, if there is a terminal.
    pub(in crate::io) fn begin() -> Self {
        Self(EchoOff::with(without_suspension))
    }
}

/// A guard that restores the original settings until it is dropped, while another program uses the terminal.
#[non_exhaustive]
pub(in crate::io) struct LentTerminal;

/// The value that disables a special character (POSIX, `_POSIX_VDISABLE`).
const NONE: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xFF };

static ORIGINAL: Mutex<Option<Original>> = Mutex::new(None);

/// The terminal and its original settings.
struct Original {
    terminal: File,
    settings: Termios,
    /// Set if a dialog has changed the settings.
    is_echo_off: bool,
}

impl EchoOff {
    /// Changes the settings, if there is a terminal.
    pub(in crate::io) fn begin() -> Self {
        Self::with(without_echo)
    }

    fn with(change: fn(&Termios) -> Termios) -> Self {
        let mut original = remembered();
        let Some(original) = original.as_mut() else { return Self { is_inner: false } };
        original.set(&change(&original.settings));
        Self { is_inner: std::mem::replace(&mut original.is_echo_off, true) }
    }
}

impl Drop for EchoOff {
    fn drop(&mut self) {
        if !self.is_inner
            && let Some(original) = original().take()
        {
            original.set(&original.settings);
        }
    }
}

impl LentTerminal {
    /// Restores the original settings.
    pub(in crate::io) fn begin() -> Self {
        if let Some(original) = remembered().as_ref().filter(|original| original.is_echo_off) {
            original.set(&original.settings);
        }
        Self
    }
}

impl Drop for LentTerminal {
    fn drop(&mut self) {
        let mut original = original();
        match original.as_ref() {
            Some(known) if known.is_echo_off => known.set(&without_echo(&known.settings)),
            _ => *original = None,
        }
    }
}

impl Original {
    /// Changes the settings, unless the process is in the background: the call would stop the process (POSIX,
    /// `tcsetattr`), and another program is using the terminal.
    fn set(&self, settings: &Termios) {
        if tcgetpgrp(&self.terminal).is_ok_and(|foreground| foreground == getpgrp()) {
            // This fails only if the terminal is gone.
            let _ = tcsetattr(&self.terminal, OptionalActions::Drain, settings);
        }
    }
}

/// Restores the original settings after a signal, or after a program has been killed.
pub(in crate::io) fn restore() {
    if let Some(original) = original().as_ref() {
        original.set(&original.settings);
    }
}

fn original() -> MutexGuard<'static, Option<Original>> {
    ORIGINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the original settings, and reads them on the first call.
fn remembered() -> MutexGuard<'static, Option<Original>> {
    let mut original = original();
    if original.is_none()
        && let Ok(terminal) = File::options().read(true).write(true).open("/dev/tty")
        && let Ok(settings) = tcgetattr(&terminal)
    {
        *original = Some(Original { terminal, settings, is_echo_off: false });
    }
    original
}

/// Returns the settings without Ctrl-Z.
fn without_suspension(settings: &Termios) -> Termios {
    let mut settings = settings.clone();
    settings.special_codes[SpecialCodeIndex::VSUSP] = NONE;
    settings
}

/// Returns the settings without echo and line editing: a paste may be longer than the line that a terminal buffers.
/// Ctrl-Z is off, as during each prompt, because a shell does not restore these settings when the process
/// continues.
fn without_echo(settings: &Termios) -> Termios {
    let mut settings = without_suspension(settings);
    settings.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON);
    settings.special_codes[SpecialCodeIndex::VMIN] = 1;
    settings.special_codes[SpecialCodeIndex::VTIME] = 0;
    settings
}
