//! `awsmfa` without a command, on a terminal.

use serde_json::Value;

use crate::support::child::unwrapped;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Sandbox};
use crate::support::sts::StandIn;
use crate::usage::on_a_terminal;

/// A session that is valid until the year 2099.
const SESSION: &str = "[default-session]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_session_token = example-token
expiration = 2099-01-01T00:00:00Z
";

const HELP: &str = "help     `awsmfa -h` lists the commands";

/// The lines of the overview, without those about help; checks what all overviews have.
#[track_caller]
fn overview(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let (seen, code) = on_a_terminal(sandbox, arguments);
    let seen = unwrapped(&seen);
    assert_eq!(code, 0, "{seen}");
    assert!(!seen.contains("wJalr") && !seen.contains("example-token") && !seen.contains("KIAIOSFODNN7"), "{seen}");
    let mut lines: Vec<String> = seen.lines().map(|line| line.trim_end().to_owned()).collect();
    assert!((2..=6).contains(&lines.len()), "{seen}");
    let is_short = |line: &String| line.starts_with("problem ") || line.chars().count() <= 80;
    assert!(lines.iter().all(is_short), "{seen}");
    assert_eq!(lines.pop().as_deref(), Some(HELP));
    lines
}

fn with_session() -> Sandbox {
    Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{SESSION}"))
}

#[test]
fn without_a_key_the_next_command_is_setup() {
    for sandbox in [Sandbox::empty(), Sandbox::with("[profile other]\nregion = eu-west-1\n", "")] {
        let lines = overview(&sandbox, &[]);
        assert_eq!(
            lines,
            [
                "problem  there is no profile 'default'",
                "next     `awsmfa setup` connects an access key and an MFA device"
            ]
        );
    }
}

#[test]
fn without_a_session_the_next_command_is_login() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    assert_eq!(
        overview(&sandbox, &[]),
        [
            "profile  default (no other is selected)",
            "session  default-session: no session",
            "next     `awsmfa login` requests a new session",
        ]
    );
    let named = overview(&sandbox, &["--profile", "default-session"]);
    assert_eq!(
        named,
        [
            "profile  default-session (from --profile)",
            "session  default-session: no session",
            "next     `awsmfa login default-session` requests a new session",
        ]
    );
    assert_eq!(sts.count("GetSessionToken"), 0);
}

#[test]
fn the_next_command_reads_the_same_files() {
    let sandbox = with_session();
    std::fs::rename(sandbox.path("credentials"), sandbox.home().join("other file")).expect("the home is writable");
    let lines = overview(&sandbox, &["--credentials-file", "other file"]);
    assert_eq!(lines.len(), 2, "no AWS tool reads that file: {lines:?}");
    std::fs::write(sandbox.home().join("other file"), DEFAULT_CREDENTIALS).expect("the home is writable");
    let lines = overview(&sandbox, &["--credentials-file", "other file"]);
    assert_eq!(lines[2], "next     `awsmfa login --credentials-file 'other file'` requests a new session");
}

#[test]
fn an_expired_session_is_renewed_by_login() {
    let expired = SESSION.replace("2099", "2020");
    let lines = overview(&Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{expired}")), &[]);
    assert!(lines[1].starts_with("session  default-session: expired "), "{lines:?}");
    assert_eq!(lines[2], "next     `awsmfa login` requests a new session");
}

#[test]
fn a_valid_session_is_selected_by_a_variable_unless_the_shell_uses_it() {
    let mut sandbox = with_session();
    let lines = overview(&sandbox, &[]);
    assert_eq!(lines[0], "profile  default (no other is selected)");
    assert!(lines[1].starts_with("session  default-session: valid, "), "{lines:?}");
    assert_eq!(lines[2], "next     `export AWS_PROFILE=default-session` selects it for AWS tools");
    sandbox.set("AWS_PROFILE", "default-session");
    let lines = overview(&sandbox, &[]);
    assert_eq!(lines[0], "profile  default-session (from AWS_PROFILE)");
    assert_eq!(lines[2], "next     AWS tools in this shell use this session");
}

#[test]
fn keys_in_the_environment_are_a_problem_unless_awsmfa_has_set_them() {
    let mut sandbox = with_session();
    sandbox.set("AWS_PROFILE", "default-session");
    sandbox.set("AWS_ACCESS_KEY_ID", "ASIAI44QH8DHBEXAMPLE");
    sandbox.set("AWS_SECRET_ACCESS_KEY", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
    sandbox.set("AWS_SESSION_TOKEN", "other-token");
    let lines = overview(&sandbox, &[]);
    assert!(lines[2].starts_with("problem  ") && lines[2].contains("AWS_ACCESS_KEY_ID"), "{lines:?}");
    assert_eq!(lines[3], "next     `awsmfa doctor` shows what is wrong, and how to fix it");
    sandbox.set("AWSMFA_PROFILE", "default-session");
    assert_eq!(overview(&sandbox, &[]).len(), 3);
}

#[test]
fn a_profile_that_does_not_exist_is_named_with_its_variable() {
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_PROFILE", "nowhere");
    let lines = overview(&sandbox, &[]);
    assert_eq!(
        lines,
        ["problem  there is no profile 'nowhere' (from AWS_PROFILE)", "next     `awsmfa use` lets you pick a profile"]
    );
    let (seen, _) = on_a_terminal(&sandbox, &["--profile", "123456"]);
    let seen = unwrapped(&seen);
    assert!(seen.starts_with("problem  ") && !seen.contains("123456"), "{seen}");
}

#[test]
fn a_key_without_a_device_needs_setup() {
    let lines = overview(&Sandbox::with("", DEFAULT_CREDENTIALS), &[]);
    assert_eq!(lines[2], "problem  no MFA device is configured for the profile 'default'");
    assert_eq!(lines[3], "next     `awsmfa setup` connects an access key and an MFA device");
}

#[test]
fn files_that_cannot_be_read_need_doctor() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.home().join(".aws/config"), b"\xFF\xFE[\0d\0").expect("the home is writable");
    let lines = overview(&sandbox, &[]);
    assert!(lines[0].starts_with("problem  ") && lines[0].contains("UTF-16"), "{lines:?}");
    assert_eq!(lines[1], "next     `awsmfa doctor` shows what is wrong, and how to fix it");
}

#[test]
fn programs_get_a_usage_error() {
    let sandbox = with_session();
    let lines: [&[&str]; 3] = [&[], &["--profile", "default"], &["--output", "json"]];
    for line in lines {
        let ran = sandbox.run(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (252, ""), "{line:?}");
        assert!(ran.stderr.contains("awsmfa"), "{line:?}");
    }
    let (seen, code) = on_a_terminal(&sandbox, &["--output", "json"]);
    assert_eq!(code, 252, "{seen}");
    assert!(serde_json::from_str::<Value>(seen.trim()).is_ok_and(|error| error["exit_code"] == 252), "{seen}");
    for line in [["key"].as_slice(), &["--quiet"], &["--nonsense"]] {
        let (seen, code) = on_a_terminal(&sandbox, line);
        assert!(code == 252 && !seen.contains(HELP), "{line:?}: {seen}");
    }
}
