//! The program for Windows on a console: wine connects its console to a pseudo-terminal.
//!
//! `tests/wine/run` builds the program. The other tests for Windows run under wine as a whole.

#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "these tests run programs and look at files")]

#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nix::sys::wait::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use support::child::await_that;
use support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use support::sts::{Fault, StandIn};

const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/x86_64-pc-windows-gnu/debug/awsmfa.exe");
const RUNNER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wine/runner");

const PROMPT: &str = "MFA code for ada (";

/// The time for what wine does, in ms.
const LIMIT: u64 = 30_000;

/// A home whose `.aws` only its owner can access: wine computes access control lists from modes.
fn private(sandbox: Sandbox) -> Sandbox {
    let folder = sandbox.home().join(".aws");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("the home is writable");
    sandbox
}

/// The program with the two files of the sandbox, by their Windows paths.
fn program(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let path = |name: &str| format!("Z:{}", sandbox.path(name).display()).replace('/', "\\");
    let mut command = sandbox.program(RUNNER);
    command.stdin(Stdio::inherit()).arg(PROGRAM).args(arguments).env("TERM", "xterm");
    command.env("XDG_STATE_HOME", path("state"));
    command.env("AWS_CONFIG_FILE", path("config")).env("AWS_SHARED_CREDENTIALS_FILE", path("credentials"));
    command
}

/// Starts a program that runs for a while: wine's server ends with its last program, and a program that starts at that
/// moment fails.
fn keep_server() {
    static SERVER: OnceLock<Child> = OnceLock::new();
    SERVER.get_or_init(|| {
        let mut command = Command::new(RUNNER);
        command.args(["ping", "-n", "120", "127.0.0.1"]).env_remove("SHELL");
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let program = command.spawn().expect("wine is installed");
        std::thread::sleep(Duration::from_secs(3));
        program
    });
}

fn on_console(sandbox: &Sandbox, arguments: &[&str]) -> PtySession {
    keep_server();
    spawn_command(program(sandbox, arguments), Some(LIMIT)).expect("a pseudo-terminal can be made")
}

/// The exit code. The end of the output does not come: wine keeps the pseudo-terminal open.
#[track_caller]
fn exit_code(session: &PtySession) -> i32 {
    let mut status = None;
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(LIMIT) {
        status = session.process().status();
        if !matches!(status, Some(WaitStatus::StillAlive)) {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    match status {
        Some(WaitStatus::Exited(_, code)) => code,
        other => panic!("{other:?}"),
    }
}

/// Types a line. Enter is a carriage return on this console.
#[track_caller]
fn type_line(session: &mut PtySession, text: &str) {
    // wine loses what is typed while it prints.
    std::thread::sleep(Duration::from_millis(500));
    session.send(&format!("{text}\r")).and_then(|_| session.flush()).expect("it reads");
}

/// Text as rexpect reads it, which takes each byte for a character.
fn as_read(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

#[test]
#[ignore = "needs wine and the program for Windows"]
fn a_code_is_typed_at_a_prompt_in_unicode() {
    let sts = StandIn::start();
    let config = DEFAULT_CONFIG.replace("[default]", "[profile müller 日本]");
    let credentials = DEFAULT_CREDENTIALS.replace("default", "müller 日本");
    let sandbox = private(Sandbox::with(config, credentials)).using(&sts);
    let mut session = on_console(&sandbox, &["login", "müller 日本"]);
    session.exp_string(PROMPT).expect("the prompt");
    session.exp_string(&as_read("müller")).expect("the name");
    session.exp_string(&as_read("日本")).expect("the name");
    type_line(&mut session, &sts.fresh_code(SERIAL));
    session.exp_string("is valid").expect("done");
    session.exp_string(&as_read("$Env:AWS_PROFILE = 'müller")).expect("how to use it");
    assert_eq!(exit_code(&session), 0);
    assert!(sandbox.credentials_text().contains("[müller 日本-session]"));
}

#[test]
#[ignore = "needs wine and the program for Windows"]
fn ctrl_c_at_a_prompt_ends_with_130_and_changes_nothing() {
    let sandbox = private(Sandbox::new());
    for arguments in [&["login"][..], &["setup"]] {
        let mut session = on_console(&sandbox, arguments);
        session.exp_regex("MFA code|access key").expect("a prompt");
        session.send_control('c').expect("it reads");
        assert_eq!(exit_code(&session), 130, "{arguments:?}");
    }
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
#[ignore = "needs wine and the program for Windows"]
fn ctrl_c_during_the_request_waits_for_the_answer() {
    let sts = StandIn::start();
    let sandbox = private(Sandbox::new()).using(&sts);
    sts.fault(Fault::Slow(Duration::from_millis(700)), 1);
    let mut session = on_console(&sandbox, &["login", "--token-code", &sts.fresh_code(SERIAL)]);
    await_that("the request is sent", || sts.count("GetSessionToken") == 1);
    session.send_control('c').expect("it reads");
    assert_eq!(exit_code(&session), 130);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    let mut session = on_console(&sandbox, &["login"]);
    session.exp_string("from an interrupted login").expect("the session was saved");
    assert_eq!(exit_code(&session), 0);
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
#[ignore = "needs wine and the program for Windows"]
fn exec_leaves_ctrl_c_to_its_program_and_ends_with_its_exit_code() {
    let sts = StandIn::start();
    let sandbox = private(Sandbox::new()).using(&sts);
    let code = sts.fresh_code(SERIAL);
    let login = on_console(&sandbox, &["login", "--token-code", &code]);
    assert_eq!(exit_code(&login), 0);
    let child = sandbox.home().join("slow_to_end.exe");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wine/slow_to_end.c");
    let built = Command::new("x86_64-w64-mingw32-gcc").arg("-o").args([&child, Path::new(source)]).status();
    assert!(built.expect("mingw-w64 is installed").success());
    let child = format!("Z:{}", child.display()).replace('/', "\\");
    let mut session = on_console(&sandbox, &["exec", "--", child.trim_end_matches(".exe")]);
    session.exp_string("it runs").expect("the program runs");
    session.send_control('c').expect("it reads");
    // Linux keeps the lower eight bits of the code 263.
    assert_eq!(exit_code(&session), 7);
}
