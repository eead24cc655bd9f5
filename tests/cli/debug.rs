//! `--debug`: files, decisions with their sources, requests and durations, and no secret.

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

#[track_caller]
fn assert_says(said: &str, texts: &[&str]) {
    for text in texts {
        assert!(said.contains(text), "no {text:?} in: {said}");
    }
}

#[test]
fn the_log_of_a_login_has_files_decisions_requests_and_times_and_no_secret() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}awsmfa_duration_seconds = 1h\n");
    let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.set("AWS_REGION", "eu-west-2");
    sandbox.set("HTTPS_PROXY", "http://ada:proxy-secret@127.0.0.1:9");
    let code = sts.fresh_code(SERIAL);
    let said = sandbox.run(&["--debug", "login", "--token-code", &code]).expect(0);
    let config = sandbox.path("config").display().to_string();
    let credentials = sandbox.path("credentials").display().to_string();
    assert_says(
        &said,
        &[
            &format!("read path={config} bytes="),
            &format!("read path={credentials} bytes="),
            "selected profile=\"default\" from=\"nothing else\"",
            "profiles profile=default session_profile=default-session source_profile=default from=",
            &format!("long-term key profile=default from={credentials} line 2"),
            &format!("setting from=mfa_serial ({config} line 3)"),
            &format!("setting from=awsmfa_duration_seconds ({config} line 4)"),
            "setting from=AWS_REGION",
            "setting from=AWS_ENDPOINT_URL_STS",
            &format!("endpoint url=\"{}\" region=\"eu-west-2\"", sts.url()),
            &format!("serial_number=\"{SERIAL}\" call=\"GetSessionToken\" duration_s=3600"),
            "token code from=\"--token-code\" found=true took_ms=",
            "asked STS action=\"GetSessionToken\"",
            "status=200 request_id=\"",
            &format!("commit path={credentials} written=true took_ms="),
            "done exit_code=0 took_ms=",
        ],
    );
    let session = sts.sessions().pop().expect("a session");
    for secret in [code.as_str(), "wJalr", "proxy-secret", &session.secret_access_key, &session.session_token[..20]] {
        assert!(!said.contains(secret), "{secret} in: {said}");
    }
}

#[test]
fn the_log_of_a_refusal_has_its_request_and_cause() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new();
    sandbox.set("AWSMFA_LOG", "debug");
    // Names of variables have no case on Windows, where the first of the two spellings is the name that is read.
    let name = if cfg!(windows) { "http_proxy" } else { "HTTP_PROXY" };
    sandbox.set("HTTP_PROXY", "http://ada:proxy-secret@127.0.0.1:9");
    let code = sts.wrong_code(SERIAL);
    let arguments = ["login", "default", "--token-code", &code, "--region", "eu-west-2", "--endpoint-url"];
    let said = sandbox.run(&[&arguments[..], &["http://sts.internal"]].concat()).expect(255);
    assert_says(
        &said,
        &[
            "setting from=--region",
            &format!("proxy=\"http://127.0.0.1:9 (from {name})\""),
            "nothing was processed: sent again",
        ],
    );
    assert!(!said.contains("proxy-secret") && !said.contains(&code), "{said}");
    // Requests to this machine do not use a proxy.
    let said = sandbox.run(&[&arguments[..], &[&sts.url()]].concat()).expect(254);
    assert_says(&said, &["status=403 request_id=\"", "why STS refused cause=CodeRejected", "done exit_code=254"]);
    assert!(!said.contains(&code), "{said}");
}

#[test]
fn debug_is_accepted_after_two_dashes() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let said = sandbox.run(&["login", "--", "--debug"]).expect(0);
    assert_says(&said, &["still valid session_profile=default-session until=20"]);
    let said = sandbox.run(&["status", "--debug"]).expect(0);
    assert_says(&said, &["read path="]);
    let mut off = Sandbox::new();
    off.set("AWSMFA_LOG", "off");
    assert!(!off.run(&["status"]).stderr.contains("awsmfa::"));
}

#[test]
fn text_from_files_cannot_control_the_terminal_through_debug_either() {
    let config = format!("[profile a\u{1b}]0;x\u{7}b]\nmfa_serial = {SERIAL}\nregion = x\u{1b}[31m\n{DEFAULT_CONFIG}");
    let sandbox = Sandbox::with(config.replace("eu-west-1", "\u{1b}[31meu"), DEFAULT_CREDENTIALS);
    let said = sandbox.run(&["login", "--debug", "--token-code", "123456"]).expect(253);
    assert!(!said.contains('\u{1b}') && !said.contains('\u{7}'), "{said:?}");
}
