//! The system calls of the program, seen by strace.

use std::fs;

use crate::support::identity_center::CONFIG as SSO;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// Runs the program under strace and returns the calls, each on a line, those of all threads.
fn trace(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    trace_output(sandbox, arguments).0
}

/// Runs the program under strace; returns the calls and what it printed on standard output.
fn trace_output(sandbox: &Sandbox, arguments: &[&str]) -> (Vec<String>, String) {
    let log = sandbox.home().join("strace.log");
    let mut command = sandbox.program("strace");
    command.args(["-f", "-s", "64", "-o"]).arg(&log).arg(env!("CARGO_BIN_EXE_awsmfa")).args(arguments);
    let printed = command.output().expect("strace is installed").stdout;
    let text = fs::read_to_string(&log).expect("strace has written its log");
    fs::remove_file(&log).expect("it is ours");
    let calls = text.lines().map(|line| line.split_once(' ').map_or(line, |(_, call)| call.trim_start()).to_owned());
    (calls.collect(), String::from_utf8(printed).expect("UTF-8"))
}

/// Counts how often a file is opened, by the end of its path.
fn opened(calls: &[String], path: &str) -> usize {
    let end = format!("{path}\"");
    calls.iter().filter(|call| call.starts_with("open") && call.contains(&end)).count()
}

fn position(calls: &[String], what: impl Fn(&str) -> bool) -> usize {
    calls.iter().position(|call| what(call)).unwrap_or_else(|| panic!("not in the trace:\n{}", calls.join("\n")))
}

fn is_write_open(call: &str) -> bool {
    call.starts_with("open") && (call.contains("O_WRONLY") || call.contains("O_RDWR"))
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn a_login_and_a_logout_replace_the_file_whole_private_and_synced() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let code = sts.fresh_code(SERIAL);
    for arguments in [["login", "--token-code", &code].as_slice(), &["logout"]] {
        let calls = trace(&sandbox, arguments);
        let aws = sandbox.home().join(".aws").to_string_lossy().into_owned();
        let files_for_writing: Vec<&String> =
            calls.iter().filter(|call| is_write_open(call) && call.contains(&aws)).collect();
        assert!(!files_for_writing.is_empty());
        for call in &files_for_writing {
            let is_lock = call.contains(".aws/.awsmfa.lock\"");
            assert!(call.contains("credentials.awsmfa-") || is_lock, "opened in place: {call}");
            assert!(call.contains("O_EXCL") && call.contains("0600"), "not private from the start: {call}");
        }
        assert!(!calls.iter().any(|call| call.contains("ftruncate")), "truncated in place");

        let rename = position(&calls, |call| {
            call.starts_with("rename") && call.contains(&format!("{aws}/credentials.awsmfa-new-"))
        });
        let syncs: Vec<usize> = (0..calls.len()).filter(|at| calls[*at].starts_with("fsync")).collect();
        assert!(syncs.iter().any(|sync| *sync < rename), "no fsync of the file before the rename");
        assert!(syncs.iter().any(|sync| *sync > rename), "no fsync of the folder after the rename");
        let lock = position(&calls, |call| call.starts_with("flock") && call.contains("LOCK_EX"));
        let read_under_lock = calls[lock..rename].iter().any(|call| call.contains(&format!("{aws}/credentials\"")));
        assert!(read_under_lock, "the bytes that are edited are the ones read under the lock");
    }
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn status_and_doctor_open_no_socket_and_start_no_thread() {
    let sandbox = Sandbox::new();
    for command in ["status", "doctor"] {
        let calls = trace(&sandbox, &[command]);
        position(&calls, |call| call.contains(".aws/credentials"));
        for call in &calls {
            assert!(!call.starts_with("socket") && !call.starts_with("clone") && !is_write_open(call), "{call}");
        }
    }
}

/// Only a profile whose credentials come from elsewhere makes awsmfa run itself, with the AWS SDK.
#[test]
#[ignore = "needs strace: run tests/run"]
fn only_a_source_outside_the_files_starts_a_process() {
    let sts = StandIn::start();
    let sandbox = Sandbox::with(format!("{SSO}{DEFAULT_CONFIG}"), DEFAULT_CREDENTIALS).using(&sts);
    let started =
        |arguments: &[&str]| trace(&sandbox, arguments).iter().filter(|call| call.starts_with("execve(")).count();
    let code = sts.fresh_code(SERIAL);
    for arguments in
        [&["login", "--token-code", &code][..], &["status"], &["status", "dev"], &["env"], &["list"], &["logout"]]
    {
        assert_eq!(started(arguments), 1, "{arguments:?}");
    }
    assert_eq!(started(&["login", "dev"]), 2);
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn login_looks_for_no_metadata_service_and_reads_each_file_no_more_than_it_must() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let calls = trace(&sandbox, &["login", "--token-code", &sts.fresh_code(SERIAL)]);
    let connections: Vec<&String> = calls.iter().filter(|call| call.starts_with("connect(")).collect();
    assert_eq!(connections.len(), 1, "{connections:?}");
    assert_eq!(opened(&calls, ".aws/config"), 1);
    // For the plan, once no other process requests the session, for the rehearsal, under the lock, and before the
    // rename.
    assert_eq!(opened(&calls, ".aws/credentials"), 5);
}

/// The session that is printed comes from the one read that found it valid: between two reads, another program could
/// replace the file.
#[test]
#[ignore = "needs strace: run tests/run"]
fn exec_and_credential_process_read_each_file_once_if_the_session_is_valid() {
    let session = "[default-session]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = token\nexpiration = 2099-01-01T00:00:00Z\n";
    let sandbox = Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{session}"));
    let exec = ["exec", "--", "sh", "-c", "echo $AWS_SESSION_TOKEN"];
    for (arguments, printed) in [(exec.as_slice(), "token\n"), (&["credential-process"], "\"SessionToken\":\"token\"")]
    {
        let (calls, output) = trace_output(&sandbox, arguments);
        assert!(output.contains(printed), "{arguments:?}: {output}");
        for path in [".aws/config", ".aws/credentials"] {
            assert_eq!(opened(&calls, path), 1, "{arguments:?}: {path}");
        }
    }
}
