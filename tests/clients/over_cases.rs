//! A login on each file that clients were asked about: every client that can read the file sees the new session.

use std::fmt::Write;
use std::sync::Mutex;

use crate::client::{Asked, Sees};
use crate::layouts::warnings;
use crate::proxy::Proxy;
use crate::support::cases::{self, Case};
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// Files after whose login a warning remains.
struct Exception {
    cases: &'static [&'static str],
    /// A part of the warning of login.
    warning: &'static str,
    /// The clients that do not see the session; they could not read the profile before, either.
    unseen_by: &'static [&'static str],
}

const RUST_AND_C: &[&str] = &["Rust SDK", "C runtime"];
const BOTOCORE: &[&str] = &["AWS CLI v1", "AWS CLI v2", "boto3"];
const GO_AND_RUBY: &[&str] = &["Go SDK v2", "Ruby SDK v3", "s5cmd", "rclone"];
const NO_LINE: &str = "is not a header, property or comment that all AWS clients read";

#[rustfmt::skip] // A table.
const EXCEPTIONS: &[Exception] = &[
    Exception { cases: &["a10-bom-then-comment"], warning: "byte order mark", unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "s3cmd", "opendal"] },
    Exception { cases: &["a11-bom-in-config"], warning: "byte order mark", unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "Go SDK v2", "s5cmd", "rclone"] },
    Exception { cases: &["a12-bom-other-section"], warning: "byte order mark", unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "Go SDK v2", "C runtime", "s5cmd", "rclone", "s3cmd"] },
    Exception { cases: &["a105-section-in-value-cont"], warning: "the header in", unseen_by: &["JavaScript SDK v3", "Go SDK v2", "s5cmd", "rclone", "restic", "opendal"] },
    Exception { cases: &["a27-inline-on-region"], warning: "read the comment after region", unseen_by: &[] },
    Exception { cases: &["a28-header-comment-space", "a30-header-comment-semi"], warning: "the text after the header", unseen_by: &["opendal"] },
    Exception { cases: &["a41-continuation-unknown"], warning: "the indented line without =", unseen_by: &["restic", "opendal"] },
    Exception { cases: &["a45-nested-akid-in-cred"], warning: "the indented property", unseen_by: &["opendal"] },
    Exception { cases: &["a57-dup-other-section"], warning: "the section [other] occurs again", unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "s3cmd"] },
    Exception { cases: &["a58-dup-section-in-config"], warning: "the section [profile s] occurs again", unseen_by: BOTOCORE },
    Exception { cases: &["a60-line-without-eq-other", "a63-garbage-before-section"], warning: NO_LINE, unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "C runtime", "restic", "s3cmd", "opendal"] },
    Exception { cases: &["a62-key-before-section"], warning: NO_LINE, unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "C runtime"] },
    Exception { cases: &["a65-unclosed-header-other"], warning: NO_LINE, unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "Go SDK v2", "C runtime", "s5cmd", "rclone", "restic", "s3cmd", "opendal"] },
    Exception { cases: &["a66-unopened-header"], warning: NO_LINE, unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "Go SDK v2", "C runtime", "s5cmd", "rclone", "restic", "s3cmd"] },
    Exception { cases: &["a67-empty-header"], warning: NO_LINE, unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Go SDK v2", "s5cmd", "rclone", "restic", "s3cmd"] },
    Exception { cases: &["a70-double-brackets"], warning: NO_LINE, unseen_by: &["Go SDK v2", "s5cmd", "rclone"] },
    Exception { cases: &["a99-latin1-comment"], warning: "is not UTF-8", unseen_by: &["AWS CLI v1", "AWS CLI v2", "boto3", "Rust SDK", "Ruby SDK v3", "s3cmd"] },
    Exception { cases: &["b13-name-space-dquoted", "b14-name-space-squoted", "b15-name-space-bare", "b16-cred-quoted-space"], warning: "is not seen by the SDKs for JavaScript, Rust, C++ and Java", unseen_by: &["JavaScript SDK v3", "Rust SDK", "C runtime"] },
    Exception { cases: &["b27-name-unicode", "b28-name-emoji", "b33-name-eq", "b36-name-bang", "b37-name-parens", "b38-name-comma", "b39-name-star", "b40-name-dollar", "b41-name-tilde", "b42-name-amp", "b43-name-squote", "b44-name-dquote"], warning: "is not seen by the SDKs for Rust, C++ and Java", unseen_by: RUST_AND_C },
    Exception { cases: &["b34-name-backslash"], warning: "is not seen by the SDKs for Rust, C++ and Java", unseen_by: &["Rust SDK", "opendal"] },
    Exception { cases: &["b46-name-proto", "b47-name-constructor"], warning: "is not seen by the SDK for JavaScript", unseen_by: &["JavaScript SDK v3"] },
    Exception { cases: &["b48-name-DEFAULT-upper"], warning: "is not seen by the AWS CLI and boto3", unseen_by: BOTOCORE },
    Exception { cases: &["c01-keys-only-in-config", "c20-stale-token-in-config", "c21-all-keys-in-config-and-session", "c23-config-security-token"], warning: "there is a session token in the config file", unseen_by: &[] },
    Exception { cases: &["c10-empty-section-logout", "r03-source-only", "r04-source-mfa", "r05-source-self", "r06-source-missing-profile", "r22-source-only-no-session", "r23-source-mfa-no-session", "r36-source-in-credentials-file", "r37-default-session-layout"], warning: "because of source_profile without role_arn", unseen_by: GO_AND_RUBY },
];

/// The source profile, in the config file so that the credentials file is that of the case.
const KEY: &str = "
[profile awsmfa-test-key]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";

/// The results of all cases.
#[derive(Default)]
struct Outcome {
    logins: usize,
    refused: Vec<String>,
    faults: String,
}

fn check(case: &Case, clients: &mut [Asked], outcome: &Mutex<Outcome>) {
    let target = case.variable("AWS_PROFILE").filter(|name| !name.is_empty()).unwrap_or("default");
    let sts = StandIn::start();
    let proxy = Proxy::before(&sts);
    let config = [&case.config, KEY.as_bytes()].concat();
    let sandbox = Sandbox::with(&config, &case.credentials).using(&sts);
    let code = sts.fresh_code(SERIAL);
    let target_flag = format!("--session-profile={target}");
    let ran =
        sandbox.run(&["login", "awsmfa-test-key", &target_flag, "--serial-number", SERIAL, "--token-code", &code]);
    if ran.code != 0 {
        assert!(ran.code == 252 || ran.code == 253, "{}: {ran:?}", case.name);
        assert!(sandbox.credentials() == case.credentials, "{}: a login that is refused changes nothing", case.name);
        assert_eq!(sts.count("GetSessionToken"), 0, "{}: nothing was spent", case.name);
        outcome.lock().expect("no panic").refused.push(case.name.clone());
        return;
    }
    let mut unseen = Vec::new();
    let mut faults = String::new();
    for asked in &mut *clients {
        let after = asked.ask(&sandbox, target, &sts, &proxy);
        if matches!(after, Sees::Session { .. }) {
            continue;
        }
        unseen.push(asked.client.name);
        let old = Sandbox::with(&config, &case.credentials);
        let before = asked.ask(&old, target, &sts, &proxy);
        if !matches!(before, Sees::Nothing(_)) && before != after {
            writeln!(faults, "{}: {} saw {before:?}, now {after:?}", case.name, asked.client.name).expect("it grows");
        }
    }
    let warned = warnings(&ran.stderr);
    let exception = EXCEPTIONS.iter().find(|exception| exception.cases.contains(&case.name.as_str()));
    let is_as_expected = match (exception, warned.as_slice()) {
        (None, []) => unseen.is_empty(),
        (Some(exception), [said]) => said.contains(exception.warning) && unseen == exception.unseen_by,
        _ => false,
    };
    if !is_as_expected {
        writeln!(faults, "{}: login warns {warned:#?}; unseen by {unseen:?}", case.name).expect("it grows");
    }
    let mut outcome = outcome.lock().expect("no panic");
    outcome.logins += 1;
    outcome.faults += &faults;
}

#[test]
#[ignore = "needs the AWS clients: run tests/run"]
fn every_client_that_can_read_a_file_sees_the_session_in_it() {
    let cases = cases::all();
    let outcome = Mutex::new(Outcome::default());
    let next = Mutex::new(cases.iter());
    let work = || {
        let mut clients = Asked::all();
        loop {
            let case = next.lock().expect("no panic").next();
            match case {
                Some(case) => check(case, &mut clients, &outcome),
                None => return,
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let outcome = outcome.into_inner().expect("no panic");
    assert!(outcome.faults.is_empty(), "{}", outcome.faults);
    assert!(outcome.logins >= 214, "{} logins; refused: {:?}", outcome.logins, outcome.refused);
}
