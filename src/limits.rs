//! Every limit of size, number and time. Nothing that a file, a program or a server holds or sends may make awsmfa take
//! more than these.

use std::time::Duration;

/// The largest file that is read, in bytes. The largest that people have is some megabytes.
pub const FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The largest recovery file that is read, in bytes: one session.
pub const RECOVERY_BYTES: u64 = 64 * 1024;

/// The largest list of used codes that is read, in bytes. It has a line for each code of the last minutes.
pub const CODE_MEMORY_BYTES: u64 = 256 * 1024;

/// The largest record of a change of `setup`, in bytes: it may have to give back much of both files.
pub const UNDO_BYTES: u64 = 2 * FILE_BYTES;

/// The largest file that describes a time zone, in bytes. Real ones have a few kilobytes.
pub const ZONE_BYTES: u64 = 1024 * 1024;

/// The largest answer of STS or IAM that is read, in bytes. Real ones have a few kilobytes.
pub const ANSWER_BYTES: usize = 1024 * 1024;

/// The most that is read of what a program prints for us, in bytes.
pub const PROGRAM_OUTPUT_BYTES: u64 = 64 * 1024;

/// The longest line that is read from a person or a pipe, in bytes; a code has six digits.
pub const LINE_BYTES: u64 = 4096;

/// The longest command line that is completed, in bytes; Linux runs none that is longer.
pub const COMMAND_LINE_BYTES: u64 = 2 * 1024 * 1024;

/// The longest chain of roles. AWS sets no limit; people have two or three.
pub const CHAIN: usize = 20;

/// How many symbolic links are followed; the limit of Linux.
pub const SYMLINKS: usize = 40;

/// How long a connection to STS may take to open, if no flag says otherwise. Together with [`READ`] less than a person
/// waits for.
pub const CONNECT: Duration = Duration::from_secs(5);

/// How long STS may take to answer, if no flag says otherwise.
pub const READ: Duration = Duration::from_secs(9);

/// How long a connection to STS may have been opened before it is used: an older one may be dead without a sign of it, and a
/// code be sent into the void.
pub const IDLE_CONNECTION: Duration = Duration::from_secs(30);

/// How long a program may take to print a code or a key: a person may have to touch something.
pub const PROGRAM: Duration = Duration::from_secs(60);

/// The longest session that STS gives, in seconds.
pub const SESSION_SECONDS: i64 = 36 * 60 * 60;

/// The seconds by which the clock of this machine may be off before a session seems to last too long.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 10 * 60;

/// The time limit for another process that requests the same session: a program that prints the code, and STS's answer.
pub const EXCHANGE: Duration = Duration::from_secs(90);

/// The time that another process may hold the lock.
pub const LOCK: Duration = Duration::from_secs(10);

/// The time that another process may hold the lock of a file that nothing depends on.
pub const BRIEF_LOCK: Duration = Duration::from_millis(100);

/// How many bytes `doctor` edits in memory, findings times size, to tell which findings `--fix` mends. With more it does not
/// tell: that would take longer than a second.
pub const TRIAL_BYTES: usize = 128 * 1024 * 1024;
