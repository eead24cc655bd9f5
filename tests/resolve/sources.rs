//! Source profiles: the profile whose long-term access key signs a request, and its settings.

use awsmfa::environment::Environment;
use awsmfa::resolve::{Outcome, Request, ResolveError};

use crate::plans;
use crate::scene::{KEY, ROLE, SERIAL, files, login, name, plan, refusal, step, targets, text_of_refusal};

#[test]
fn a_source_profile_that_is_requested_alone_must_exist() {
    // `s` can be the session profile of `s-long-term`, but not its own source.
    let files = files("", &format!("[s-long-term]\n{KEY}{SERIAL}"));
    assert!(matches!(plan(&files, &login("s")).profiles[0].outcome, Ok(Outcome::Step(0))));
    let request = Request { source_profile: Some(name("s")), ..Request::default() };
    assert!(matches!(refusal(&files, &request), Some(ResolveError::UnknownProfile { .. })));
}

#[test]
fn settings_beyond_the_source_profile_are_ignored() {
    let files = files("", &format!("[base]\n{KEY}source_profile = far\n[far]\n{SERIAL}[s]\nsource_profile = base\n"));
    assert!(matches!(refusal(&files, &login("s")), Some(ResolveError::NoSerialNumber { .. })));
}

#[test]
fn settings_of_every_profile_up_to_the_source_profile_apply() {
    let config = format!("[profile r]\n{ROLE}source_profile = s\n[profile s]\nsource_profile = base\n");
    let files = files(&config, &format!("[base]\n{KEY}{SERIAL}mfa_process = print-code\nregion = eu-west-1\n"));
    let plan = plan(&files, &login("r"));
    assert_eq!(targets(&plan), ["s", "r-session"]);
    let regions: Vec<&str> = plan.steps.iter().map(|step| step.endpoint.region.as_str()).collect();
    assert_eq!(regions, ["eu-west-1", "eu-west-1"]);
    assert_eq!(plan.steps[0].call.mfa().and_then(|mfa| mfa.process.as_deref()), Some("print-code"));
}

#[test]
fn the_id_of_a_key_in_the_config_file_decides_whether_it_is_long_term() {
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
fn half_a_key_is_reported_as_such() {
    for (line, missing) in [(0, "aws_access_key_id"), (1, "aws_secret_access_key")] {
        let half = KEY.lines().nth(1 - line).expect("two lines");
        let files = files("", &format!("[base]\n{half}\n{SERIAL}"));
        let expected = format!("the profile 'base' has only half an access key: {missing} is missing");
        assert!(text_of_refusal(&files, &login("base")).starts_with(&expected));
    }
}

#[test]
fn the_flag_overrides_the_source_profile() {
    let files = files("", &format!("[base]\n{KEY}{SERIAL}[other]\n{KEY}{SERIAL}[s]\nsource_profile = other\n"));
    let request = Request { source_profile: Some(name("base")), ..login("s") };
    assert_eq!(step(&files, &request).source_profile, name("base"));
    assert_eq!(step(&files, &login("s")).source_profile, name("other"));
}

#[test]
fn a_session_cannot_be_the_source_of_another() {
    let token = "aws_access_key_id = ASIASESS000000000001\naws_secret_access_key = s\naws_session_token = t\n";
    for lines in [token.to_owned(), KEY.replace("AKIA", "ASIA")] {
        let files = files("", &format!("[base]\n{lines}{SERIAL}[s]\nsource_profile = base\n"));
        assert!(matches!(refusal(&files, &login("s")), Some(ResolveError::SessionAsSource { .. })), "{lines}");
    }
}

#[test]
fn session_profiles_that_link_to_each_other_are_reported_as_a_loop() {
    let config = "[profile a]\nawsmfa_source_profile = b\n[profile b]\nawsmfa_source_profile = a\n";
    let refused = refusal(&files(config, ""), &login("a")).expect("there is no key");
    assert!(matches!(&refused, ResolveError::Loop { chain } if *chain == ["a", "b", "a"]), "{refused}");
}

#[test]
fn a_key_in_the_files_takes_precedence_over_credential_process() {
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
