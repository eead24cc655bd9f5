//! Roles: their source credentials, their settings, and role chaining.

use awsmfa::resolve::{Call, LoginPlan, Request, ResolveError, SessionSource, SourceCredentials};
use awsmfa::time::Seconds;
use awsmfa::value::ExternalId;

use crate::plans::Files;
use crate::scene::{KEY, ROLE, SERIAL, SESSION, files, login, name, plan, refusal, step, targets, text_of_refusal};

#[test]
fn flags_apply_to_the_requested_role_and_not_to_its_source() {
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
fn flags_and_renewal_do_not_apply_to_a_source_role() {
    let config =
        format!("[profile one]\n{ROLE}{SERIAL}source_profile = base\n[profile two]\n{ROLE}source_profile = one\n");
    let request = Request {
        role_session_name: Some("me".to_owned()),
        external_id: Some("17".to_owned()),
        renew: true,
        ..login("two")
    };
    let roles = |plan: &LoginPlan| -> Vec<(String, Option<String>)> {
        let roles = plan.steps.iter().filter_map(|step| step.call.role());
        roles.map(|role| (role.session_name.to_string(), role.external_id.as_ref().map(ToString::to_string))).collect()
    };
    let (own, source) = (("me".to_owned(), Some("17".to_owned())), ("ada".to_owned(), None));
    let chain = files(&config, &format!("[base]\n{KEY}"));
    assert_eq!(roles(&plan(&chain, &request)), [source.clone(), own.clone()]);

    let with_session = files(&config, &format!("[base]\n{KEY}[one-session]\n{SESSION}"));
    assert_eq!(roles(&plan(&with_session, &request)), std::slice::from_ref(&own));
    assert_eq!(roles(&plan(&with_session, &Request { renew_sources: true, ..request })), [source, own]);
}

#[test]
fn external_id_and_session_name_are_sent_only_if_configured() {
    let role = |lines: &str| {
        let config = format!("[profile r]\n{ROLE}{SERIAL}source_profile = base\n{lines}");
        let step = step(&files(&config, &format!("[base]\n{KEY}")), &login("r"));
        step.call.role().expect("a role").clone()
    };
    let plain = role("");
    assert_eq!((plain.external_id, plain.session_name.as_str(), plain.duration), (None, "ada", None));
    let full = role("external_id = a:/17\nrole_session_name = ada@example.com\nduration_seconds = 900\n");
    assert_eq!(
        (full.external_id.as_ref().map(ExternalId::as_str), full.session_name.as_str()),
        (Some("a:/17"), "ada@example.com")
    );
    assert_eq!(full.duration, Some(Seconds(900)));
}

#[test]
fn role_settings_that_sts_would_refuse_are_refused_before_the_request() {
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
fn only_a_chained_role_is_limited_to_an_hour() {
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
fn a_valid_session_of_another_program_can_be_the_source_of_a_role() {
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
fn the_source_of_a_role_can_be_a_session_profile_that_only_a_link_names() {
    let config = format!(
        "[default]\n{SERIAL}awsmfa_session_profile = s\n[profile work]\n{ROLE}source_profile = s\n\
         [profile lost]\n{ROLE}source_profile = nowhere\n"
    );
    let files = files(&config, &format!("[default]\n{KEY}"));
    assert_eq!(plan(&files, &login("work")).steps.len(), 2);
    assert!(matches!(refusal(&files, &login("lost")), Some(ResolveError::MissingSource { .. })));
    // A profile that names itself is not a session profile.
    let itself =
        format!("[profile work]\n{SERIAL}awsmfa_session_profile = work\n[profile r]\n{ROLE}source_profile = work\n");
    let itself = Files::of(itself.as_bytes(), b"").expect("not UTF-16");
    assert!(refusal(&itself, &login("work")).is_some());
}

#[test]
fn flags_apply_to_the_requested_profile_and_not_to_its_source() {
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
    let [source, step] = plan.steps.as_slice() else { panic!("{} steps", plan.steps.len()) };
    assert_eq!(source.session_profile, Some(name("s")));
    assert!(source.call.role().is_none() && source.call.duration().is_none());
    assert_eq!(step.session_profile, Some(name("mine")));
    let role = step.call.role().expect("a role");
    assert_eq!(
        (role.session_name.as_str(), role.external_id.as_ref().map(ExternalId::as_str)),
        ("me", Some("outside"))
    );
}

#[test]
fn roles_that_assume_each_other_are_reported_as_a_loop() {
    let config = format!("[profile a]\n{ROLE}source_profile = b\n[profile b]\n{ROLE}source_profile = a\n");
    let refused = refusal(&files(&config, ""), &login("a")).expect("there is no key");
    assert!(matches!(&refused, ResolveError::Loop { chain } if *chain == ["a", "b", "a"]), "{refused}");
    assert!(refused.to_string().ends_with("a -> b -> a"), "{refused}");
}

#[test]
fn the_name_of_the_session_defaults_to_that_of_the_device() {
    let name = |serial: &str| {
        let config = format!("[profile r]\n{ROLE}mfa_serial = {serial}\nsource_profile = base\n");
        let step = step(&files(&config, &format!("[base]\n{KEY}")), &login("r"));
        step.call.role().expect("a role").session_name.to_string()
    };
    assert_eq!(name("arn:aws:iam::123456789012:mfa/team/grace@example.com"), "grace@example.com");
    // Neither can be the name of a session, or of a user.
    for serial in
        ["GAHT12345678", "arn:aws:iam::123456789012:mfa/a", &format!("arn:aws:iam::123456789012:mfa/{:x<65}", "")]
    {
        assert_eq!(name(serial), "awsmfa-user", "{serial}");
    }
}
