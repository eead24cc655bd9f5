//! Roles that are assumed with a session or with another role.

use super::{ADA, add_role, assert_role, identity, role_config};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, NOTHING, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};

/// The key of `base` is used to request the session `work`, the source of the role `admin`, which is the source of
/// `audit`.
fn chain(sts: &StandIn) -> Sandbox {
    add_role(sts, "admin");
    let audit = Role {
        trusted: vec!["arn:aws:iam::123456789012:role/admin".into()],
        max_session_duration: 43_200,
        ..Role::named("audit")
    };
    sts.add_role(audit);
    let config = format!(
        "[profile base]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = work\n{}{}",
        role_config("admin", "work"),
        role_config("audit", "admin")
    );
    Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "base")).using(sts)
}

#[test]
fn a_role_with_a_session_as_source_needs_one_code_and_none_afterwards() {
    let sts = StandIn::start();
    let sandbox = chain(&sts);
    sandbox.run(&["login", "admin"]).expect(255);
    assert_eq!(sts.calls().len(), 0);
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 1));
    assert_eq!(identity(&sts, &sandbox, "work"), ADA);
    assert_role(&sts, &sandbox, "admin-session", "admin");

    sandbox.run(&["logout", "admin"]).expect(0);
    sandbox.run(&["login", "admin"]).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 2));
    assert_role(&sts, &sandbox, "admin-session", "admin");
    sandbox.run(&["login", "admin"]).expect(0);
    assert_eq!(sts.count("AssumeRole"), 2);
}

#[test]
fn a_role_is_assumed_with_a_session_managed_by_another_program() {
    let sts = StandIn::start();
    sts.add_role(Role::named("admin"));
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--session-profile", "ext", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.write("config", role_config("admin", "ext").as_bytes());
    let kept = sandbox.credentials_text().replace("manager = awsmfa\n", "");
    sandbox.write("credentials", kept.as_bytes());
    sandbox.run(&["login", "admin"]).expect(0);
    assert_role(&sts, &sandbox, "admin-session", "admin");
    sandbox.run(&[&["exec", "ext", "--"], NOTHING].concat()).expect(0);
    sandbox.write("credentials", kept.replace("expiration = 2", "expiration = 1").as_bytes());
    let said = sandbox.run(&["login", "admin"]).expect(253);
    assert!(said.contains("needed for admin -> ext"), "{said}");
    // It is managed by another program, so it is not a failure of `--all`.
    sandbox.run(&["login", "--all"]).expect(0);
}

#[test]
fn loops_and_overlong_chains_are_errors() {
    for config in [
        role_config("q", "q-session"),
        role_config("m", "n-session") + &role_config("n", "m-session"),
        (0..3000).map(|n| role_config(&format!("r{n}"), &format!("r{}", n + 1))).collect(),
    ] {
        let sandbox = Sandbox::with(&config, "");
        let name = &config[9..config.find(']').expect("a header")];
        for command in [["login", name].as_slice(), &["status", name], &["logout", name], &["env", name], &["list"]] {
            let ran = sandbox.run(command);
            assert!((0..=253).contains(&ran.code), "{command:?}: {ran:?}");
        }
        let said = sandbox.run(&["login", name]).expect(253);
        let reasons = ["both the source profile and the session profile", "form a loop", "more than 20 links"];
        assert!(reasons.iter().any(|reason| said.contains(reason)), "{said}");
    }
}

#[test]
fn a_chained_role_is_limited_to_an_hour_with_a_warning() {
    let sts = StandIn::start();
    let sandbox = chain(&sts);
    let config = std::fs::read_to_string(sandbox.path("config")).expect("text");
    sandbox.write("config", format!("{config}duration_seconds = 7200\n").as_bytes());
    let said = sandbox.run(&["login", "audit", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(said.contains("(2h was requested)"), "{said}");
    assert_eq!(identity(&sts, &sandbox, "work"), ADA);
    assert_role(&sts, &sandbox, "admin-session", "admin");
    assert_role(&sts, &sandbox, "audit-session", "audit");
}

#[test]
fn force_renews_a_role_and_not_its_source_session() {
    let sts = StandIn::start();
    let sandbox = chain(&sts);
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["login", "admin", "--force"]).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 2));
}

#[test]
fn a_credential_process_that_runs_awsmfa_for_the_same_key_is_stopped() {
    let sandbox = Sandbox::with("", "");
    let program = env!("CARGO_BIN_EXE_awsmfa");
    let config =
        format!("[profile base]\ncredential_process = {program} credential-process r\n{}", role_config("r", "base"));
    sandbox.write("config", config.as_bytes());
    let started = std::time::Instant::now();
    sandbox.run(&["login", "r", "--token-code", "123456"]).expect(253);
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn the_endpoint_of_the_permanent_profile_applies_to_the_whole_chain() {
    let sts = StandIn::start();
    add_role(&sts, "admin");
    let config = format!(
        "[default]\nmfa_serial = {SERIAL}\nendpoint_url = {}\nregion = eu-west-3\n{}",
        sts.url(),
        role_config("admin", "default-session")
    );
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS);
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_role(&sts, &sandbox, "admin-session", "admin");
}

#[test]
fn errors_about_loops_and_missing_links_show_the_chain() {
    let config = format!("{}{}", role_config("a", "b"), role_config("b", "a"));
    let said = Sandbox::with(&config, "").run(&["login", "a", "--token-code", "123456"]).expect(253);
    assert!(said.contains("form a loop: a -> b -> a"), "{said}");
    let config = format!("{}{}", role_config("a", "b"), role_config("b", "gone"));
    let said = Sandbox::with(&config, "").run(&["login", "a", "--token-code", "123456"]).expect(253);
    assert!(said.contains("needed for a -> b"), "{said}");
    let config = "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\n";
    let said = Sandbox::with(config, "").run(&["login", "a", "--token-code", "123456"]).expect(253);
    assert!(said.contains("config line 1"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_requested_session_survives_an_interruption_of_the_next_step() {
    use std::time::Duration;
    let sts = StandIn::start();
    let sandbox = chain(&sts);
    // The first call is answered, the second hangs, and the user gives up.
    sts.fault(crate::support::sts::Fault::Slow(Duration::ZERO), 1);
    sts.fault(crate::support::sts::Fault::Hang, 1);
    let code = sts.fresh_code(SERIAL);
    // These tests may run where SIGINT is ignored, as in the background of a shell.
    let mut login = sandbox.command_with(crate::support::child::DEFAULT_SIGNALS);
    let mut login = login.args(["login", "admin", "--token-code", &code]).spawn().expect("it runs");
    while sts.calls().len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = login.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill is there").success());
    assert_eq!(login.wait().expect("it ends").code(), Some(130));
    assert!(sandbox.credentials_text().contains("aws_session_token"), "{}", sandbox.credentials_text());
    assert!(!sandbox.listing().iter().any(|name| name.contains("awsmfa-recovery")), "{:?}", sandbox.listing());
    sandbox.run(&["login", "admin"]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    assert_role(&sts, &sandbox, "admin-session", "admin");
}
