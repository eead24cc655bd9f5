//! The terminal's settings on Windows, which awsmfa does not change: the functions of the console echo only while they
//! prompt.

/// The counterpart of a guard that turns off the terminal's echo.
#[non_exhaustive]
pub(in crate::io) struct EchoOff;

impl EchoOff {
    /// Changes nothing.
    pub(in crate::io) fn begin() -> Self {
        Self
    }
}

/// The counterpart of a guard that turns Ctrl-Z off.
#[non_exhaustive]
pub(in crate::io) struct SuspendOff;

impl SuspendOff {
    /// Changes nothing.
    pub(in crate::io) fn begin() -> Self {
        Self
    }
}

/// The counterpart of a guard that restores the original settings while another program uses the terminal.
#[non_exhaustive]
pub(in crate::io) struct LentTerminal;

impl LentTerminal {
    /// Changes nothing.
    pub(in crate::io) fn begin() -> Self {
        Self
    }
}

/// Changes nothing.
pub(in crate::io) fn restore() {}
