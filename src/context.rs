//! The environment that a command runs in, as values.

use crate::environment::Environment;
use crate::time::Clock;

/// The snapshot that a command works on.
pub struct Context {
    /// The variables and the home folder.
    pub environment: Environment,
    /// The time when the program started.
    pub clock: Clock,
}
