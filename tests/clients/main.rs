//! Real parts: the AWS CLI and boto3 use what login wrote, and moto is a second, independent STS server.
//!
//! tests/run installs them below target/; plain `cargo test` leaves these tests to it.

#![expect(clippy::disallowed_methods, clippy::indexing_slicing, reason = "these tests run programs and read JSON")]

#[path = "../support/mod.rs"]
mod support;

mod client;
mod credential_process;
mod iam;
mod layouts;
mod moto;
mod over_cases;
mod policies;
mod proxy;
mod roles;
mod setup;
mod sources;
mod table;

use std::path::PathBuf;

use serde_json::Value;

use support::caller::identity_of;
use support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use support::sts::StandIn;

const ADA: &str = "arn:aws:iam::123456789012:user/ada";
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
/// The folder that `install` fills.
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/clients");

/// A program of the virtual environment that tests/run creates.
fn installed(program: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/clients/venv/bin").join(program);
    assert!(path.exists(), "{} is missing: tests/run installs it", path.display());
    path
}

/// The identity of the AWS CLI v1 with this profile, or its error.
fn aws_cli(sandbox: &Sandbox, profile: &str, url: &str) -> Result<String, String> {
    let mut command = sandbox.program(installed("aws"));
    command.args(["sts", "get-caller-identity", "--query", "Arn", "--output", "text", "--region", "us-east-1"]);
    let output = command.args(["--endpoint-url", url]).env("AWS_PROFILE", profile).output();
    let ran = Ran::from(output.expect("the AWS CLI runs"));
    if ran.code == 0 { Ok(ran.stdout.trim().to_owned()) } else { Err(ran.stderr) }
}

/// The identity of boto3 with this profile, or its error.
fn boto3(sandbox: &Sandbox, profile: &str, url: &str) -> Value {
    let mut command = sandbox.program(installed("python"));
    command.arg(format!("{HERE}/boto3_client.py")).env("AWS_PROFILE", profile).env("AWS_ENDPOINT_URL_STS", url);
    let ran = Ran::from(command.output().expect("Python runs"));
    serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"))
}

/// Logs in, asks both clients, logs out, asks again.
#[track_caller]
fn both_clients_use_the_session(config: &str, credentials: &str, arguments: &[&str], session_profile: &str) {
    let sts = StandIn::start();
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&[arguments, &["login", "--token-code", &code]].concat()).expect(0);
    assert_eq!(aws_cli(&sandbox, session_profile, &sts.url()), Ok(ADA.to_owned()));
    let seen = boto3(&sandbox, session_profile, &sts.url());
    let session = sts.sessions().pop().expect("a session");
    assert_eq!(seen["access_key_id"].as_str(), Some(session.access_key_id.as_str()));
    assert_eq!(seen["session_token"].as_str(), Some(session.session_token.as_str()));
    assert_eq!(seen["arn"].as_str(), Some(ADA), "{seen}");

    sandbox.run(&[arguments, &["logout"]].concat()).expect(0);
    assert_eq!(sandbox.credentials_text(), credentials);
    assert!(aws_cli(&sandbox, session_profile, &sts.url()).is_err());
}

#[test]
#[ignore = "needs the AWS CLI and boto3: run tests/run"]
fn the_aws_cli_and_boto3_use_the_session_in_files_of_the_original() {
    let config = include_str!("../../fixtures/commands/original/config");
    let credentials = include_str!("../../fixtures/commands/original/credentials");
    both_clients_use_the_session(config, credentials, &["--profile", "myaccount"], "myaccount");
    let proper = config.replace("[myaccount", "[profile myaccount");
    both_clients_use_the_session(&proper, credentials, &["--profile", "myaccount"], "myaccount");
}

#[test]
#[ignore = "needs the AWS CLI and boto3: run tests/run"]
fn the_aws_cli_and_boto3_use_the_session_without_setup() {
    let config = format!("{DEFAULT_CONFIG}[profile default-session]\nregion = eu-west-1\n");
    both_clients_use_the_session(&config, DEFAULT_CREDENTIALS, &[], "default-session");
    let credentials =
        DEFAULT_CREDENTIALS.replace("[default]", "[work-long-term]") + &format!("aws_mfa_device = {SERIAL}\n");
    both_clients_use_the_session("[profile work]\nregion = eu-west-1\n", &credentials, &["--profile", "work"], "work");
}

#[test]
#[ignore = "needs the AWS CLI and boto3: run tests/run"]
fn a_stale_security_token_does_not_survive_a_login() {
    let sts = StandIn::start();
    let stale = format!("{DEFAULT_CREDENTIALS}[default-session]\naws_security_token = stale\n");
    let sandbox = Sandbox::with(DEFAULT_CONFIG, stale).using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(aws_cli(&sandbox, "default-session", &sts.url()), Ok(ADA.to_owned()));
    assert_eq!(identity_of(&sts.url(), &sandbox.credentials(), "default-session"), Ok(ADA.to_owned()));
}
