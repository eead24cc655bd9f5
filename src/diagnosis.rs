//! The cause of a refusal by STS, from its error code, its message, and other known facts.
//!
//! STS's messages are those of its public documentation and of public bug reports; an unknown message has no cause, and
//! is shown unchanged.

use crate::endpoint::{first_region, partition_of_arn, partition_of_region};
use crate::profile::ProfileName;
use crate::role::{Role, SessionNameOrigin};
use crate::session::is_session_key_id;
use crate::time::Seconds;
use crate::token_code::SerialNumber;
use crate::used_codes::Sent;
use crate::value::{LongTermKeyId, iam_resource};

/// The owner of a key, as STS reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account's number.
    pub account: String,
    /// The user's or role session's ARN.
    pub arn: String,
}

impl Identity {
    /// Returns the name of a user, without its path; none for the root user and for sessions of roles.
    pub fn user_name(&self) -> Option<&str> {
        let (_, resource) = iam_resource(&self.arn)?;
        resource.strip_prefix("user/")?.rsplit('/').next()
    }
}

/// The facts about a request that STS refused.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// STS's code.
    pub code: &'a str,
    /// STS's message.
    pub message: &'a str,
    /// The profile with the key or session that signed the request.
    pub source_profile: &'a ProfileName,
    /// Set if a session signed it.
    pub is_session: bool,
    /// The id of the key that signed it.
    pub access_key_id: &'a str,
    /// Set if that key is in one of the two files, and not in the keyring or with another program.
    pub is_key_in_file: bool,
    /// Set if the secret key has the usual form: 40 characters without spaces or quotes.
    pub has_whole_secret: bool,
    /// The region that the request was sent to.
    pub region: &'a str,
    /// The MFA device, if a code was sent.
    pub serial_number: Option<&'a SerialNumber>,
    /// The flag, variable or line that names the device.
    pub serial_origin: Option<&'a str>,
    /// The devices that IAM lists for the key's user; empty if IAM was not asked or refused.
    pub listed_devices: &'a [SerialNumber],
    /// The role, if one was requested.
    pub role: Option<&'a Role>,
    /// The time by which the machine's clock is ahead of STS's; negative if behind.
    pub clock_offset: Option<Seconds>,
    /// Set if this is Linux on Windows (WSL).
    pub is_wsl: bool,
    /// The earlier use of this code, if it was sent from this machine.
    pub sent: Option<Sent>,
    /// Set if used codes are remembered on this machine.
    pub remembers_codes: bool,
    /// The time until the device shows another code.
    pub next_code_in: Seconds,
    /// The owner of the key, if STS was asked.
    pub identity: Option<&'a Identity>,
    /// A region in which the key is valid, if one was found.
    pub good_region: Option<&'a str>,
}

/// The cause of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of the facts, and the hints in error.rs say what each means")]
pub enum Cause {
    /// The clock of this machine is wrong.
    Clock { ahead: Seconds, is_wsl: bool },
    /// The code was used before, or may have been.
    CodeUsed { sent: Sent, next_in: Seconds },
    /// The code is wrong, or was used elsewhere. `is_remembered` is set if awsmfa would know its own use.
    CodeRejected { next_in: Seconds, is_remembered: bool },
    /// The device belongs to another account.
    OtherAccount { origin: String, device: String, key: String },
    /// The device belongs to another user.
    OtherDevice { origin: String, user: Option<String>, listed: Vec<String> },
    /// A session's key where a long-term access key is needed.
    SessionKey { profile: ProfileName },
    /// The key or the device belongs to another partition than the region.
    OtherPartition { device: String, region: String },
    /// The region is not enabled for the account.
    RegionClosed { region: String, open: Option<String> },
    /// The key does not exist, or is inactive.
    KeyGone { profile: ProfileName, is_in_file: bool },
    /// The id is not one of an access key. `is_secret` is set if it looks like a secret access key.
    NotAKeyId { profile: ProfileName, is_in_file: bool, is_secret: bool },
    /// The secret access key belongs to another key.
    WrongSecret { profile: ProfileName, is_in_file: bool, is_whole: bool },
    /// The session that signed has ended, or does not exist.
    SessionGone { profile: ProfileName },
    /// The duration exceeds the role's `MaxSessionDuration`.
    RoleMaximum { role: String, requested: Option<Seconds> },
    /// The duration exceeds an hour for a chained role.
    ChainingLimit,
    /// A policy refuses the request.
    NotAllowed(Denial),
    /// A policy refuses session tags or a source identity.
    ScopeNotAllowed { user: String, what: ScopePart, policy: Policy },
    /// The session policies and tags are too large in AWS's own notation.
    ScopeTooLarge,
    /// The session policy is JSON, but not a policy.
    MalformedPolicy,
    /// Too many requests.
    Throttled,
}

/// A request that no policy allows, or that a policy forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The ARN of the user or role session.
    pub user: String,
    /// The action, such as `sts:AssumeRole`.
    pub action: String,
    /// The policy that denied the request, if STS names it.
    pub policy: Policy,
    /// Set if an MFA code was sent, or a session that may have MFA.
    pub has_mfa: bool,
    /// Set if an external id was sent.
    pub has_external_id: bool,
    /// The role session name that was sent, and its origin.
    pub session_name: Option<(String, SessionNameOrigin)>,
}

/// A part of a session's scope that needs a permission of its own (IAM User Guide, "Pass session tags in AWS STS" and
/// "Monitor and control actions taken with assumed roles").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopePart {
    /// Session tags.
    Tags,
    /// The source identity.
    SourceIdentity,
}

impl ScopePart {
    /// Returns the action that a policy must allow.
    pub fn action(self) -> &'static str {
        match self {
            Self::Tags => "sts:TagSession",
            Self::SourceIdentity => "sts:SetSourceIdentity",
        }
    }
}

/// The policy that denied the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The user's policies do not allow it.
    OfUser,
    /// The role's trust policy does not allow it.
    OfRole,
    /// This policy forbids it.
    Forbids(String),
    /// STS does not name the policy.
    Unsaid,
}

/// The seconds by which the machine's clock may be off before codes and signatures fail.
pub const CLOCK_TOLERANCE: i64 = 60;

/// Describes how far the machine's clock is ahead, or behind if negative.
pub fn clock_is_off(ahead: Seconds) -> String {
    let direction = if ahead.0 > 0 { "ahead of" } else { "behind" };
    format!("the clock of this machine is {} {direction} the clock of STS", Seconds(ahead.0.abs()))
}

/// Returns the remedy for a clock that is off.
pub fn clock_remedy(is_wsl: bool) -> &'static str {
    // WSL's clock stops while Windows sleeps.
    if is_wsl { "`sudo hwclock -s` sets it by the clock of Windows" } else { "set the clock" }
}

/// Returns whether the refusal is about the code itself: wrong, or used before.
pub fn is_rejected_code(code: &str, message: &str) -> bool {
    code == "AccessDenied" && message.contains("invalid MFA one time pass code")
}

/// Returns whether the refusal is about the time of the signature.
pub fn is_about_time(code: &str, message: &str) -> bool {
    let about_time = ["Signature expired", "Signature not yet current"];
    code == "RequestExpired"
        || code == "SignatureDoesNotMatch" && about_time.iter().any(|words| message.starts_with(words))
}

/// Returns whether STS refused the request before processing it, because there were too many.
pub fn is_throttling(code: &str) -> bool {
    matches!(
        code,
        "Throttling" | "ThrottlingException" | "RequestLimitExceeded" | "TooManyRequestsException" | "SlowDown"
    )
}

/// Returns whether the refusal is about the device, so that the owner of the key may explain it.
pub fn is_about_device(code: &str, message: &str) -> bool {
    code == "AccessDenied" && message.contains("unable to validate MFA code")
}

/// Returns whether the key is unknown in the region of the request.
pub fn is_unknown_key(code: &str) -> bool {
    matches!(code, "InvalidClientTokenId" | "UnrecognizedClientException")
}

/// Returns the part of the session's scope that a policy refuses. Another session or code would not help.
pub fn refused_scope(message: &str) -> Option<ScopePart> {
    let (_, action) = message.split_once(" is not authorized to perform: ")?;
    let action = action.split(' ').next();
    [ScopePart::Tags, ScopePart::SourceIdentity].into_iter().find(|part| action == Some(part.action()))
}

/// Finds the cause of a refusal.
pub fn cause(facts: &Facts<'_>) -> Option<Cause> {
    let Facts { code, message, .. } = *facts;
    let profile = || facts.source_profile.clone();
    Some(match code {
        _ if is_about_time(code, message) => {
            Cause::Clock { ahead: facts.clock_offset.filter(|offset| offset.0 != 0)?, is_wsl: facts.is_wsl }
        }
        _ if is_throttling(code) => Cause::Throttled,
        _ if is_rejected_code(code, message) => rejected_code(facts),
        _ if is_about_device(code, message) => foreign_device(facts),
        _ if is_unknown_key(code) => unknown_key(facts),
        "AccessDenied" if message.contains("with session credentials") => Cause::SessionKey { profile: profile() },
        "AccessDenied" => match (refused_scope(message), denial(facts)?) {
            (Some(what), Denial { user, policy, .. }) => Cause::ScopeNotAllowed { user, what, policy },
            (None, denial) => Cause::NotAllowed(denial),
        },
        "PackedPolicyTooLarge" => Cause::ScopeTooLarge,
        "MalformedPolicyDocument" => Cause::MalformedPolicy,
        "SignatureDoesNotMatch" => Cause::WrongSecret {
            profile: profile(),
            is_in_file: facts.is_key_in_file,
            is_whole: facts.has_whole_secret,
        },
        // The id has characters that no access key id has.
        "IncompleteSignature" => unknown_id(facts),
        "ExpiredToken" | "ExpiredTokenException" => Cause::SessionGone { profile: profile() },
        "RegionDisabledException" => {
            let open = first_region(partition_of_region(facts.region)).filter(|open| *open != facts.region);
            Cause::RegionClosed { region: facts.region.to_owned(), open: open.map(str::to_owned) }
        }
        "ValidationError" if message.contains("MaxSessionDuration") => {
            let role = facts.role?;
            Cause::RoleMaximum { role: role.arn.to_string(), requested: role.duration }
        }
        "ValidationError" if message.contains("role chaining") => Cause::ChainingLimit,
        _ => return None,
    })
}

fn rejected_code(facts: &Facts<'_>) -> Cause {
    let next_in = facts.next_code_in;
    match (facts.sent, facts.clock_offset) {
        (Some(sent), _) => Cause::CodeUsed { sent, next_in },
        (None, Some(ahead)) if ahead.0.abs() >= CLOCK_TOLERANCE => Cause::Clock { ahead, is_wsl: facts.is_wsl },
        (None, _) => Cause::CodeRejected { next_in, is_remembered: facts.remembers_codes },
    }
}

fn foreign_device(facts: &Facts<'_>) -> Cause {
    let origin = facts.serial_origin.unwrap_or("mfa_serial").to_owned();
    match (facts.identity, facts.serial_number.and_then(SerialNumber::account)) {
        (Some(identity), Some(device)) if device != identity.account => {
            Cause::OtherAccount { origin, device: device.to_owned(), key: identity.account.clone() }
        }
        (identity, _) => {
            let listed = facts.listed_devices.iter().map(ToString::to_string).collect();
            Cause::OtherDevice { origin, user: identity.map(|identity| identity.arn.clone()), listed }
        }
    }
}

fn unknown_key(facts: &Facts<'_>) -> Cause {
    let profile = facts.source_profile.clone();
    let device = facts.serial_number.and_then(|serial| partition_of_arn(serial.as_str()));
    let device = device.filter(|partition| *partition != partition_of_region(facts.region));
    match (facts.good_region, device) {
        _ if facts.is_session => Cause::SessionGone { profile },
        _ if is_session_key_id(facts.access_key_id) => Cause::SessionKey { profile },
        (_, Some(device)) => Cause::OtherPartition { device: device.to_owned(), region: facts.region.to_owned() },
        (Some(open), None) => Cause::RegionClosed { region: facts.region.to_owned(), open: Some(open.to_owned()) },
        (None, None) => unknown_id(facts),
    }
}

/// Returns whether the key is gone, or its id cannot be one.
fn unknown_id(facts: &Facts<'_>) -> Cause {
    let (profile, id, is_in_file) = (facts.source_profile.clone(), facts.access_key_id, facts.is_key_in_file);
    match id.parse::<LongTermKeyId>() {
        Ok(_) => Cause::KeyGone { profile, is_in_file },
        Err(_) => Cause::NotAKeyId { profile, is_in_file, is_secret: id.len() == 40 },
    }
}

/// Parses `User: <ARN> is not authorized to perform: <action> on resource: <ARN>`, with or without a reason after it
/// (IAM User Guide, Troubleshoot access denied error messages).
fn denial(facts: &Facts<'_>) -> Option<Denial> {
    let (user, rest) = facts.message.strip_prefix("User: ")?.split_once(" is not authorized to perform: ")?;
    let action = rest.split(' ').next().unwrap_or_default();
    let policy = if rest.contains("no identity-based policy allows") {
        Policy::OfUser
    } else if rest.contains("no resource-based policy allows") {
        Policy::OfRole
    } else if let Some((_, policy)) = rest.split_once("explicit deny in a") {
        Policy::Forbids(policy.trim_start_matches("n ").trim_start_matches(' ').trim_end_matches('.').to_owned())
    } else if facts.role.is_none() {
        // There is no other policy that could allow it.
        Policy::OfUser
    } else {
        Policy::Unsaid
    };
    let has_external_id = facts.role.is_none_or(|role| role.external_id.is_some());
    let has_mfa = facts.serial_number.is_some() || facts.is_session;
    Some(Denial {
        user: user.to_owned(),
        action: action.to_owned(),
        policy,
        has_mfa,
        has_external_id,
        session_name: facts.role.map(|role| (role.session_name.to_string(), role.session_name_origin.clone())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENIED: &str = "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole on \
                          resource: arn:aws:iam::123456789012:role/admin";

    #[track_caller]
    fn policy(reason: &str) -> Policy {
        let profile = ProfileName::default_profile();
        let arn = "arn:aws:iam::123456789012:role/admin".parse().expect("an ARN");
        let session_name = "awsmfa-ada".parse().expect("a name");
        let session_name_origin = SessionNameOrigin::Machine;
        let role =
            Role { arn, session_name, session_name_origin, external_id: None, duration: None, scope: Box::default() };
        let message = format!("{DENIED}{reason}");
        let facts = Facts {
            code: "AccessDenied",
            message: &message,
            source_profile: &profile,
            is_session: false,
            access_key_id: "AKIAIOSFODNN7EXAMPLE",
            is_key_in_file: true,
            has_whole_secret: true,
            region: "eu-west-1",
            serial_number: None,
            serial_origin: None,
            listed_devices: &[],
            role: Some(&role),
            clock_offset: None,
            is_wsl: false,
            sent: None,
            remembers_codes: true,
            next_code_in: Seconds(30),
            identity: None,
            good_region: None,
        };
        match cause(&facts) {
            Some(Cause::NotAllowed(denial)) => denial.policy,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_user_has_a_user_name() {
        let identity = |arn: &str| Identity { account: "123456789012".to_owned(), arn: arn.to_owned() };
        assert_eq!(identity("arn:aws:iam::123456789012:user/team/ada").user_name(), Some("ada"));
        assert_eq!(identity("arn:aws:iam::123456789012:root").user_name(), None);
        assert_eq!(identity("arn:aws:sts::123456789012:assumed-role/admin/user").user_name(), None);
    }

    #[test]
    fn the_policy_that_decided_is_read_from_the_message_and_not_guessed() {
        assert_eq!(policy(""), Policy::Unsaid);
        assert_eq!(policy(" because no identity-based policy allows the sts:AssumeRole action"), Policy::OfUser);
        assert_eq!(policy(" because no resource-based policy allows the sts:AssumeRole action"), Policy::OfRole);
        let named = |name: &str| Policy::Forbids(name.to_owned());
        assert_eq!(policy(" with an explicit deny in an identity-based policy"), named("identity-based policy"));
        assert_eq!(policy(" with an explicit deny in a service control policy"), named("service control policy"));
    }
}
