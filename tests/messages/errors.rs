//! The errors of commands, of files, of programs and of MFA codes.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::rc::Rc;
use std::time::Duration;

use awsmfa::credential_process_output::CredentialProcessError;
use awsmfa::diagnosis::Cause;
use awsmfa::document::{EditError, Utf16Error};
use awsmfa::environment::NoHomeError;
use awsmfa::error::Error;
use awsmfa::io::browser::BrowserError;
use awsmfa::io::files::FileError;
use awsmfa::io::process::ProcessError;
use awsmfa::io::token_source::TokenSourceError;
use awsmfa::profile::SectionError;
use awsmfa::provided_credentials::ProvideError;
use awsmfa::render::shell::Syntax;
use awsmfa::resolve::{ExternalSource, ResolveError};
use awsmfa::session_input::SessionInputError;
use awsmfa::setup::SetupError;
use awsmfa::token_code::TokenCodeError;

use crate::console::{USER, not_a_role, signin_refused};
use crate::device_errors;
use crate::key_errors;
use crate::refusals::refused;
use crate::resolve_errors::{config, credentials, name};

const CREDENTIALS: &str = "/home/ada/.aws/credentials";
const EACCES: i32 = 13;
const EBUSY: i32 = 16;
const ENOENT: i32 = 2;
const ENOSPC: i32 = 28;
const EIO: i32 = 5;

fn system(number: i32) -> io::Error {
    io::Error::from_raw_os_error(number)
}

fn file_io(action: &'static str, number: i32) -> FileError {
    FileError::Io { action, path: CREDENTIALS.into(), source: system(number) }
}

fn start(number: i32) -> ProcessError {
    ProcessError::Start { program: "terraform".to_owned(), source: system(number) }
}

fn unwritten(is_kept: bool) -> Error {
    Error::Unwritten {
        profile: name("work-session"),
        recovery: is_kept.then(|| "/home/ada/.aws/credentials.awsmfa-recovery-4711".into()),
        source: Rc::new(Error::File(file_io("write to", ENOSPC))),
    }
}

fn not_imported(source: Error) -> Error {
    Error::NotImported { source: Rc::new(source) }
}

fn code_needed(remedy: &'static str) -> Error {
    let serial_number = "arn:aws:iam::123456789012:mfa/ada".parse().expect("a serial number");
    Error::CodeNeeded { serial_number, remedy }
}

fn provided(from: ExternalSource, is_signed_out: bool) -> Error {
    let cause = if is_signed_out { "the SSO token has expired and cannot be refreshed" } else { "dispatch failure" };
    let error = ProvideError { cause: cause.to_owned(), is_signed_out };
    Error::Provided { profile: name("dev"), from, error }
}

fn section_error(section: &str, source: EditError) -> SectionError {
    SectionError { path: CREDENTIALS.into(), section: section.to_owned(), source }
}

fn errors() -> Vec<(&'static str, Error)> {
    samples!(Error {
        Usage: [Error::Usage("--profile and the command's own argument both name a profile".to_owned())],
        Resolve: [Error::Resolve(ResolveError::NoSerialNumber { profile: name("work"), inherited: None })],
        NoHome: [Error::NoHome(NoHomeError)],
        Document: [Error::Document { path: CREDENTIALS.into(), source: Utf16Error }],
        Edit: [Error::Edit(section_error("work-session", EditError::UnreadableLine { line: 7 }))],
        File: [Error::File(file_io("read", EACCES))],
        KeyProcess: [Error::KeyProcess {
            profile: name("work"),
            cause: ProcessError::NoText { program: "vault".to_owned() }.to_string(),
        }],
        Provided: [
            provided(ExternalSource::IdentityCenter, true),
            provided(ExternalSource::SignIn, true),
            provided(ExternalSource::IdentityCenter, false),
            provided(ExternalSource::Machine, false),
        ],
        TokenSource: [Error::TokenSource(TokenSourceError::NoTerminal)],
        Sts: [Error::Sts { source: refused(), with_code: true }],
        Refused: [Error::Refused { source: refused(), cause: Box::new(Cause::ChainingLimit) }],
        Setup: [Error::Setup(SetupError::NothingToUndo)],
        Unchecked: [Error::Unchecked { source: refused() }],
        Interrupted: [Error::Interrupted],
        Unwritten: [unwritten(true), unwritten(false)],
        Input: [Error::Input(system(EIO))],
        InputIsTerminal: [Error::InputIsTerminal { profile: name("work") }],
        SessionInput: [Error::SessionInput(SessionInputError::Empty)],
        NotImported: [
            not_imported(ResolveError::TargetHoldsKey { profile: name("work"), place: credentials(1) }.into()),
            not_imported(Error::File(file_io("write to", ENOSPC))),
        ],
        Iam: [key_errors::denied(), key_errors::not_iam(), device_errors::denied(), device_errors::limit()],
        Key: [Error::Key(key_errors::busy())],
        Keyring: [Error::Keyring { profile: name("work-key"), source: key_errors::locked() }],
        MfaDevice: [Error::MfaDevice(device_errors::uncertain())],
        CodeNeeded: [
            code_needed("run `awsmfa login` on a terminal first, or set AWSMFA_TOKEN_CODE"),
            code_needed("run `awsmfa login` first, or allow the prompt with --prompt"),
        ],
        NoInput: [Error::NoInput { what: "doctor --fix", hint: "--yes writes the change without asking" }],
        NoSession: [
            Error::NoSession { profile: name("work-session"), expired: false },
            Error::NoSession { profile: name("work-session"), expired: true },
        ],
        NothingPicked: [Error::NothingPicked],
        NoPreviousProfile: [Error::NoPreviousProfile],
        NotARole: [not_a_role(None, Some("admin")), not_a_role(None, None), not_a_role(Some(USER), None)],
        NoConsole: [Error::NoConsole { partition: "aws-iso".to_owned() }],
        OtherDestination: [Error::OtherDestination { partition: "aws", host: "console.aws.amazon.com" }],
        Signin: [Error::Signin { profile: name("admin-session"), source: signin_refused() }],
        Browser: [Error::Browser(BrowserError::NoOpener)],
        Exec: [Error::Exec(start(EACCES)), Error::Exec(start(ENOENT))],
        Terminal: [Error::Terminal(system(EIO))],
        Output: [Error::Output(system(ENOSPC))],
    })
}

#[test]
fn each_error_of_a_command_has_its_text() {
    super::check_errors("errors.txt", errors(), |error| error);
}

fn file_errors() -> Vec<(&'static str, FileError)> {
    let path = || CREDENTIALS.into();
    let target = || "/nix/store/dotfiles/credentials".into();
    let folder = || "/home/ada/.aws".into();
    let locked = |holder: Option<&str>| FileError::Locked {
        folder: folder(),
        holder: holder.map(str::to_owned),
        wait: Duration::from_secs(10),
    };
    samples!(FileError {
        Io: [
            file_io("read", EACCES),
            file_io("write to", EACCES),
            file_io("write to", ENOSPC),
            file_io("replace", EBUSY),
            file_io("read", EIO),
        ],
        NotAFile: [FileError::NotAFile { path: path() }],
        SameFile: [FileError::SameFile { path: path() }],
        TooLarge: [FileError::TooLarge { path: path() }],
        LinkLoop: [FileError::LinkLoop { path: path() }],
        ReadOnly: [FileError::ReadOnly { path: path() }],
        Immutable: [FileError::Immutable { path: path() }],
        Mounted: [FileError::Mounted { path: path() }],
        InUse: [FileError::InUse { path: path() }],
        Locked: [locked(None), locked(Some("awsmfa (process 4711)"))],
        Emptied: [FileError::Emptied { path: path() }],
        Changed: [FileError::Changed { path: path() }],
        Contended: [FileError::Contended { path: path() }],
        Attribute: [FileError::Attribute { path: path(), name: "user.note".to_owned(), source: system(EACCES) }],
        OtherOwner: [FileError::OtherOwner { path: path(), owner: 1000 }],
        Managed: [FileError::Managed { path: path(), target: target() }],
        ReadOnlyMount: [FileError::ReadOnlyMount { folder: folder() }],
        Dangling: [FileError::Dangling { path: path(), target: "/mnt/usb/credentials".into() }],
        Moved: [FileError::Moved { path: path(), target: "/mnt/usb/credentials".into() }],
        Foreign: [FileError::Foreign {
            path: "/home/ada/.local/state/awsmfa/used-codes".into(),
            why: "it belongs to another user",
        }],
    })
}

#[test]
fn each_error_of_a_file_has_its_text() {
    super::check_errors("file_errors.txt", file_errors(), Error::File);
}

#[test]
fn each_error_of_an_edit_has_its_text() {
    let samples = samples!(EditError {
        DuplicateSection: [EditError::DuplicateSection { first: 1, second: 7 }],
        DuplicateProperty: [EditError::DuplicateProperty { property: "aws_session_token", first: 3, second: 5 }],
        IrregularHeader: [EditError::IrregularHeader { line: 7 }],
        IndentedHeader: [EditError::IndentedHeader { line: 7 }],
        ByteOrderMark: [EditError::ByteOrderMark],
        CarriageReturn: [EditError::CarriageReturn { line: 7 }],
        UnreadableLine: [EditError::UnreadableLine { line: 7 }],
        Unconfirmed: [EditError::Unconfirmed { line: 7 }],
    });
    super::check_errors("edit_errors.txt", samples, |source| Error::Edit(section_error("work-session", source)));
}

#[test]
fn each_error_of_a_token_source_has_its_text() {
    let malformed = |origin| TokenSourceError::Malformed { origin, source: TokenCodeError };
    let ended = io::Error::new(io::ErrorKind::UnexpectedEof, "the input ended before a line");
    let samples = samples!(TokenSourceError {
        Malformed: [malformed("--token-code"), malformed("standard input")],
        NoTerminal: [TokenSourceError::NoTerminal],
        NoInput: [TokenSourceError::NoInput],
        MoreThanCode: [TokenSourceError::MoreThanCode],
        NoCode: [TokenSourceError::NoCode { source: TokenCodeError }],
        Ended: [TokenSourceError::Ended(ended)],
        Command: [TokenSourceError::from(ProcessError::CommandLine)],
    });
    super::check_errors("token_source_errors.txt", samples, Error::TokenSource);
}

#[test]
fn each_error_of_an_input_of_import_has_its_text() {
    let samples = samples!(SessionInputError {
        Empty: [SessionInputError::Empty],
        TooLarge: [SessionInputError::TooLarge],
        NotUtf8: [SessionInputError::NotUtf8],
        NotOneObject: [SessionInputError::NotOneObject],
        TwoSessions: [SessionInputError::TwoSessions],
        NoCredentials: [SessionInputError::NoCredentials],
        NotVersion1: [SessionInputError::NotVersion1],
        Missing: [SessionInputError::Missing("SessionToken"), SessionInputError::Missing("Expiration")],
        NotAWord: [SessionInputError::NotAWord("SecretAccessKey")],
        LongTermKey: [SessionInputError::LongTermKey],
        NotATime: [SessionInputError::NotATime],
        Expired: [SessionInputError::Expired],
        TooLong: [SessionInputError::TooLong],
    });
    super::check_errors("session_input_errors.txt", samples, Error::SessionInput);
}

#[test]
fn each_error_of_a_program_has_its_text() {
    let program = || "vault".to_owned();
    let samples = samples!(ProcessError {
        CommandLine: [ProcessError::CommandLine],
        Start: [start(ENOENT)],
        Failed: [ProcessError::Failed { program: program(), status: ExitStatus::from_raw(0x100) }],
        TimedOut: [ProcessError::TimedOut { program: program(), limit: Duration::from_secs(60) }],
        NoText: [ProcessError::NoText { program: program() }],
    });
    super::check_errors("process_errors.txt", samples, |error| Error::KeyProcess {
        profile: name("work"),
        cause: error.to_string(),
    });
}

#[test]
fn each_error_of_a_credential_process_has_its_text() {
    let samples = samples!(CredentialProcessError {
        NotVersion1: [CredentialProcessError::NotVersion1],
        Missing: [CredentialProcessError::Missing("AccessKeyId")],
        NotAWord: [CredentialProcessError::NotAWord("SecretAccessKey")],
        Expired: [CredentialProcessError::Expired],
        NoExpiration: [CredentialProcessError::NoExpiration],
        Session: [CredentialProcessError::Session],
    });
    super::check_errors("credential_process_errors.txt", samples, |error| Error::KeyProcess {
        profile: name("work"),
        cause: error.to_string(),
    });
}

#[test]
fn each_error_of_setup_has_its_text() {
    let file = || "the config file".to_owned();
    let samples = samples!(SetupError {
        Edit: [SetupError::Edit(section_error("profile work", EditError::IndentedHeader { line: 7 }))],
        HoldsKey: [SetupError::HoldsKey { profile: name("work"), place: credentials(1) }],
        Taken: [SetupError::Taken { profile: name("work-key"), place: config(4) }],
        RoleTaken: [SetupError::RoleTaken { profile: name("admin"), place: config(4) }],
        OnlyCopy: [SetupError::OnlyCopy { profile: "work-key".to_owned() }],
        NotInFile: [SetupError::NotInFile { profile: name("work") }],
        NotConnected: [SetupError::NotConnected {
            session_profile: name("dev"),
            source_profile: name("work"),
            cause: format!("'work' links 'work-session' to 'work' ({})", config(2)),
        }],
        NothingToUndo: [SetupError::NothingToUndo],
        OtherFiles: [SetupError::OtherFiles],
        ChangedSince: [SetupError::ChangedSince { file: file() }],
        Target: [SetupError::Target(ResolveError::SameProfile { profile: name("work") })],
    });
    super::check_errors("setup_errors.txt", samples, Error::Setup);
}

#[test]
fn a_value_that_a_shell_cannot_express_has_its_text() {
    let rendered = Syntax::Cmd.render(&[("AWS_PROFILE", Some("a\"b".to_owned()))]);
    let samples = vec![("UnsayableError", rendered.expect_err("a quote in cmd"))];
    super::check_errors("shell_errors.txt", samples, |error| Error::Usage(error.to_string()));
}
