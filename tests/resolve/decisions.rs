//! Single decisions, each with the files that it is about.

use awsmfa::environment::Environment;
use awsmfa::profile::ProfileName;
use awsmfa::resolve::{LoginPlan, Outcome, Request, ResolveError};

use crate::plans::{self, Files};

const KEY: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
const SESSION: &str = "aws_access_key_id = ASIASESS000000000001
aws_secret_access_key = s
aws_session_token = t
expiration = 2026-11-21T09:00:00Z
";
const SERIAL: &str = "mfa_serial = arn:aws:iam::123456789012:mfa/ada\n";
const ROLE: &str = "role_arn = arn:aws:iam::123456789012:role/admin\n";

fn files(config: &str, credentials: &str) -> Files {
    Files::of(config.as_bytes(), credentials.as_bytes()).expect("not UTF-16")
}

fn name(text: &str) -> ProfileName {
    text.parse().expect("a name")
}

fn login(profile: &str) -> Request {
    Request { profiles: vec![name(profile)], ..Request::default() }
}

fn plan(files: &Files, request: &Request) -> LoginPlan {
    plans::check(files, request, &Environment::default()).expect("no variable selects a profile")
}

/// Why the first profile that was asked for gets no session.
fn refusal(files: &Files, request: &Request) -> Option<ResolveError> {
    plan(files, request).goals.into_iter().next()?.outcome.err()
}

#[test]
fn the_session_of_a_role_is_not_one_that_stands_beside_the_role() {
    let config = format!("[profile role]\n{ROLE}{SERIAL}source_profile = base\n");
    let files = files(&config, &format!("[base]\n{KEY}[role]\n{SESSION}"));
    assert_eq!(plans::looked_for_by_status(&files, &name("role")).ok(), Some(name("role-session")));
    let plan = plan(&files, &login("role"));
    assert_eq!(plan.steps[0].session_profile, Some(name("role-session")));
}

#[test]
fn a_profile_with_a_session_is_the_one_to_look_in_even_if_nothing_links_it_to_a_key() {
    let files = files("", &format!("[s]\n{SESSION}"));
    assert_eq!(plans::looked_for_by_status(&files, &name("s")).ok(), Some(name("s")));
}

#[test]
fn all_profiles_are_the_same_ones_before_and_after_a_login() {
    // Nobody pays for `far`: its source is a session profile, with and without its session.
    let config =
        format!("[profile near]\n{SERIAL}source_profile = base\n[profile far]\n{SERIAL}source_profile = near\n");
    let files = files(&config, &format!("[base]\n{KEY}"));
    let request = Request { all: true, ..Request::default() };
    let first = plan(&files, &request);
    let after = plans::after_login(&files, &first).expect("it can be written");
    for plan in [first, plan(&after, &request)] {
        assert_eq!(plan.goals.len(), 1);
        assert_eq!(plan.goals[0].profile, name("near"));
        assert!(plan.goals[0].outcome.is_ok());
    }
}

#[test]
fn a_source_profile_that_is_named_alone_must_be_there() {
    // `s` could be made for the key of `s-long-term`, but it cannot pay.
    let files = files("", &format!("[s-long-term]\n{KEY}{SERIAL}"));
    assert!(matches!(plan(&files, &login("s")).goals[0].outcome, Ok(Outcome::Step(0))));
    let request = Request { source_profile: Some(name("s")), ..Request::default() };
    assert!(matches!(refusal(&files, &request), Some(ResolveError::UnknownProfile { .. })));
}
