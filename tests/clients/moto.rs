//! moto as STS: it does not check codes, but checks signatures on its own, and answers with an `AKIA…` key.

use std::process::Command;

use serde_json::Value;

use crate::support::moto::MotoServer;
use crate::support::sandbox::{Ran, Sandbox};
use crate::{HERE, boto3, installed};

/// A running moto_server with one user.
struct Moto {
    server: MotoServer,
    serial: String,
    credentials: String,
}

impl Moto {
    fn start() -> Self {
        // Four calls create the user; from then on signatures and keys are checked.
        let server = MotoServer::start(&installed("moto_server"), &[("INITIAL_NO_AUTH_ACTION_COUNT", "4")]);
        let user = Command::new(installed("python"))
            .args([&format!("{HERE}/moto_user.py"), &server.url])
            .env_clear()
            .output()
            .expect("Python runs");
        let ran = Ran::from(user);
        let user: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
        let field = |name: &str| user[name].as_str().expect("a field").to_owned();
        let credentials = format!(
            "[myaccountPerm]\naws_access_key_id = {}\naws_secret_access_key = {}\n\n[myaccount]\n",
            field("access_key_id"),
            field("secret_access_key")
        );
        Self { server, serial: field("serial"), credentials }
    }
}

#[test]
#[ignore = "needs moto_server and boto3: run tests/run"]
fn files_and_command_lines_of_the_original_work_with_moto() {
    let moto = Moto::start();
    let config = include_str!("../../fixtures/commands/original/config")
        .replace("arn:aws:iam::123456789012:mfa/ada", &moto.serial);
    let mut sandbox = Sandbox::with(&config, &moto.credentials);
    sandbox.set("AWS_ENDPOINT_URL_STS", &moto.server.url);

    // Twice: the second login finds moto's AKIA key beside a token, which awsmfa has written.
    let arguments = ["--profile", "myaccount", "login", "--token-code", "123456", "--", "--duration-seconds", "3600"];
    sandbox.run(&arguments).expect(0);
    sandbox.run(&["--profile", "myaccount", "login", "--token-code", "123456"]).expect(0);
    sandbox.run(&["--profile", "myaccount", "status"]).expect(0);

    let seen = boto3(&sandbox, "myaccount", &moto.server.url);
    let text = sandbox.credentials_text();
    for field in ["access_key_id", "session_token"] {
        let value = seen[field].as_str().expect("boto3 sees the session");
        assert!(text.contains(&format!("aws_{field} = {value}\n")), "{field}");
    }
    sandbox.set("AWS_PROFILE", "myaccount");
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), moto.credentials);
}

#[test]
#[ignore = "needs moto_server and boto3: run tests/run"]
fn moto_refuses_a_signature_that_is_not_right() {
    let moto = Moto::start();
    let config = format!("[profile myaccountPerm]\nmfa_serial = {}\nawsmfa_session_profile = myaccount\n", moto.serial);
    let wrong = moto.credentials.replace("aws_secret_access_key = ", "aws_secret_access_key = x");
    let sandbox = Sandbox::with(config, &wrong);
    let ran =
        sandbox.run(&["--profile", "myaccount", "login", "--token-code", "123456", "--endpoint-url", &moto.server.url]);
    // moto's errors do not have the form of STS's, so only the status is known.
    assert!(ran.stderr.contains("HTTP status 403"), "{ran:?}");
    assert_eq!((ran.code, sandbox.credentials_text()), (255, wrong));
}

#[test]
#[ignore = "needs moto_server and boto3: run tests/run"]
fn a_role_is_assumed_at_moto_and_boto3_is_the_role() {
    let moto = Moto::start();
    let config = format!(
        "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = myaccountPerm\nmfa_serial = {}\n",
        moto.serial
    );
    let mut sandbox = Sandbox::with(&config, &moto.credentials);
    sandbox.set("AWS_ENDPOINT_URL_STS", &moto.server.url);
    sandbox.set("USER", "ada");
    sandbox.run(&["login", "admin", "--token-code", "123456"]).expect(0);
    let seen = boto3(&sandbox, "admin-session", &moto.server.url);
    assert_eq!(seen["arn"].as_str(), Some("arn:aws:sts::123456789012:assumed-role/admin/ada"), "{seen}");
    sandbox.run(&["logout", "admin"]).expect(0);
    assert_eq!(sandbox.credentials_text(), moto.credentials);
}
