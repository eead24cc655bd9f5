//! Properties of every pair of files and every request.

use std::cell::Cell;

use awsmfa::environment::Environment;
use awsmfa::profile::ProfileName;
use awsmfa::resolve::{LoginPlan, Outcome, PlannedProfile, Request};
use proptest::test_runner::{TestCaseError, TestRunner};

use crate::generator::{self, Sample};
use crate::plans::{self, Files};
use crate::seed;

const CASES: u32 = 1_000;

/// Runs a law on generated files, and asserts that it applies to at least this percentage of them.
fn holds(percent: u32, law: impl Fn(&Files, &Sample) -> bool) {
    let applied = Cell::new(0);
    let result = TestRunner::new(seed::config(CASES)).run(&generator::sample(), |sample| {
        let files = Files::of(sample.config.as_bytes(), sample.credentials.as_bytes()).expect("not UTF-16");
        applied.set(applied.get() + u32::from(law(&files, &sample)));
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let applied = applied.get() * 100 / CASES;
    assert!(applied >= percent, "the law applies to only {applied} % of the files");
}

fn login(profile: &ProfileName) -> Request {
    Request { profiles: vec![profile.clone()], ..Request::default() }
}

fn written_to<'a>(planned: &'a PlannedProfile, plan: &'a LoginPlan) -> Option<&'a ProfileName> {
    match planned.outcome.as_ref().ok()? {
        Outcome::Step(step) => plan.steps[*step].session_profile.as_ref(),
        Outcome::StillValid { session_profile, .. } => Some(session_profile),
    }
}

#[test]
fn no_plan_writes_where_it_must_not_and_every_step_has_source_credentials() {
    holds(30, |files, sample| {
        let plan = plans::check(files, &sample.request, &sample.environment());
        plan.is_some_and(|plan| !plan.steps.is_empty())
    });
}

#[test]
fn an_index_changes_no_decision() {
    holds(100, |files, sample| {
        let without = format!("{:?}", files.plan(&sample.request, &sample.environment()));
        files.profiles().make_index();
        let with = format!("{:?}", files.plan(&sample.request, &sample.environment()));
        assert_eq!(without, with);
        true
    });
}

#[test]
fn status_reads_the_profile_that_login_writes() {
    holds(20, |files, sample| {
        let environment = Environment::default();
        let mut compared = false;
        for profile in &sample.request.profiles {
            let Some(plan) = plans::check(files, &login(profile), &environment) else { continue };
            let Some(written) = written_to(&plan.profiles[0], &plan) else { continue };
            assert_eq!(plans::profile_of_status(files, profile).ok().as_ref(), Some(written));
            compared = true;
        }
        compared
    });
}

#[test]
fn after_a_login_nothing_is_left_to_do_and_every_long_term_key_is_as_before() {
    holds(20, |files, sample| {
        let (mut request, environment) = (sample.request.clone(), sample.environment());
        let Some(plan) = plans::check(files, &request, &environment) else { return false };
        let Some(after) = plans::after_login(files, &plan) else { return false };
        if plan.steps.is_empty() || request.role_arn.is_some() {
            return false;
        }
        (request.renew, request.renew_sources) = (false, false);
        let again = plans::check(&after, &request, &environment).expect("the same profile is selected");
        assert!(again.steps.is_empty(), "{plan:?}, then {again:?}");
        let valid = |planned: &PlannedProfile| matches!(planned.outcome, Ok(Outcome::StillValid { .. }));
        let valid: Vec<_> = again
            .profiles
            .iter()
            .filter(|planned| valid(planned))
            .filter_map(|planned| written_to(planned, &again))
            .collect();
        for written in plan.profiles.iter().filter_map(|planned| written_to(planned, &plan)) {
            assert!(valid.contains(&written), "{written}: {plan:?}, then {again:?}");
        }
        true
    });
}
