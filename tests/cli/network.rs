//! Refusals by STS and failures of the network: the message, the time it takes, and that the code is sent once.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::support::child::start;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, Role, StandIn};
use crate::support::tls::TlsFront;

/// Logs in while this fault lasts; makes sure that it takes less than 15 s and one request, and changes nothing.
#[track_caller]
fn broken(fault: Fault, code: i32, expected: &str) {
    let sts = StandIn::start();
    sts.fault(fault, usize::MAX);
    let sandbox = Sandbox::new().using(&sts);
    let started = Instant::now();
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(code);
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert!(said.contains(expected), "no {expected:?} in: {said}");
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
    broken(Fault::DropBeforeProcessing, 255, SPENT);
    broken(Fault::DropAfterProcessing, 255, SPENT);
}

#[test]
fn a_server_that_never_answers_runs_into_the_time_limit() {
    broken(Fault::Hang, 255, SPENT);
    broken(Fault::StallMidBody, 255, SPENT);
}

#[test]
fn server_errors_may_have_used_the_code_up() {
    broken(Fault::Status { code: 503, html: true }, 255, SPENT);
    broken(Fault::Status { code: 502, html: false }, 255, SPENT);
    broken(Fault::InternalFailure, 254, SPENT);
}

#[test]
fn a_failure_without_a_code_does_not_mention_the_code() {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let role = "role_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default-session\n";
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}[profile admin]\n{role}"), DEFAULT_CREDENTIALS).using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sts.fault(Fault::DropBeforeProcessing, usize::MAX);
    let said = sandbox.run(&["login", "admin"]).expect(255);
    assert!(said.contains("hint: try again\n"), "{said}");
    assert!(sts.count("AssumeRole") > 3, "it is sent again for some seconds");
}

#[test]
fn a_captive_portal_is_recognised() {
    broken(Fault::Html200, 255, "login page");
    broken(Fault::Redirect302, 255, "login page");
    broken(Fault::Status { code: 403, html: true }, 255, "login page");
}

#[test]
fn an_answer_that_is_not_a_whole_session_is_refused() {
    broken(Fault::TruncatedXml, 255, SPENT);
    for field in ["AccessKeyId", "SecretAccessKey", "SessionToken"] {
        broken(Fault::EmptyField(field), 255, SPENT);
        broken(Fault::MissingField(field), 255, SPENT);
    }
    broken(Fault::MissingField("Expiration"), 255, SPENT);
    broken(Fault::EmptyField("Expiration"), 255, SPENT);
    broken(Fault::MissingField("Credentials"), 255, SPENT);
    broken(Fault::ExpiredAnswer, 255, SPENT);
}

#[test]
fn a_refused_connection_names_the_endpoint_and_leaves_the_code_unused() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
    let url = format!("http://127.0.0.1:{port}");
    let sandbox = Sandbox::new();
    let started = Instant::now();
    let said = sandbox.run(&["login", "--token-code", "123456", "--endpoint-url", &url]).expect(255);
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(said.contains(&format!("cannot reach {url}")), "{said}");
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn a_failed_connection_is_retried_and_the_code_sent_once() {
    // The port is reserved, and closed for the first attempt.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let (addr, sts) = (listener.local_addr().expect("it is bound"), StandIn::start());
    drop(listener);
    let code = sts.fresh_code(SERIAL);
    let mut login = Sandbox::new();
    login.set("AWS_ENDPOINT_URL_STS", &format!("http://{addr}"));
    let child = start(login.command().args(["login", "--token-code", &code]).stderr(std::process::Stdio::piped()));
    std::thread::sleep(Duration::from_millis(250));
    let listener = TcpListener::bind(addr).expect("it is still free");
    let (mut client, _) = listener.accept().expect("it comes again");
    let mut server = std::net::TcpStream::connect(sts.addr()).expect("the stand-in listens");
    let (mut to_server, mut from_client) =
        (server.try_clone().expect("a handle"), client.try_clone().expect("a handle"));
    std::thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
    std::thread::spawn(move || std::io::copy(&mut server, &mut client));
    Ran::from(child.wait_with_output().expect("it ends")).expect(0);
    assert_eq!(sts.calls().len(), 1);
}

#[test]
fn an_endless_tls_handshake_ends_at_the_connect_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://{}", listener.local_addr().expect("it is bound"));
    for (arguments, seconds) in
        [(["--cli-connect-timeout", "1"].as_slice(), 3), (&["--", "--cli-connect-timeout", "1"], 3), (&[], 10)]
    {
        let started = Instant::now();
        let all = [&["login", "--token-code", "123456", "--endpoint-url", &url], arguments].concat();
        let said = Sandbox::new().run(&all).expect(255);
        assert!(said.contains(&format!("cannot reach {url}")), "{said}");
        assert!(started.elapsed() < Duration::from_secs(seconds), "{:?}", started.elapsed());
    }
}

#[test]
#[ignore = "needs unshare: run tests/run"]
fn without_a_network_login_fails_soon_and_other_commands_work() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new();
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL), "--endpoint-url", &sts.url()]).expect(0);
    let alone = |arguments: &[&str]| {
        let mut command = sandbox.program("unshare");
        command.args(["--map-root-user", "--net", "--"]).arg(env!("CARGO_BIN_EXE_awsmfa")).args(arguments);
        let started = Instant::now();
        (Ran::from(command.output().expect("unshare is installed")), started.elapsed())
    };
    let (ran, time) = alone(&["login", "--token-code", "123456"]);
    ran.expect(255);
    assert!(time < Duration::from_secs(10), "{time:?}");
    for arguments in [["status"], ["env"], ["list"], ["logout"]] {
        let (ran, time) = alone(&arguments);
        ran.expect(0);
        assert!(time < Duration::from_secs(2), "{arguments:?}: {time:?}");
    }
}

/// Brings loopback up in a network namespace, receives DNS queries there, and answers none.
const NO_NAMES: &str = "
import fcntl, socket, struct, subprocess, sys
sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
fcntl.ioctl(sink, 0x8914, struct.pack('16sH14x', b'lo', 0x41))
sink.bind(('127.0.0.1', 53))
subprocess.check_call(['mount', '--bind', sys.argv[1], '/etc/resolv.conf'])
sys.exit(subprocess.call(sys.argv[2:]))
";

#[test]
#[ignore = "needs unshare and python3: run tests/run"]
fn an_unanswered_dns_lookup_ends_at_the_time_limit() {
    let sandbox = Sandbox::new();
    let resolver = sandbox.home().join("resolv.conf");
    std::fs::write(&resolver, "nameserver 127.0.0.1\n").expect("it is writable");
    let mut command = sandbox.program("unshare");
    command.args(["--map-root-user", "--net", "--mount", "--", "python3", "-c", NO_NAMES]).arg(&resolver);
    command.arg(env!("CARGO_BIN_EXE_awsmfa")).args(["login", "--token-code", "123456"]);
    let started = Instant::now();
    let said = Ran::from(command.output().expect("unshare is installed")).expect(255);
    assert!(said.contains("cannot reach https://sts.eu-west-1.amazonaws.com: HTTP connect timeout"), "{said}");
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
}

#[test]
fn no_second_code_is_requested_if_sts_was_not_reached() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
    let profiles: [(String, String); 2] = ["one", "two"].map(|name| {
        let serial = SERIAL.replace("ada", name);
        let and = if cfg!(windows) { "&" } else { ";" };
        let process = format!("echo {name}>> asked{and}echo 123456");
        let key = DEFAULT_CREDENTIALS
            .replace("default", name)
            .replace("AKIAI", if name == "one" { "AKIAI" } else { "AKIAJ" });
        (format!("[profile {name}]\nmfa_serial = {serial}\nmfa_process = {process}\n"), key)
    });
    let [(config_one, key_one), (config_two, key_two)] = profiles;
    let sandbox = Sandbox::with(format!("{config_one}{config_two}"), format!("{key_one}{key_two}"));
    let mut command = sandbox.command();
    command.env("AWS_ENDPOINT_URL_STS", format!("http://127.0.0.1:{port}")).args(["login", "one", "two"]);
    let said = Ran::from(command.output().expect("it runs")).expect(255);
    assert!(said.contains("one and two failed:\nawsmfa: error: cannot reach"), "{said}");
    assert_eq!(std::fs::read_to_string(sandbox.home().join("asked")).expect("it was asked").trim_end(), "one");
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
fn the_expiration_is_checked_against_the_clock_of_sts() {
    // With a clock that is two minutes behind, a session must not look expired or longer than it is.
    let sts = StandIn::start();
    sts.set_clock_offset(120);
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
}

#[test]
fn the_ca_bundle_decides_which_server_is_trusted() {
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
    assert!(said.contains("invalid peer certificate"), "{said}");
    assert_eq!(sts.calls().len(), 0);
    login(&sandbox, &["--ca-bundle", &bundle]).expect(0);
    login(&sandbox, &["--", "--ca-bundle", &bundle]).expect(0);
    sandbox.write("config", format!("[default]\nmfa_serial = {SERIAL}\nca_bundle = {bundle}\n").as_bytes());
    login(&sandbox, &[]).expect(0);
    sandbox.write("config", format!("[default]\nmfa_serial = {SERIAL}\n").as_bytes());
    sandbox.set("AWS_CA_BUNDLE", &bundle);
    login(&sandbox, &[]).expect(0);
    // The system's certificates are those of this file; a bundle replaces them.
    let mut system = Sandbox::new();
    system.set("SSL_CERT_FILE", &bundle);
    login(&system, &[]).expect(0);
    system.set("AWS_CA_BUNDLE", &system.home().join("other.pem").to_string_lossy());
    std::fs::write(system.home().join("other.pem"), TlsFront::before(sts.addr()).ca_pem).expect("it is writable");
    login(&system, &[]).expect(255);
    assert_eq!(sts.count("GetSessionToken"), 5);
}

#[test]
fn an_unusable_ca_bundle_is_refused_before_the_prompt() {
    let sandbox = Sandbox::new();
    let bundle = sandbox.home().join("bundle.pem");
    let path = bundle.to_string_lossy().into_owned();
    let cases = [
        ("", "there is no certificate in it"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "a certificate that does not parse"),
        ("-----BEGIN CERTIFICATE-----\n", "not PEM text"),
    ];
    for (text, expected) in cases {
        std::fs::write(&bundle, text).expect("it is writable");
        let said = sandbox.run(&["login", "--token-code", "123456", "--ca-bundle", &path]).expect(253);
        assert!(said.contains(expected), "no {expected:?} in {said}");
    }
    let said = sandbox.run(&["login", "--token-code", "123456", "--ca-bundle", "/nowhere.pem"]).expect(253);
    assert!(said.contains("/nowhere.pem"), "{said}");
}
