//! Single decisions, each with the files that it is about.

use awsmfa::environment::Environment;
use awsmfa::profile::ProfileName;
use awsmfa::resolve::{Call, LoginPlan, Outcome, Request, ResolveError, SessionSource, SourceCredentials, Step};
use awsmfa::time::Seconds;
use awsmfa::value::ExternalId;

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

fn plan(files: &Files, request: &Request) -> LoginPlan {
    plans::check(files, request, &Environment::default()).expect("no variable selects a profile")
}

/// Why the first profile that was asked for gets no session.
pub fn refusal(files: &Files, request: &Request) -> Option<ResolveError> {
    plan(files, request).profiles.into_iter().next()?.outcome.err()
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
        assert_eq!(plan.profiles.len(), 1);
        assert_eq!(plan.profiles[0].profile, name("near"));
        assert!(plan.profiles[0].outcome.is_ok());
    }
}

#[test]
fn a_source_profile_that_is_named_alone_must_be_there() {
    // `s` could be made for the key of `s-long-term`, but it cannot pay.
    let files = files("", &format!("[s-long-term]\n{KEY}{SERIAL}"));
    assert!(matches!(plan(&files, &login("s")).profiles[0].outcome, Ok(Outcome::Step(0))));
    let request = Request { source_profile: Some(name("s")), ..Request::default() };
    assert!(matches!(refusal(&files, &request), Some(ResolveError::UnknownProfile { .. })));
}

/// The only step of the plan for one profile.
fn step(files: &Files, request: &Request) -> Step {
    let mut plan = plan(files, request);
    assert!(plan.profiles[0].outcome.is_ok(), "{:?}", plan.profiles[0].outcome);
    assert_eq!(plan.steps.len(), 1);
    plan.steps.remove(0)
}

fn targets(plan: &LoginPlan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.session_profile.as_ref().map_or("-", ProfileName::as_str)).collect()
}

fn text_of_refusal(files: &Files, request: &Request) -> String {
    refusal(files, request).map(|error| error.to_string()).expect("it is refused")
}

#[test]
fn the_settings_of_a_profile_behind_the_one_that_pays_do_not_count() {
    let files = files("", &format!("[base]\n{KEY}source_profile = far\n[far]\n{SERIAL}[s]\nsource_profile = base\n"));
    assert!(matches!(refusal(&files, &login("s")), Some(ResolveError::NoSerialNumber { .. })));
}

#[test]
fn the_settings_of_every_profile_up_to_the_one_that_pays_count() {
    let config = format!("[profile r]\n{ROLE}source_profile = s\n[profile s]\nsource_profile = base\n");
    let files = files(&config, &format!("[base]\n{KEY}{SERIAL}mfa_process = print-code\nregion = eu-west-1\n"));
    let plan = plan(&files, &login("r"));
    assert_eq!(targets(&plan), ["s", "r-session"]);
    let regions: Vec<&str> = plan.steps.iter().map(|step| step.endpoint.region.as_str()).collect();
    assert_eq!(regions, ["eu-west-1", "eu-west-1"]);
    assert_eq!(plan.steps[0].call.mfa().and_then(|mfa| mfa.process.as_deref()), Some("print-code"));
}

#[test]
fn a_profile_with_a_key_of_its_own_is_nobodys_session_profile() {
    let files = files("", &format!("[base]\n{KEY}{SERIAL}[other]\nsource_profile = base\n{KEY}"));
    assert_eq!(step(&files, &login("base")).session_profile, Some(name("base-session")));
}

#[test]
fn a_key_in_the_config_file_is_long_term_by_its_id_whatever_is_beside_it() {
    let with = |key: &str, line: &str| files(&format!("[profile base]\n{key}{SERIAL}{line}"), "");
    assert_eq!(step(&with(KEY, ""), &login("base")).source_profile, name("base"));
    for token in ["aws_session_token = t\n", "aws_security_token = t\n"] {
        let refused = refusal(&with(KEY, token), &login("base"));
        assert!(matches!(refused, Some(ResolveError::LeftOverToken { .. })), "{refused:?}");
        let refused = refusal(&with(&KEY.replace("AKIA", "ASIA"), token), &login("base"));
        assert!(matches!(refused, Some(ResolveError::ForeignSource { .. })), "{refused:?}");
    }
}

#[test]
fn half_a_key_is_told_from_none() {
    for (line, missing) in [(0, "aws_access_key_id"), (1, "aws_secret_access_key")] {
        let half = KEY.lines().nth(1 - line).expect("two lines");
        let files = files("", &format!("[base]\n{half}\n{SERIAL}"));
        let expected = format!("the profile 'base' has half an access key: no {missing} beside the other half");
        assert!(text_of_refusal(&files, &login("base")).starts_with(&expected));
    }
}

#[test]
fn names_that_are_like_a_wrong_one_are_said_the_longer_the_name_the_further() {
    let files = files("", "[production]\n[ab]\n");
    let near = |wrong: &str| match refusal(&files, &login(wrong)) {
        Some(ResolveError::UnknownProfile { near, .. }) => near,
        other => panic!("{other:?}"),
    };
    for (wrong, right) in [("prductn", "production"), ("Production-", "production"), ("abc", "ab"), ("AB", "ab")] {
        assert_eq!(near(wrong), [right], "{wrong}");
    }
    for wrong in ["prdctn", "cd"] {
        assert_eq!(near(wrong), [""; 0], "{wrong}");
    }
}

#[test]
fn flags_hold_for_the_profile_that_was_asked_for_and_not_for_those_that_pay() {
    let config = format!("[profile s]\n{SERIAL}source_profile = base\n");
    let files = files(&config, &format!("[base]\n{KEY}"));
    let request = Request {
        role_arn: Some("arn:aws:iam::123456789012:role/ops".to_owned()),
        role_session_name: Some("ada".to_owned()),
        external_id: Some("17".to_owned()),
        duration: Some(Seconds(3600)),
        ..login("s")
    };
    let plan = plan(&files, &request);
    assert_eq!(targets(&plan), ["s", "ops-session"]);
    assert!(matches!(plan.steps[0].call, Call::GetSessionToken { duration: None, .. }));
    let role = plan.steps[1].call.role().expect("a role");
    assert_eq!((role.arn.as_str(), role.session_name.as_str()), ("arn:aws:iam::123456789012:role/ops", "ada"));
    assert_eq!(
        (role.external_id.as_ref().map(ExternalId::as_str), plan.steps[1].call.duration()),
        (Some("17"), Some(Seconds(3600)))
    );
}

#[test]
fn a_role_that_pays_for_another_takes_no_flags_and_is_not_renewed() {
    let config =
        format!("[profile one]\n{ROLE}{SERIAL}source_profile = base\n[profile two]\n{ROLE}source_profile = one\n");
    let request = Request {
        role_session_name: Some("ada".to_owned()),
        external_id: Some("17".to_owned()),
        renew: true,
        ..login("two")
    };
    let roles = |plan: &LoginPlan| -> Vec<(String, Option<String>)> {
        let roles = plan.steps.iter().filter_map(|step| step.call.role());
        roles.map(|role| (role.session_name.to_string(), role.external_id.as_ref().map(ToString::to_string))).collect()
    };
    let (own, payers) = (("ada".to_owned(), Some("17".to_owned())), ("awsmfa-user".to_owned(), None));
    let chain = files(&config, &format!("[base]\n{KEY}"));
    assert_eq!(roles(&plan(&chain, &request)), [payers.clone(), own.clone()]);

    let paid = files(&config, &format!("[base]\n{KEY}[one-session]\n{SESSION}"));
    assert_eq!(roles(&plan(&paid, &request)), std::slice::from_ref(&own));
    assert_eq!(roles(&plan(&paid, &Request { renew_sources: true, ..request })), [payers, own]);
}

#[test]
fn a_key_in_the_way_is_told_with_the_line_of_the_section_that_holds_it() {
    let credentials = format!("[base]\n{KEY}{SERIAL}awsmfa_session_profile = s\n[s]\nregion = r\n[s]\n{KEY}");
    let said = text_of_refusal(&files("", &credentials), &login("base"));
    assert!(said.contains("line 8"), "{said}");
}

#[test]
fn what_clients_look_past_a_session_for_is_found_behind_a_name_that_begins_in_the_same_way() {
    for (above, property, value, instead) in [
        ("role_arn_old", "role_arn", "arn:aws:iam::123456789012:role/admin", "assume that role"),
        ("credential_process_old", "credential_process", "true", "run that process"),
        ("sso", "sso_start_url", "https://example.com", "use IAM Identity Center"),
    ] {
        let config = format!("[profile s]\n{above} = x\n{property} = {value}\nsource_profile = base\n");
        let files = files(&config, &format!("[base]\n{KEY}{SERIAL}"));
        let said = text_of_refusal(&files, &Request { session_profile: Some(name("s")), ..login("base") });
        assert!(said.contains(property) && said.contains("line 3") && said.contains(instead), "{said}");
    }
}

#[test]
fn a_role_has_an_external_id_and_a_session_name_only_if_something_says_so() {
    let role = |lines: &str| {
        let config = format!("[profile r]\n{ROLE}{SERIAL}source_profile = base\n{lines}");
        let step = step(&files(&config, &format!("[base]\n{KEY}")), &login("r"));
        step.call.role().expect("a role").clone()
    };
    let plain = role("");
    assert_eq!((plain.external_id, plain.session_name.as_str(), plain.duration), (None, "awsmfa-user", None));
    let full = role("external_id = a:/17\nrole_session_name = ada@example.com\nduration_seconds = 900\n");
    assert_eq!(
        (full.external_id.as_ref().map(ExternalId::as_str), full.session_name.as_str()),
        (Some("a:/17"), "ada@example.com")
    );
    assert_eq!(full.duration, Some(Seconds(900)));
}

#[test]
fn what_sts_would_refuse_of_a_role_is_refused_before() {
    for (line, what) in [
        ("role_arn = arn:aws:iam::123456789012:user/admin\n", "role ARN"),
        ("role_arn = arn:aws:sts::123456789012:role/admin\n", "role ARN"),
        ("role_arn = arn:aws:iam::1:role/a b\n", "role ARN"),
        ("role_arn = arn:aws:iam:::role/\n", "role ARN"),
        ("role_session_name = a\n", "role session name"),
        ("role_session_name = a b\n", "role session name"),
        ("external_id = 1\n", "external id"),
        ("external_id = a*\n", "external id"),
        ("duration_seconds = 899\n", "duration"),
        ("duration_seconds = 43201\n", "duration"),
        ("duration_seconds = x\n", "duration"),
    ] {
        let config = format!("[profile r]\n{ROLE}{SERIAL}source_profile = base\n{line}");
        let said = text_of_refusal(&files(&config, &format!("[base]\n{KEY}")), &login("r"));
        assert!(said.starts_with(&format!("the {what} from ")), "{line}: {said}");
    }
}

#[test]
fn a_role_over_a_role_is_cut_at_an_hour_and_only_there() {
    for (requested, cut) in [("", None), ("3600", None), ("3601", Some(3601)), ("7200", Some(7200))] {
        let line = if requested.is_empty() { String::new() } else { format!("duration_seconds = {requested}\n") };
        let config = format!("[profile one]\n{ROLE}{SERIAL}source_profile = base\n{line}");
        let config = format!("{config}[profile two]\n{ROLE}source_profile = one\n{line}");
        let plan = plan(&files(&config, &format!("[base]\n{KEY}")), &login("two"));
        assert_eq!(targets(&plan), ["one-session", "two-session"]);
        let requested = requested.parse().ok();
        assert_eq!(plan.steps[0].call.duration(), requested, "a user's role is not cut");
        assert_eq!(plan.steps[1].call.duration(), requested.map(|requested: Seconds| requested.min(Seconds(3600))));
        assert_eq!((plan.steps[0].cut_duration, plan.steps[1].cut_duration), (None, cut.map(Seconds)));
    }
}

#[test]
fn the_source_profile_of_the_flag_counts() {
    let files = files("", &format!("[base]\n{KEY}{SERIAL}[other]\n{KEY}{SERIAL}[s]\nsource_profile = other\n"));
    let request = Request { source_profile: Some(name("base")), ..login("s") };
    assert_eq!(step(&files, &request).source_profile, name("base"));
    assert_eq!(step(&files, &login("s")).source_profile, name("other"));
}

#[test]
fn two_sessions_for_one_profile_are_refused_by_the_names_of_those_whose_sessions_they_are() {
    let credentials = format!("[one]\n{KEY}{SERIAL}awsmfa_session_profile = s\n[two]\n{KEY}{SERIAL}");
    let of_key = files("", &format!("{credentials}[s]\nawsmfa_source_profile = two\n"));
    let expected = "the sessions of two and one would both be written to 's'";
    assert_eq!(text_of_refusal(&of_key, &login("one")), expected);

    // Both ask for the same: one step.
    let same = files("", &format!("[base]\n{KEY}{SERIAL}[s]\nawsmfa_source_profile = base\n"));
    let request = Request { profiles: vec![name("base"), name("s")], ..Request::default() };
    let plan = plan(&same, &request);
    assert!(plan.profiles.iter().all(|planned| matches!(planned.outcome, Ok(Outcome::Step(0)))), "{:?}", plan.profiles);

    // With --session-profile, two that were asked for.
    let request = Request { session_profile: Some(name("t")), ..request };
    let other = Request { profiles: vec![name("one"), name("two")], ..request };
    let refused = plans::check(&of_key, &other, &Environment::default()).expect("a plan").profiles.pop();
    let said = refused.and_then(|planned| planned.outcome.err()).map(|error| error.to_string());
    assert_eq!(said.as_deref(), Some("the sessions of one and two would both be written to 't'"));
}

#[test]
fn a_session_is_not_written_where_that_of_its_payer_is() {
    let config =
        format!("[profile role]\n{ROLE}source_profile = s\n[profile s]\n{SERIAL}awsmfa_source_profile = base\n");
    let credentials = format!("[base]\n{KEY}");
    let none = files(&config, &credentials);
    let flag = "arn:aws:iam::123456789012:role/flag";
    let to = |session_profile| Request {
        role_arn: Some(flag.to_owned()),
        session_profile: Some(name(session_profile)),
        ..login("role")
    };
    assert_eq!(targets(&plan(&none, &to("other"))), ["s", "role-session", "other"]);
    for (payer, whose) in [("s", "base"), ("role-session", "role")] {
        let valid = files(&config, &format!("{credentials}[{payer}]\n{SESSION}"));
        for files in [&none, &valid] {
            let said = text_of_refusal(files, &to(payer));
            assert_eq!(said, format!("the sessions of {whose} and {flag} would both be written to '{payer}'"));
        }
    }
}

#[test]
fn a_valid_session_is_kept_unless_it_is_to_be_renewed_or_may_be_another_roles() {
    let files =
        files("", &format!("[base]\n{KEY}{SERIAL}[s]\n{SESSION}source_profile = base\n[ops-session]\n{SESSION}"));
    assert!(matches!(plan(&files, &login("s")).profiles[0].outcome, Ok(Outcome::StillValid { .. })));
    step(&files, &Request { renew: true, ..login("s") });
    step(&files, &Request { min_remaining: Some(Seconds(4 * 3600 + 1)), ..login("s") });
    let role_arn = Some("arn:aws:iam::123456789012:role/ops".to_owned());
    step(&files, &Request { role_arn, ..login("base") });
}

#[test]
fn a_session_of_another_program_pays_for_a_role_as_long_as_it_is_valid() {
    let config = format!("[profile r]\n{ROLE}source_profile = f\n");
    let foreign = files(&config, &format!("[f]\n{SESSION}"));
    let source = match step(&foreign, &login("r")).call {
        Call::AssumeRole { source, .. } => source,
        call => panic!("{call:?}"),
    };
    assert!(matches!(source, SourceCredentials::Session { session: SessionSource::Stored(_), .. }));
    let ended = files(&config, &format!("[f]\n{}", SESSION.replace("09:00", "04:00")));
    assert!(matches!(refusal(&ended, &login("r")), Some(ResolveError::InChain { .. })));
    // One that awsmfa can renew is renewed in time.
    let own = format!("[f]\n{}source_profile = base\n[base]\n{KEY}{SERIAL}", SESSION.replace("09:00", "05:05"));
    assert_eq!(targets(&plan(&files(&config, &own), &login("r"))), ["f", "r-session"]);
}

#[test]
fn a_session_is_as_long_as_the_flag_the_variable_or_the_nearest_profile_says() {
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
fn a_duration_that_sts_does_not_give_is_refused_with_the_longest_that_it_gives() {
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
fn how_long_a_session_must_still_last_is_said_by_the_flag_the_variable_or_a_profile() {
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

#[test]
fn a_session_cannot_pay_for_another() {
    let token = "aws_access_key_id = ASIASESS000000000001\naws_secret_access_key = s\naws_session_token = t\n";
    for lines in [token.to_owned(), KEY.replace("AKIA", "ASIA")] {
        let files = files("", &format!("[base]\n{lines}{SERIAL}[s]\nsource_profile = base\n"));
        assert!(matches!(refusal(&files, &login("s")), Some(ResolveError::SessionAsSource { .. })), "{lines}");
    }
}

#[test]
fn profiles_share_a_code_if_key_and_device_are_the_same() {
    let role = |name: &str, serial: &str| format!("[profile {name}]\n{ROLE}source_profile = base\n{serial}");
    let other_device = "mfa_serial = arn:aws:iam::123456789012:mfa/bob\n";
    let config = role("a", SERIAL) + &role("b", SERIAL) + &role("c", other_device);
    let files = files(&config, &format!("[base]\n{KEY}[other]\n{}{SERIAL}", KEY.replace("IOSFODNN7", "I44QH8DHB")));
    let request =
        |names: &[&str]| Request { profiles: names.iter().map(|it| name(it)).collect(), ..Request::default() };
    let codes =
        |names: &[&str]| plan(&files, &request(names)).steps.iter().filter(|step| step.call.mfa().is_some()).count();
    assert_eq!(codes(&["a"]), 1);
    assert_eq!(codes(&["a", "b"]), 1);
    assert_eq!(codes(&["a", "c"]), 2);
    assert_eq!(codes(&["a", "b", "other"]), 2);

    // Roles alone are paid for by a session that is kept in no file.
    let plan = plan(&files, &request(&["a", "b"]));
    assert_eq!(targets(&plan), ["a-session", "b-session", "-"]);
    assert!(matches!(plan.steps[2].call, Call::GetSessionToken { duration: None, .. }));
    assert_eq!((plan.chain(0), plan.chain(1)), (vec![2, 0], vec![2, 1]));
}

#[test]
fn a_session_in_two_profiles_is_asked_for_once() {
    let config =
        format!("[profile a]\nsource_profile = base\n[profile b]\nsource_profile = base\n[profile base]\n{SERIAL}");
    let files = files(&config, &format!("[base]\n{KEY}"));
    let request = Request { profiles: vec![name("a"), name("b")], ..Request::default() };
    let plan = plan(&files, &request);
    assert_eq!(targets(&plan), ["a", "b"]);
    assert!(matches!(plan.steps[1].call, Call::Reuse(0)));
    assert_eq!(plan.chain(1), [0, 1]);
}

#[test]
fn a_refusal_says_what_is_wrong_where_and_what_helps() {
    let base = format!("[base]\n{KEY}{SERIAL}");
    let said = |config: &str, credentials: &str, profile: &str| {
        let error = refusal(&files(config, credentials), &login(profile)).expect("it is refused");
        (error.to_string(), error.hint().unwrap_or_default())
    };
    let cases = [
        (said("", &base, "bas"), ["there is no profile 'bas': did you mean 'base'?", "the profiles are: base"]),
        (
            said("", "", "x"),
            ["there is no profile 'x'", "neither file has a profile: `awsmfa setup` creates the first"],
        ),
        (said("", &base, "123456"), ["there is no such profile, and the name looks like", "--token-code"]),
        (
            said("[profile s]\nsource_profile = far\n", "", "s"),
            ["the source profile 'far' of 's' does not exist (config line 2)", "--source-profile, or change the line"],
        ),
        (
            said("", "[profile s]\nx = 1\n", "s"),
            ["there is no profile 's'", "a section is called [s], without the word profile"],
        ),
        (
            said("", &format!("[base]\n{KEY}"), "base"),
            ["no MFA device is configured for the profile 'base'", "[profile base] of the config file"],
        ),
        (
            said(
                &format!("[profile r]\n{ROLE}source_profile = s\n[profile s]\nsource_profile = base\n"),
                &format!("[base]\n{KEY}"),
                "r",
            ),
            ["(needed for r -> s)", "[profile base] of the config file"],
        ),
    ];
    for ((message, hint), [expected, help]) in cases {
        assert!(message.contains(expected), "{message}");
        assert!(hint.contains(help), "{message}: {hint}");
    }
}

#[test]
fn an_endpoint_url_has_a_scheme_a_host_and_no_user() {
    for url in ["https://", "ftp://sts.example.com", "https://ada@sts.example.com", "https://a b", "//sts.example.com"]
    {
        let files = files("", &format!("[base]\n{KEY}{SERIAL}endpoint_url = {url}\n"));
        assert!(
            matches!(refusal(&files, &login("base")), Some(ResolveError::Value { what: "endpoint URL", .. })),
            "{url}"
        );
    }
}

#[test]
fn of_all_profiles_those_that_nobody_pays_for_are_left_out_and_mistakes_are_not() {
    let over = |source: &str| format!("{ROLE}{SERIAL}source_profile = {source}\n");
    let config =
        format!("[profile far]\n{}[profile kept]\n{}[profile kept-far]\n{}", over("base"), over("f"), over("kept"));
    let files = files(&config, &format!("[base]\n{KEY}duration_seconds = 1\n[f]\nregion = x\n"));
    let broken = Files::of(
        format!("{config}[profile bad]\n{}external_id = 1\n", over("base")).as_bytes(),
        files.credentials.document.bytes(),
    );
    let profiles = |files: &Files| {
        let plan = plan(files, &Request { all: true, ..Request::default() });
        plan.profiles
            .into_iter()
            .map(|planned| (planned.profile.to_string(), planned.outcome.is_ok()))
            .collect::<Vec<_>>()
    };
    assert_eq!(profiles(&files), [("far".to_owned(), true)]);
    assert_eq!(profiles(&broken.expect("not UTF-16")), [("far".to_owned(), true), ("bad".to_owned(), false)]);
}

#[test]
fn a_role_over_a_session_profile_that_only_a_link_makes_known_is_assumed() {
    let config = format!(
        "[default]\n{SERIAL}awsmfa_session_profile = s\n[profile work]\n{ROLE}source_profile = s\n\
         [profile lost]\n{ROLE}source_profile = nowhere\n"
    );
    let files = files(&config, &format!("[default]\n{KEY}"));
    assert_eq!(plan(&files, &login("work")).steps.len(), 2);
    assert!(matches!(refusal(&files, &login("lost")), Some(ResolveError::MissingSource { .. })));
    // Not one that names itself.
    let itself =
        format!("[profile work]\n{SERIAL}awsmfa_session_profile = work\n[profile r]\n{ROLE}source_profile = work\n");
    let itself = Files::of(itself.as_bytes(), b"").expect("not UTF-16");
    assert!(refusal(&itself, &login("work")).is_some());
}

#[test]
fn flags_are_for_the_profile_that_is_asked_for_and_not_for_those_that_pay() {
    let config = format!(
        "[default]\n{SERIAL}awsmfa_session_profile = s\n[profile work]\n{ROLE}source_profile = s\nregion = eu-west-1\n"
    );
    let files = files(&config, &format!("[default]\n{KEY}"));
    let request = Request {
        session_profile: Some(name("mine")),
        role_session_name: Some("me".to_owned()),
        external_id: Some("outside".to_owned()),
        duration: Some(Seconds(1_800)),
        ..login("work")
    };
    let plan = plan(&files, &request);
    let [payer, step] = plan.steps.as_slice() else { panic!("{} steps", plan.steps.len()) };
    assert_eq!(payer.session_profile, Some(name("s")));
    assert!(payer.call.role().is_none() && payer.call.duration().is_none());
    assert_eq!(step.session_profile, Some(name("mine")));
    let role = step.call.role().expect("a role");
    assert_eq!(
        (role.session_name.as_str(), role.external_id.as_ref().map(ExternalId::as_str)),
        ("me", Some("outside"))
    );
}

#[test]
fn the_line_of_a_key_that_stands_in_the_way_is_named() {
    let files = files(
        &format!("[profile work]\n{SERIAL}awsmfa_session_profile = s\n[profile s]\nregion = x\n"),
        &format!("[work]\n{KEY}\n[s]\n{KEY}"),
    );
    let refused = refusal(&files, &login("work")).expect("it holds a key");
    assert!(matches!(&refused, ResolveError::TargetHoldsKey { place, .. } if place.line == 5), "{refused}");
}

#[test]
fn roles_that_assume_each_other_are_a_loop_with_their_names() {
    let config = format!("[profile a]\n{ROLE}source_profile = b\n[profile b]\n{ROLE}source_profile = a\n");
    let refused = refusal(&files(&config, ""), &login("a")).expect("nobody pays");
    assert!(matches!(&refused, ResolveError::Loop { chain } if *chain == ["a", "b", "a"]), "{refused}");
    assert!(refused.to_string().ends_with("a -> b -> a"), "{refused}");
}

#[test]
fn session_profiles_that_link_to_each_other_are_a_loop_and_lack_no_key() {
    let config = "[profile a]\nawsmfa_source_profile = b\n[profile b]\nawsmfa_source_profile = a\n";
    let refused = refusal(&files(config, ""), &login("a")).expect("nobody pays");
    assert!(matches!(&refused, ResolveError::Loop { chain } if *chain == ["a", "b", "a"]), "{refused}");
}

#[test]
fn a_key_in_the_files_needs_no_program_and_so_cannot_run_awsmfa_again() {
    let variables = [(awsmfa::environment::RUNNING, "1".into())];
    let running = Environment::new(variables, Some("/home/ada".into()));
    let outcome = |credentials: &str| {
        let files = files("", &format!("[work]\n{SERIAL}{credentials}"));
        let plan = plans::check(&files, &login("work"), &running).expect("a profile is named");
        plan.profiles.into_iter().next().expect("one profile").outcome.err()
    };
    assert!(outcome(KEY).is_none());
    let refused = outcome("credential_process = keys\n").expect("it may be awsmfa");
    assert!(matches!(refused, ResolveError::ProcessLoop { .. }), "{refused}");
    assert!(refused.hint().is_some_and(|hint| hint.starts_with("let another program print")), "{refused}");
    let alone = plan(&files("", &format!("[work]\n{SERIAL}credential_process = keys\n")), &login("work"));
    assert!(alone.profiles.iter().all(|planned| planned.outcome.is_ok()));
}

#[test]
fn the_profile_that_a_flag_names_must_have_a_key() {
    let files = files(&format!("[profile a]\n{SERIAL}"), &format!("[a]\nregion = x\n[k]\n{KEY}{SERIAL}"));
    let with = |source: &str| {
        let request = Request {
            profiles: vec![name(source)],
            source_profile: Some(name(source)),
            session_profile: Some(name("s")),
            ..Request::default()
        };
        refusal(&files, &request)
    };
    assert!(with("k").is_none());
    assert!(matches!(with("a"), Some(ResolveError::NoKey { .. })), "{:?}", with("a"));
    assert!(matches!(with("none"), Some(ResolveError::UnknownProfile { .. })), "{:?}", with("none"));
}
