//! Every error that a command can end with: its text; the hints are in `hints`, the exit codes in `exit_code`.

mod code_of_error;
mod hints;

use std::path::PathBuf;
use std::rc::Rc;

use crate::check::Reason;
use crate::diagnosis::Cause;
use crate::document::{EditError, Utf16Error};
use crate::environment::NoHomeError;
use crate::io::files::FileError;
use crate::io::process::ProcessError;
use crate::io::sts::StsError;
use crate::io::token_source::TokenSourceError;
use crate::profile::ProfileName;
use crate::resolve::ResolveError;
use crate::setup::SetupError;
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
        /// The error.
        source: Utf16Error,
    },
    /// The section cannot be edited.
    #[error("cannot change the section [{profile}] of {}: {source}", path.display())]
    Edit {
        /// The file.
        path: PathBuf,
        /// The section.
        profile: ProfileName,
        /// The reason.
        source: EditError,
    },
    /// A file cannot be read or replaced.
    #[error(transparent)]
    File(#[from] FileError),
    /// The long-term key does not come out of its `credential_process`.
    #[error("the credential_process of '{profile}' printed no long-term access key: {cause}")]
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
    #[error("{source}")]
    Sts {
        /// What happened.
        source: StsError,
        /// Set if a code went with the request.
        with_code: bool,
    },
    /// STS refused, and it is known why.
    #[error("{source}")]
    Refused {
        /// STS's own words.
        source: StsError,
        /// What they mean here.
        cause: Box<Cause>,
    },
    /// The files cannot be set up in this way.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A key could not be tried.
    #[error("the key could not be checked: {source}")]
    Unchecked {
        /// The reason.
        source: StsError,
    },
    /// STS gave a session, but it could not be written.
    #[error("the session of '{profile}' could not be written: {source}")]
    Unwritten {
        /// The session profile.
        profile: ProfileName,
        /// Where it is kept; none if even that failed.
        recovery: Option<PathBuf>,
        /// The reason.
        source: Rc<Error>,
    },
    /// A code is needed, and may not be asked for.
    #[error("an MFA code of {serial_number} is needed, and prompts are not allowed here")]
    CodeNeeded {
        /// The MFA device.
        serial_number: SerialNumber,
        /// The flag or command that gives the code or makes it unnecessary.
        remedy: &'static str,
    },
    /// An answer is needed, and nothing may be asked.
    #[error("{what} needs an answer, and --no-input or AWSMFA_NO_INPUT forbids prompts")]
    NoInput {
        /// The command.
        what: &'static str,
        /// The flag that gives the answer.
        hint: &'static str,
    },
    /// There is no session to show.
    #[error("{} session in the profile '{profile}'", if *expired { "there is only an expired" } else { "there is no" })]
    NoSession {
        /// The session profile.
        profile: ProfileName,
        /// Set if there is one that has expired.
        expired: bool,
    },
    /// The program of `exec` cannot be run.
    #[error(transparent)]
    Exec(ProcessError),
    /// The terminal is gone in the middle of a question.
    #[error("cannot read the answer from the terminal: {0}")]
    Terminal(std::io::Error),
    /// Standard output is closed or full.
    #[error("cannot print the result: {0}")]
    Output(std::io::Error),
}

impl From<StsError> for Error {
    /// For what fails before a code is asked for.
    fn from(source: StsError) -> Self {
        Self::Sts { source, with_code: false }
    }
}

impl Error {
    /// Returns whether STS says that the caller may not do this.
    pub fn is_access_denied(&self) -> bool {
        let (Self::Sts { source, .. } | Self::Refused { source, .. }) = self else { return false };
        matches!(source, StsError::Refused { code, .. } if code == "AccessDenied")
    }
}

impl From<&Error> for Reason {
    fn from(error: &Error) -> Self {
        Self { message: error.to_string(), hint: error.hint() }
    }
}
