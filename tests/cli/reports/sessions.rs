//! Sessions that are incomplete, removed or reported in JSON.

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

#[test]
fn an_incomplete_session_is_not_a_session() {
    let credentials =
        "[x]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_session_token = t\nexpiration = 2099-01-01T00:00:00Z\n";
    let ran: Ran = Sandbox::with("", credentials).run(&["status", "x"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "x: no session\n"));
    let sts = StandIn::start();
    sts.fault(Fault::Content("SecretAccessKey", "#secret"), 1);
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(255);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS, "no client would read it back");
}

#[test]
fn logout_is_all_or_nothing() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let text = sandbox.credentials_text()
        + "\n[b]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = k\nmanager = awsmfa\n";
    sandbox.write("credentials", text.as_bytes());
    sandbox.run(&["logout", "default", "b"]).expect(253);
    assert_eq!(sandbox.credentials_text(), text);
    sandbox.run(&["logout", "--all"]).expect(0);
    assert!(sandbox.credentials_text().contains("AKIAI44QH8DHBEXAMPLE"));
    assert!(!sandbox.credentials_text().contains("default-session"));
}

#[test]
fn login_logout_and_a_dry_run_report_their_result_in_json() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}[profile bare]\noutput = json\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let json = |arguments: &[&str], code| -> serde_json::Value {
        let ran = sandbox.run(&[arguments, &["--output", "json"]].concat());
        assert_eq!(ran.code, code, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let code = sts.fresh_code(SERIAL);
    let dry = json(&["login", "--dry-run"], 0);
    assert!(dry["change"].as_str().expect("a diff").contains("+aws_session_token = "), "{dry}");
    assert_eq!(dry["file"], sandbox.path("credentials").display().to_string());

    let login = json(&["login", "default", "bare", "--token-code", &code], 253);
    let of = |index: usize, field: &str| login[index][field].as_str().unwrap_or("-").to_owned();
    assert_eq!(
        [of(0, "profile"), of(0, "result"), of(0, "session_profile")],
        ["default", "written", "default-session"]
    );
    assert!(of(0, "expiration").ends_with('Z') && login[0]["error"].is_null(), "{login}");
    assert_eq!([of(1, "profile"), of(1, "result")], ["bare", "failed"]);
    assert!(of(1, "error").contains("bare"), "{login}");
    assert_eq!(json(&["login"], 0)[0]["result"], "valid");

    let logout = json(&["logout"], 0);
    assert_eq!((&logout[0]["profile"], &logout[0]["result"]), (&"default-session".into(), &"removed".into()));
    assert_eq!(json(&["logout"], 0)[0]["result"], "none");
}

#[test]
fn without_a_record_of_used_codes_the_hint_does_not_mention_one() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    let file = sandbox.home().join("no-folder");
    std::fs::write(&file, "").expect("it is writable");
    sandbox.set("XDG_STATE_HOME", &file.display().to_string());
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "--token-code", &code]).expect(0);
    let said = sandbox.run(&["login", "--token-code", &code]).expect(254);
    assert!(!said.contains("has not used") && said.contains("a code works once"), "{said}");
}
