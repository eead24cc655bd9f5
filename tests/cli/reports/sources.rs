//! The origin of the source credentials of a session, and the programs that renew them.

use super::{ROLE, admin, last_duration, world};
use crate::support::caller::identity_of;
use crate::support::sandbox::{CAT, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

#[test]
fn a_valid_session_replaces_a_second_code_if_the_role_accepts_it() {
    let (sts, sandbox) = world(&admin("default", &format!("mfa_serial = {SERIAL}\n")));
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["login", "admin"]).expect(0);
    let call = sts.calls().pop().expect("a call");
    assert_eq!((call.action.as_str(), call.param("TokenCode")), ("AssumeRole", None));
    // A fresh code is used if it is given.
    sandbox.run(&["login", "admin", "--force", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(sts.calls().pop().is_some_and(|call| call.param("TokenCode").is_some()));

    // A role that does not accept the session is assumed with the key and a code, if there is one.
    let code = sandbox.home().join("code.txt");
    std::fs::write(&code, sts.fresh_code(SERIAL)).expect("it is writable");
    sandbox.run(&["logout", "admin"]).expect(0);
    let message = format!("User: x is not authorized to perform: sts:AssumeRole on resource: {ROLE}");
    sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message }, 1);
    let said = sandbox.run(&["login", "admin", "--mfa-process", &format!("{CAT} {}", code.display())]).expect(0);
    assert!(said.contains("does not accept"), "{said}");
}

#[test]
fn the_source_session_can_be_printed_or_in_the_config_file() {
    let (sts, sandbox) = world("");
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let session = sts.sessions().pop().expect("a session");
    let json = format!(
        r#"{{"Version": 1, "AccessKeyId": "{}", "SecretAccessKey": "{}", "SessionToken": "{}"}}"#,
        session.access_key_id, session.secret_access_key, session.session_token
    );
    let printed = sandbox.home().join("session.json");
    std::fs::write(&printed, json).expect("it is writable");
    let by_process = format!("[profile src]\ncredential_process = {CAT} {}\n", printed.display());
    let in_config = format!(
        "[profile src]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\n",
        session.access_key_id, session.secret_access_key, session.session_token
    );
    for source in [by_process, in_config] {
        let config = format!("{source}{}", admin("src", "duration_seconds = 7200\nregion = eu-west-1\n"));
        let other = Sandbox::with(config, "").using(&sts);
        let said = other.run(&["login", "admin"]).expect(0);
        assert_eq!(last_duration(&sts).as_deref(), Some("3600"), "{source}");
        assert!(said.contains("(2h was requested)"), "{said}");
        let arn = identity_of(&sts.url(), &other.credentials(), "admin-session").expect("it is good");
        assert!(arn.contains("assumed-role/admin/"), "{arn}");
        let said = other.run(&["login", "src"]).expect(253);
        // A session without its end is good enough to assume a role, but not to be written.
        let expected = if source.contains("credential_process") { "without an Expiration" } else { "holds a session" };
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_profile_whose_credential_process_is_awsmfa_is_an_alias() {
    let (sts, sandbox) = world("[profile tool]\ncredential_process = awsmfa credential-process default\n");
    sandbox.run(&["login", "tool", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(sandbox.run(&["status", "tool"]).stdout, sandbox.run(&["status"]).stdout);
    let shell =
        if cfg!(windows) { ["cmd", "/C", "echo %AWS_ACCESS_KEY_ID%"] } else { ["sh", "-c", "echo $AWS_ACCESS_KEY_ID"] };
    let ran = sandbox.run(&[&["exec", "tool", "--"], &shell[..]].concat());
    assert_eq!(ran.stdout.trim(), sts.sessions().pop().expect("a session").access_key_id);
    let list = sandbox.run(&["list"]).stdout;
    let row = list.lines().find(|line| line.starts_with("  tool")).expect("a row");
    assert!(row.contains("session") && row.contains("default") && !row.contains("permanent"), "{row}");
    sandbox.run(&["logout", "tool"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    let looped = "[profile one]\ncredential_process = awsmfa credential-process two\n[profile two]\ncredential_process = awsmfa credential-process one\n";
    Sandbox::with(looped, "").run(&["login", "one"]).expect(253);
}

#[test]
fn a_role_whose_source_is_its_own_key_is_set_up_and_listed_like_any_other() {
    let config = format!("[profile r]\nrole_arn = {ROLE}\nsource_profile = r\nregion = eu-west-1\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "r"));
    let rows = sandbox.run(&["list", "--output", "json"]).stdout;
    assert!(rows.contains("\"source_profile\":\"r\""), "{rows}");
    let said =
        sandbox.run(&["setup", "--yes", "--skip-check", "--source-profile", "r", "--serial-number", SERIAL]).expect(0);
    assert!(!said.contains("neither file has an access key"), "{said}");
    let sandbox = Sandbox::with("", DEFAULT_CREDENTIALS.replace("default", "r"));
    sandbox.write("config", format!("[profile r]\nrole_arn = {ROLE}\nsource_profile = r\n").as_bytes());
    sandbox.run(&["setup", "--yes", "--skip-check", "--serial-number", SERIAL]).expect(0);
}

#[test]
fn the_error_for_an_unusable_source_names_what_renews_it() {
    let ended = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nexpiration = 2020-01-01T00:00:00Z\n";
    let said = Sandbox::with(admin("src", ""), format!("[src]\n{ended}")).run(&["login", "admin"]).expect(253);
    assert!(said.contains("renew it with the tool that wrote it"), "{said}");
    assert!(!said.contains("aws configure --profile"), "{said}");
}

#[test]
fn x_mfa_is_the_key_of_x_before_the_first_login() {
    let sts = StandIn::start();
    let credentials = DEFAULT_CREDENTIALS.replace("default", "production-mfa") + &format!("mfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with("", credentials).using(&sts);
    sandbox.run(&["login", "production-mfa", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["login", "production"]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    assert!(sandbox.credentials_text().contains("\n[production]\n"), "{}", sandbox.credentials_text());
}
