//! Proxies: a real tinyproxy, with and without a password, over TLS and without.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::proxy::Proxy;
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::StandIn;
use crate::support::tls::TlsFront;

/// The proxy's process, ended with the test.
struct Tinyproxy {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Tinyproxy {
    fn start(sandbox: &Sandbox, more: &str) -> Self {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let port = free_port();
        let log = folder.path().join("log");
        let settings = format!("Port {port}\nListen 127.0.0.1\nLogFile \"{}\"\nLogLevel Info\n{more}", log.display());
        let file = folder.path().join("tinyproxy.conf");
        fs::write(&file, settings).expect("it is writable");
        let child =
            sandbox.program("tinyproxy").arg("-d").arg("-c").arg(&file).spawn().expect("tinyproxy is installed");
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "tinyproxy does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, port, folder }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// A stand-in behind TLS, and a home that trusts it.
fn world() -> (StandIn, TlsFront, Sandbox) {
    let sts = StandIn::start();
    let tls = TlsFront::before(sts.addr());
    let mut sandbox = Sandbox::new();
    let bundle = sandbox.home().join("ca.pem");
    fs::write(&bundle, &tls.ca_pem).expect("it is writable");
    sandbox.set("AWS_CA_BUNDLE", &bundle.to_string_lossy());
    (sts, tls, sandbox)
}

/// The address of the stand-in on this machine that is not a loopback address.
fn not_loopback(sts: &StandIn) -> String {
    sts.url().replace("127.0.0.1", "0.0.0.0")
}

/// Logs in with these variables, and returns what is printed.
#[track_caller]
fn login(sts: &StandIn, sandbox: &Sandbox, endpoint: &str, variables: &[(&str, &str)], code: i32) -> String {
    let mut command = sandbox.command();
    command.envs(variables.iter().copied());
    command.args(["login", "--token-code", &sts.fresh_code(SERIAL), "--endpoint-url", endpoint]);
    let said = crate::support::sandbox::Ran::from(command.output().expect("it runs")).expect(code);
    assert!(!said.contains("proxy-secret") && !said.contains("wrong-secret"), "{said}");
    said
}

#[test]
#[ignore = "needs tinyproxy: run tests/run"]
fn each_variable_selects_the_proxy_and_no_proxy_disables_it() {
    let (sts, tls, sandbox) = world();
    let proxy = Tinyproxy::start(&sandbox, "");
    let url = format!("http://127.0.0.1:{}", proxy.port);
    let tunnels = |proxy: &Tinyproxy| proxy.log().matches("CONNECT localhost:").count();
    let bare = format!("127.0.0.1:{}", proxy.port);
    let mut expected = 0;
    for (name, value) in [("HTTPS_PROXY", &url), ("https_proxy", &url), ("ALL_PROXY", &url), ("all_proxy", &bare)] {
        login(&sts, &sandbox, &tls.url(), &[(name, value)], 0);
        expected += 1;
        assert_eq!(tunnels(&proxy), expected, "{name}: {}", proxy.log());
    }
    for exceptions in ["localhost", "*", "example.com,localhost"] {
        login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", &url), ("NO_PROXY", exceptions)], 0);
        login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", &url), ("no_proxy", exceptions)], 0);
    }
    login(&sts, &sandbox, &tls.url(), &[("HTTP_PROXY", &url)], 0);
    assert_eq!(tunnels(&proxy), expected, "these went past it");
    login(&sts, &sandbox, &sts.url(), &[("HTTP_PROXY", &url)], 0);
    assert!(!proxy.log().contains("POST "), "a session in plain text does not leave the machine: {}", proxy.log());
    login(&sts, &sandbox, &not_loopback(&sts), &[("HTTP_PROXY", &url)], 0);
    assert!(proxy.log().contains("POST http://0.0.0.0:"), "{}", proxy.log());
}

#[test]
#[ignore = "needs tinyproxy: run tests/run"]
fn the_password_of_a_proxy_is_sent_to_it_and_never_printed() {
    let (sts, tls, sandbox) = world();
    let proxy = Tinyproxy::start(&sandbox, "BasicAuth ada proxy-secret\n");
    let address = format!("127.0.0.1:{}", proxy.port);
    let with = |user: &str| format!("http://{user}{address}");
    login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", &with("ada:proxy-secret@"))], 0);
    login(&sts, &sandbox, &not_loopback(&sts), &[("HTTP_PROXY", &with("ada:proxy-secret@"))], 0);
    login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", &with("ada:proxy%2Dsecret@"))], 0);
    for user in ["", "ada:wrong-secret@"] {
        let before = sts.calls().len();
        let said = login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", &with(user))], 255);
        let route = format!("cannot reach {} through the proxy http://{address}: ", tls.url());
        assert!(said.contains(&route), "{said}");
        let said = login(&sts, &sandbox, &not_loopback(&sts), &[("HTTP_PROXY", &with(user))], 255);
        assert!(said.contains(&format!("through the proxy http://{address}")), "{said}");
        assert_eq!(sts.calls().len(), before);
    }
}

#[test]
fn a_proxy_may_speak_tls_itself() {
    let (sts, tls, mut sandbox) = world();
    let proxy = Proxy::start(Some(tls.addr()));
    let front = TlsFront::before(proxy.addr());
    let bundle = sandbox.home().join("both.pem");
    fs::write(&bundle, format!("{}{}", tls.ca_pem, front.ca_pem)).expect("it is writable");
    sandbox.set("AWS_CA_BUNDLE", &bundle.to_string_lossy());
    login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", &front.url())], 0);
    assert_eq!(proxy.asked(), [tls.url().replace("https://", "")]);
}

#[test]
fn an_unreachable_proxy_is_named_without_its_password() {
    let (sts, tls, sandbox) = world();
    let address = format!("127.0.0.1:{}", free_port());
    let started = Instant::now();
    let said =
        login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", &format!("http://ada:proxy-secret@{address}"))], 255);
    assert!(said.contains(&format!("cannot reach {} through the proxy http://{address}: ", tls.url())), "{said}");
    assert!(started.elapsed() < Duration::from_secs(10), "{said}");
}

#[test]
fn an_unusable_proxy_is_refused_and_not_bypassed() {
    let (sts, tls, sandbox) = world();
    for value in ["::::", "socks5://127.0.0.1:1080", "http://ada:proxy-secret@"] {
        login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", value)], 253);
        login(&sts, &sandbox, &tls.url(), &[("HTTPS_PROXY", value), ("NO_PROXY", "localhost")], 0);
    }
}
