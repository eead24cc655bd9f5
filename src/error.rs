//! Every error that a person can get: what happened, its exit code, and what to do, in one table.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::rc::Rc;

use crate::document::{EditError, Utf16Error};
use crate::environment::NoHomeError;
use crate::io::files::FileError;
use crate::io::process::ProcessError;
use crate::io::sts::StsError;
use crate::io::token_source::TokenSourceError;
use crate::profile::ProfileName;
use crate::render::text::shell_word;
use crate::resolve::ResolveError;
use crate::time::Seconds;
use crate::token_code::SerialNumber;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line, beyond what clap refuses.
    #[error("{0}")]
    Usage(String),
    /// The files and the environment do not give a plan.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// Nobody knows where the files are.
    #[error(transparent)]
    NoHome(#[from] NoHomeError),
    /// A file that is no text.
    #[error("{}: {source}", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Utf16Error,
    },
    /// The section cannot be edited.
    #[error("cannot change the section [{profile}] of {}: {source}", path.display())]
    Edit {
        /// The file.
        path: PathBuf,
        /// The section.
        profile: ProfileName,
        /// Why.
        source: EditError,
    },
    /// A file cannot be read or replaced.
    #[error(transparent)]
    File(#[from] FileError),
    /// The long-term key does not come out of its `credential_process`.
    #[error("the credential_process of '{profile}' gave no long-term key: {cause}")]
    KeyProcess {
        /// The source profile.
        profile: ProfileName,
        /// What went wrong.
        cause: String,
    },
    /// There is no token code.
    #[error(transparent)]
    TokenSource(#[from] TokenSourceError),
    /// STS gave no session.
    #[error(transparent)]
    Sts(#[from] StsError),
    /// STS gave a session, but it could not be written.
    #[error("the session of '{profile}' could not be written: {source}")]
    Unwritten {
        /// The session profile.
        profile: ProfileName,
        /// Where it is kept; none if even that failed.
        recovery: Option<PathBuf>,
        /// Why.
        source: Rc<Error>,
    },
    /// A code is needed, and may not be asked for.
    #[error("a code of {serial_number} is needed, and nothing may be asked")]
    CodeNeeded {
        /// The MFA device.
        serial_number: SerialNumber,
    },
    /// There is no session to show.
    #[error("{} session in the profile '{profile}'", if *expired { "there is only an expired" } else { "there is no" })]
    NoSession {
        /// The session profile.
        profile: ProfileName,
        /// Whether there is one that has expired.
        expired: bool,
    },
    /// The program of `exec` cannot be run.
    #[error(transparent)]
    Exec(ProcessError),
    /// Standard output is closed or full.
    #[error("cannot print the result: {0}")]
    Output(std::io::Error),
}

impl Error {
    /// The exit code: those of the AWS CLI v2.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::TokenSource(TokenSourceError::Malformed { .. })
            | Self::Resolve(ResolveError::Duration { .. } | ResolveError::DurationRange { .. }) => 252,
            Self::Exec(error) if error.is_missing() => 127,
            Self::Exec(_) => 126,
            Self::NoSession { .. }
            | Self::CodeNeeded { .. }
            | Self::Resolve(_)
            | Self::NoHome(_)
            | Self::Document { .. }
            | Self::Edit { .. }
            | Self::KeyProcess { .. } => 253,
            Self::Sts(StsError::Refused { .. }) => 254,
            Self::File(_) | Self::TokenSource(_) | Self::Sts(_) | Self::Unwritten { .. } | Self::Output(_) => 255,
        }
    }

    /// The command or line that helps.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Usage(_) | Self::Output(_) | Self::Exec(_) => return None,
            Self::NoSession { profile, .. } => return Some(format!("awsmfa login {}", shell_word(profile.as_str()))),
            Self::Resolve(error) => return error.hint(),
            Self::CodeNeeded { .. } => "run `awsmfa login` first, or let it ask with --prompt",
            Self::NoHome(_) => "set HOME, or name the files with --config-file and --credentials-file",
            Self::Document { .. } => "save it as UTF-8, in PowerShell with `Set-Content -Encoding utf8`",
            Self::Edit { .. } => "mend that line in an editor, then try again; nothing was changed",
            Self::File(error) => return file_hint(error),
            Self::KeyProcess { .. } => {
                "run the command by hand: it must print JSON with Version 1, AccessKeyId and SecretAccessKey"
            }
            Self::TokenSource(error) => return token_source_hint(error),
            Self::Sts(error) => return sts_hint(error),
            Self::Unwritten { recovery: Some(path), .. } => {
                return Some(format!(
                    "the session is safe in {}; mend the cause and run the same command without a code",
                    path.display()
                ));
            }
            Self::Unwritten { recovery: None, .. } => "nothing could be written beside the credentials file either",
        };
        Some(text.to_owned())
    }
}

fn file_hint(error: &FileError) -> Option<String> {
    let text = match error {
        FileError::ReadOnly { path } => return Some(format!("chmod u+w {}", path.display())),
        FileError::Locked { .. } => "end or continue that process, then try again",
        FileError::Contended { .. } => "wait until the other program has finished, then try again",
        FileError::LinkLoop { .. } | FileError::NotAFile { .. } => {
            "name another file with --credentials-file or --config-file"
        }
        FileError::Io { source, .. } => match source.kind() {
            ErrorKind::PermissionDenied => "is the folder yours, and may you write to it?",
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk, then try again",
            ErrorKind::ResourceBusy => "a file that is mounted on its own cannot be replaced: mount its folder instead",
            _ => return None,
        },
        FileError::TooLarge { .. } => return None,
    };
    Some(text.to_owned())
}

fn token_source_hint(error: &TokenSourceError) -> Option<String> {
    let text = match error {
        TokenSourceError::Malformed { .. } => return None,
        TokenSourceError::NoTerminal | TokenSourceError::Command(_) | TokenSourceError::Ended(_) => {
            "give it with --token-code, or let a program print it: mfa_process or --mfa-process"
        }
    };
    Some(text.to_owned())
}

/// What STS's codes usually mean, and what may have become of the token code.
fn sts_hint(error: &StsError) -> Option<String> {
    let spent = "the code may have been used up: wait for the next one, then try again";
    let text = match error {
        StsError::NotSts { .. } if error.may_have_spent_code() => {
            return Some(format!("is there a login page or a proxy between this machine and AWS? {spent}"));
        }
        _ if error.may_have_spent_code() => spent,
        StsError::Refused { clock_offset: Some(offset), .. } if offset.0.abs() >= 60 => {
            let direction = if offset.0 > 0 { "ahead of" } else { "behind" };
            return Some(format!(
                "the clock of this machine is {} {direction} that of STS: codes made here are wrong; set the clock",
                Seconds(offset.0.abs())
            ));
        }
        StsError::Refused { .. } if error.is_rejected_code() => {
            "a code works once: wait for the next one; if it fails, too, the device is not the one that mfa_serial names"
        }
        StsError::Refused { code, message, .. } => refusal_hint(code, message)?,
        StsError::Unreachable { cause, .. } if cause.contains("certificate") => {
            "nothing was sent; if the certificate is to be trusted, name its CA with --ca-bundle"
        }
        StsError::Unreachable { .. } => {
            "nothing was sent, so the code is still good; is there a network, a proxy, a VPN?"
        }
        StsError::NotSts { .. } => "is there a login page or a proxy between this machine and AWS?",
        _ => return None,
    };
    Some(text.to_owned())
}

fn refusal_hint(code: &str, message: &str) -> Option<&'static str> {
    Some(match code {
        "AccessDenied" if message.contains("unable to validate MFA code") => {
            "mfa_serial names no MFA device of this key's user; the IAM console shows it under Security credentials"
        }
        "AccessDenied" if message.contains("with session credentials") => {
            "the source profile must hold a long-term key (AKIA…)"
        }
        "InvalidClientTokenId" => "the access key is inactive, deleted, or of another partition (China, GovCloud)",
        "SignatureDoesNotMatch" => "the secret access key is not the one that belongs to this access key id",
        "RegionDisabledException" => "choose a region that the account uses, with --region",
        "Throttling" => "AWS is busy; the code was not used: try again",
        _ => return None,
    })
}
