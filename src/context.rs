//! What a command is run in: the outside world as values, and nothing else.

use jiff::Timestamp;

use crate::environment::Environment;

/// The snapshot that a command works on.
pub struct Context {
    /// Variables and home folder.
    pub environment: Environment,
    /// When the program was started.
    pub now: Timestamp,
}
