//! STS refuses, or something goes wrong on the way: what is said, how soon, and that the code is sent once.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};
use crate::support::tls::TlsFront;

/// Logs in while this fault lasts; makes sure that it takes less than 15 s and one request, and changes nothing.
#[track_caller]
fn broken(fault: Fault, code: i32, expected: &[&str]) {
    let sts = StandIn::start();
    sts.fault(fault, usize::MAX);
    let sandbox = Sandbox::new().using(&sts);
    let started = Instant::now();
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(code);
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    for text in expected {
        assert!(said.contains(text), "no {text:?} in: {said}");
    }
    if code == 255 {
        assert!(said.contains(&sts.url()), "the endpoint is named: {said}");
    }
    for session in sts.sessions() {
        assert!(!said.contains(&session.secret_access_key) && !said.contains(&session.session_token[..20]), "{said}");
    }
    assert_eq!(sts.calls().len(), 1, "a code is sent once");
    assert_eq!(
        (sandbox.credentials_text(), sandbox.listing()),
        (DEFAULT_CREDENTIALS.to_owned(), vec!["config".into(), "credentials".into()])
    );
}

const SPENT: &str = "the code may have been used up";

#[test]
fn a_dropped_connection_may_have_used_the_code_up() {
    broken(Fault::DropBeforeProcessing, 255, &["no answer from", SPENT]);
    broken(Fault::DropAfterProcessing, 255, &["no answer from", SPENT]);
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    broken(Fault::Hang, 255, &["no answer from", SPENT]);
    broken(Fault::StallMidBody, 255, &[SPENT]);
}

#[test]
fn server_errors_may_have_used_the_code_up() {
    broken(Fault::Status { code: 503, html: true }, 255, &["HTTP status 503", SPENT]);
    broken(Fault::Status { code: 502, html: false }, 255, &["HTTP status 502", SPENT]);
    broken(Fault::InternalFailure, 254, &["InternalFailure: ", SPENT]);
}

#[test]
fn a_captive_portal_is_recognised() {
    broken(Fault::Html200, 255, &["did not answer as AWS STS does (HTTP status 200)", "login page", SPENT]);
    broken(Fault::Redirect302, 255, &["HTTP status 302", "login page or a proxy"]);
    broken(Fault::Status { code: 403, html: true }, 255, &["HTTP status 403", "login page or a proxy"]);
}

#[test]
fn an_answer_that_is_not_a_whole_session_is_refused() {
    broken(Fault::TruncatedXml, 255, &[SPENT]);
    for field in ["AccessKeyId", "SecretAccessKey", "SessionToken"] {
        broken(Fault::EmptyField(field), 255, &["is not usable", SPENT]);
        broken(Fault::MissingField(field), 255, &[SPENT]);
    }
    broken(Fault::MissingField("Expiration"), 255, &[SPENT]);
    broken(Fault::MissingField("Credentials"), 255, &[SPENT]);
    broken(Fault::ExpiredAnswer, 255, &["has expired already", SPENT]);
}

#[test]
fn with_nobody_listening_the_endpoint_is_named_and_the_code_is_still_good() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
    let url = format!("http://127.0.0.1:{port}");
    let sandbox = Sandbox::new();
    let started = Instant::now();
    let said = sandbox.run(&["login", "--token-code", "123456", "--endpoint-url", &url]).expect(255);
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(said.contains(&format!("cannot reach {url}")) && said.contains("the code is still good"), "{said}");
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn time_limits_can_be_set_as_for_the_aws_cli() {
    let sts = StandIn::start();
    sts.fault(Fault::Hang, usize::MAX);
    let sandbox = Sandbox::new().using(&sts);
    let started = Instant::now();
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL), "--cli-read-timeout", "1"]).expect(255);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL), "--", "--cli-read-timeout", "1"]).expect(255);
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
}

#[test]
fn the_answers_expiration_is_held_against_sts_own_clock() {
    // With a clock that is two minutes behind, a session must not look expired or longer than it is.
    let sts = StandIn::start();
    sts.set_clock_offset(120);
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
}

#[test]
fn over_tls_a_server_is_trusted_by_the_ca_bundle_and_not_without() {
    let sts = StandIn::start();
    let tls = TlsFront::before(sts.addr());
    let mut sandbox = Sandbox::new();
    let bundle = sandbox.home().join("ca.pem").to_string_lossy().into_owned();
    std::fs::write(&bundle, &tls.ca_pem).expect("it is writable");
    let login = |sandbox: &Sandbox, more: &[&str]| {
        let code = sts.fresh_code(SERIAL);
        sandbox.run(&[&["login", "--token-code", &code, "--endpoint-url", &tls.url()], more].concat())
    };
    let said = login(&sandbox, &[]).expect(255);
    assert!(said.contains("invalid peer certificate") && said.contains("--ca-bundle"), "{said}");
    assert_eq!(sts.calls().len(), 0);
    login(&sandbox, &["--ca-bundle", &bundle]).expect(0);
    login(&sandbox, &["--", "--ca-bundle", &bundle]).expect(0);
    sandbox.write("config", format!("[default]\nmfa_serial = {SERIAL}\nca_bundle = {bundle}\n").as_bytes());
    login(&sandbox, &[]).expect(0);
    sandbox.write("config", format!("[default]\nmfa_serial = {SERIAL}\n").as_bytes());
    sandbox.set("AWS_CA_BUNDLE", &bundle);
    login(&sandbox, &[]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 4);
}

#[test]
fn a_ca_bundle_that_cannot_be_used_is_refused_before_a_code_is_asked_for() {
    let sandbox = Sandbox::new();
    let bundle = sandbox.home().join("bundle.pem");
    let path = bundle.to_string_lossy().into_owned();
    let cases = [
        ("", "there is no certificate in it"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a certificate that does not parse"),
        ("-----BEGIN CERTIFICATE-----\n", "no PEM text"),
    ];
    for (text, expected) in cases {
        std::fs::write(&bundle, text).expect("it is writable");
        let said = sandbox.run(&["login", "--token-code", "123456", "--ca-bundle", &path]).expect(255);
        assert!(said.contains("bundle.pem") && said.contains(expected), "no {expected:?} in {said}");
    }
    let said = sandbox.run(&["login", "--token-code", "123456", "--ca-bundle", "/nowhere.pem"]).expect(255);
    assert!(said.contains("/nowhere.pem"), "{said}");
}
