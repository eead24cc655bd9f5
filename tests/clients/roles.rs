//! AWS clients under a role's session profile, and under a role that they assume themselves.

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};
use crate::{ADA, aws_cli, boto3};

/// `admin` is assumed by awsmfa with a code; `auto` by the clients themselves, with the session.
fn with_roles(sts: &StandIn) -> Sandbox {
    for name in ["admin", "auto"] {
        sts.add_role(Role { requires_mfa: true, ..Role::named(name) });
    }
    let config = format!(
        "{DEFAULT_CONFIG}
[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = default
mfa_serial = {SERIAL}

[profile auto]
role_arn = arn:aws:iam::123456789012:role/auto
source_profile = default-session
region = eu-west-1
"
    );
    Sandbox::with(config, DEFAULT_CREDENTIALS).using(sts)
}

fn is_role(arn: &str, role: &str) -> bool {
    arn.starts_with(&format!("arn:aws:sts::123456789012:assumed-role/{role}/"))
}

#[test]
#[ignore = "needs the AWS CLI and boto3: run tests/run"]
fn clients_use_the_role_in_its_session_profile() {
    let sts = StandIn::start();
    let sandbox = with_roles(&sts);
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let arn = aws_cli(&sandbox, "admin-session", &sts.url()).expect("the AWS CLI is let in");
    assert!(is_role(&arn, "admin"), "{arn}");
    let seen = boto3(&sandbox, "admin-session", &sts.url());
    assert!(is_role(seen["arn"].as_str().unwrap_or_default(), "admin"), "{seen}");
    assert_eq!(sts.count("AssumeRole"), 1, "the clients have assumed nothing themselves");
    sandbox.run(&["logout", "admin"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
#[ignore = "needs the AWS CLI and boto3: run tests/run"]
fn clients_assume_a_role_with_the_session_profile_without_a_prompt() {
    let sts = StandIn::start();
    let sandbox = with_roles(&sts);
    assert!(aws_cli(&sandbox, "auto", &sts.url()).is_err(), "there is no session yet");
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(aws_cli(&sandbox, "default-session", &sts.url()), Ok(ADA.to_owned()));
    let arn = aws_cli(&sandbox, "auto", &sts.url()).expect("the AWS CLI is let in");
    assert!(is_role(&arn, "auto"), "{arn}");
    let seen = boto3(&sandbox, "auto", &sts.url());
    assert!(is_role(seen["arn"].as_str().unwrap_or_default(), "auto"), "{seen}");
    assert_eq!(sts.calls().iter().filter(|call| call.code_spent).count(), 1);
}

#[test]
#[ignore = "needs the AWS CLI: run tests/run"]
fn exec_gives_the_aws_cli_the_session_whatever_profile_was_set() {
    let sts = StandIn::start();
    let mut sandbox = with_roles(&sts);
    sandbox.set("AWS_PROFILE", "auto");
    sandbox.run(&["login", "default", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let aws = crate::installed("aws").display().to_string();
    let caller = [aws.as_str(), "sts", "get-caller-identity", "--query", "Arn", "--output", "text"];
    let ran = sandbox.run(&[["exec", "default", "--"].as_slice(), &caller].concat());
    assert_eq!((ran.code, ran.stdout.trim()), (0, ADA), "{ran:?}");
    let ran = sandbox.run(&[["exec", "--"].as_slice(), &caller].concat());
    assert!(is_role(&ran.stdout, "auto"), "{ran:?}");
}
