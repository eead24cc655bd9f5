//! The endpoint of STS: each setting on its own.

use awsmfa::endpoint::Endpoint;
use awsmfa::environment::Environment;
use awsmfa::resolve::{self, Request, ResolveError};
use awsmfa::web_console;

use crate::plans::{self, Files};

const BASE: &str = "[base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n\
                    mfa_serial = arn:aws:iam::123456789012:mfa/ada\n";

fn endpoint(lines: &str, variables: &[(&'static str, &str)]) -> Result<Endpoint, ResolveError> {
    let files = Files::of(b"", format!("{BASE}{lines}").as_bytes()).expect("not UTF-16");
    let environment = Environment::new(variables.iter().map(|(name, value)| (*name, (*value).into())), None);
    let request = Request { profiles: vec!["base".parse().expect("a name")], ..Request::default() };
    let mut plan = plans::check(&files, &request, &environment).expect("no variable selects a profile");
    plan.profiles.remove(0).outcome.map(|_| plan.steps.remove(0).endpoint)
}

#[test]
fn the_global_endpoint_is_used_only_for_old_regions_that_request_it() {
    let region = |lines: &str| endpoint(lines, &[]).map(|endpoint| endpoint.region).expect("it can be asked");
    let legacy = "sts_regional_endpoints = legacy\nregion = eu-west-1\n";
    assert_eq!(region(legacy), "aws-global");
    assert_eq!(region("region = eu-west-1\n"), "eu-west-1");
    assert_eq!(region("sts_regional_endpoints = regional\nregion = eu-west-1\n"), "eu-west-1");
    assert_eq!(region("sts_regional_endpoints = legacy\nregion = eu-south-1\n"), "eu-south-1");
    assert_eq!(region(&format!("{legacy}endpoint_url = https://sts.example.com\n")), "eu-west-1");
    assert_eq!(region(&format!("{legacy}use_dualstack_endpoint = true\n")), "eu-west-1");
    let fips = "sts_regional_endpoints = legacy\nregion = us-east-1\nuse_fips_endpoint = true\n";
    assert_eq!(region(fips), "us-east-1");
}

#[test]
fn a_switch_is_on_only_if_its_value_is_true() {
    for (value, is_on) in [("true", true), ("True", true), ("false", false), ("1", false)] {
        let found =
            endpoint(&format!("region = us-east-1\nuse_fips_endpoint = {value}\n"), &[]).expect("it can be asked");
        assert_eq!((found.use_fips, found.use_dual_stack), (is_on, false), "{value}");
    }
    let ignored = [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), ("AWS_ENDPOINT_URL", "https://sts.example.com")];
    assert_eq!(endpoint("", &ignored).map(|endpoint| endpoint.url).ok(), Some(None));
}

#[test]
fn the_variables_of_other_services_can_be_ignored_too() {
    let url = |name: &'static str, ignores: &str| {
        let variables = [(name, "https://aws.example.com"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ignores)];
        let environment = Environment::new(variables.map(|(name, value)| (name, value.into())), None);
        let sts = endpoint("", &[]).expect("it can be asked");
        let found = if name == "AWS_ENDPOINT_URL_IAM" {
            resolve::iam_endpoint(sts, "arn:aws:iam::123456789012:user/ada", &environment)
                .map(|found| found.expect("aws"))
        } else {
            let console = web_console::of_partition("aws").expect("aws has a console");
            resolve::signin_endpoint(sts, console, &environment)
        };
        found.expect("it can be asked").url
    };
    let custom = "https://aws.example.com".parse().ok();
    assert!(custom.is_some());
    for name in ["AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_SIGNIN"] {
        assert_eq!(url(name, "false"), custom, "{name}");
        assert_ne!(url(name, "true"), custom, "{name}");
    }
}

#[test]
fn plain_http_is_allowed_for_this_machine_only() {
    let url = |url: &str| endpoint(&format!("endpoint_url = {url}\n"), &[]).map(|endpoint| endpoint.url);
    for good in ["http://localhost:4566", "https://sts.example.com"] {
        assert_eq!(url(good).ok(), Some(good.parse().ok()));
    }
    assert!(matches!(url("http://sts.example.com"), Err(ResolveError::PlainHttp { .. })));
    assert!(matches!(url("sts.example.com"), Err(ResolveError::Value { what: "endpoint URL", .. })));
}

#[test]
fn a_region_has_letters_digits_and_hyphens_inside() {
    let region = |name: &str| endpoint("", &[("AWS_REGION", name)]).map(|endpoint| endpoint.region);
    assert_eq!(region("eu-west-1").ok().as_deref(), Some("eu-west-1"));
    for bad in ["eu west 1", "-eu-west-1", "eu-west-1-", "eu.west", "eu/west"] {
        assert!(matches!(region(bad), Err(ResolveError::Value { what: "region", .. })), "{bad}");
    }
}
