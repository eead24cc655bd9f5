//! The hint for each [`ResolveError`].

use super::external::ExternalSource;
use super::resolve_error::ResolveError;
use crate::platform::shell_word;
use crate::profile::{FileKind, ProfileName};
use crate::token_code::SerialNumberError;
use crate::value::{RoleArn, Value};

/// The maximum number of profile names in a hint.
const SHOWN_NAMES: usize = 20;

impl ResolveError {
    /// Returns the command or line that fixes the error, if there is one.
    // There is no wildcard arm, so a new error does not compile until its hint is decided.
    #[expect(clippy::too_many_lines, reason = "one arm per error")]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::UnknownProfile { name, known, .. } => return Some(unknown_profile(name.as_str(), known)),
            Self::NoSource { near: Some(near), .. } => return Some(format!("did you mean '{near}', which has a key?")),
            Self::NoSource { profile, near: None, .. } => {
                return Some(format!(
                    "`aws configure --profile {}` stores a key there; --source-profile, or a line \
                     `awsmfa_source_profile = …`, names the profile that has one",
                    shell_word(profile.as_str())
                ));
            }
            Self::ForeignSource { remedy, .. } => remedy,
            Self::MissingSource { near: Some(near), .. } => {
                return Some(format!(
                    "did you mean '{near}', which has a key? Change the line, or name it with --source-profile"
                ));
            }
            Self::MissingSource { near: None, .. } => "name another one with --source-profile, or change the line",
            Self::Ambiguous { candidates, .. } => {
                let first = candidates.first()?;
                return Some(format!("name one of them, such as `awsmfa login {}`", shell_word(first)));
            }
            Self::InChain { source, .. } => return source.hint(),
            Self::NoKey { profile, .. } | Self::HalfKey { profile, .. } => {
                return Some(format!("`aws configure --profile {}` stores a key", shell_word(profile.as_str())));
            }
            Self::NotForProvided { flag, from, .. } => return Some(not_for_provided(flag, *from)),
            Self::UnusedCode { inherited: Some((profile, device)), .. } => {
                // The message has the reason already.
                let edit = if device.include.is_some() { device.edit(profile) } else { device.remedy(profile) };
                return Some(format!("{edit}; or leave the code out"));
            }
            Self::NoSerialNumber { profile, inherited: Some(device) } => return Some(device.remedy(profile)),
            Self::UnusedCode { profile, inherited: None, .. } => {
                return Some(format!(
                    "add a line `mfa_serial = arn:aws:iam::<account>:mfa/<device>` to the profile '{profile}', give \
                     --serial-number, or leave the code out"
                ));
            }
            Self::NoSerialNumber { profile, inherited: None } => {
                let section = FileKind::Config.header_of(profile);
                let profile = shell_word(profile.as_str());
                return Some(format!(
                    "`awsmfa setup --source-profile {profile}` finds it; or add a line \
                     `mfa_serial = arn:aws:iam::<account>:mfa/<device>` to [{section}] of the config file, or give \
                     --serial-number; the IAM console shows it under Security credentials"
                ));
            }
            Self::TargetHoldsKey { profile, .. } => {
                return Some(format!(
                    "write the session elsewhere with --session-profile, or move the key away with `awsmfa setup \
                     --session-profile {}`",
                    shell_word(profile.as_str())
                ));
            }
            Self::ScopeOfUser { role: Some(role), .. } => {
                return Some(format!("name the profile of a role, such as {}", shell_word(role.as_str())));
            }
            Self::ScopeOfUser { role: None, .. } => {
                "name the profile of a role: GetSessionToken, which requests sessions of users, takes no policy, tag \
                 or source identity"
            }
            Self::WouldNarrow { profile, flag, other, .. } => {
                return Some(would_narrow(profile, flag, other.as_ref()));
            }
            Self::WouldWiden { session_profile, .. } => {
                return Some(format!(
                    "write the session elsewhere with --session-profile, or remove the other one with `awsmfa logout {}`",
                    shell_word(session_profile.as_str())
                ));
            }
            Self::Inherited { .. } => {
                "leave it out for all roles of the chain but the first: AWS passes it on, and does not let it change"
            }
            Self::CodeAsProfile => "give the MFA code with --token-code: `awsmfa login --token-code <CODE>`",
            Self::Value { what, .. } if *what == RoleArn::NAME => {
                "to assume the role of a profile that has role_arn, name the profile: `awsmfa login <profile>`"
            }
            Self::Value { .. } | Self::ProfileName { .. } => return None,
            Self::PrefixedSection { profile, .. } => return Some(format!("write the header as [{profile}]")),
            Self::Quoted { .. } => "remove the quotes",
            Self::Continued { .. } => "write the whole value on the line of the property",
            Self::LeftOverToken { .. } => "`awsmfa doctor --fix` removes what is left over; the key stays as it is",
            Self::RoleWithoutSource { .. } => {
                "name it with --source-profile, or with a line `source_profile = <profile>` in the role profile"
            }
            Self::KeptByOther { .. } => "write the session elsewhere with --session-profile, or remove that line",
            Self::ProcessLoop { .. } => {
                "let another program print the long-term access key; awsmfa's credential-process prints sessions"
            }
            Self::SharedTarget { .. } => "give each its own awsmfa_session_profile",
            Self::Loop { .. } => "the last profile of the chain must hold a long-term access key",
            Self::ChainTooLong { .. } => {
                "let a source_profile of the chain be closer to the profile with the long-term access key"
            }
            Self::PlainHttp { has_flag: true, .. } => {
                "use https://; if http:// is intended, name it with --endpoint-url"
            }
            Self::PlainHttp { has_flag: false, .. } => "use https://",
            Self::NoEndpoint { .. } => {
                "unset AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT (use_fips_endpoint, use_dualstack_endpoint)"
            }
            Self::Proxy { .. } => {
                "SOCKS proxies are not supported; in a password, write # as %23 and / as %2F; \
                 NO_PROXY=.amazonaws.com connects to AWS without a proxy"
            }
            Self::SessionAsSource { .. } => "name the profile that holds the AKIA… key with --source-profile",
            Self::SerialNumber { source: SerialNumberError::SecurityKey, .. } => {
                "register an authenticator app or a hardware token beside the security key (IAM allows eight devices), \
                 and use its ARN, arn:aws:iam::<account>:mfa/<device>, instead; or sign in with the \
                 security key: `aws login` (AWS CLI 2.32 and later)"
            }
            Self::SerialNumber { .. } => {
                "`awsmfa setup` finds the device; the IAM console shows it under Security credentials"
            }
            Self::Duration { .. } | Self::DurationRange { .. } => "for example 12h, 90m or 3600",
            Self::SameProfile { .. } => "name another session profile with --session-profile",
            Self::LookedPast { .. } => "write the session elsewhere with --session-profile",
        };
        Some(text.to_owned())
    }
}

fn would_narrow(profile: &ProfileName, flag: &str, other: Option<&ProfileName>) -> String {
    let other = other.map(|other| format!(", such as --session-profile {}", shell_word(other.as_str())));
    let other = other.unwrap_or_else(|| " with --session-profile".to_owned());
    let profile = shell_word(profile.as_str());
    format!(
        "name a profile of its own{other}; or `awsmfa exec {flag} … {profile} -- <program>` keeps the session in memory"
    )
}

fn unknown_profile(name: &str, known: &[String]) -> String {
    if known.is_empty() {
        return "neither file has a profile: `awsmfa setup` creates the first; --config-file and --credentials-file name \
                other files"
            .to_owned();
    }
    if known.contains(&format!("profile {name}")) {
        return format!("in the credentials file, a section is called [{name}], without the word profile");
    }
    let shown = known.iter().take(SHOWN_NAMES).cloned().collect::<Vec<_>>().join(", ");
    let rest = known.len().saturating_sub(SHOWN_NAMES);
    let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("the profiles are: {shown}{rest}")
}

fn not_for_provided(flag: &str, from: ExternalSource) -> String {
    if flag == "--token-code" {
        return "leave the code out: awsmfa sends one only with a long-term access key".to_owned();
    }
    match from {
        ExternalSource::SignIn | ExternalSource::IdentityCenter => format!(
            "leave {flag} out, or use it for a role: a profile with role_arn and a `source_profile` that names this one"
        ),
        ExternalSource::WebIdentity | ExternalSource::Machine => format!(
            "leave {flag} out: the AWS SDK assumes the role of this profile. With `source_profile` instead of {from}, \
             awsmfa would assume it"
        ),
    }
}
