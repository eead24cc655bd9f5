//! What a command is run in: the outside world as values, and nothing else.

use crate::environment::Environment;
use crate::time::Clock;

/// The snapshot that a command works on.
pub struct Context {
    /// Variables and home folder.
    pub environment: Environment,
    /// The time at which the program was started.
    pub clock: Clock,
}
