//! The exit code of each error.

use crate::error::Error;
use crate::exit_code::{CONFIGURATION, INTERRUPTED, NO_PROGRAM, NOT_RUNNABLE, OTHER, REFUSED, USAGE};
use crate::io::files::FileError;
use crate::io::iam::IamError;
use crate::io::signin::SigninError;
use crate::io::sts::StsError;
use crate::io::token_source::TokenSourceError;
use crate::key_error::KeyError;
use crate::mfa_device::MfaDeviceError;
use crate::resolve::ResolveError;

// No match below has a wildcard arm, so that a new error does not compile until it has an exit code.
impl Error {
    /// Returns the exit code of a command that ends with this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::OtherDestination { .. } | Self::InputIsTerminal { .. } | Self::SessionInput(_) => {
                USAGE
            }
            Self::NotImported { source } => source.exit_code(),
            Self::NothingPicked => INTERRUPTED,
            Self::Exec(error) if error.is_missing() => NO_PROGRAM,
            Self::Exec(_) => NOT_RUNNABLE,
            Self::Resolve(error) => of_resolve(error),
            Self::File(error) => of_file(error),
            Self::TokenSource(error) => of_token_source(error),
            Self::Sts { source, .. } | Self::Unchecked { source } => of_sts(source),
            Self::Refused { .. } => REFUSED,
            Self::Signin { source, .. } => of_signin(source),
            Self::Iam { source, .. } => of_iam(source),
            Self::Key(error) => of_key(error),
            Self::MfaDevice(error) => of_mfa_device(error),
            Self::NoHome(_)
            | Self::Document { .. }
            | Self::Edit(_)
            | Self::KeyProcess { .. }
            | Self::Keyring { .. }
            | Self::Setup(_)
            | Self::CodeNeeded { .. }
            | Self::NoInput { .. }
            | Self::NoPreviousProfile
            | Self::NoSession { .. }
            | Self::NotARole { .. }
            | Self::NoConsole { .. } => CONFIGURATION,
            Self::Interrupted
            | Self::Provided { .. }
            | Self::Input(_)
            | Self::Unwritten { .. }
            | Self::Browser(_)
            | Self::Terminal(_)
            | Self::Output(_) => OTHER,
        }
    }
}

fn of_iam(error: &IamError) -> u8 {
    match error {
        IamError::Refused { .. } => REFUSED,
        IamError::Unanswered { .. } | IamError::NotIam { .. } => OTHER,
    }
}

fn of_key(error: &KeyError) -> u8 {
    match error {
        KeyError::Printed { .. }
        | KeyError::NoRecord
        | KeyError::NotAUser { .. }
        | KeyError::OtherUser { .. }
        | KeyError::NotListed { .. }
        | KeyError::TwoKeys { .. }
        | KeyError::NotFinished { .. }
        | KeyError::NotStored { .. }
        | KeyError::HasBoth { .. }
        | KeyError::OtherSecret { .. }
        | KeyError::CopyElsewhere { .. }
        | KeyError::Unwritable { .. }
        | KeyError::NothingBegun { .. }
        | KeyError::Incomplete { .. }
        | KeyError::InUse { .. }
        | KeyError::Own { .. } => CONFIGURATION,
        KeyError::Busy { .. }
        | KeyError::Orphan { .. }
        | KeyError::Unknown { .. }
        | KeyError::NotAccepted { .. }
        | KeyError::Changed { .. } => OTHER,
    }
}

fn of_mfa_device(error: &MfaDeviceError) -> u8 {
    match error {
        MfaDeviceError::NotAUser { .. }
        | MfaDeviceError::Exists { .. }
        | MfaDeviceError::Unnamed { .. }
        | MfaDeviceError::Unconfirmed { .. }
        | MfaDeviceError::OtherName { .. } => CONFIGURATION,
        MfaDeviceError::Rejected { .. } => REFUSED,
        MfaDeviceError::TooSmall { .. }
        | MfaDeviceError::NoScreen
        | MfaDeviceError::Uncertain { .. }
        | MfaDeviceError::Left { .. }
        | MfaDeviceError::NotWritten { .. }
        | MfaDeviceError::Deactivated { .. } => OTHER,
    }
}

fn of_resolve(error: &ResolveError) -> u8 {
    match error {
        ResolveError::Duration { .. } | ResolveError::DurationRange { .. } => USAGE,
        ResolveError::UnknownProfile { .. }
        | ResolveError::CodeAsProfile
        | ResolveError::NoSource { .. }
        | ResolveError::PrefixedSection { .. }
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
        | ResolveError::ScopeOfUser { .. }
        | ResolveError::NotForProvided { .. }
        | ResolveError::WouldNarrow { .. }
        | ResolveError::WouldWiden { .. }
        | ResolveError::Inherited { .. }
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
        | FileError::InUse { .. }
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

fn of_signin(error: &SigninError) -> u8 {
    match error {
        SigninError::Network(error) => of_sts(error),
        SigninError::Refused { .. } => REFUSED,
        SigninError::NotSignin { .. } => OTHER,
    }
}
