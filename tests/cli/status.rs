//! `status`: the state, without a request, and its exit code.

use jiff::{SignedDuration, Timestamp};

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Sandbox};

fn with_session(expiration: &str) -> Sandbox {
    let session = format!(
        "[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n{expiration}"
    );
    Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{session}"))
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
