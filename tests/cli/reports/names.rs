//! Names of profiles, files and devices that do not match, and what is suggested instead.

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

#[test]
fn the_variable_that_names_the_device_is_named() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_MFA_SERIAL", "arn:aws:iam::999999999999:mfa/ada");
    sandbox.set("AWS_PROFILE", "default");
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(254);
    assert!(said.contains("from AWS_MFA_SERIAL is of the account 999999999999"), "{said}");
    let found = sandbox.run(&["doctor", "--output", "json"]).stdout;
    assert!(found.contains("serial-in-environment"), "{found}");
    let list = sandbox.run(&["list"]).stdout;
    assert!(list.contains("999999999999:mfa/ada (AWS_MFA_SERIAL)"), "{list}");
}

#[test]
fn a_new_phone_is_named_by_doctor_and_taken_by_setup() {
    let sts = StandIn::start();
    let phone = "arn:aws:iam::123456789012:mfa/phone";
    sts.list_devices(&[phone]);
    let sandbox = Sandbox::new().using(&sts);
    let found = sandbox.run(&["doctor", "--online", "--output", "json"]).stdout;
    assert!(found.contains("unlisted-serial") && found.contains(phone), "{found}");
    let said = sandbox.run(&["setup", "--yes"]).expect(0);
    assert!(said.contains(phone), "{said}");
    let config = std::fs::read_to_string(sandbox.path("config")).expect("text");
    assert!(config.contains(&format!("mfa_serial = {phone}\n")) && !config.contains("mfa/ada"), "{config}");
}

#[test]
fn the_variable_and_the_file_that_lead_nowhere_are_named() {
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_PROFILE", "nowhere");
    for command in ["login", "status", "env", "logout"] {
        let said = sandbox.run(&[command]).expect(253);
        assert!(said.contains("'nowhere' (from AWS_PROFILE)"), "{said}");
    }
    let mut sandbox = Sandbox::empty();
    sandbox.set("AWS_CONFIG_FILE", "/nope/config");
    for command in ["login", "status"] {
        let said = sandbox.run(&[command]).expect(253);
        assert!(said.contains("/nope/config"), "{said}");
    }
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_SHARED_CREDENTIALS_FILE", "");
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(said.contains("AWS_SHARED_CREDENTIALS_FILE"), "{said}");
}

#[test]
fn a_code_in_the_place_of_a_profile_is_refused_and_not_repeated() {
    for command in ["status", "logout", "env", "login", "credential-process"] {
        let said = Sandbox::new().run(&[command, "654321"]).expect(253);
        assert!(!said.contains("654321"), "{command}: {said}");
        Sandbox::new().run(&[command, "nosuch"]).expect(253);
    }
}

#[test]
fn names_with_blanks_are_quoted_for_the_shell() {
    let credentials = DEFAULT_CREDENTIALS.replace("default", "two words");
    let said = Sandbox::with("", credentials).run(&["login", "two words"]).expect(253);
    assert!(said.contains("'two words'`") && said.contains("[profile \"two words\"]"), "{said}");
}

#[test]
fn a_slip_in_the_name_of_the_source_is_asked_about() {
    let config = format!("[profile myaccount]\nsource_profile = myaccountPermanent\nmfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "myaccountPerm"));
    for said in [sandbox.run(&["login", "myaccount"]).expect(253), sandbox.run(&["doctor"]).stdout] {
        assert!(said.contains("'myaccountPerm'"), "{said}");
    }
}

#[test]
fn a_name_in_other_letters_is_asked_about_by_login_and_doctor() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS.replace("[default]", "[Default]"));
    for arguments in [["login", "--dry-run"].as_slice(), &["exec", "--", "true"], &["doctor"]] {
        let ran = sandbox.run(arguments);
        assert_eq!(ran.code, if arguments == ["doctor"] { 1 } else { 253 });
        assert!(format!("{}{}", ran.stdout, ran.stderr).contains("did you mean 'Default'"), "{ran:?}");
    }
}

#[test]
fn a_dry_run_says_what_doctor_knows() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS.replace("[default]", "[profile default]"));
    let said = sandbox.run(&["login", "--dry-run"]).expect(253);
    assert!(said.contains("write the header as [default]"), "{said}");
}

#[test]
fn quotes_around_a_name_without_blanks_are_fixed() {
    let config = format!("[profile \"work\"]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "work"));
    sandbox.run(&["doctor", "--fix", "--yes"]);
    let config = std::fs::read_to_string(sandbox.path("config")).expect("text");
    assert!(config.starts_with("[profile work]\n"), "{config}");
    let blanks = Sandbox::with("[profile \"My MacBook Pro\"]\nregion = eu-west-1\n", "");
    let found = blanks.run(&["doctor"]).stdout;
    assert!(!found.contains("[profile My MacBook Pro]"), "{found}");
    let bare = Sandbox::with("[profile Foo Bar]\nregion = eu-west-1\n", "");
    let found = bare.run(&["doctor"]).stdout;
    assert!(found.contains("[profile \"Foo Bar\"]"), "{found}");
}
