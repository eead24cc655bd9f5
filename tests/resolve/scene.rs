//! Files and requests for the tests of single decisions.

use awsmfa::environment::Environment;
use awsmfa::profile::ProfileName;
use awsmfa::resolve::{LoginPlan, Request, ResolveError, Step};

use crate::plans::{self, Files};

pub const KEY: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
pub const SESSION: &str = "aws_access_key_id = ASIASESS000000000001
aws_secret_access_key = s
aws_session_token = t
expiration = 2026-11-21T09:00:00Z
";
pub const SERIAL: &str = "mfa_serial = arn:aws:iam::123456789012:mfa/ada\n";
pub const ROLE: &str = "role_arn = arn:aws:iam::123456789012:role/admin\n";

pub fn files(config: &str, credentials: &str) -> Files {
    Files::of(config.as_bytes(), credentials.as_bytes()).expect("not UTF-16")
}

pub fn name(text: &str) -> ProfileName {
    text.parse().expect("a name")
}

pub fn login(profile: &str) -> Request {
    Request { profiles: vec![name(profile)], ..Request::default() }
}

pub fn plan(files: &Files, request: &Request) -> LoginPlan {
    plans::check(files, request, &Environment::default()).expect("no variable selects a profile")
}

/// The error of the first requested profile.
pub fn refusal(files: &Files, request: &Request) -> Option<ResolveError> {
    plan(files, request).profiles.into_iter().next()?.outcome.err()
}

/// The only step of the plan for one profile.
pub fn step(files: &Files, request: &Request) -> Step {
    let mut plan = plan(files, request);
    assert!(plan.profiles[0].outcome.is_ok(), "{:?}", plan.profiles[0].outcome);
    assert_eq!(plan.steps.len(), 1);
    plan.steps.remove(0)
}

pub fn targets(plan: &LoginPlan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.session_profile.as_ref().map_or("-", ProfileName::as_str)).collect()
}

pub fn text_of_refusal(files: &Files, request: &Request) -> String {
    refusal(files, request).map(|error| error.to_string()).expect("it is refused")
}
