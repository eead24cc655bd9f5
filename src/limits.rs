//! Limits of size, number and time, so that no file, program or server can make awsmfa use more.

use std::time::Duration;

/// The largest file that is read, in bytes. Real ones have some megabytes at most.
pub const FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The largest recovery file that is read, in bytes: one session.
pub const RECOVERY_BYTES: u64 = 64 * 1024;

/// The largest list of used codes that is read, in bytes. It has a line for each code of the last minutes.
pub const CODE_MEMORY_BYTES: u64 = 256 * 1024;

/// The largest record of a change by `setup`, in bytes: it may have to restore much of both files.
pub const UNDO_BYTES: u64 = 2 * FILE_BYTES;

/// The largest file that describes a time zone, in bytes. Real ones have a few kilobytes.
pub const ZONE_BYTES: u64 = 1024 * 1024;

/// The largest answer of STS or IAM that is read, in bytes. Real ones have a few kilobytes.
pub const ANSWER_BYTES: usize = 1024 * 1024;

/// The most that is read of a program's output, in bytes.
pub const PROGRAM_OUTPUT_BYTES: u64 = 64 * 1024;

/// The longest line that is read from a terminal or a pipe, in bytes; an MFA code has six digits.
pub const LINE_BYTES: u64 = 4096;

/// The longest command line that is completed, in bytes; Linux runs none that is longer.
pub const COMMAND_LINE_BYTES: u64 = 2 * 1024 * 1024;

/// The longest chain of roles. AWS sets no limit; two or three are usual.
pub const CHAIN: usize = 20;

/// The most symbolic links that are followed, as in Linux.
pub const SYMLINKS: usize = 40;

/// The time limit for a connection to STS, unless a flag sets it. Together with [`READ`], less than users will wait.
pub const CONNECT: Duration = Duration::from_secs(5);

/// The time limit for an answer of STS, unless a flag sets it.
pub const READ: Duration = Duration::from_secs(9);

/// The greatest age of a connection to STS before it is used: an older one may be dead without a sign, and an MFA code
/// that is sent over it would be lost.
pub const IDLE_CONNECTION: Duration = Duration::from_secs(30);

/// The time limit for a program that prints a code or a key: the user may have to touch a device.
pub const PROGRAM: Duration = Duration::from_secs(60);

/// The longest session that STS returns, in seconds.
pub const SESSION_SECONDS: i64 = 36 * 60 * 60;

/// The seconds by which the clock of this machine may be off before a session seems to last too long.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 10 * 60;

/// The time limit for another process that requests the same session: a program that prints the code, and STS's answer.
pub const EXCHANGE: Duration = Duration::from_secs(90);

/// The time that another process may hold the lock.
pub const LOCK: Duration = Duration::from_secs(10);

/// The time that another process may hold the lock of a file that nothing depends on.
pub const BRIEF_LOCK: Duration = Duration::from_millis(100);

/// The most bytes, findings times size, that `doctor` edits in memory to find out what `--fix` can fix. With more it
/// does not try: that would take longer than a second.
pub const TRIAL_BYTES: usize = 128 * 1024 * 1024;
