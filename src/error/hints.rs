//! The hint for each error: a command, a line of a file, or something to check; none if the remedy is unknown.
//!
//! No match on an error has a wildcard arm, so that a new error does not compile until its hint is decided.

use std::io::ErrorKind;
use std::path::Path;

use super::Error;
use super::console_hint::console_hint;
use super::iam_hint::iam_hint;
use super::keyring_hint::keyring_hint;
use crate::check::AS_UTF_8;
use crate::diagnosis::{Cause, Denial, Policy, ScopePart, clock_is_off, clock_remedy};
use crate::io::files::FileError;
use crate::io::sts::StsError;
use crate::io::token_source::TokenSourceError;
use crate::platform::{self, HOME_VARIABLE, shell_word};
use crate::profile::ProfileName;
use crate::provided_credentials::ProvideError;
use crate::resolve::{ExternalSource, ResolveError};
use crate::role::SessionNameOrigin;
use crate::setup::SetupError;
use crate::used_codes::STEP;

impl Error {
    /// Returns the hint, if there is one.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::InputIsTerminal { profile } => return Some(import_example(profile)),
            Self::SessionInput(error) => return error.hint().map(str::to_owned),
            Self::NotImported { source } => return not_imported_hint(source),
            Self::Usage(_)
            | Self::Input(_)
            | Self::Terminal(_)
            | Self::Output(_)
            | Self::Exec(_)
            | Self::NothingPicked => return None,
            Self::NotARole { .. }
            | Self::NoConsole { .. }
            | Self::OtherDestination { .. }
            | Self::Signin { .. }
            | Self::Browser(_) => return console_hint(self),
            Self::NoPreviousProfile => "`awsmfa use` picks a profile, `awsmfa use --unset` selects none",
            Self::NoSession { profile, .. } => return Some(format!("`awsmfa login {}`", shell_word(profile.as_str()))),
            Self::Resolve(error) => return error.hint(),
            Self::NoInput { hint, .. } => hint,
            Self::Interrupted => {
                "run the same command again without a code: it requests only the sessions that are missing"
            }
            Self::CodeNeeded { remedy, .. } => remedy,
            Self::NoHome(_) => {
                return Some(format!(
                    "set {HOME_VARIABLE}, or name the files with --config-file and --credentials-file"
                ));
            }
            Self::Document { .. } => AS_UTF_8,
            Self::Edit(_) => EDIT_BY_HAND,
            Self::Setup(error) => return setup_hint(error),
            Self::Unchecked { source: StsError::Refused { .. } } => {
                "check that the key is active, was copied completely and belongs to this partition: the IAM console shows it under \
                 Security credentials"
            }
            Self::Unchecked { .. } => "--skip-check sets up without asking AWS; --serial-number then names the device",
            Self::File(error) => return file_hint(error),
            Self::Key(error) => return error.hint(),
            Self::MfaDevice(error) => return Some(error.hint()),
            Self::Iam { action, source } => return Some(iam_hint(action, source)),
            Self::KeyProcess { .. } => RUN_BY_HAND,
            Self::Keyring { source, profile } => return keyring_hint(source, profile),
            Self::Provided { profile, from, error } => return provided_hint(profile, *from, error),
            Self::TokenSource(error) => return token_source_hint(error),
            Self::Sts { source, with_code } => return sts_hint(source, *with_code),
            Self::Refused { cause, .. } => return Some(cause_hint(cause)),
            Self::Unwritten { recovery: Some(path), source, .. } => {
                let how = source.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
                return Some(format!(
                    "the session is saved in {}: fix the cause{how}, then run the same command without a code",
                    path.display()
                ));
            }
            Self::Unwritten { recovery: None, .. } => {
                "the session is lost: nothing could be written beside the credentials file either"
            }
        };
        Some(text.to_owned())
    }
}

const RUN_BY_HAND: &str = "run the command by hand: it must print JSON with Version 1, AccessKeyId and SecretAccessKey; for a session, also SessionToken and Expiration";

const EDIT_BY_HAND: &str = "fix that line in an editor, or try `awsmfa doctor --fix`; nothing was changed";

/// Returns the hint for a session that cannot be imported: unlike `login`, `import` names the session profile itself.
fn not_imported_hint(source: &Error) -> Option<String> {
    match source {
        Error::Resolve(
            ResolveError::TargetHoldsKey { profile, .. }
            | ResolveError::LookedPast { profile, .. }
            | ResolveError::KeptByOther { profile, .. },
        ) => {
            let other = shell_word(&format!("{profile}-session"));
            Some(format!("import the session into another profile, for example: awsmfa import {other}"))
        }
        source => source.hint(),
    }
}

fn import_example(profile: &ProfileName) -> String {
    let profile = shell_word(profile.as_str());
    format!("for example: aws sts assume-role --role-arn ARN --role-session-name NAME | awsmfa import {profile}")
}

fn setup_hint(error: &SetupError) -> Option<String> {
    let text = match error {
        SetupError::Edit(_) => EDIT_BY_HAND,
        SetupError::HoldsKey { profile, .. } => {
            let profile = shell_word(profile.as_str());
            return Some(format!(
                "`awsmfa setup --source-profile {profile}` sets up the key that is there; for the new key, name another profile with --source-profile"
            ));
        }
        SetupError::Taken { .. } => "name another profile for the key with --key-profile",
        SetupError::RoleTaken { .. } => "name another profile for the role with --role-profile",
        SetupError::OnlyCopy { .. } => {
            "AWS does not show the secret again: `awsmfa setup --undo --yes` removes the key if you do not need it"
        }
        SetupError::NotInFile { .. } => "name another session profile with --session-profile",
        SetupError::NotConnected { .. } => "name other profiles with --source-profile and --session-profile",
        SetupError::ChangedSince { .. } => {
            "if a login changed it, run `awsmfa logout`, then try again; nothing was changed"
        }
        SetupError::Target(error) => return error.hint(),
        SetupError::OtherFiles | SetupError::NothingToUndo => return None,
    };
    Some(text.to_owned())
}

fn file_hint(error: &FileError) -> Option<String> {
    let text = |path: &Path| path.display().to_string();
    let word = |path: &Path| shell_word(&text(path));
    if let FileError::Io { source, path, .. } = error
        && source.kind() == ErrorKind::PermissionDenied
        && let Some(hint) = platform::on_denied_access(&text(path))
    {
        return Some(hint);
    }
    let text = match error {
        FileError::ReadOnly { path } => return Some(platform::make_writable(&text(path))),
        FileError::Immutable { path } => return Some(platform::make_mutable(&text(path))),
        FileError::Mounted { .. } => "mount its folder instead",
        FileError::Attribute { path, name, .. } => {
            let path = word(path);
            return Some(format!("`getfattr -d -m - {path}` shows it, `setfattr -x {name} {path}` removes it"));
        }
        FileError::OtherOwner { path, .. } => {
            return Some(format!("run awsmfa as that user, or make it root's: chown root {}", word(path)));
        }
        FileError::Managed { .. } => {
            "use a file of your own: replace the link by a copy, or name another file with AWS_SHARED_CREDENTIALS_FILE"
        }
        FileError::ReadOnlyMount { .. } => "log in outside the container, or mount the folder writable",
        FileError::Dangling { .. } => "is the drive mounted? Otherwise point the link to a file of yours, or remove it",
        FileError::Moved { .. } => "restore the link or folder, then run the same command again",
        FileError::Foreign { .. } => "delete it if you do not need it",
        FileError::InUse { .. } => "close that program, or wait until it has finished, then try again",
        FileError::Locked { .. } => "end or continue that process, then try again",
        FileError::Emptied { .. } | FileError::Changed { .. } | FileError::Contended { .. } => {
            "wait until the other program has finished, then try again"
        }
        FileError::LinkLoop { .. } | FileError::NotAFile { .. } | FileError::SameFile { .. } => {
            "name another file with --credentials-file or --config-file"
        }
        FileError::Io { source, action, .. } => match source.kind() {
            ErrorKind::PermissionDenied if *action == "read" => "check that you own the file and may read it",
            ErrorKind::PermissionDenied => "check that you own the folder and may write to it",
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free disk space, then try again",
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
        TokenSourceError::NoTerminal | TokenSourceError::NoInput => {
            "give it with --token-code (`--token-code -` reads standard input), or name a program that prints it with --mfa-process or a line `mfa_process = …`"
        }
        TokenSourceError::Command(_) | TokenSourceError::Ended(_) => {
            "give it with --token-code, or let a program print it: mfa_process or --mfa-process"
        }
        TokenSourceError::MoreThanCode => {
            "the program must print only the code, as does `ykman oath accounts code --single NAME`"
        }
        TokenSourceError::NoCode { .. } => {
            "run the command by hand: it must print a line with the six digits, and nothing else"
        }
    };
    Some(text.to_owned())
}

/// Returns the likely cause of a failed request to STS, and whether the MFA code can still be used.
pub(super) fn sts_hint(error: &StsError, with_code: bool) -> Option<String> {
    let what = match error {
        StsError::NotSts { status: 407, .. } => {
            "the proxy requires a name and a password, as in http://<name>:<password>@<host>:<port>"
        }
        StsError::NotSts { status: 500.., .. } => "AWS, or a proxy in front of it, has a problem",
        StsError::NotSts { .. } => "is there a login page or a proxy between this machine and AWS?",
        StsError::Unreachable { cause, .. } if cause.contains("certificate") => {
            "if the certificate is to be trusted, name its CA with AWS_CA_BUNDLE or a line `ca_bundle = …`"
        }
        StsError::Unreachable { endpoint, .. } if endpoint.contains(" through the proxy ") => {
            "check the proxy; one that requires a password is http://<name>:<password>@<host>:<port>; NO_PROXY lists \
             the hosts that need no proxy"
        }
        StsError::Unreachable { .. } => "check the network, the proxy and the VPN",
        StsError::Refused { .. } | StsError::NoAnswer { .. } | StsError::Incomplete { .. } => "",
        StsError::CaBundle { .. } | StsError::Setup { .. } => "",
    };
    let code = match error {
        _ if with_code && error.may_have_spent_code() => {
            "the code may have been used up: wait for the next one, then try again"
        }
        _ if error.may_have_spent_code() => "try again",
        StsError::Unreachable { .. } if with_code => "nothing was sent, so the code is still good",
        StsError::Unreachable { .. } | StsError::NotSts { .. } | StsError::Refused { .. } => "",
        StsError::NoAnswer { .. } | StsError::Incomplete { .. } => "",
        StsError::CaBundle { .. } | StsError::Setup { .. } => "",
    };
    let parts: Vec<&str> = [code, what].into_iter().filter(|part| !part.is_empty()).collect();
    Some(parts.join("; ")).filter(|hint| !hint.is_empty())
}

/// Returns the cause of a refusal by STS, and the remedy.
#[expect(clippy::too_many_lines, reason = "one arm per cause")]
fn cause_hint(cause: &Cause) -> String {
    match cause {
        Cause::Clock { ahead, is_wsl } => {
            format!("{}, so MFA codes generated on it are wrong: {}", clock_is_off(*ahead), clock_remedy(*is_wsl))
        }
        Cause::CodeUsed { sent, next_in } => {
            let what = if sent.is_accepted { "was used" } else { "was sent and may have been used" };
            let next = if sent.ago.0 >= STEP {
                "the device shows another one by now".to_owned()
            } else {
                format!("the next one comes in {} s", next_in.0)
            };
            format!("this code {what} {} s ago, and a code works once: {next}", sent.ago.0)
        }
        Cause::CodeRejected { next_in, is_remembered } => {
            let unused = if *is_remembered { ", and awsmfa has not used this one" } else { "" };
            format!(
                "a code works once{unused}: it was mistyped, used elsewhere or generated by another device; the next one \
                 comes in {} s",
                next_in.0
            )
        }
        Cause::OtherAccount { origin, device, key } => {
            format!(
                "the MFA device from {origin} is of the account {device}, but the access key is of the account {key}: \
                 `awsmfa setup` finds the device of the key's user"
            )
        }
        Cause::OtherDevice { origin, user, listed } => {
            let user = user.as_deref().unwrap_or("the key's user");
            match listed.as_slice() {
                [] => format!(
                    "{origin} names no MFA device of {user}: the IAM console shows the device under Security credentials"
                ),
                listed => format!(
                    "{origin} names no MFA device of {user}; IAM lists {}: `awsmfa setup --yes` writes it to the files",
                    listed.join(", ")
                ),
            }
        }
        Cause::OtherPartition { device, region } => format!(
            "the MFA device is of the partition {device}, and the region {region} is not: choose one of its regions with \
             --region or a line `region = …`"
        ),
        Cause::SessionKey { profile } => {
            format!(
                "'{profile}' has the key of a session (ASIA…): the source profile must hold a long-term access key (AKIA…)"
            )
        }
        Cause::NotAKeyId { profile, is_in_file, is_secret } => {
            let what = if *is_secret { "a secret access key" } else { "not an access key id, such as AKIA…" };
            format!("aws_access_key_id of '{profile}' is {what}{}", written_again(profile, *is_in_file, "both again"))
        }
        Cause::WrongSecret { profile, is_in_file, is_whole: false } => format!(
            "the secret access key of '{profile}' was cut or changed when it was copied (it must be 40 letters, \
             digits, + and /){}",
            written_again(profile, *is_in_file, "it again")
        ),
        Cause::WrongSecret { profile, is_in_file, is_whole: true } => {
            let again = written_again(profile, *is_in_file, "both again");
            format!("the secret access key of '{profile}' does not belong to its access key id{again}")
        }
        Cause::SessionGone { profile } => {
            let profile = shell_word(profile.as_str());
            format!("the session of {profile} has expired or was revoked: awsmfa login --force {profile}")
        }
        Cause::KeyGone { profile, is_in_file } => format!(
            "the access key of '{profile}' is inactive or deleted, or its id is not complete (the IAM console shows it \
             under Security credentials){}",
            written_again(profile, *is_in_file, "another one")
        ),
        Cause::RegionClosed { region, open } => {
            let open = open.as_ref().map(|open| format!(", such as --region {open}")).unwrap_or_default();
            format!("the account has not enabled the region {region}: enable it, or use one that is{open}")
        }
        Cause::RoleMaximum { role, requested } => {
            let requested = requested.map(|requested| format!(" of {requested}")).unwrap_or_default();
            format!(
                "the duration{requested} is more than the MaxSessionDuration of {role}: request less with \
                 --duration-seconds or duration_seconds (every role gives 1h), or raise MaxSessionDuration"
            )
        }
        Cause::ChainingLimit => {
            "a role that is assumed with a session lasts 1h at most, by AWS's limit for role chaining: request 1h, or name the \
             profile with the long-term access key as the role's source_profile"
                .to_owned()
        }
        Cause::NotAllowed(denial) => denial_hint(denial),
        Cause::ScopeNotAllowed { user, what, policy } => scope_hint(user, *what, policy),
        Cause::ScopeTooLarge => {
            "AWS packs session policies and tags into a limited space: shorten them, or replace --policy by the ARN of \
             a managed policy (--policy-arn)"
                .to_owned()
        }
        Cause::MalformedPolicy => {
            "the text is JSON, but AWS does not accept it as a policy: `aws accessanalyzer validate-policy \
             --policy-type IDENTITY_POLICY --policy-document file://<file>` names the mistake"
                .to_owned()
        }
        Cause::Throttled => {
            "AWS throttled the request three times; the code was not used: try again in a minute".to_owned()
        }
    }
}

fn denial_hint(denial: &Denial) -> String {
    let Denial { user, action, policy, has_mfa, has_external_id, session_name } = denial;
    let who = match policy {
        Policy::OfUser => return format!("the policies of {user} do not allow {action}: an administrator must add it"),
        Policy::Forbids(policy) => {
            return format!("a policy forbids {action}, which no other can allow again: {policy}");
        }
        Policy::OfRole => format!("the trust policy of the role does not allow {user}"),
        Policy::Unsaid => {
            format!(
                "the trust policy of the role and the policies of {user} must both allow {action}; STS does not say which one denies it"
            )
        }
    };
    let mfa = if *has_mfa { "" } else { "; no MFA code was sent: if the role requires one, set mfa_serial" };
    let id = if *has_external_id { "" } else { "; no external id was sent: if the role requires one, set external_id" };
    let name = session_name.as_ref().map(|(name, origin)| {
        let such = if *origin == SessionNameOrigin::User { "" } else { ", such as your user name" };
        format!(
            "; the role session name was {name}, {origin}: if the trust policy requires another{such}, set \
             role_session_name"
        )
    });
    format!("{who}{mfa}{id}{}", name.unwrap_or_default())
}

fn scope_hint(user: &str, what: ScopePart, policy: &Policy) -> String {
    let action = what.action();
    let (sent, from) = match what {
        ScopePart::Tags => ("session tags", "--tag, AWS_SESSION_TAGS or session_tags"),
        ScopePart::SourceIdentity => ("a source identity", "--source-identity, AWS_SOURCE_IDENTITY or source_identity"),
    };
    let who = match policy {
        Policy::Forbids(policy) => {
            return format!("a policy forbids {action}, which no other can allow again: {policy}; {from} sets {sent}");
        }
        Policy::OfUser => format!("the policies of {user} must allow {action}"),
        Policy::OfRole => format!("the trust policy of the role must allow {action}"),
        Policy::Unsaid => format!(
            "the trust policy of the role must allow {action}, and so must the policies of {user} if it is a role or \
             in another account"
        ),
    };
    format!("the session has {sent}, from {from}, or from the role before it: {who}")
}

fn provided_hint(profile: &ProfileName, from: ExternalSource, error: &ProvideError) -> Option<String> {
    let command = from.sign_in_command(profile).filter(|_| error.is_signed_out)?;
    Some(format!("`{command}` signs in again; `awsmfa login {} --sign-in` runs it", shell_word(profile.as_str())))
}

/// Returns the command that writes a key, to append to a hint. A key that is in no file must not be written to one.
fn written_again(profile: &ProfileName, is_in_file: bool, what: &str) -> String {
    let written = shell_word(profile.as_str());
    if is_in_file { format!(": `aws configure --profile {written}` writes {what}") } else { String::new() }
}
