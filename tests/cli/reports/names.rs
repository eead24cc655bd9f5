//! Names of profiles, files and devices that do not match, and what is suggested instead.

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, NOTHING, SERIAL, Sandbox};
use crate::support::sts::StandIn;

#[test]
fn messages_name_the_variable_that_the_device_comes_from() {
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
fn doctor_reports_a_replaced_device_and_setup_uses_the_new_one() {
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
fn errors_name_the_variable_that_selects_a_missing_profile_or_file() {
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
fn a_code_given_as_profile_is_refused_and_not_repeated() {
    for command in ["status", "logout", "env", "login", "credential-process"] {
        let said = Sandbox::new().run(&[command, "654321"]).expect(253);
        assert!(!said.contains("654321"), "{command}: {said}");
        Sandbox::new().run(&[command, "nosuch"]).expect(253);
    }
}

#[test]
fn names_with_spaces_are_quoted_for_the_shell() {
    let credentials = DEFAULT_CREDENTIALS.replace("default", "two words");
    let said = Sandbox::with("", credentials).run(&["login", "two words"]).expect(253);
    let quoted = if cfg!(windows) { "\"two words\"`" } else { "'two words'`" };
    assert!(said.contains(quoted) && said.contains("[profile \"two words\"]"), "{said}");
}

#[test]
fn a_similar_name_is_suggested_for_a_missing_source() {
    let config = format!("[profile myaccount]\nsource_profile = myaccountPermanent\nmfa_serial = {SERIAL}\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "myaccountPerm"));
    for said in [sandbox.run(&["login", "myaccount"]).expect(253), sandbox.run(&["doctor"]).stdout] {
        assert!(said.contains("'myaccountPerm'"), "{said}");
    }
}

#[test]
fn login_and_doctor_suggest_a_name_that_differs_in_case() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS.replace("[default]", "[Default]"));
    for arguments in [["login", "--dry-run"].as_slice(), &[&["exec", "--"], NOTHING].concat(), &["doctor"]] {
        let ran = sandbox.run(arguments);
        assert_eq!(ran.code, if arguments == ["doctor"] { 1 } else { 253 });
        assert!(format!("{}{}", ran.stdout, ran.stderr).contains("did you mean 'Default'"), "{ran:?}");
    }
}

#[test]
fn a_dry_run_prints_the_findings_of_doctor() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS.replace("[default]", "[profile default]"));
    let said = sandbox.run(&["login", "--dry-run"]).expect(253);
    assert!(said.contains("write the header as [default]"), "{said}");
}

#[test]
fn quotes_around_a_name_without_spaces_are_fixed() {
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
