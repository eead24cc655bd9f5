//! The colours of messages, results and prompts. No other module names a colour, except for the QR code.

/// The meaning of a text, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The label of an error.
    Error,
    /// The label of a warning.
    Warning,
    /// The label of a note, and the names of the files of a diff.
    Note,
    /// The label of a hint.
    Hint,
    /// A command to copy, the selected line of a list, and an answer.
    Command,
    /// A valid session, and the sign before a prompt.
    Valid,
    /// A session that ends soon or at an unknown time.
    Expiring,
    /// A session that has ended.
    Expired,
    /// A line that a change adds.
    Added,
    /// A line that a change removes.
    Removed,
}

impl Style {
    /// Returns the parameters of a terminal's escape sequence (ECMA-48, SGR).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Note => "1",
            Self::Hint => "1;36",
            Self::Command => "36",
            Self::Valid | Self::Added => "32",
            Self::Expiring => "33",
            Self::Expired | Self::Removed => "31",
        }
    }

    /// Colours the text if `color` is set.
    pub fn paint(self, text: &str, color: bool) -> String {
        if color { format!("\u{1B}[{}m{text}\u{1B}[0m", self.code()) } else { text.to_owned() }
    }
}
