//! `whoami`: the owner of a stored session, by AWS.

use crate::console::{home, home_with_session};
use crate::support::sandbox::{Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

#[test]
fn it_prints_the_owner_of_the_session() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    let arn = &sts.sessions()[0].arn;
    let Ran { code, stdout, stderr } = sandbox.run(&["whoami", "admin"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines[..2], [format!("ARN      {arn}").as_str(), "account  123456789012"]);
    assert!(lines[2].starts_with("profile  admin-session: 1h left, until "), "{stdout}");
    sts.set_alias("example-corp");
    let stdout = sandbox.run(&["whoami", "--profile", "admin-session"]).stdout;
    assert!(stdout.contains("account  123456789012 (example-corp)\n"), "{stdout}");
}

#[test]
fn json_has_all_of_it() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    let read = || -> serde_json::Value {
        serde_json::from_str(&sandbox.run(&["whoami", "admin", "--output", "json"]).stdout).expect("JSON")
    };
    let value = read();
    assert_eq!(value["profile"], "admin-session");
    assert_eq!(value["arn"].as_str(), Some(sts.sessions()[0].arn.as_str()));
    assert_eq!((value["account"].as_str(), value["account_alias"].as_str()), (Some("123456789012"), None));
    assert_eq!(value["expiration"].as_str(), Some(sts.sessions()[0].expiration.to_string().as_str()));
    assert!((3500..=3600).contains(&value["remaining_seconds"].as_i64().expect("a number")), "{value}");
    sts.set_alias("example-corp");
    assert_eq!(read()["account_alias"], "example-corp");
}

#[test]
fn a_users_session_has_an_owner_too() {
    let sts = StandIn::start();
    let sandbox = home(&sts);
    let said = sandbox.run(&["whoami"]).expect(253);
    assert!(said.contains("there is no session") && sts.calls().is_empty(), "{said}");
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let stdout = sandbox.run(&["whoami"]).stdout;
    assert!(stdout.starts_with("ARN      arn:aws:iam::123456789012:user/ada\n"), "{stdout}");
}

#[test]
fn an_alias_that_cannot_be_had_is_left_out() {
    let sts = StandIn::start();
    let mut sandbox = home_with_session(&sts);
    sts.set_alias("example-corp");
    for fault in
        [Fault::Hang, Fault::Html200, Fault::HugeBody(8 * 1024 * 1024), Fault::Status { code: 500, html: false }]
    {
        sts.fault_iam(fault.clone());
        let Ran { code, stdout, stderr } = sandbox.run(&["whoami", "admin"]);
        assert!(stdout.contains("account  123456789012\n"), "{fault:?}: {stdout}");
        assert_eq!((code, stderr.as_str()), (0, ""), "{fault:?}");
    }
    sts.set_alias("\u{1b}[2Jevil");
    assert!(!sandbox.run(&["whoami", "admin"]).stdout.contains("evil"));
    sandbox.set("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:1");
    sandbox.run(&["whoami", "admin"]).expect(0);
}

#[test]
fn a_session_that_has_ended_at_aws_is_an_error_with_a_hint() {
    let sts = StandIn::start();
    let sandbox = home_with_session(&sts);
    sts.expire_sessions();
    let said = sandbox.run(&["whoami", "admin"]).expect(254);
    assert!(said.contains("awsmfa login --force admin"), "{said}");
}

#[test]
fn variables_that_beat_the_profile_are_reported() {
    let sts = StandIn::start();
    let mut sandbox = home_with_session(&sts);
    sandbox.set("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
    sandbox.set("AWS_SECRET_ACCESS_KEY", "x");
    sandbox.set("AWS_SESSION_TOKEN", "x");
    let said = sandbox.run(&["whoami", "admin"]).expect(0);
    assert!(said.contains("awsmfa: warning: ") && said.contains("AWS_ACCESS_KEY_ID"), "{said}");
}

#[test]
fn no_secret_is_in_the_output() {
    let sts = StandIn::start();
    let sandbox: Sandbox = home_with_session(&sts);
    let Ran { stdout, stderr, .. } = sandbox.run(&["whoami", "admin", "--debug"]);
    let session = &sts.sessions()[0];
    for secret in [&session.secret_access_key, &session.session_token] {
        assert!(!stdout.contains(secret.as_str()) && !stderr.contains(secret.as_str()), "{stdout}{stderr}");
    }
}
