//! Roles that are assumed with the key of a user.

mod chains;
mod several;

use crate::support::caller::identity_of;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};

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
fn a_role_with_a_permanent_profile_as_source_takes_one_call_and_one_code() {
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
        assert_eq!((call.param("RoleSessionName"), call.code_spent), (Some("ada"), true));
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
    sandbox.run(&[["login", "admin", "--token-code", &code].as_slice(), &flags].concat()).expect(254);
    let call = sts.calls().pop().expect("a call");
    assert_eq!((call.param("RoleSessionName"), call.param("ExternalId")), (Some("you"), Some("id-2")));
}

#[test]
fn a_role_that_is_in_no_file_can_be_given_by_a_flag() {
    let sts = StandIn::start();
    let arn = add_role(&sts, "team/deploy");
    let config = format!("[default]\nmfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.run(&["login", "--role-arn", &arn, "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_role(&sts, &sandbox, "deploy-session", "deploy");
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "--role-arn", &arn, "--session-profile", "x", "--token-code", &code]).expect(0);
    assert_role(&sts, &sandbox, "x", "deploy");
    sandbox.run(&["login", "--role-arn", "deploy", "--token-code", "123456"]).expect(253);
}

#[test]
fn a_role_named_by_a_flag_is_assumed_again_at_every_login() {
    let sts = StandIn::start();
    let arn = add_role(&sts, "deploy");
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    for _ in 0..2 {
        sandbox.run(&["login", "default-session", "--role-arn", &arn]).expect(0);
    }
    assert_eq!(sts.count("AssumeRole"), 2);
    assert_role(&sts, &sandbox, "deploy-session", "deploy");
    sandbox.run(&["login", "nobody", "--role-arn", &arn]).expect(253);
}

#[test]
fn a_role_does_not_use_the_session_profile_of_another_profile() {
    let config = format!(
        "[profile base]\nawsmfa_source_profile = default\n[default]\nmfa_serial = {SERIAL}\n{}awsmfa_session_profile = base\n",
        role_config("admin", "default")
    );
    Sandbox::with(config, DEFAULT_CREDENTIALS).run(&["login", "admin", "--dry-run"]).expect(253);
}

#[test]
fn assume_role_of_aws_mfa_is_read() {
    let sts = StandIn::start();
    let arn = add_role(&sts, "admin");
    let credentials = DEFAULT_CREDENTIALS.replace("default", "work-long-term")
        + &format!("aws_mfa_device = {SERIAL}\nassume_role = {arn}\n");
    let sandbox = Sandbox::with("", &credentials).using(&sts);
    sandbox.run(&["login", "work", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_role(&sts, &sandbox, "work", "admin");
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
fn a_role_without_a_device_is_assumed_with_the_name_of_the_machines_user() {
    let sts = StandIn::start();
    sts.add_role(Role::named("admin"));
    let config = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default\n";
    let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.set("USER", "ada lovelace");
    sandbox.run(&["login", "admin"]).expect(0);
    assert_eq!(sts.calls()[0].param("RoleSessionName"), Some("awsmfa-adalovelace"));
}

#[cfg(unix)]
#[test]
fn during_a_prompt_sts_tells_the_name_of_the_user() {
    use crate::support::child::{DEFAULT_SIGNALS, await_that};
    use crate::support::sts::User;

    const PHONE: &str = "arn:aws:iam::123456789012:mfa/phone";
    let sts = StandIn::start();
    let grace = User {
        name: "grace".to_owned(),
        access_key_id: "AKIAI44QH8DHBEXAMPLE".to_owned(),
        serial: PHONE.to_owned(),
        ..User::ada()
    };
    sts.add_role(Role { trusted: vec![grace.arn()], requires_mfa: true, ..Role::named("admin") });
    sts.add(grace);
    let credentials = DEFAULT_CREDENTIALS.replace("AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE");
    let config = role_config("admin", "default").replace(SERIAL, PHONE);
    let sandbox = Sandbox::with(&config, &credentials).using(&sts);
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["login", "admin"]);
    let mut terminal = rexpect::session::spawn_command(command, Some(20_000)).expect("a pseudo-terminal can be made");
    terminal.exp_string("MFA code for").expect("the prompt");
    await_that("STS is asked", || sts.count("GetCallerIdentity") == 1);
    // The answer must have arrived, too.
    std::thread::sleep(std::time::Duration::from_millis(500));
    terminal.send_line(&sts.fresh_code(PHONE)).expect("it reads");
    terminal.exp_string("admin-session is valid").expect("done");
    terminal.exp_eof().expect("it ends");
    assert_eq!(sts.calls().pop().expect("a call").param("RoleSessionName"), Some("grace"));
    // Without a prompt, there is only the device.
    sandbox.run(&["login", "admin", "--token-code", &sts.fresh_code(PHONE)]).expect(0);
    assert_eq!(sts.calls().pop().expect("a call").param("RoleSessionName"), Some("phone"));
}
