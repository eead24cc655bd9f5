//! Limits on size, number and time, so that no file, program or server can make awsmfa use unlimited resources.

use std::time::Duration;

/// The largest file that is read, in bytes. Real ones have a few megabytes at most.
pub const FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The largest recovery file that is read, in bytes: thousands of sessions.
pub const RECOVERY_BYTES: u64 = 16 * 1024 * 1024;

/// The largest list of used codes that is read, in bytes. It has a line for each code of the last minutes.
pub const CODE_MEMORY_BYTES: u64 = 256 * 1024;

/// The largest record of a change by `setup`, in bytes: it may have to restore much of both files.
pub const UNDO_BYTES: u64 = 2 * FILE_BYTES;

/// The largest list of the creation times of keys, in bytes.
pub const KEY_AGES_BYTES: u64 = 64 * 1024;

/// The largest record of the rotation of a key, in bytes.
pub const ROTATION_BYTES: u64 = 64 * 1024;

/// The time for which AWS is asked whether it accepts a new key. Others allow 20 seconds (aws-vault, cli/rotate.go).
pub const KEY_ACCEPTANCE: Duration = Duration::from_secs(30);

/// The number of times that a request to IAM is sent while IAM says that the user cannot be changed for the moment, once a
/// second.
pub const BUSY_ATTEMPTS: u32 = 10;

/// The number of times that a user may type two codes of an MFA device that IAM does not accept.
pub const CODE_ATTEMPTS: u32 = 3;

/// The maximum number of parts of an answer of IAM: a user has up to eight MFA devices.
pub const PAGES: usize = 20;

/// The largest file that describes a time zone, in bytes. Real ones have a few kilobytes.
pub const ZONE_BYTES: u64 = 1024 * 1024;

/// The largest answer from STS or IAM that is read, in bytes. Real ones have a few kilobytes.
pub const ANSWER_BYTES: usize = 1024 * 1024;

/// The maximum number of bytes that are read from a program's output.
pub const PROGRAM_OUTPUT_BYTES: u64 = 64 * 1024;

/// The largest input of `import`, in bytes. A token has a few kilobytes at most.
pub const SESSION_INPUT_BYTES: u64 = 64 * 1024;

/// The longest line that is read from a terminal or a pipe, in bytes; an MFA code has six digits.
pub const LINE_BYTES: u64 = 4096;

/// The longest command line that is completed, in bytes; Linux does not run longer ones.
pub const COMMAND_LINE_BYTES: u64 = 2 * 1024 * 1024;

/// The longest chain of roles. AWS sets no limit; two or three are usual.
pub const CHAIN: usize = 20;

/// The maximum number of symbolic links that are followed, as in Linux.
pub const SYMLINKS: usize = 40;

/// The time limit for a connection to STS, unless a flag sets it. Together with [`READ`], it is shorter than users are
/// willing to wait.
pub const CONNECT: Duration = Duration::from_secs(5);

/// The time limit for an answer from STS, unless a flag sets it.
pub const READ: Duration = Duration::from_secs(9);

/// The time limit for a connection to IAM, and for its answer, when `whoami` asks for the alias of the account, which is
/// not worth a longer wait.
pub const ALIAS: Duration = Duration::from_secs(2);

/// The time for which the page that opens the web console is on the disk, if nothing shows that a browser has read it.
pub const PAGE: Duration = Duration::from_secs(15);

/// The time since the last read of that page after which it is deleted.
pub const PAGE_SETTLED: Duration = Duration::from_secs(1);

/// The time in which a login sends requests again that STS throttles or does not answer, from the first of them on.
pub const RETRIES: Duration = Duration::from_secs(10);

/// The maximum number of requests to STS that a login makes at the same time. More would not be much faster: 100 roles
/// take 7 round trips with 16 requests at a time, and 4 with 32. And STS throttles an account that sends too many (AWS
/// Knowledge Center, iam-sts-throttling-error).
pub const REQUESTS_AT_ONCE: usize = 16;

/// The greatest age of a connection to STS before it is used: an older one may have been dropped silently, and an MFA
/// code that is sent over it would be lost.
pub const IDLE_CONNECTION: Duration = Duration::from_secs(30);

/// The time limit for a sign-in in the browser. A device code of IAM Identity Center is valid for 10 minutes.
pub const SIGN_IN: Duration = Duration::from_secs(10 * 60);

/// The time limit for a program that prints a code or a key: the user may have to touch a device.
pub const PROGRAM: Duration = Duration::from_secs(60);

/// The time limit for the keyring: the user may have to unlock it.
pub const KEYRING: Duration = Duration::from_secs(60);

/// The longest session that STS returns, in seconds.
pub const SESSION_SECONDS: i64 = 36 * 60 * 60;

/// The seconds by which the clock of this machine may be off before a session seems to last too long.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 10 * 60;

/// The time limit for another process that requests the same session: a program that prints the code, and STS's answer.
pub const EXCHANGE: Duration = Duration::from_secs(90);

/// The maximum number of locks for the exchange that a process holds: macOS allows a process 256 open files.
pub const EXCHANGE_LOCKS: usize = 64;

/// The time that another process may hold the lock.
pub const LOCK: Duration = Duration::from_secs(10);

/// The time that awsmfa waits for another program to close a file that it must read, replace or delete. It matters only
/// on Windows.
pub const FILE_IN_USE: Duration = Duration::from_secs(3);

/// The time that another process may hold the lock of a file that nothing depends on.
pub const BRIEF_LOCK: Duration = Duration::from_millis(100);

/// The longest sleep of `status --wait-until`, in seconds. After it, the clock and the file are read again: the machine
/// may have slept, and the session may have been renewed.
pub const WAIT_SECONDS: u64 = 30;

/// The maximum number of bytes (findings times size) that `doctor` edits in memory to find out which findings `--fix`
/// can fix. It does not try with more, since that would take longer than a second.
pub const TRIAL_BYTES: usize = 128 * 1024 * 1024;
