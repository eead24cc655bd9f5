//! The errors of the commands, with their texts. The hints are in `hints`, the exit codes in `code_of_error`.

mod code_of_error;
mod console_hint;
mod hints;
mod iam_hint;
mod keyring_hint;

use std::path::PathBuf;
use std::rc::Rc;

use crate::check::Reason;
use crate::diagnosis::{self, Cause};
use crate::document::Utf16Error;
use crate::environment::NoHomeError;
use crate::io::browser::BrowserError;
use crate::io::files::FileError;
use crate::io::iam::IamError;
use crate::io::keyring::KeyringError;
use crate::io::process::ProcessError;
use crate::io::signin::SigninError;
use crate::io::sts::StsError;
use crate::io::token_source::TokenSourceError;
use crate::key_error::KeyError;
use crate::mfa_device::MfaDeviceError;
use crate::profile::{ProfileName, SectionError};
use crate::provided_credentials::ProvideError;
use crate::resolve::{ExternalSource, ResolveError};
use crate::session_input::SessionInputError;
use crate::setup::SetupError;
use crate::token_code::SerialNumber;

/// The reason why a command failed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum Error {
    /// A wrong command line that clap accepts.
    #[error("{0}")]
    Usage(String),
    /// The request cannot be planned from the files and the environment.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The paths of the files are unknown.
    #[error(transparent)]
    NoHome(#[from] NoHomeError),
    /// A file is encoded in UTF-16.
    #[error("{}: {source}", path.display())]
    Document { path: PathBuf, source: Utf16Error },
    /// A section cannot be edited.
    #[error(transparent)]
    Edit(#[from] SectionError),
    /// A file cannot be read or replaced.
    #[error(transparent)]
    File(#[from] FileError),
    /// The `credential_process` of the source profile failed, or printed no usable credentials.
    #[error("the credential_process of '{profile}' printed no usable credentials: {cause}")]
    KeyProcess { profile: ProfileName, cause: String },
    /// The AWS SDK got no credentials for a profile.
    #[error("cannot get credentials for '{profile}' from {from}: {error}")]
    Provided { profile: ProfileName, from: ExternalSource, error: ProvideError },
    /// The keyring failed.
    #[error("cannot use the keyring for the key of '{profile}': {source}")]
    Keyring { profile: ProfileName, source: KeyringError },
    /// IAM refused a call, or did not answer.
    #[error("iam:{action} failed: {source}")]
    Iam { action: &'static str, source: IamError },
    /// A key was not changed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// An MFA device was not enrolled, synchronized or removed.
    #[error(transparent)]
    MfaDevice(#[from] MfaDeviceError),
    /// There is no MFA code.
    #[error(transparent)]
    TokenSource(#[from] TokenSourceError),
    /// STS returned no session. `with_code` is set if a code was sent with the request.
    #[error("{source}")]
    Sts { source: StsError, with_code: bool },
    /// A signal ended the login before STS had answered.
    #[error("interrupted before STS answered")]
    Interrupted,
    /// STS refused, for a known cause.
    #[error("{source}")]
    Refused { source: StsError, cause: Box<Cause> },
    /// The files cannot be set up in this way.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// A key could not be checked with AWS.
    #[error("the key could not be checked: {source}")]
    Unchecked { source: StsError },
    /// STS returned a session, but it could not be written to the session profile. `recovery` is the file that holds
    /// it; none if that could not be written either.
    #[error("the session of '{profile}' could not be written: {source}")]
    Unwritten { profile: ProfileName, recovery: Option<PathBuf>, source: Rc<Error> },
    /// Standard input cannot be read.
    #[error("cannot read standard input: {0}")]
    Input(std::io::Error),
    /// Nothing is piped into `import`.
    #[error("standard input is a terminal: import reads the session from another program")]
    InputIsTerminal { profile: ProfileName },
    /// Standard input is not a session that can be imported.
    #[error(transparent)]
    SessionInput(#[from] SessionInputError),
    /// The session from standard input cannot be written.
    #[error("{source}")]
    NotImported { source: Rc<Error> },
    /// A code is needed, and prompts are not allowed. `remedy` says how to supply the code or how to do without it.
    #[error("an MFA code of {serial_number} is needed, and prompts are not allowed here")]
    CodeNeeded { serial_number: SerialNumber, remedy: &'static str },
    /// The command needs an answer, and prompts are turned off. `hint` names the flag that supplies the answer.
    #[error("{what} needs an answer, and --no-input or AWSMFA_NO_INPUT forbids prompts")]
    NoInput { what: &'static str, hint: &'static str },
    /// The session profile has no session, or only one that has expired.
    #[error("{} session in the profile '{profile}'", if *expired { "there is only an expired" } else { "there is no" })]
    NoSession { profile: ProfileName, expired: bool },
    /// The user left the picker without a profile.
    #[error("no profile was selected")]
    NothingPicked,
    /// `use -` in a shell in which no other profile was selected before.
    #[error("no profile was selected in this shell before")]
    NoPreviousProfile,
    /// The web console does not accept the session, which is not a role's. `owner` is the ARN, if STS was asked; `role` is
    /// a role profile that can be used instead.
    #[error(
        "the session of '{profile}' is that of {}, and the AWS console accepts only sessions of roles",
        owner.as_deref().unwrap_or("a user")
    )]
    NotARole { profile: ProfileName, owner: Option<String>, role: Option<ProfileName> },
    /// The web console of the partition is unknown.
    #[error("awsmfa does not know the web console of the partition '{partition}'")]
    NoConsole { partition: String },
    /// The page is not one of the partition's web console.
    #[error("the URL from --destination is not a page of the AWS console of the partition '{partition}'")]
    OtherDestination { partition: &'static str, host: &'static str },
    /// AWS sign-in returned no token.
    #[error("{source}")]
    Signin { profile: ProfileName, source: SigninError },
    /// The browser was not opened.
    #[error(transparent)]
    Browser(#[from] BrowserError),
    /// The program of `exec` cannot be run.
    #[error(transparent)]
    Exec(ProcessError),
    /// The answer to a prompt could not be read.
    #[error("cannot read the answer from the terminal: {0}")]
    Terminal(std::io::Error),
    /// The result could not be written to standard output.
    #[error("cannot print the result: {0}")]
    Output(std::io::Error),
}

impl From<StsError> for Error {
    /// Converts the error of a request that sent no code.
    fn from(source: StsError) -> Self {
        Self::Sts { source, with_code: false }
    }
}

impl Error {
    /// Returns whether STS reports that the caller is not allowed to do this, and another caller may be. Tags and a source
    /// identity are refused whoever sends them.
    pub fn is_access_denied(&self) -> bool {
        let (Self::Sts { source, .. } | Self::Refused { source, .. }) = self else { return false };
        matches!(source, StsError::Refused { code, message, .. }
            if code == "AccessDenied" && diagnosis::refused_scope(message).is_none())
    }
}

impl From<&Error> for Reason {
    fn from(error: &Error) -> Self {
        Self { message: error.to_string(), hint: error.hint() }
    }
}
