//! The input of a command besides its arguments.

use crate::environment::Environment;
use crate::time::Clock;

/// A snapshot of the environment that a command runs in.
pub struct Context {
    /// The variables and the home folder.
    pub environment: Environment,
    /// The time when the program started.
    pub clock: Clock,
}
