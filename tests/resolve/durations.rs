//! Durations of sessions: requested, allowed, and remaining.

use awsmfa::environment::Environment;
use awsmfa::resolve::{Request, ResolveError};
use awsmfa::time::Seconds;

use crate::plans::{self, Files};
use crate::scene::{KEY, SERIAL, SESSION, files, login, name, refusal, text_of_refusal};

#[test]
fn the_duration_comes_from_flag_variable_and_nearest_profile() {
    let config = "[profile s]\nsource_profile = base\nawsmfa_duration_seconds = 2h\n";
    let files = files(config, &format!("[base]\n{KEY}{SERIAL}awsmfa_duration_seconds = 3h\n"));
    let variable = Environment::new([("AWSMFA_DURATION_SECONDS", "4h".into())], None);
    let flag = Request { duration: Some(Seconds(18_000)), ..login("s") };
    let in_hours = |request: &Request, environment: &Environment| {
        let plan = plans::check(&files, request, environment).expect("a plan");
        plan.steps[0].call.duration().map(|duration| duration.to_string())
    };
    assert_eq!(in_hours(&flag, &variable).as_deref(), Some("5h"));
    assert_eq!(in_hours(&login("s"), &variable).as_deref(), Some("4h"));
    assert_eq!(in_hours(&login("s"), &Environment::default()).as_deref(), Some("2h"));
    let other = Request { session_profile: Some(name("t")), ..login("base") };
    assert_eq!(in_hours(&other, &Environment::default()).as_deref(), Some("3h"));
}

#[test]
fn a_duration_out_of_range_is_refused_with_the_maximum() {
    for (requested, refused) in [(899, true), (900, false), (129_600, false), (129_601, true)] {
        let line = format!("awsmfa_duration_seconds = {requested}\n");
        let files = files("", &format!("[base]\n{KEY}{SERIAL}{line}"));
        match refusal(&files, &login("base")) {
            None => assert!(!refused, "{requested}"),
            Some(ResolveError::DurationRange { max, .. }) => assert!(refused && max == Seconds(129_600), "{requested}"),
            Some(other) => panic!("{other}"),
        }
    }
}

#[test]
fn the_minimum_remaining_time_comes_from_flag_variable_and_profile() {
    // The session lasts four hours.
    let with = |minimum: &str| {
        let line = format!("source_profile = base\nawsmfa_min_remaining = {minimum}\n");
        files("", &format!("[base]\n{KEY}{SERIAL}[s]\n{SESSION}{line}"))
    };
    let is_kept = |files: &Files, flag: Option<i64>, variable: &str| {
        let environment = Environment::new([("AWSMFA_MIN_REMAINING", variable.into())], None);
        let request = Request { min_remaining: flag.map(Seconds), ..login("s") };
        plans::check(files, &request, &environment).expect("a plan").steps.is_empty()
    };
    assert!(is_kept(&with("4h"), None, ""));
    assert!(!is_kept(&with("5h"), None, ""));
    assert!(is_kept(&with("5h"), None, "4h"));
    assert!(!is_kept(&with("4h"), Some(5 * 3600), "4h"));
    assert!(text_of_refusal(&with("x"), &login("s")).starts_with("the duration from awsmfa_min_remaining"));
}
