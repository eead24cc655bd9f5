//! The settings of the terminal: changed for a dialogue, and put back however it ends.
//!
//! While a dialogue lasts, nothing that is typed is echoed: a paste may arrive between two questions, and hold a secret.

/// While it lives, the terminal echoes nothing, and gives each key at once.
pub(super) struct Unechoed {
    /// Set if another one lives already, and puts the settings back.
    #[cfg_attr(not(unix), expect(dead_code, reason = "nothing is put back there"))]
    is_inner: bool,
}

/// While it lives, the terminal has the settings that awsmfa has found: another program uses it.
#[non_exhaustive]
pub(super) struct Lent;

#[cfg(not(unix))]
mod system {
    use super::{Lent, Unechoed};

    impl Unechoed {
        /// The console's own functions echo nothing that is not asked for.
        pub(in super::super) fn begin() -> Self {
            Self { is_inner: false }
        }
    }

    impl Lent {
        /// Nothing has been changed.
        pub(in super::super) fn begin() -> Self {
            Self
        }
    }

    /// Nothing has been changed.
    pub(in super::super) fn put_back() {}
}

#[cfg(unix)]
mod system {
    use std::fs::File;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use rustix::process::getpgrp;
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
    use rustix::termios::{tcgetattr, tcgetpgrp, tcsetattr};

    use super::{Lent, Unechoed};

    /// A special character that no key gives (POSIX, `_POSIX_VDISABLE`).
    const NONE: u8 = if cfg!(any(target_os = "linux", target_os = "android")) { 0 } else { 0xFF };

    static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

    /// The terminal as it was found.
    struct Kept {
        terminal: File,
        settings: Termios,
        /// Set if a dialogue has changed them.
        is_unechoed: bool,
    }

    impl Unechoed {
        /// Changes the settings; where there is no terminal, nothing.
        pub(in super::super) fn begin() -> Self {
            let mut kept = remembered();
            let Some(kept) = kept.as_mut() else { return Self { is_inner: false } };
            kept.set(&unechoed(&kept.settings));
            Self { is_inner: std::mem::replace(&mut kept.is_unechoed, true) }
        }
    }

    impl Drop for Unechoed {
        fn drop(&mut self) {
            if !self.is_inner
                && let Some(kept) = kept().take()
            {
                kept.set(&kept.settings);
            }
        }
    }

    impl Lent {
        /// Puts the settings back for as long as this lives.
        pub(in super::super) fn begin() -> Self {
            if let Some(kept) = remembered().as_ref().filter(|kept| kept.is_unechoed) {
                kept.set(&kept.settings);
            }
            Self
        }
    }

    impl Drop for Lent {
        fn drop(&mut self) {
            let mut kept = kept();
            match kept.as_ref() {
                Some(known) if known.is_unechoed => known.set(&unechoed(&known.settings)),
                _ => *kept = None,
            }
        }
    }

    impl Kept {
        /// In the background this would stop the process (POSIX, `tcsetattr`), and the terminal is another one's.
        fn set(&self, settings: &Termios) {
            if tcgetpgrp(&self.terminal).is_ok_and(|foreground| foreground == getpgrp()) {
                // A terminal that is gone has no settings.
                let _ = tcsetattr(&self.terminal, OptionalActions::Drain, settings);
            }
        }
    }

    /// Puts back what a dialogue, or a program that was ended, has left.
    pub(in super::super) fn put_back() {
        if let Some(kept) = kept().as_ref() {
            kept.set(&kept.settings);
        }
    }

    fn kept() -> MutexGuard<'static, Option<Kept>> {
        KEPT.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remembered() -> MutexGuard<'static, Option<Kept>> {
        let mut kept = kept();
        if kept.is_none()
            && let Ok(terminal) = File::options().read(true).write(true).open("/dev/tty")
            && let Ok(settings) = tcgetattr(&terminal)
        {
            *kept = Some(Kept { terminal, settings, is_unechoed: false });
        }
        kept
    }

    /// Each key is there at once, for a paste is longer than what a terminal keeps of a line. Ctrl-Z is off, as it is at each
    /// question: a shell does not put these settings back when the process goes on.
    fn unechoed(settings: &Termios) -> Termios {
        let mut settings = settings.clone();
        settings.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON);
        settings.special_codes[SpecialCodeIndex::VSUSP] = NONE;
        settings.special_codes[SpecialCodeIndex::VMIN] = 1;
        settings.special_codes[SpecialCodeIndex::VTIME] = 0;
        settings
    }
}

pub(super) use system::put_back;
