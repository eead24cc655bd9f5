//! What helps against each [`ResolveError`].

use super::resolve_error::ResolveError;
use crate::escape::shell_word;
use crate::profile::FileKind;
use crate::token_code::SerialNumberError;

/// The number of names a hint shows.
const SHOWN_NAMES: usize = 20;

impl ResolveError {
    /// The command or line that helps.
    pub fn hint(&self) -> Option<String> {
        self.hint_about_profiles().or_else(|| self.hint_about_values().map(str::to_owned))
    }

    fn hint_about_profiles(&self) -> Option<String> {
        Some(match self {
            Self::UnknownProfile { known, .. } if known.is_empty() => {
                "no profile at all was found: `awsmfa setup` makes the first, and --config-file and --credentials-file \
                 name other files"
                    .to_owned()
            }
            Self::UnknownProfile { name, known, .. } if known.contains(&format!("profile {name}")) => {
                format!("in the credentials file a section is called [{name}], without the word profile")
            }
            Self::UnknownProfile { known, .. } => {
                let shown = known.iter().take(SHOWN_NAMES).cloned().collect::<Vec<_>>().join(", ");
                let rest = known.len().saturating_sub(SHOWN_NAMES);
                let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                format!("the profiles are: {shown}{rest}")
            }
            Self::NoSource { near: Some(near), .. } => format!("did you mean '{near}', which has a key?"),
            Self::NoSource { profile, .. } => format!(
                "`aws configure --profile {}` stores a key there; --source-profile, or a line \
                 `awsmfa_source_profile = …`, names the profile that has one",
                shell_word(profile.as_str())
            ),
            Self::ForeignSource { remedy, .. } => remedy.clone(),
            Self::MissingSource { near: Some(near), .. } => {
                format!("did you mean '{near}', which has a key? Change the line, or name it with --source-profile")
            }
            Self::Ambiguous { candidates, .. } => {
                format!("name one of them, such as `awsmfa login {}`", shell_word(candidates.first()?))
            }
            Self::InChain { source, .. } => return source.hint(),
            Self::NoKey { profile, .. } | Self::HalfKey { profile, .. } => {
                format!("`aws configure --profile {}` stores a key", shell_word(profile.as_str()))
            }
            Self::UnusedCode { profile, .. } => format!(
                "add a line `mfa_serial = arn:aws:iam::<account>:mfa/<device>` to the profile '{profile}', give \
                 --serial-number, or leave the code out"
            ),
            Self::NoSerialNumber { profile } => {
                let section = FileKind::Config.header_of(profile);
                let profile = shell_word(profile.as_str());
                format!(
                    "`awsmfa setup --source-profile {profile}` finds it; or add a line `mfa_serial = \
                     arn:aws:iam::<account>:mfa/<device>` to [{section}] of the config file, or give --serial-number; the \
                     IAM console shows it under Security credentials"
                )
            }
            Self::TargetHoldsKey { profile, .. } => format!(
                "write the session elsewhere with --session-profile, or move the key away with `awsmfa setup \
                 --session-profile {}`",
                shell_word(profile.as_str())
            ),
            _ => return None,
        })
    }

    fn hint_about_values(&self) -> Option<&'static str> {
        Some(match self {
            Self::CodeAsProfile => "a code is given with --token-code",
            Self::MissingSource { .. } => "name another one with --source-profile, or change the line",
            Self::Quoted { .. } => "remove the quotes",
            Self::Continued { .. } => "write the whole value on the line of the property",
            Self::LeftOverToken { .. } => "`awsmfa doctor --fix` removes what is left over; the key stays as it is",
            Self::RoleWithoutSource { .. } => {
                "name it with --source-profile, or with a line `source_profile = <profile>` in the role profile"
            }
            Self::KeptByOther { .. } => "write the session elsewhere with --session-profile, or remove that line",
            Self::ProcessLoop { .. } => {
                "let another program print the long-term key; awsmfa's credential-process prints sessions"
            }
            Self::SharedTarget { .. } => "give each its own awsmfa_session_profile",
            Self::Loop { .. } | Self::ChainTooLong { .. } => {
                "at the end of the chain must stand a profile with a long-term key"
            }
            Self::PlainHttp { .. } => "use https://; if this is meant, name it with --endpoint-url",
            Self::NoEndpoint { .. } => {
                "unset AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT (use_fips_endpoint, use_dualstack_endpoint)"
            }
            Self::Proxy { .. } => {
                "SOCKS proxies are not supported, and signs such as # or / in a password are written as %23 and %2F; NO_PROXY=.amazonaws.com makes an exception where there is a direct way"
            }
            Self::SessionAsSource { .. } => "name the profile that holds the AKIA… key with --source-profile",
            Self::SerialNumber { source: SerialNumberError::SecurityKey, .. } => {
                "register an authenticator app or a hardware token beside the security key (IAM allows eight devices) \
                 and put its ARN, arn:aws:iam::<account>:mfa/<device>, there"
            }
            Self::SerialNumber { .. } => "the IAM console shows it under Security credentials",
            Self::Duration { .. } | Self::DurationRange { .. } => "for example 12h, 90m or 3600",
            Self::SameProfile { .. } => "name another session profile with --session-profile",
            Self::LookedPast { .. } => "write the session elsewhere with --session-profile",
            _ => return None,
        })
    }
}
