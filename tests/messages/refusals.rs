//! Refusals by STS, with each known cause, and failures before a request reaches STS.

use awsmfa::diagnosis::{Cause, Denial, Policy, ScopePart};
use awsmfa::error::Error;
use awsmfa::io::sts::StsError;
use awsmfa::role::SessionNameOrigin;
use awsmfa::time::Seconds;
use awsmfa::used_codes::Sent;

use crate::resolve_errors::name;

const USER: &str = "arn:aws:iam::123456789012:user/ada";

pub fn refused() -> StsError {
    StsError::Refused {
        code: "AccessDenied".to_owned(),
        message: "MultiFactorAuthentication failed with invalid MFA one time pass code.".to_owned(),
        status: 403,
        clock_offset: None,
    }
}

fn endpoint() -> String {
    "https://sts.eu-west-1.amazonaws.com".to_owned()
}

fn unreachable(endpoint: &str, cause: &str) -> StsError {
    StsError::Unreachable { endpoint: endpoint.to_owned(), cause: cause.to_owned() }
}

fn sts_errors() -> Vec<(&'static str, StsError)> {
    let not_sts = |status| StsError::NotSts { endpoint: endpoint(), status };
    let proxied = "https://sts.eu-west-1.amazonaws.com through the proxy http://proxy.example.com:3128";
    samples!(StsError {
        Refused: [refused()],
        Unreachable: [
            unreachable(&endpoint(), "dns error: failed to lookup address information"),
            unreachable(&endpoint(), "invalid peer certificate: UnknownIssuer"),
            unreachable(proxied, "tcp connect error: Connection refused (os error 111)"),
        ],
        NoAnswer: [StsError::NoAnswer { endpoint: endpoint(), cause: "it took too long".to_owned() }],
        NotSts: [not_sts(200), not_sts(302), not_sts(407), not_sts(503)],
        Incomplete: [StsError::Incomplete { endpoint: endpoint(), what: "no usable SessionToken" }],
        CaBundle: [StsError::CaBundle {
            path: "/etc/ssl/company.pem".into(),
            cause: "it does not exist (from AWS_CA_BUNDLE)".to_owned(),
        }],
        Setup: [StsError::Setup { cause: "the SDK did not build it".to_owned() }],
    })
}

#[test]
fn each_failure_of_a_request_has_its_text() {
    super::check_errors("sts_errors.txt", sts_errors(), |source| Error::Sts { source, with_code: true });
    super::check_errors("sts_errors_without_code.txt", sts_errors(), Error::from);
    super::check_errors("unchecked_key.txt", sts_errors(), |source| Error::Unchecked { source });
}

fn denied(policy: Policy, is_bare: bool, name: Option<SessionNameOrigin>) -> Cause {
    Cause::NotAllowed(Denial {
        user: USER.to_owned(),
        action: "sts:AssumeRole".to_owned(),
        policy,
        has_mfa: !is_bare,
        has_external_id: !is_bare,
        session_name: name.map(|origin| ("ada".to_owned(), origin)),
    })
}

fn scope_denied(what: ScopePart, policy: Policy) -> Cause {
    Cause::ScopeNotAllowed { user: USER.to_owned(), what, policy }
}

fn code_used(is_accepted: bool, ago: i64) -> Cause {
    Cause::CodeUsed { sent: Sent { ago: Seconds(ago), is_accepted }, next_in: Seconds(18) }
}

fn other_device(user: Option<&str>, listed: &[&str]) -> Cause {
    Cause::OtherDevice {
        origin: "mfa_serial (/home/ada/.aws/config line 2)".to_owned(),
        user: user.map(str::to_owned),
        listed: listed.iter().map(|&serial| serial.to_owned()).collect(),
    }
}

fn causes() -> Vec<(&'static str, Cause)> {
    let closed =
        |open: Option<&str>| Cause::RegionClosed { region: "ap-east-1".to_owned(), open: open.map(str::to_owned) };
    let role_maximum =
        |requested| Cause::RoleMaximum { role: "arn:aws:iam::123456789012:role/admin".to_owned(), requested };
    let key_gone = |is_in_file| Cause::KeyGone { profile: name("work"), is_in_file };
    let not_an_id = |is_in_file, is_secret| Cause::NotAKeyId { profile: name("work"), is_in_file, is_secret };
    let wrong_secret = |is_in_file, is_whole| Cause::WrongSecret { profile: name("work"), is_in_file, is_whole };
    let origin = "role_session_name (/home/ada/.aws/config line 4)".to_owned();
    samples!(Cause {
        Clock: [
            Cause::Clock { ahead: Seconds(300), is_wsl: false },
            Cause::Clock { ahead: Seconds(-300), is_wsl: true },
        ],
        CodeUsed: [code_used(true, 12), code_used(false, 12), code_used(true, 45)],
        CodeRejected: [
            Cause::CodeRejected { next_in: Seconds(17), is_remembered: true },
            Cause::CodeRejected { next_in: Seconds(17), is_remembered: false },
        ],
        OtherAccount: [Cause::OtherAccount {
            origin: "AWS_MFA_SERIAL".to_owned(),
            device: "111122223333".to_owned(),
            key: "123456789012".to_owned(),
        }],
        OtherDevice: [other_device(None, &[]), other_device(Some(USER), &["arn:aws:iam::123456789012:mfa/ada"]),],
        SessionKey: [Cause::SessionKey { profile: name("work") }],
        OtherPartition: [Cause::OtherPartition { device: "aws-cn".to_owned(), region: "us-east-1".to_owned() }],
        RegionClosed: [closed(None), closed(Some("us-east-1"))],
        KeyGone: [key_gone(true), key_gone(false)],
        NotAKeyId: [not_an_id(true, false), not_an_id(false, true)],
        WrongSecret: [wrong_secret(true, true), wrong_secret(true, false), wrong_secret(false, true)],
        SessionGone: [Cause::SessionGone { profile: name("work-session") }],
        RoleMaximum: [role_maximum(Some(Seconds(12 * 60 * 60))), role_maximum(None)],
        ChainingLimit: [Cause::ChainingLimit],
        NotAllowed: [
            denied(Policy::OfUser, false, None),
            denied(Policy::OfRole, false, None),
            denied(Policy::OfRole, false, Some(SessionNameOrigin::User)),
            denied(Policy::OfRole, false, Some(SessionNameOrigin::Setting(origin))),
            denied(
                Policy::OfRole,
                false,
                Some(SessionNameOrigin::Device("mfa_serial (/home/ada/.aws/config line 2)".to_owned()))
            ),
            denied(Policy::Forbids("service control policy".to_owned()), false, None),
            denied(Policy::Unsaid, true, Some(SessionNameOrigin::Machine)),
        ],
        ScopeNotAllowed: [
            scope_denied(ScopePart::Tags, Policy::Unsaid),
            scope_denied(ScopePart::SourceIdentity, Policy::OfRole),
            scope_denied(ScopePart::SourceIdentity, Policy::OfUser),
            scope_denied(ScopePart::Tags, Policy::Forbids("service control policy".to_owned())),
        ],
        ScopeTooLarge: [Cause::ScopeTooLarge],
        MalformedPolicy: [Cause::MalformedPolicy],
        Throttled: [Cause::Throttled],
    })
}

#[test]
fn each_cause_of_a_refusal_has_its_text() {
    let error = |cause| Error::Refused { source: refused(), cause: Box::new(cause) };
    super::check_errors("causes.txt", causes(), error);
}
