//! The exit codes, which are those of the AWS CLI v2, and the code of each error.
//!
//! A signal ends the process with 128 plus its number (130 for Ctrl-C): see `io::interrupt`. `exec` ends with the code
//! of its program.

use crate::error::Error;
use crate::io::files::FileError;
use crate::io::sts::StsError;
use crate::io::token_source::TokenSourceError;
use crate::resolve::ResolveError;

/// The command did what it was asked to.
pub const DONE: u8 = 0;
/// `status`: the session is not valid for long enough. `doctor`: something is wrong.
pub const NOT_VALID: u8 = 1;
/// `exec`: its program cannot be run.
pub const NOT_RUNNABLE: u8 = 126;
/// `exec`: its program does not exist.
pub const NO_PROGRAM: u8 = 127;
/// The base of the codes for signals.
pub const SIGNAL: u8 = 128;
/// The command line is wrong. clap's own code for that is 2.
pub const USAGE: u8 = 252;
/// The files or the environment are wrong.
pub const CONFIGURATION: u8 = 253;
/// STS refused.
pub const REFUSED: u8 = 254;
/// Anything else: the network, the disk, a lock.
pub const OTHER: u8 = 255;

// No match below has a wildcard arm: a new error does not compile before its code is decided.
impl Error {
    /// Returns the exit code of a command that ends with this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => USAGE,
            Self::Exec(error) if error.is_missing() => NO_PROGRAM,
            Self::Exec(_) => NOT_RUNNABLE,
            Self::Resolve(error) => of_resolve(error),
            Self::File(error) => of_file(error),
            Self::TokenSource(error) => of_token_source(error),
            Self::Sts { source, .. } | Self::Unchecked { source } => of_sts(source),
            Self::Refused { .. } => REFUSED,
            Self::NoHome(_)
            | Self::Document { .. }
            | Self::Edit { .. }
            | Self::KeyProcess { .. }
            | Self::Setup(_)
            | Self::CodeNeeded { .. }
            | Self::NoInput { .. }
            | Self::NoSession { .. } => CONFIGURATION,
            Self::Unwritten { .. } | Self::Terminal(_) | Self::Output(_) => OTHER,
        }
    }
}

fn of_resolve(error: &ResolveError) -> u8 {
    match error {
        ResolveError::Duration { .. } | ResolveError::DurationRange { .. } => USAGE,
        ResolveError::UnknownProfile { .. }
        | ResolveError::CodeAsProfile
        | ResolveError::NoSource { .. }
        | ResolveError::ForeignSource { .. }
        | ResolveError::MissingSource { .. }
        | ResolveError::Ambiguous { .. }
        | ResolveError::RoleWithoutSource { .. }
        | ResolveError::Value { .. }
        | ResolveError::Quoted { .. }
        | ResolveError::Continued { .. }
        | ResolveError::LeftOverToken { .. }
        | ResolveError::UnusedCode { .. }
        | ResolveError::PlainHttp { .. }
        | ResolveError::NoEndpoint { .. }
        | ResolveError::Proxy { .. }
        | ResolveError::KeptByOther { .. }
        | ResolveError::ProcessLoop { .. }
        | ResolveError::SharedTarget { .. }
        | ResolveError::Loop { .. }
        | ResolveError::ChainTooLong { .. }
        | ResolveError::InChain { .. }
        | ResolveError::NoKey { .. }
        | ResolveError::HalfKey { .. }
        | ResolveError::SessionAsSource { .. }
        | ResolveError::NoSerialNumber { .. }
        | ResolveError::SerialNumber { .. }
        | ResolveError::SameProfile { .. }
        | ResolveError::TargetHoldsKey { .. }
        | ResolveError::LookedPast { .. }
        | ResolveError::ProfileName { .. } => CONFIGURATION,
    }
}

fn of_file(error: &FileError) -> u8 {
    match error {
        FileError::SameFile { .. } | FileError::OtherOwner { .. } => CONFIGURATION,
        FileError::Io { .. }
        | FileError::NotAFile { .. }
        | FileError::TooLarge { .. }
        | FileError::LinkLoop { .. }
        | FileError::ReadOnly { .. }
        | FileError::Immutable { .. }
        | FileError::Mounted { .. }
        | FileError::Locked { .. }
        | FileError::Emptied { .. }
        | FileError::Changed { .. }
        | FileError::Contended { .. }
        | FileError::Attribute { .. }
        | FileError::Managed { .. }
        | FileError::ReadOnlyMount { .. }
        | FileError::Dangling { .. }
        | FileError::Moved { .. }
        | FileError::Foreign { .. } => OTHER,
    }
}

fn of_token_source(error: &TokenSourceError) -> u8 {
    match error {
        TokenSourceError::Malformed { .. } => USAGE,
        TokenSourceError::NoInput | TokenSourceError::MoreThanCode | TokenSourceError::NoCode { .. } => CONFIGURATION,
        TokenSourceError::NoTerminal | TokenSourceError::Ended(_) | TokenSourceError::Command(_) => OTHER,
    }
}

fn of_sts(error: &StsError) -> u8 {
    match error {
        StsError::Refused { .. } => REFUSED,
        StsError::CaBundle { .. } => CONFIGURATION,
        StsError::Unreachable { .. }
        | StsError::NoAnswer { .. }
        | StsError::NotSts { .. }
        | StsError::Incomplete { .. }
        | StsError::Setup { .. } => OTHER,
    }
}
