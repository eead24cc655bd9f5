//! `credential-process`: JSON on standard output, for tools; no prompt without --prompt.

use std::process::Stdio;

use jiff::{SignedDuration, Timestamp};
use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;
use serde_json::{Value, json};

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, IssuedSession, Role, StandIn};

fn in_minutes(minutes: i64) -> Timestamp {
    let time = Timestamp::now() + SignedDuration::from_mins(minutes);
    Timestamp::from_second(time.as_second()).expect("in range")
}

fn section(name: &str, expiration: Option<Timestamp>) -> String {
    let expiration = expiration.map(|time| format!("expiration = {time}\n")).unwrap_or_default();
    format!(
        "[{name}]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n{expiration}"
    )
}

fn with_session(expiration: Option<Timestamp>) -> Sandbox {
    Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{}", section("default-session", expiration)))
}

#[track_caller]
fn printed(ran: &Ran) -> Value {
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

fn documented(session: &IssuedSession) -> Value {
    json!({
        "Version": 1,
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "SessionToken": session.session_token,
        "Expiration": session.expiration.to_string(),
    })
}

/// `admin` is a role whose source is the session of `default`.
fn with_role(sts: &StandIn) -> Sandbox {
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let config = format!(
        "{DEFAULT_CONFIG}[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default-session\n"
    );
    Sandbox::with(config, DEFAULT_CREDENTIALS).using(sts)
}

#[test]
fn the_documented_json_and_nothing_else_is_printed() {
    let until = in_minutes(60);
    let sandbox = with_session(Some(until));
    let expected = json!({
        "Version": 1,
        "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "SecretAccessKey": "s",
        "SessionToken": "t",
        "Expiration": until.to_string(),
    });
    for arguments in [
        ["credential-process", "default"].as_slice(),
        &["credential-process", "default-session"],
        &["credential-process", "--profile", "default", "--output", "text"],
        &["credential-process", "--prompt", "--color", "always"],
    ] {
        assert_eq!(printed(&sandbox.run(arguments)), expected, "{arguments:?}");
    }
    let ran = sandbox.run(&["--debug", "credential-process"]);
    assert_eq!(serde_json::from_str::<Value>(&ran.stdout).ok(), Some(expected));
}

#[test]
fn an_unknown_expiration_is_left_out() {
    let value = printed(&with_session(None).run(&["credential-process"]));
    assert_eq!((value["SessionToken"].as_str(), value.get("Expiration")), (Some("t"), None));
}

#[test]
fn without_a_session_there_is_no_prompt_and_no_output() {
    let sts = StandIn::start();
    for sandbox in [Sandbox::new(), with_session(Some(in_minutes(-1)))] {
        let sandbox = sandbox.using(&sts);
        let before = sandbox.credentials();
        let ran = sandbox.run(&["credential-process", "default"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (253, ""));
        assert!(
            ran.stderr.contains(&format!("an MFA code of {SERIAL} is needed, and prompts are not allowed here")),
            "{ran:?}"
        );
        assert!(ran.stderr.contains("--prompt"), "{ran:?}");
        assert_eq!((sts.calls().len(), sandbox.credentials()), (0, before));
    }
    // With --prompt, but without a terminal.
    let ran = Sandbox::new().using(&sts).run(&["credential-process", "--prompt"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (255, ""));
    let ran = Sandbox::new().run(&["credential-process", "nobody"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (253, ""));
}

#[test]
fn an_expiring_session_that_cannot_be_renewed_is_printed() {
    let until = in_minutes(10);
    for arguments in [["credential-process"].as_slice(), &["credential-process", "--prompt"]] {
        let value = printed(&with_session(Some(until)).run(arguments));
        assert_eq!(value["Expiration"].as_str(), Some(until.to_string().as_str()));
    }
    // It is unknown how another tool's session is renewed.
    let ran = Sandbox::with("", section("theirs", Some(until))).run(&["credential-process", "theirs"]);
    assert_eq!(printed(&ran)["SessionToken"].as_str(), Some("t"));
}

#[test]
fn an_expiring_role_is_renewed_with_a_valid_session_and_no_code() {
    let sts = StandIn::start();
    let sandbox = with_role(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let first = printed(&sandbox.run(&["credential-process", "admin"]));
    let issued = sts.sessions().pop().expect("a session");
    assert!(issued.arn.contains("assumed-role/admin/"), "{}", issued.arn);
    assert_eq!(first, documented(&issued));
    // It lasts an hour: the next call is answered from the file.
    assert_eq!(printed(&sandbox.run(&["credential-process", "admin"])), first);
    assert_eq!(sts.count("AssumeRole"), 1);

    // Ten minutes before its end, and after it.
    let until = first["Expiration"].as_str().expect("text");
    for (count, minutes) in [(2, 10), (3, -1)] {
        let text = sandbox.credentials_text();
        let (before, role) = text.split_once("[admin-session]").expect("it is there");
        let last = sts.sessions().pop().expect("a session").expiration.to_string();
        let role = role.replace(until, &last).replace(&last, &in_minutes(minutes).to_string());
        sandbox.write("credentials", format!("{before}[admin-session]{role}").as_bytes());
        let value = printed(&sandbox.run(&["credential-process", "admin"]));
        assert_eq!(value, documented(&sts.sessions().pop().expect("a session")));
        assert_eq!((sts.count("AssumeRole"), sts.count("GetSessionToken")), (count, 1));
    }
}

#[test]
fn a_refusal_of_sts_is_reported_with_its_code_and_no_output() {
    let sts = StandIn::start();
    let sandbox = with_role(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sts.expire_sessions();
    let ran = sandbox.run(&["credential-process", "admin"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (254, ""), "{ran:?}");
    assert!(ran.stderr.contains("ExpiredToken"), "{ran:?}");
    sts.fault(Fault::Html200, usize::MAX);
    let ran = sandbox.run(&["credential-process", "admin"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (255, ""), "{ran:?}");
}

#[test]
fn the_prompt_is_on_the_terminal_and_standard_output_has_only_json() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let path = sandbox.home().join("stdout");
    let errors = sandbox.home().join("stderr");
    // Standard output and error go elsewhere, as when a tool runs it. Descriptor 3 keeps the terminal open: without
    // one, rexpect could see its end before awsmfa opens it for the prompt.
    let mut command = sandbox.program("sh");
    let line = "exec \"$0\" credential-process --prompt 3>&2 </dev/null >stdout 2>stderr";
    command.args(["-c", line, env!("CARGO_BIN_EXE_awsmfa")]);
    command.stdin(Stdio::inherit()).stdout(Stdio::inherit()).stderr(Stdio::inherit());
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    let prompt = session.exp_string("MFA code for ada (default): ");
    prompt.unwrap_or_else(|error| panic!("{error}: {}", std::fs::read_to_string(&errors).unwrap_or_default()));
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    session.exp_eof().expect("it ends");
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 0))));
    let text = std::fs::read_to_string(&path).expect("text");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value, documented(&sts.sessions().pop().expect("a session")));
    assert_eq!(std::fs::read_to_string(&errors).expect("text"), "");
}
