//! The exit codes, which follow those of the AWS CLI v2. `error::code_of_error` assigns one to each error.
//!
//! On a signal, the process exits with 128 plus the number of the signal (130 for Ctrl-C): see `io::interrupt`. `exec`
//! exits with the code of its program.

/// The command succeeded.
pub const DONE: u8 = 0;
/// `status`: the session is not valid for long enough. `doctor`: a finding is more than a note.
pub const NOT_VALID: u8 = 1;
/// `exec`: its program cannot be run.
pub const NOT_RUNNABLE: u8 = 126;
/// `exec`: its program does not exist.
pub const NO_PROGRAM: u8 = 127;
/// The base of the codes for signals.
pub const SIGNAL: u8 = 128;
/// The user pressed Escape, which has the code of Ctrl-C, as in other pickers.
pub const INTERRUPTED: u8 = SIGNAL + 2;
/// The command line is wrong. clap itself would exit with 2.
pub const USAGE: u8 = 252;
/// The files or the environment are wrong.
pub const CONFIGURATION: u8 = 253;
/// STS refused the request.
pub const REFUSED: u8 = 254;
/// Anything else: the network, the disk, a lock.
pub const OTHER: u8 = 255;
