//! Signals: which end awsmfa, and what ends with it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::support::child::{self, DEFAULT_SIGNALS, await_that, runs, signal};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// A login whose `mfa_process` is this script; it runs once `started` is there.
fn login(sandbox: &Sandbox, signals: &str, script: &str) -> Child {
    let mut command = sandbox.command_with(signals);
    command.args(["login", "--mfa-process", script]).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().expect("it runs");
    await_that("the program runs", || sandbox.home().join("started").exists());
    child
}

#[test]
fn a_signal_that_was_ignored_when_awsmfa_was_started_does_not_end_a_login() {
    let script = "touch started; for i in $(seq 500); do test -e go && break; sleep 0.02; done; cat code.txt";
    for (name, number) in [("HUP", 1), ("INT", 2)] {
        for (signals, code) in [(format!("--ignore-signal={name}"), 0), (DEFAULT_SIGNALS.to_owned(), 128 + number)] {
            let sts = StandIn::start();
            let sandbox = Sandbox::new().using(&sts);
            fs::write(sandbox.home().join("code.txt"), sts.fresh_code(SERIAL)).expect("it is writable");
            let mut login = login(&sandbox, &signals, script);
            signal(login.id(), name);
            if code != 0 {
                assert_eq!(child::wait(&mut login).code(), Some(code), "{signals}");
                continue;
            }
            fs::write(sandbox.home().join("go"), "").expect("it is writable");
            assert_eq!(child::wait(&mut login).code(), Some(code), "{signals}");
            assert!(sandbox.credentials_text().contains("[default-session]"));
        }
    }
}

#[test]
fn children_of_mfa_process_end_with_awsmfa_and_daemons_do_not() {
    // Both ends of a pipeline, one that has lost its parent, one that ignores SIGTERM, and a daemon.
    let script = "note() { sh -c \"$1 echo \\$\\$ >> pids; exec sleep 60\"; }; (note '' &); \
                  setsid sh -c 'echo $$ > daemon; exec sleep 60' & \
                  while ! test \"$(cat pids daemon | wc -l)\" = 2; do sleep 0.02; done; \
                  (while ! test \"$(wc -l < pids)\" = 3; do sleep 0.02; done; touch started) & \
                  note \"trap '' TERM;\" | sh -c 'echo $$ >> pids; exec cat'";
    for (name, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let sandbox = Sandbox::new();
        let mut login = login(&sandbox, DEFAULT_SIGNALS, script);
        signal(login.id(), name);
        assert_eq!(child::wait(&mut login).code(), Some(code), "{name}");
        let pids = fs::read_to_string(sandbox.home().join("pids")).expect("they were noted");
        let left: Vec<&str> = pids.lines().filter(|pid| runs(pid)).collect();
        let daemon = fs::read_to_string(sandbox.home().join("daemon")).expect("it was noted");
        let daemon_runs = runs(daemon.trim());
        for pid in left.iter().copied().chain(daemon_runs.then(|| daemon.trim())) {
            signal(pid.parse().expect("a number"), "KILL");
        }
        assert_eq!((pids.lines().count(), left, daemon_runs), (3, Vec::new(), true), "{name}");
        assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    }
}

#[test]
fn ctrl_c_ends_the_wait_of_status_with_130() {
    let session = "[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n\
                   aws_session_token = t\nexpiration = 2099-12-31T23:59:59Z\n";
    let sandbox = Sandbox::with("", session);
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["--debug", "status", "default-session", "--wait-until", "1s"]);
    let mut waiting = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    // Before that, the signal would end the process without an exit code.
    let mut lines = BufReader::new(waiting.stderr.take().expect("it is piped")).lines();
    while !lines.next().expect("it waits").expect("text").contains("waits") {}
    signal(waiting.id(), "INT");
    assert_eq!(child::wait(&mut waiting).code(), Some(130));
}
