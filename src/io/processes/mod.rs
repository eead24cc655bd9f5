//! Other processes: the descendants of a program, the parent of this process, and the holder of a lock.
//!
//! The descendants of a program are ended with it: otherwise one of them could read the user's next input from the
//! terminal. A process in another session is a daemon, such as gpg-agent, and is left running. The program does not get
//! a process group of its own, although a group could be ended as a whole: the terminal stops any background group that
//! reads from it.

use std::time::Duration;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod listed;

#[cfg(target_os = "linux")]
pub(super) use linux::{end, lock_holder};
#[cfg(target_os = "linux")]
pub use linux::{hide_memory, parent_name};
#[cfg(not(target_os = "linux"))]
pub(super) use listed::{end, lock_holder};
#[cfg(not(target_os = "linux"))]
pub use listed::{hide_memory, parent_name};

/// The time that processes are given to end after they were asked to.
const GRACE: Duration = Duration::from_millis(500);

const PAUSE: Duration = Duration::from_millis(5);
