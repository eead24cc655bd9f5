//! Several profiles in one login, with as few codes as possible.

use super::{ADA, add_role, assert_role, identity, role_config};
use crate::support::sandbox::{CAT, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn, User};

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
fn roles_alone_share_a_code_too_and_write_no_base_session() {
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
fn two_users_in_one_login_need_a_code_each() {
    let sts = StandIn::start();
    let eve = sts.add_user("eve", "210987654321", "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
    let config = format!(
        "[profile a]\nmfa_serial = {SERIAL}\n[profile b]\nmfa_serial = {}\nmfa_process = {CAT} code.txt\n",
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
fn a_profile_without_a_code_does_not_stop_the_others() {
    let sts = StandIn::start();
    let sandbox = team(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    // More than an hour needs a code, with or without a session.
    let config = std::fs::read_to_string(sandbox.path("config")).expect("text");
    let config = config.replace("[profile one]\n", "[profile one]\nduration_seconds = 7200\n");
    sandbox.write("config", config.as_bytes());
    let said = sandbox.run(&["login", "one", "three"]).expect(255);
    assert!(said.contains("one failed:"), "{said}");
}

#[test]
fn a_failed_role_is_named_and_the_others_are_written() {
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
    assert!(said.contains("two failed:"), "{said}");
    assert_role(&sts, &sandbox, "one-session", "one");
    assert_role(&sts, &sandbox, "three-session", "three");
    assert!(!sandbox.credentials_text().contains("[two-session]"));
}

#[test]
fn a_profile_that_cannot_be_logged_in_to_does_not_stop_the_others() {
    let sts = StandIn::start();
    let sandbox = team(&sts);
    let said = sandbox.run(&["login", "one", "nobody", "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
    assert!(said.contains("nobody failed:"), "{said}");
    assert_role(&sts, &sandbox, "one-session", "one");
}

#[test]
fn a_session_that_is_only_a_source_need_not_be_writable() {
    let sts = StandIn::start();
    let sandbox = team(&sts);
    let twice = format!("{DEFAULT_CREDENTIALS}[default-session]\n[default-session]\n");
    sandbox.write("credentials", twice.as_bytes());
    let said = sandbox.run(&["login", "default", "one", "three", "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
    assert!(said.contains("default failed:"), "{said}");
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
    assert!(said.contains("two failed:"), "{said}");
}
