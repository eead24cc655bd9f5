//! Roles, chains of them, and several profiles with one code.

use crate::support::caller::identity_of;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn, User};

const ADA: &str = "arn:aws:iam::123456789012:user/ada";

/// A role of this name that ada may assume with MFA only.
fn add_role(sts: &StandIn, name: &str) -> String {
    let role = Role { requires_mfa: true, max_session_duration: 43_200, ..Role::named(name) };
    let arn = role.arn.clone();
    sts.add_role(role);
    arn
}

fn identity(sts: &StandIn, sandbox: &Sandbox, profile: &str) -> String {
    identity_of(&sts.url(), &sandbox.credentials(), profile).unwrap_or_else(|error| format!("{profile}: {error}"))
}

#[track_caller]
fn assert_role(sts: &StandIn, sandbox: &Sandbox, profile: &str, role: &str) {
    let arn = identity(sts, sandbox, profile);
    assert!(arn.starts_with(&format!("arn:aws:sts::123456789012:assumed-role/{role}/")), "{arn}");
}

fn role_config(name: &str, source: &str) -> String {
    format!(
        "[profile {name}]\nrole_arn = arn:aws:iam::123456789012:role/{name}\nsource_profile = {source}\nmfa_serial = {SERIAL}\n"
    )
}

#[test]
fn a_role_over_a_permanent_profile_takes_one_call_and_one_code() {
    for (config, credentials, profile) in [
        (role_config("admin", "default"), DEFAULT_CREDENTIALS.to_owned(), "admin"),
        // The same in the credentials file, under [default].
        (
            String::new(),
            format!(
                "[default]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = base\nmfa_serial = {SERIAL}\n{}",
                DEFAULT_CREDENTIALS.replace("default", "base")
            ),
            "default",
        ),
    ] {
        let sts = StandIn::start();
        add_role(&sts, "admin");
        let mut sandbox = Sandbox::with(config, &credentials).using(&sts);
        sandbox.set("USER", "ada lovelace");
        let session_profile = format!("{profile}-session");
        let code = sts.fresh_code(SERIAL);
        let said = sandbox.run(&["login", profile, "--token-code", &code, "--duration-seconds", "3600"]).expect(0);
        assert!(said.contains(&format!("{session_profile} is valid: 1h left")), "{said}");
        assert_role(&sts, &sandbox, &session_profile, "admin");
        let call = &sts.calls()[0];
        assert_eq!((call.action.as_str(), call.param("DurationSeconds")), ("AssumeRole", Some("3600")));
        assert_eq!((call.param("RoleSessionName"), call.code_spent), (Some("awsmfa-adalovelace"), true));
        sandbox.run(&["status", profile]).expect(0);
        sandbox.run(&["logout", profile]).expect(0);
        assert_eq!(sandbox.credentials_text(), credentials);
    }
}

#[test]
fn name_external_id_duration_and_region_come_from_the_role_profile_and_from_flags() {
    let sts = StandIn::start();
    sts.add_role(Role { external_id: Some("id-1".into()), max_session_duration: 43_200, ..Role::named("admin") });
    let config =
        role_config("admin", "default") + "external_id = id-1\nrole_session_name = me@work\nduration_seconds = 7200\n";
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let call = sts.calls().pop().expect("a call");
    assert_eq!(call.param("RoleSessionName"), Some("me@work"));
    assert_eq!((call.param("ExternalId"), call.param("DurationSeconds")), (Some("id-1"), Some("7200")));
    let code = sts.fresh_code(SERIAL);
    let flags = ["--role-session-name", "you", "--external-id", "id-2"];
    let said = sandbox.run(&[["login", "admin", "--token-code", &code].as_slice(), &flags].concat()).expect(254);
    let call = sts.calls().pop().expect("a call");
    assert_eq!((call.param("RoleSessionName"), call.param("ExternalId")), (Some("you"), Some("id-2")));
    assert!(said.contains("is not authorized to perform: sts:AssumeRole"), "{said}");
}

#[test]
fn a_role_that_is_in_no_file_is_named_by_a_flag() {
    let sts = StandIn::start();
    let arn = add_role(&sts, "team/deploy");
    let config = format!("[default]\nmfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.run(&["login", "--role-arn", &arn, "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_role(&sts, &sandbox, "deploy-session", "deploy");
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "--role-arn", &arn, "--session-profile", "x", "--token-code", &code]).expect(0);
    assert_role(&sts, &sandbox, "x", "deploy");
    let said = sandbox.run(&["login", "--role-arn", "deploy", "--token-code", "123456"]).expect(253);
    assert!(said.contains("the role ARN from --role-arn cannot be used"), "{said}");
}

#[test]
fn a_role_of_a_flag_is_assumed_anew_each_time_with_any_profile_that_can_pay() {
    let sts = StandIn::start();
    let arn = add_role(&sts, "deploy");
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    for _ in 0..2 {
        sandbox.run(&["login", "default-session", "--role-arn", &arn]).expect(0);
    }
    assert_eq!(sts.count("AssumeRole"), 2);
    assert_role(&sts, &sandbox, "deploy-session", "deploy");
    let said = sandbox.run(&["login", "nobody", "--role-arn", &arn]).expect(253);
    assert!(said.contains("no profile 'nobody'"), "{said}");
}

#[test]
fn a_role_over_a_session_that_another_program_keeps_is_assumed_with_it() {
    let sts = StandIn::start();
    sts.add_role(Role::named("admin"));
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--session-profile", "ext", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.write("config", role_config("admin", "ext").as_bytes());
    let kept = sandbox.credentials_text().replace("manager = awsmfa\n", "");
    sandbox.write("credentials", kept.as_bytes());
    sandbox.run(&["login", "admin"]).expect(0);
    assert_role(&sts, &sandbox, "admin-session", "admin");
    sandbox.run(&["exec", "ext", "--", "true"]).expect(0);
    sandbox.write("credentials", kept.replace("expiration = 2", "expiration = 1").as_bytes());
    let said = sandbox.run(&["login", "admin"]).expect(253);
    assert!(said.contains("needed for admin -> ext"), "{said}");
    // Not awsmfa's business, so no failure of `--all`.
    assert!(sandbox.run(&["login", "--all"]).expect(0).contains("no profile to log in to"));
}

#[test]
fn a_role_over_its_own_session_and_ever_longer_chains_are_errors_and_no_crash() {
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
fn a_profile_that_needs_a_code_that_cannot_be_asked_for_does_not_stop_the_others() {
    let sts = StandIn::start();
    let sandbox = team(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    // More than an hour takes a code, whatever session there is.
    let config = std::fs::read_to_string(sandbox.path("config")).expect("text");
    let config = config.replace("[profile one]\n", "[profile one]\nduration_seconds = 7200\n");
    sandbox.write("config", config.as_bytes());
    let said = sandbox.run(&["login", "one", "three"]).expect(255);
    assert!(said.contains("one failed:") && said.contains("three-session is valid"), "{said}");
}

#[test]
fn force_renews_a_role_and_not_the_session_that_pays_for_it() {
    let sts = StandIn::start();
    let sandbox = chain(&sts);
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["login", "admin", "--force"]).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 2));
}

#[test]
fn a_session_profile_that_belongs_to_another_is_not_given_to_a_role() {
    let config = format!(
        "[profile base]\nawsmfa_source_profile = default\n[default]\nmfa_serial = {SERIAL}\n{}awsmfa_session_profile = base\n",
        role_config("admin", "default")
    );
    let said = Sandbox::with(config, DEFAULT_CREDENTIALS).run(&["login", "admin", "--dry-run"]).expect(253);
    assert!(said.contains("the sessions of default and admin would both be written to 'base'"), "{said}");
}

#[test]
fn a_credential_process_that_runs_awsmfa_for_the_same_key_is_stopped() {
    let sandbox = Sandbox::with("", "");
    let program = env!("CARGO_BIN_EXE_awsmfa");
    let config =
        format!("[profile base]\ncredential_process = {program} credential-process r\n{}", role_config("r", "base"));
    sandbox.write("config", config.as_bytes());
    let started = std::time::Instant::now();
    let said = sandbox.run(&["login", "r", "--token-code", "123456"]).expect(253);
    assert!(said.contains("runs awsmfa again"), "{said}");
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn the_endpoint_of_the_permanent_profile_holds_for_the_whole_chain() {
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
fn aws_mfas_assume_role_is_assumed() {
    let sts = StandIn::start();
    let arn = add_role(&sts, "admin");
    let credentials = DEFAULT_CREDENTIALS.replace("default", "work-long-term")
        + &format!("aws_mfa_device = {SERIAL}\nassume_role = {arn}\n");
    let sandbox = Sandbox::with("", &credentials).using(&sts);
    sandbox.run(&["login", "work", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_role(&sts, &sandbox, "work", "admin");
}

/// `base` pays for the session `work`; the role `admin` sits on it, and `audit` on that.
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
fn a_role_over_a_session_profile_renews_the_session_with_one_code_and_needs_none_afterwards() {
    let sts = StandIn::start();
    let sandbox = chain(&sts);
    let said = sandbox.run(&["login", "admin"]).expect(255);
    assert!(said.contains("no terminal"), "{said}");
    assert_eq!(sts.calls().len(), 0);
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 1));
    assert_eq!(identity(&sts, &sandbox, "work"), ADA);
    assert_role(&sts, &sandbox, "admin-session", "admin");

    sandbox.run(&["logout", "admin"]).expect(0);
    sandbox.run(&["login", "admin"]).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 2));
    assert_role(&sts, &sandbox, "admin-session", "admin");
    assert!(sandbox.run(&["login", "admin"]).expect(0).contains("admin-session is still valid"));
}

#[test]
fn a_role_over_a_role_lasts_an_hour_at_most_and_says_so() {
    let sts = StandIn::start();
    let sandbox = chain(&sts);
    let config = std::fs::read_to_string(sandbox.path("config")).expect("text");
    sandbox.write("config", format!("{config}duration_seconds = 7200\n").as_bytes());
    let said = sandbox.run(&["login", "audit", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(
        said.contains(
            "'audit-session' is a role that was assumed with a session, which AWS limits to 1h (2h was requested)"
        ),
        "{said}"
    );
    assert_eq!(identity(&sts, &sandbox, "work"), ADA);
    assert_role(&sts, &sandbox, "admin-session", "admin");
    assert_role(&sts, &sandbox, "audit-session", "audit");
}

#[test]
fn loops_and_missing_links_show_the_chain() {
    let config = format!("{}{}", role_config("a", "b"), role_config("b", "a"));
    let said = Sandbox::with(&config, "").run(&["login", "a", "--token-code", "123456"]).expect(253);
    assert!(said.contains("form a loop: a -> b -> a"), "{said}");
    let config = format!("{}{}", role_config("a", "b"), role_config("b", "gone"));
    let said = Sandbox::with(&config, "").run(&["login", "a", "--token-code", "123456"]).expect(253);
    assert!(said.contains("'gone' of 'b' does not exist") && said.contains("needed for a -> b"), "{said}");
    let config = "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\n";
    let said = Sandbox::with(config, "").run(&["login", "a", "--token-code", "123456"]).expect(253);
    assert!(
        said.contains("no source profile is configured for the role of 'a'") && said.contains("config line 1"),
        "{said}"
    );
}

/// Three roles of ada, and a session profile.
fn team(sts: &StandIn) -> Sandbox {
    for name in ["one", "two", "three"] {
        add_role(sts, name);
    }
    let config = format!(
        "[default]\nmfa_serial = {SERIAL}\n{}{}{}",
        role_config("one", "default"),
        role_config("two", "default"),
        role_config("three", "default-session")
    );
    Sandbox::with(config, DEFAULT_CREDENTIALS).using(sts)
}

#[test]
fn one_code_fills_a_base_session_and_three_roles() {
    for arguments in [["login", "default", "one", "two", "three"].as_slice(), &["login", "--all"]] {
        let sts = StandIn::start();
        let sandbox = team(&sts);
        let code = sts.fresh_code(SERIAL);
        sandbox.run(&[arguments, &["--token-code", &code]].concat()).expect(0);
        assert_eq!(sts.calls().iter().filter(|call| call.code_spent).count(), 1);
        assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 3));
        assert_eq!(identity(&sts, &sandbox, "default-session"), ADA);
        for role in ["one", "two", "three"] {
            assert_role(&sts, &sandbox, &format!("{role}-session"), role);
        }
        sandbox.run(&["logout", "--all"]).expect(0);
        assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    }
}

#[test]
fn roles_alone_share_a_code_too_and_leave_no_base_session() {
    let sts = StandIn::start();
    let sandbox = team(&sts);
    sandbox.run(&["login", "one", "two", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 2));
    assert_role(&sts, &sandbox, "one-session", "one");
    assert_role(&sts, &sandbox, "two-session", "two");
    assert!(!sandbox.credentials_text().contains("[default-session]"));
}

#[test]
fn two_session_profiles_of_one_key_get_the_same_session() {
    let sts = StandIn::start();
    let config = format!(
        "[profile base]\nmfa_serial = {SERIAL}\n[profile a]\nawsmfa_source_profile = base\n[profile b]\nawsmfa_source_profile = base\n"
    );
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "base")).using(&sts);
    sandbox.run(&["login", "a", "b", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    assert_eq!((identity(&sts, &sandbox, "a"), identity(&sts, &sandbox, "b")), (ADA.to_owned(), ADA.to_owned()));
}

#[test]
fn a_failure_half_way_leaves_the_others_written_and_is_named() {
    let sts = StandIn::start();
    for name in ["one", "three"] {
        add_role(&sts, name);
    }
    let nobody = User::ada().arn().replace("ada", "nobody");
    sts.add_role(Role { trusted: vec![nobody], ..Role::named("two") });
    let config = format!(
        "{}{}{}",
        role_config("one", "default"),
        role_config("two", "default"),
        role_config("three", "default")
    );
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let ran: Ran = sandbox.run(&["login", "one", "two", "three", "--token-code", &sts.fresh_code(SERIAL)]);
    let said = ran.expect(254);
    assert!(said.contains("awsmfa: two failed:\nawsmfa: error: AccessDenied: User: "), "{said}");
    assert!(said.contains("one-session is valid") && said.contains("three-session is valid"), "{said}");
    assert_role(&sts, &sandbox, "one-session", "one");
    assert_role(&sts, &sandbox, "three-session", "three");
    assert!(!sandbox.credentials_text().contains("[two-session]"));
}

#[test]
fn a_profile_that_cannot_be_logged_in_to_does_not_stop_the_others() {
    let sts = StandIn::start();
    let sandbox = team(&sts);
    let said = sandbox.run(&["login", "one", "nobody", "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
    assert!(said.contains("nobody failed:") && said.contains("one-session is valid"), "{said}");
    assert_role(&sts, &sandbox, "one-session", "one");
}

#[test]
fn a_role_without_mfa_needs_no_code() {
    let sts = StandIn::start();
    sts.add_role(Role::named("open"));
    let config = "[profile open]\nrole_arn = arn:aws:iam::123456789012:role/open\nsource_profile = default\n";
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.run(&["login", "open"]).expect(0);
    assert_role(&sts, &sandbox, "open-session", "open");
}

#[test]
fn two_users_in_one_login_take_a_code_each() {
    let sts = StandIn::start();
    let eve = sts.add_user("eve", "210987654321", "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
    let config = format!(
        "[profile a]\nmfa_serial = {SERIAL}\n[profile b]\nmfa_serial = {}\nmfa_process = cat code.txt\n",
        eve.serial
    );
    let credentials = format!(
        "{}[b]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        DEFAULT_CREDENTIALS.replace("default", "a"),
        eve.access_key_id,
        eve.secret
    );
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    std::fs::write(sandbox.home().join("code.txt"), sts.fresh_code(&eve.serial)).expect("it is writable");
    sandbox.run(&["login", "a", "b", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(identity(&sts, &sandbox, "a-session"), ADA);
    assert_eq!(identity(&sts, &sandbox, "b-session"), eve.arn());
}

#[test]
fn a_session_that_only_pays_for_others_need_not_be_writable() {
    let sts = StandIn::start();
    let sandbox = team(&sts);
    let twice = format!("{DEFAULT_CREDENTIALS}[default-session]\n[default-session]\n");
    sandbox.write("credentials", twice.as_bytes());
    let said = sandbox.run(&["login", "default", "one", "three", "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
    assert!(said.contains("default failed:") && said.contains("occurs twice"), "{said}");
    assert_role(&sts, &sandbox, "one-session", "one");
    assert_role(&sts, &sandbox, "three-session", "three");
    assert!(sandbox.credentials_text().starts_with(&twice));
}

#[test]
fn two_roles_for_one_session_profile_are_an_error() {
    let sts = StandIn::start();
    let config = role_config("one", "default")
        + "awsmfa_session_profile = x\n"
        + &role_config("two", "default")
        + "awsmfa_session_profile = x\n";
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let said = sandbox.run(&["login", "one", "two", "--dry-run"]).expect(253);
    assert!(
        said.contains("two failed:") && said.contains("the sessions of one and two would both be written to 'x'"),
        "{said}"
    );
}

#[test]
fn a_session_that_a_code_has_paid_for_survives_an_interruption_of_the_next_step() {
    use std::time::Duration;
    let sts = StandIn::start();
    let sandbox = chain(&sts);
    // The first call is answered, the second hangs, and the person gives up.
    sts.fault(crate::support::sts::Fault::Slow(Duration::ZERO), 1);
    sts.fault(crate::support::sts::Fault::Hang, 1);
    let code = sts.fresh_code(SERIAL);
    let mut login = sandbox.command().args(["login", "admin", "--token-code", &code]).spawn().expect("it runs");
    while sts.calls().len() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = login.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill is there").success());
    assert_eq!(login.wait().expect("it ends").code(), Some(130));
    assert!(sandbox.listing().iter().any(|name| name.contains("awsmfa-recovery")), "{:?}", sandbox.listing());
    let said = sandbox.run(&["login", "admin"]).expect(0);
    assert!(said.contains("the session of work from an interrupted login"), "{said}");
    assert_eq!(sts.count("GetSessionToken"), 1);
    assert_role(&sts, &sandbox, "admin-session", "admin");
}
