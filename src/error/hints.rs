//! What helps against each error: a command, a line, or what to look at; none where nobody could know.

use std::io::ErrorKind;

use super::Error;
use crate::diagnosis::{Cause, Denial, Policy, clock_is_off, clock_remedy};
use crate::escape::shell_word;
use crate::io::files::FileError;
use crate::io::sts::StsError;
use crate::io::token_source::TokenSourceError;
use crate::setup::SetupError;
use crate::used_codes::STEP;

impl Error {
    /// The command or line that helps.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Usage(_) | Self::Terminal(_) | Self::Output(_) | Self::Exec(_) => return None,
            Self::NoSession { profile, .. } => return Some(format!("awsmfa login {}", shell_word(profile.as_str()))),
            Self::Resolve(error) => return error.hint(),
            Self::NoInput { hint, .. } => hint,
            Self::CodeNeeded { remedy, .. } => remedy,
            Self::NoHome(_) => "set HOME, or name the files with --config-file and --credentials-file",
            Self::Document { .. } => "save it as UTF-8, in PowerShell with `Set-Content -Encoding utf8`",
            Self::Edit { .. } => EDIT_BY_HAND,
            Self::Setup(error) => return setup_hint(error),
            Self::Unchecked { source: StsError::Refused { .. } } => {
                "is the key active, whole, and of this partition? The IAM console shows it under Security credentials"
            }
            Self::Unchecked { .. } => "--skip-check sets up without asking AWS; --serial-number then names the device",
            Self::File(error) => return file_hint(error),
            Self::KeyProcess { .. } => {
                "run the command by hand: it must print JSON with Version 1, AccessKeyId and SecretAccessKey"
            }
            Self::TokenSource(error) => return token_source_hint(error),
            Self::Sts { source, with_code } => return sts_hint(source, *with_code),
            Self::Refused { cause, .. } => return cause_hint(cause),
            Self::Unwritten { recovery: Some(path), source, .. } => {
                let how = source.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
                return Some(format!(
                    "the session is safe in {}; mend the cause{how} and run the same command without a code",
                    path.display()
                ));
            }
            Self::Unwritten { recovery: None, .. } => "nothing could be written beside the credentials file either",
        };
        Some(text.to_owned())
    }
}

const EDIT_BY_HAND: &str =
    "mend that line in an editor, or see whether `awsmfa doctor --fix` does; nothing was changed";

fn setup_hint(error: &SetupError) -> Option<String> {
    let text = match error {
        SetupError::Edit { .. } => EDIT_BY_HAND,
        SetupError::HoldsKey { profile, .. } => {
            let profile = shell_word(profile.as_str());
            return Some(format!(
                "leave --access-key-id out to set up the key that is there, `awsmfa setup --source-profile {profile}`, or \
                 name another profile for the new one with --source-profile"
            ));
        }
        SetupError::Taken { .. } => "name another profile for the key with --key-profile",
        SetupError::NotInFile { .. } => "name another one with --session-profile",
        SetupError::NotConnected { .. } => "name other profiles with --source-profile and --session-profile",
        SetupError::ChangedSince { .. } => {
            "if a login has changed it, `awsmfa logout` takes that back; then try again. Nothing was changed"
        }
        SetupError::Target(error) => return error.hint(),
        SetupError::OtherFiles | SetupError::NothingToUndo => return None,
    };
    Some(text.to_owned())
}

const MOUNT_THE_FOLDER: &str = "a file that is mounted on its own cannot be replaced: mount its folder instead";

fn file_hint(error: &FileError) -> Option<String> {
    let text = match error {
        FileError::ReadOnly { path } => return Some(format!("chmod u+w {}", path.display())),
        FileError::Immutable { path } => return Some(format!("chattr -i -a {}", path.display())),
        FileError::Mounted { .. } => MOUNT_THE_FOLDER,
        FileError::Attribute { path, name, .. } => {
            let path = shell_word(&path.display().to_string());
            return Some(format!("`getfattr -d -m - {path}` shows it, `setfattr -x {name} {path}` removes it"));
        }
        FileError::OtherOwner { path, .. } => {
            let path = shell_word(&path.display().to_string());
            return Some(format!("run awsmfa as that user, or make it root's: chown root {path}"));
        }
        FileError::Managed { .. } => {
            "use a file of your own: replace the link by a copy, or name another file with AWS_SHARED_CREDENTIALS_FILE"
        }
        FileError::ReadOnlyMount { .. } => {
            "log in outside the container, or mount the folder so that it can be written to"
        }
        FileError::Dangling { .. } => {
            "is the drive mounted? Otherwise let the link lead to a file of yours, or remove it"
        }
        FileError::Moved { .. } => "make the link or folder what it was, then run the same command again",
        FileError::Foreign { .. } => "delete it if you do not need it: somebody may have put it there",
        FileError::Locked { .. } => "end or continue that process, then try again",
        FileError::Emptied { .. } | FileError::Changed { .. } | FileError::Contended { .. } => {
            "wait until the other program has finished, then try again"
        }
        FileError::LinkLoop { .. } | FileError::NotAFile { .. } | FileError::SameFile { .. } => {
            "name another file with --credentials-file or --config-file"
        }
        FileError::Io { source, action, .. } => match source.kind() {
            ErrorKind::PermissionDenied if *action == "read" => "is the file yours, and may you read it?",
            ErrorKind::PermissionDenied => "is the folder yours, and may you write to it?",
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk, then try again",
            ErrorKind::ResourceBusy => MOUNT_THE_FOLDER,
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
            "`--token-code -` reads the code from standard input, --token-code takes it as it is, and --mfa-process or a line \
             `mfa_process = …` names a program that prints it"
        }
        TokenSourceError::Command(_) | TokenSourceError::Ended(_) => {
            "give it with --token-code, or let a program print it: mfa_process or --mfa-process"
        }
        TokenSourceError::MoreThanCode => {
            "let it print the code alone, for example with `ykman oath accounts code --single NAME`"
        }
        TokenSourceError::NoCode { .. } => {
            "run the command by hand: its first line must be the six digits, and nothing else"
        }
    };
    Some(text.to_owned())
}

/// What STS's codes usually mean, and what may have become of the token code.
fn sts_hint(error: &StsError, with_code: bool) -> Option<String> {
    let what = match error {
        StsError::NotSts { status: 407, .. } => {
            "the proxy wants a name and a password, as in http://<name>:<password>@<host>:<port>"
        }
        StsError::NotSts { status: 500.., .. } => "AWS, or a proxy before it, is out of order: try again later",
        StsError::NotSts { .. } => "is there a login page or a proxy between this machine and AWS?",
        StsError::Unreachable { cause, .. } if cause.contains("certificate") => {
            "if the certificate is to be trusted, name its CA with --ca-bundle"
        }
        StsError::Unreachable { endpoint, .. } if endpoint.contains(" through the proxy ") => {
            "is the proxy the right one, does it let you through, and does it want a name and a password, as in \
             http://<name>:<password>@<host>:<port>? NO_PROXY names what needs none"
        }
        StsError::Unreachable { .. } => "is there a network, a proxy, a VPN?",
        _ if error.may_have_spent_code() => "",
        _ => return None,
    };
    let code = match error {
        _ if with_code && error.may_have_spent_code() => {
            "the code may have been used up: wait for the next one, then try again"
        }
        StsError::Unreachable { .. } if with_code => "nothing was sent, so the code is still good",
        _ if error.may_have_spent_code() => "try again",
        _ => "",
    };
    let parts: Vec<&str> = [code, what].into_iter().filter(|part| !part.is_empty()).collect();
    Some(parts.join("; "))
}

/// What is known of a refusal, and what to do about it.
fn cause_hint(cause: &Cause) -> Option<String> {
    code_hint(cause).or_else(|| device_hint(cause)).or_else(|| key_hint(cause)).or_else(|| permission_hint(cause))
}

fn code_hint(cause: &Cause) -> Option<String> {
    Some(match cause {
        Cause::Clock { ahead, is_wsl } => {
            format!("{}: codes made here are wrong; {}", clock_is_off(*ahead), clock_remedy(*is_wsl))
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
                "a code works once{unused}: it was mistyped, used elsewhere or made by another device; the next one comes \
                 in {} s",
                next_in.0
            )
        }
        Cause::Throttled => "AWS is busy, and said so three times; the code was not used: try again".to_owned(),
        _ => return None,
    })
}

fn device_hint(cause: &Cause) -> Option<String> {
    let console = "the IAM console shows the device under Security credentials";
    Some(match cause {
        Cause::OtherAccount { origin, device, key } => {
            format!(
                "the MFA device from {origin} is of the account {device}, but the access key is of the account {key}"
            )
        }
        Cause::OtherDevice { origin, user, listed } => {
            let of = user.as_deref().unwrap_or("the key's user");
            match listed.as_slice() {
                [] => format!("{origin} names no MFA device of {of}: {console}"),
                listed => format!(
                    "{origin} names no MFA device of {of}, for whom IAM lists {}: write that there, or let `awsmfa setup --yes` \
                     do it",
                    listed.join(", ")
                ),
            }
        }
        Cause::OtherPartition { device, region } => format!(
            "the MFA device is of the partition {device}, and the region {region} is not: choose one of its regions with \
             --region or a line `region = …`"
        ),
        _ => return None,
    })
}

fn key_hint(cause: &Cause) -> Option<String> {
    Some(match cause {
        Cause::SessionKey { profile } => {
            format!(
                "'{profile}' has the key of a session (ASIA…): the source profile must hold a long-term key (AKIA…)"
            )
        }
        Cause::WrongSecret { profile, is_whole: false } => format!(
            "the secret access key of '{profile}' has not the 40 letters, digits and signs of + / that they all have: it \
             was cut or changed when it was copied"
        ),
        Cause::WrongSecret { profile, .. } => {
            format!("the secret access key of '{profile}' is not the one that belongs to its access key id")
        }
        Cause::SessionGone { profile } => {
            let profile = shell_word(profile.as_str());
            format!("the session of {profile} has ended or was revoked: awsmfa login --force {profile}")
        }
        Cause::KeyGone { profile } => format!(
            "the access key of '{profile}' is inactive or deleted, or its id is not whole: the IAM console shows it under \
             Security credentials"
        ),
        _ => return None,
    })
}

fn permission_hint(cause: &Cause) -> Option<String> {
    Some(match cause {
        Cause::RegionClosed { region, open } => {
            let open = open.as_ref().map(|open| format!(", such as --region {open}")).unwrap_or_default();
            format!("the account has not enabled the region {region}: enable it, or use one that is{open}")
        }
        Cause::RoleMaximum { role, requested } => {
            let requested = requested.map(|requested| format!(" of {requested}")).unwrap_or_default();
            format!(
                "the duration{requested} is more than the MaxSessionDuration of {role}: ask for less with \
                 --duration-seconds or duration_seconds (every role gives 1h), or raise MaxSessionDuration"
            )
        }
        Cause::ChainingLimit => {
            "a role that is assumed with a session lasts 1h at most, by AWS's limit for role chaining: request 1h, or name the \
             profile with the long-term access key as the role's source_profile"
                .to_owned()
        }
        Cause::NotAllowed(denial) => denial_hint(denial),
        _ => return None,
    })
}

fn denial_hint(denial: &Denial) -> String {
    let Denial { user, action, policy, has_mfa, has_external_id, session_name, not_sent } = denial;
    let who = match policy {
        Policy::OfUser => return format!("the policies of {user} do not allow {action}: an administrator must add it"),
        Policy::Forbids(policy) => {
            return format!("a policy forbids {action}, which no other can allow again: {policy}");
        }
        Policy::OfRole => format!("the trust policy of the role does not let {user} in"),
        Policy::Unsaid => {
            format!(
                "the trust policy of the role and the policies of {user} must both allow {action}; STS says no more"
            )
        }
    };
    let mfa = if *has_mfa { "" } else { "; no MFA code was sent: if the role asks for one, set mfa_serial" };
    let id = if *has_external_id { "" } else { "; no external id was sent: if the role asks for one, set external_id" };
    let name = session_name.as_ref().map(|name| {
        format!("; the role session name was {name}: if the trust policy wants another, such as your user name, set role_session_name")
    });
    let not_sent = match not_sent.as_slice() {
        [] => String::new(),
        names => format!("; awsmfa does not send {}", names.join(", ")),
    };
    format!("{who}{mfa}{id}{}{not_sent}", name.unwrap_or_default())
}
