//! `status`: the state, without a request, and its exit code.

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::support::child::{self, finish, start};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Sandbox};

fn with_session(expiration: &str) -> Sandbox {
    Sandbox::with(DEFAULT_CONFIG, credentials_with_session(expiration))
}

fn credentials_with_session(expiration: &str) -> String {
    let session = format!(
        "[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n{expiration}"
    );
    format!("{DEFAULT_CREDENTIALS}{session}")
}

/// The line for a session that ends in some seconds.
fn ends_in(seconds: i64) -> String {
    format!("expiration = {}\n", Timestamp::now() + SignedDuration::from_secs(seconds))
}

/// Some seconds more, so that the time that the test takes does not change the minutes.
fn in_minutes(minutes: i64) -> Timestamp {
    Timestamp::now() + SignedDuration::from_mins(minutes) + SignedDuration::from_secs(15)
}

#[test]
fn the_state_is_printed_and_decides_the_exit_code() {
    let soon = in_minutes(10);
    let cases = [
        (format!("expiration = {}\n", in_minutes(120)), "default-session: valid, 2h left, until 2", 0),
        (format!("expiration = {soon}\n"), "default-session: expiring, 10m left, until 2", 1),
        (format!("expiration = {}\n", in_minutes(-90)), "default-session: expired 1h 30m ago, 2", 1),
        (String::new(), "default-session: a session of unknown expiration\n", 1),
        ("expiration = soon\n".to_owned(), "default-session: a session of unknown expiration\n", 1),
    ];
    for (expiration, expected, code) in cases {
        let ran = with_session(&expiration).run(&["status"]);
        assert!(ran.stdout.starts_with(expected), "{ran:?}");
        assert_eq!((ran.code, ran.stderr.as_str()), (code, ""));
    }
    let ran = Sandbox::new().run(&["status"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "default-session: no session\n"));
}

#[test]
fn the_minimum_remaining_time_of_status_comes_from_flag_variable_and_property() {
    let session = |minutes| format!("expiration = {}\n", in_minutes(minutes));
    with_session(&session(10)).run(&["status", "--min-remaining", "5m"]).expect(0);
    with_session(&session(120)).run(&["status", "--min-remaining", "3h"]).expect(1);
    let mut sandbox = with_session(&session(10));
    sandbox.write("config", format!("{DEFAULT_CONFIG}awsmfa_min_remaining = 5m\n").as_bytes());
    sandbox.run(&["status"]).expect(0);
    sandbox.set("AWSMFA_MIN_REMAINING", "12m");
    sandbox.run(&["status"]).expect(1);
}

#[test]
fn expirations_that_other_tools_record_are_understood() {
    let until = in_minutes(120);
    let plain = until.strftime("%Y-%m-%d %H:%M:%S");
    for line in [
        format!("x_security_token_expires = {until}"),
        format!("aws_expiration = {until}"),
        format!("expiration = {plain}"),
    ] {
        with_session(&format!("{line}\n")).run(&["status"]).expect(0);
    }
}

#[test]
fn json_has_the_same_in_fields() {
    let until = in_minutes(120).round(jiff::Unit::Second).expect("in range");
    let ran = with_session(&format!("expiration = {until}\n")).run(&["status", "--output", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((value["profile"].as_str(), value["state"].as_str()), (Some("default-session"), Some("valid")));
    assert_eq!(value["expiration"].as_str(), Some(until.to_string().as_str()));
    assert!((7200..=7216).contains(&value["remaining_seconds"].as_i64().expect("a number")), "{value}");
    let ran = with_session("expiration = 2020-01-01T00:00:00Z\n").run(&["status", "--output", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((value["state"].as_str(), value["remaining_seconds"].as_i64()), (Some("expired"), Some(0)));
    let ran = Sandbox::new().run(&["--output", "json", "status"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((ran.code, value["state"].as_str(), value["expiration"].is_null()), (1, Some("none"), true));
}

#[test]
fn times_are_shown_in_the_local_zone_with_its_offset() {
    for (zone, offset) in
        [("UTC", "+00:00"), ("Asia/Tokyo", "+09:00"), (":Asia/Kolkata", "+05:30"), ("XYZ-3", "+03:00")]
    {
        let mut sandbox = with_session(&format!("expiration = {}\n", in_minutes(120)));
        sandbox.set("TZ", zone);
        let ran = sandbox.run(&["status"]);
        assert!(ran.stdout.trim_end().ends_with(offset), "{zone}: {}", ran.stdout);
    }
}

#[test]
fn a_long_term_key_is_no_session_and_an_unknown_profile_is_an_error() {
    let ran = Sandbox::with("", DEFAULT_CREDENTIALS).run(&["status", "--session-profile", "default"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "default: no session\n"));
    Sandbox::new().run(&["status", "nobody"]).expect(253);
}

#[test]
fn a_format_is_printed_with_its_fields_replaced() {
    let until = in_minutes(120).round(jiff::Unit::Second).expect("in range");
    let sandbox = with_session(&format!("expiration = {until}\n"));
    let format = "{profile} {left} {minutes} {state} {expiration} {until} {{é}}";
    let ran = sandbox.run(&["status", "--format", format]);
    let local = until.strftime("%Y-%m-%d %H:%M +00:00");
    assert_eq!(ran.stdout, format!("default-session 2h 120 valid {until} {local} {{é}}\n"));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let seconds = sandbox.run(&["status", "--format={seconds}"]).stdout;
    assert!((7200..=7216).contains(&seconds.trim().parse::<i64>().expect("a number")), "{seconds}");
    let ran = with_session(&ends_in(600)).run(&["status", "default", "--format", "{state}"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "expiring\n"));
    let ran = with_session("").run(&["status", "--format", "{profile} {state} {left} {minutes}"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "default-session unknown ? ?\n"));
    assert_eq!(sandbox.run(&["status", "--quiet", "--format", "x"]).stdout, "");
}

#[test]
fn a_format_prints_nothing_without_a_valid_session() {
    for sandbox in [Sandbox::new(), with_session(&ends_in(-1))] {
        let ran = sandbox.run(&["status", "--format", "x"]);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", ""));
    }
}

#[test]
fn a_format_that_cannot_be_used_is_an_error_of_the_command_line() {
    // Without any file: the text is checked before they are read.
    for (format, reason) in [("{lef}", "there is no field {lef};"), ("{left", "a brace"), ("}", "a brace")] {
        let ran = Sandbox::empty().run(&["status", "--format", format]);
        assert_eq!((ran.code, ran.stdout.as_str()), (252, ""));
        assert!(ran.stderr.contains(reason) && ran.stderr.contains("{profile}, {state}, {left}"), "{}", ran.stderr);
    }
    for arguments in [
        ["status", "--format", "x", "--output", "json"],
        ["--output", "json", "status", "--format", "x"],
        ["status", "--wait-until", "1m", "--min-remaining", "1m"],
    ] {
        let ran = Sandbox::empty().run(&arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (252, ""));
        assert!(ran.stderr.contains("cannot be used with"), "{}", ran.stderr);
    }
}

#[test]
fn a_hostile_profile_name_has_no_effect_on_a_prompt() {
    let name = "a\u{202E}\u{200B}b";
    let credentials = credentials_with_session(&ends_in(3600)).replace("default-session", name);
    let ran = Sandbox::with("", credentials).run(&["status", name, "--format", "{profile}"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "a\\u{202e}\\u{200b}b\n"));
}

/// A time in which the program has read the files, even on a busy machine.
const STARTED: Duration = Duration::from_secs(1);

/// Starts `status --wait-until` with these arguments.
fn wait(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let mut command = sandbox.command();
    command.args(["status", "--wait-until"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    start(&mut command)
}

/// The exit code and the output of a program that ends by itself.
fn ended(mut child: Child) -> (Option<i32>, String) {
    let code = child::wait(&mut child).code();
    let output = child.wait_with_output().expect("it can be read");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (code, String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn status_waits_until_no_more_than_this_is_left() {
    let sandbox = with_session(&ends_in(4));
    let start = Instant::now();
    let (code, printed) = ended(wait(&sandbox, &["2s"]));
    assert!(start.elapsed() >= Duration::from_millis(900), "{:?}", start.elapsed());
    assert_eq!(code, Some(0));
    assert!(printed.starts_with("default-session: expiring, ") && printed.contains("s left, until "), "{printed}");
}

#[test]
fn status_does_not_wait_if_less_is_left_or_if_there_is_nothing_to_wait_for() {
    let session = with_session(&ends_in(630));
    for (sandbox, arguments, code, printed) in [
        (&session, ["11m", "--format={minutes}"].as_slice(), 0, "10\n"),
        (&session, &["10h", "--format={state}"], 0, "expiring\n"),
        (&session, &["10h", "--quiet"], 0, ""),
        (&Sandbox::new(), &["10m"], 1, "default-session: no session\n"),
        (&with_session(""), &["10m"], 1, "default-session: a session of unknown expiration\n"),
        (&with_session("expiration = 2020-01-01T00:00:00Z\n"), &["10m", "--format=x"], 1, ""),
    ] {
        let ran = finish(sandbox.command().args(["status", "--wait-until"]).args(arguments));
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (code, printed, ""), "{arguments:?}");
    }
}

#[test]
fn a_renewal_extends_the_wait_and_a_logout_ends_it() {
    let sandbox = with_session(&ends_in(4));
    let start = Instant::now();
    let child = wait(&sandbox, &["2s"]);
    sleep(STARTED);
    sandbox.write("credentials", credentials_with_session(&ends_in(6)).as_bytes());
    let (code, _) = ended(child);
    assert!(start.elapsed() >= Duration::from_millis(3_500), "{:?}", start.elapsed());
    assert_eq!(code, Some(0));

    for credentials in [DEFAULT_CREDENTIALS, ""] {
        let sandbox = with_session(&ends_in(4));
        let child = wait(&sandbox, &["1s"]);
        sleep(STARTED);
        sandbox.write("credentials", credentials.as_bytes());
        assert_eq!(ended(child), (Some(1), "default-session: no session\n".to_owned()));
    }
}

#[test]
fn a_session_that_ends_during_the_wait_is_reported() {
    let (code, printed) = ended(wait(&with_session(&ends_in(2)), &["0"]));
    assert!(printed.starts_with("default-session: expired 0s ago, "), "{printed}");
    assert_eq!(code, Some(1));
}
