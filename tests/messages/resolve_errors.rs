//! Errors about missing and contradictory settings in files, flags and variables.

use awsmfa::error::Error;
use awsmfa::profile::{Place, ProfileName};
use awsmfa::resolve::{ExternalSource, InheritedDevice, Origin, ResolveError};
use awsmfa::time::{DurationError, Seconds};
use awsmfa::token_code::SerialNumberError;

pub fn name(name: &str) -> ProfileName {
    name.parse().expect("a name")
}

pub fn config(line: usize) -> Place {
    Place { path: "/home/ada/.aws/config".into(), line }
}

pub fn credentials(line: usize) -> Place {
    Place { path: "/home/ada/.aws/credentials".into(), line }
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn unknown(origin: Option<&'static str>, near: &[&str], known: &[&str]) -> ResolveError {
    ResolveError::UnknownProfile { name: name("wrok"), origin, near: strings(near), known: strings(known) }
}

fn no_source(near: Option<&str>) -> ResolveError {
    ResolveError::NoSource { profile: name("dev"), place: config(3), near: near.map(name) }
}

fn missing_source(place: Option<Place>, near: Option<&str>) -> ResolveError {
    ResolveError::MissingSource {
        source_profile: name("wrok"),
        session_profile: name("dev"),
        place,
        near: near.map(name),
    }
}

fn serial_number(source: SerialNumberError) -> ResolveError {
    ResolveError::SerialNumber { origin: Origin::Property("mfa_serial", config(2)), source }
}

fn no_endpoint(origin: &str) -> ResolveError {
    ResolveError::NoEndpoint {
        region: "eu-west-1".to_owned(),
        origin: origin.to_owned(),
        rule: "Invalid Configuration: FIPS and custom endpoint are not supported".to_owned(),
    }
}

fn unused_code(include: Option<Place>, inherited: Option<(ProfileName, Box<InheritedDevice>)>) -> ResolveError {
    let include = include.map(|place| ("include_profile".to_owned(), place));
    ResolveError::UnusedCode { profile: name("work"), include, inherited }
}

fn no_serial_number(is_named: Option<bool>) -> ResolveError {
    let inherited = is_named.map(|is_named| Box::new(inherited(is_named)));
    ResolveError::NoSerialNumber { profile: name("work"), inherited }
}

/// A device of another profile, which is named or is `[default]`.
fn inherited(is_named: bool) -> InheritedDevice {
    InheritedDevice {
        serial_number: "arn:aws:iam::123456789012:mfa/ada".parse().expect("a serial number"),
        owner: name(if is_named { "base" } else { "default" }),
        include: is_named.then(|| ("include_profile", config(8))),
    }
}

fn scope_of_user(role: Option<&str>) -> ResolveError {
    ResolveError::ScopeOfUser { profile: name("work"), flag: "--read-only", role: role.map(name) }
}

fn would_narrow(held: Option<Place>, other: Option<&str>) -> ResolveError {
    ResolveError::WouldNarrow {
        profile: name("admin"),
        session_profile: name("admin-session"),
        flag: "--read-only",
        held: held.map(Box::new),
        other: other.map(name),
    }
}

#[expect(clippy::too_many_lines, reason = "one sample per variant")]
fn all() -> Vec<(&'static str, ResolveError)> {
    samples!(ResolveError {
        UnknownProfile: [
            unknown(None, &[], &[]),
            unknown(Some("AWS_PROFILE"), &["work"], &["default", "work"]),
            unknown(None, &["work", "wroc"], &["default", "work", "wroc"]),
            unknown(None, &[], &["default", "profile wrok"]),
        ],
        CodeAsProfile: [ResolveError::CodeAsProfile],
        PrefixedSection: [ResolveError::PrefixedSection { profile: name("dev"), place: credentials(3) }],
        NoSource: [no_source(None), no_source(Some("dev-key"))],
        ForeignSource: [ResolveError::ForeignSource {
            profile: name("dev"),
            what: "it holds a session, and no source profile is configured for it".to_owned(),
            remedy: "renew it with awsume, or name the profile with the long-term access key: --source-profile, or a \
                     line `awsmfa_source_profile = …`"
                .to_owned(),
            place: config(5),
        }],
        MissingSource: [missing_source(Some(config(4)), None), missing_source(None, Some("work"))],
        Ambiguous: [ResolveError::Ambiguous { profile: name("work"), candidates: strings(&["dev", "test"]) }],
        RoleWithoutSource: [ResolveError::RoleWithoutSource { profile: name("admin"), place: config(7) }],
        Value: [ResolveError::Value {
            what: "region",
            origin: Origin::Property("region", config(4)),
            rule: "must look like eu-west-1".to_owned(),
        }],
        Quoted: [ResolveError::Quoted { property: "mfa_serial", place: config(2) }],
        Continued: [ResolveError::Continued { property: "mfa_process", place: config(2) }],
        LeftOverToken: [ResolveError::LeftOverToken { profile: name("work"), place: credentials(4) }],
        UnusedCode: [
            unused_code(None, None),
            unused_code(Some(config(8)), None),
            unused_code(Some(config(8)), Some((name("admin"), Box::new(inherited(true))))),
        ],
        PlainHttp: [
            ResolveError::PlainHttp { origin: "AWS_ENDPOINT_URL_STS".to_owned(), has_flag: true },
            ResolveError::PlainHttp { origin: "AWS_ENDPOINT_URL_SSO".to_owned(), has_flag: false },
        ],
        NoEndpoint: [no_endpoint(""), no_endpoint(" and the endpoint URL from AWS_ENDPOINT_URL_STS")],
        Proxy: [ResolveError::Proxy { variable: "HTTPS_PROXY" }],
        KeptByOther: [ResolveError::KeptByOther {
            profile: name("dev"),
            manager: "awsume".to_owned(),
            place: credentials(9),
        }],
        ProcessLoop: [ResolveError::ProcessLoop { profile: name("work"), place: config(2) }],
        SharedTarget: [ResolveError::SharedTarget {
            session_profile: name("dev"),
            candidates: strings(&["work", "home"]),
        }],
        Loop: [ResolveError::Loop { chain: strings(&["a", "b", "a"]) }],
        ChainTooLong: [ResolveError::ChainTooLong { profile: name("r17"), limit: 16 }],
        InChain: [ResolveError::InChain {
            chain: strings(&["admin", "base"]),
            source: Box::new(ResolveError::NoKey { profile: name("base"), place: config(3) }),
        }],
        NoKey: [ResolveError::NoKey { profile: name("work"), place: config(1) }],
        HalfKey: [ResolveError::HalfKey {
            profile: name("work"),
            missing: "aws_secret_access_key",
            place: credentials(2),
        }],
        SessionAsSource: [ResolveError::SessionAsSource { profile: name("work"), place: credentials(4) }],
        NoSerialNumber: [no_serial_number(None), no_serial_number(Some(true)), no_serial_number(Some(false))],
        SerialNumber: [
            serial_number(SerialNumberError::Malformed),
            serial_number(SerialNumberError::NoAccount),
            serial_number(SerialNumberError::OtherResource("user")),
            serial_number(SerialNumberError::SecurityKey),
        ],
        Duration: [ResolveError::Duration { origin: "AWSMFA_DURATION_SECONDS".to_owned(), source: DurationError }],
        DurationRange: [ResolveError::DurationRange {
            origin: "--duration-seconds".to_owned(),
            what: "sessions of roles",
            max: Seconds(12 * 60 * 60),
        }],
        SameProfile: [ResolveError::SameProfile { profile: name("work") }],
        TargetHoldsKey: [ResolveError::TargetHoldsKey { profile: name("dev"), place: credentials(6) }],
        LookedPast: [ResolveError::LookedPast {
            profile: name("dev"),
            property: "credential_process".to_owned(),
            place: config(8),
            clients: "the SDKs for Rust and Java would run that process instead",
        }],
        ScopeOfUser: [scope_of_user(None), scope_of_user(Some("admin"))],
        NotForProvided: [
            ResolveError::NotForProvided { profile: name("dev"), flag: "--tag", from: ExternalSource::IdentityCenter },
            ResolveError::NotForProvided { profile: name("dev"), flag: "--token-code", from: ExternalSource::SignIn },
            ResolveError::NotForProvided { profile: name("dev"), flag: "--read-only", from: ExternalSource::Machine },
        ],
        WouldNarrow: [would_narrow(None, Some("admin-readonly")), would_narrow(Some(credentials(5)), None)],
        WouldWiden: [ResolveError::WouldWiden { session_profile: name("admin-readonly"), place: credentials(5) }],
        Inherited: [ResolveError::Inherited {
            what: "session tag 'team'".to_owned(),
            role: "arn:aws:iam::123456789012:role/next".to_owned(),
            earlier: "arn:aws:iam::123456789012:role/admin".to_owned(),
        }],
        ProfileName: [ResolveError::ProfileName {
            origin: "AWS_PROFILE".to_owned(),
            source: "".parse::<ProfileName>().expect_err("an empty name"),
        }],
    })
}

#[test]
fn each_error_of_resolving_has_its_text() {
    super::check_errors("resolve_errors.txt", all(), Error::Resolve);
}
