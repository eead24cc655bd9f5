//! Session profiles: where the session of a profile is written, when it is kept, and which profiles share a code.

use awsmfa::environment::Environment;
use awsmfa::resolve::{Call, Outcome, Request, ResolveError};
use awsmfa::time::Seconds;

use crate::plans::{self, Files};
use crate::scene::{KEY, ROLE, SERIAL, SESSION, files, login, name, plan, refusal, step, targets, text_of_refusal};

#[test]
fn a_session_in_the_section_of_a_role_is_not_the_session_of_the_role() {
    let config = format!("[profile role]\n{ROLE}{SERIAL}source_profile = base\n");
    let files = files(&config, &format!("[base]\n{KEY}[role]\n{SESSION}"));
    assert_eq!(plans::profile_of_status(&files, &name("role")).ok(), Some(name("role-session")));
    let plan = plan(&files, &login("role"));
    assert_eq!(plan.steps[0].session_profile, Some(name("role-session")));
}

#[test]
fn status_finds_a_session_that_nothing_links_to_a_key() {
    let files = files("", &format!("[s]\n{SESSION}"));
    assert_eq!(plans::profile_of_status(&files, &name("s")).ok(), Some(name("s")));
}

#[test]
fn all_selects_the_same_profiles_before_and_after_a_login() {
    // `far` has no source credentials: its source is a session profile, with and without its session.
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
fn a_profile_with_its_own_key_is_not_a_session_profile() {
    let files = files("", &format!("[base]\n{KEY}{SERIAL}[other]\nsource_profile = base\n{KEY}"));
    assert_eq!(step(&files, &login("base")).session_profile, Some(name("base-session")));
}

#[test]
fn two_sessions_for_one_profile_are_refused() {
    let credentials = format!("[one]\n{KEY}{SERIAL}awsmfa_session_profile = s\n[two]\n{KEY}{SERIAL}");
    let of_key = files("", &format!("{credentials}[s]\nawsmfa_source_profile = two\n"));
    let expected = "the sessions of two and one would both be written to 's'";
    assert_eq!(text_of_refusal(&of_key, &login("one")), expected);

    // Both request the same session: one step.
    let same = files("", &format!("[base]\n{KEY}{SERIAL}[s]\nawsmfa_source_profile = base\n"));
    let request = Request { profiles: vec![name("base"), name("s")], ..Request::default() };
    let plan = plan(&same, &request);
    assert!(plan.profiles.iter().all(|planned| matches!(planned.outcome, Ok(Outcome::Step(0)))), "{:?}", plan.profiles);

    // Two requested profiles, with --session-profile.
    let request = Request { session_profile: Some(name("t")), ..request };
    let other = Request { profiles: vec![name("one"), name("two")], ..request };
    let refused = plans::check(&of_key, &other, &Environment::default()).expect("a plan").profiles.pop();
    let said = refused.and_then(|planned| planned.outcome.err()).map(|error| error.to_string());
    assert_eq!(said.as_deref(), Some("the sessions of one and two would both be written to 't'"));
}

#[test]
fn a_session_is_not_written_to_the_profile_of_its_source_session() {
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
    for (target, other) in [("s", "base"), ("role-session", "role")] {
        let valid = files(&config, &format!("{credentials}[{target}]\n{SESSION}"));
        for files in [&none, &valid] {
            let said = text_of_refusal(files, &to(target));
            assert_eq!(said, format!("the sessions of {other} and {flag} would both be written to '{target}'"));
        }
    }
}

#[test]
fn a_valid_session_is_kept_unless_renewed_or_of_another_role() {
    let files =
        files("", &format!("[base]\n{KEY}{SERIAL}[s]\n{SESSION}source_profile = base\n[ops-session]\n{SESSION}"));
    assert!(matches!(plan(&files, &login("s")).profiles[0].outcome, Ok(Outcome::StillValid { .. })));
    step(&files, &Request { renew: true, ..login("s") });
    step(&files, &Request { min_remaining: Some(Seconds(4 * 3600 + 1)), ..login("s") });
    let role_arn = Some("arn:aws:iam::123456789012:role/ops".to_owned());
    step(&files, &Request { role_arn, ..login("base") });
}

#[test]
fn a_session_for_two_profiles_is_requested_once() {
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

    // Roles alone are requested with a session that is written to no file.
    let plan = plan(&files, &request(&["a", "b"]));
    assert_eq!(targets(&plan), ["a-session", "b-session", "-"]);
    assert!(matches!(plan.steps[2].call, Call::GetSessionToken { duration: None, .. }));
    assert_eq!((plan.chain(0), plan.chain(1)), (vec![2, 0], vec![2, 1]));
}

#[test]
fn all_skips_profiles_without_source_credentials_but_not_mistakes() {
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
fn a_key_in_the_target_is_reported_with_the_line_of_its_section() {
    let credentials = format!("[base]\n{KEY}{SERIAL}awsmfa_session_profile = s\n[s]\nregion = r\n[s]\n{KEY}");
    let said = text_of_refusal(&files("", &credentials), &login("base"));
    assert!(said.contains("line 8"), "{said}");
}

#[test]
fn a_key_in_a_linked_target_is_reported_with_its_line() {
    let files = files(
        &format!("[profile work]\n{SERIAL}awsmfa_session_profile = s\n[profile s]\nregion = x\n"),
        &format!("[work]\n{KEY}\n[s]\n{KEY}"),
    );
    let refused = refusal(&files, &login("work")).expect("it holds a key");
    assert!(matches!(&refused, ResolveError::TargetHoldsKey { place, .. } if place.line == 5), "{refused}");
}
