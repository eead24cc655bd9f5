//! `logout`: the bytes from before the login.

use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

#[test]
fn lines_that_the_user_added_to_the_section_stay() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let text = sandbox.credentials_text();
    sandbox.write("credentials", format!("{text}region = eu-west-1\n\n[later]\nx = 1\n").as_bytes());
    let said = sandbox.run(&["logout"]).expect(0);
    assert_eq!(said, "awsmfa: default-session: the session is removed\n");
    let expected = format!("{DEFAULT_CREDENTIALS}\n[default-session]\nregion = eu-west-1\n\n[later]\nx = 1\n");
    assert_eq!(sandbox.credentials_text(), expected);
}

#[test]
fn a_logout_without_a_session_succeeds() {
    let sandbox = Sandbox::new();
    let said = sandbox.run(&["logout"]).expect(0);
    assert_eq!(said, "awsmfa: default-session: there is no session to remove\n");
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    Sandbox::new().run(&["logout", "nobody"]).expect(253);
}

#[test]
fn a_session_that_awsmfa_has_not_written_is_left_as_it_is() {
    let before = "[s]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\naws_security_token = t\nregion = x\n";
    let sandbox = Sandbox::with("", before);
    let said = sandbox.run(&["logout", "s"]).expect(0);
    assert_eq!(said, "awsmfa: s: the session was not written by awsmfa, so it is not removed\n");
    assert_eq!(sandbox.credentials_text(), before);
}

#[test]
fn a_section_managed_by_another_program_is_neither_removed_nor_overwritten() {
    let before = format!(
        "{DEFAULT_CREDENTIALS}[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nmanager = awsume\n"
    );
    let sandbox = Sandbox::with(format!("[default]\nmfa_serial = {SERIAL}\n"), &before);
    for arguments in [["logout"].as_slice(), &["login", "--token-code", "123456"]] {
        let said = sandbox.run(arguments).expect(253);
        assert!(said.contains("credentials line 8"), "{said}");
    }
    assert_eq!(sandbox.credentials_text(), before);
}

#[test]
fn logout_leaves_properties_without_a_session_alone() {
    let before = "[s]\nexpiration = 5 years\nassumed_role = x\nregion = x\n";
    let sandbox = Sandbox::with("", before);
    sandbox.run(&["logout", "s"]).expect(0);
    assert_eq!(sandbox.credentials_text(), before);
}

#[test]
fn logout_removes_a_session_from_a_recovery_file_too() {
    let sandbox = Sandbox::new();
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let kept = format!(
        "[default-session]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nexpiration = {soon:.0}\n"
    );
    sandbox.write("credentials.awsmfa-recovery-a", kept.as_bytes());
    sandbox.write("credentials.awsmfa-recovery-b", kept.replace("default-session", "other").as_bytes());
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(sandbox.listing(), ["config", "credentials", "credentials.awsmfa-recovery-b"]);
}

#[test]
fn logout_needs_no_source_and_no_serial_number() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.write("config", b"");
    sandbox.run(&["--profile", "default-session", "logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn login_and_logout_restore_files_of_every_shape() {
    let sts = StandIn::start();
    let shapes: [String; 8] = [
        DEFAULT_CREDENTIALS.to_owned(),
        DEFAULT_CREDENTIALS.trim_end().to_owned(),
        DEFAULT_CREDENTIALS.replace('\n', "\r\n"),
        DEFAULT_CREDENTIALS.trim_end().replace('\n', "\r\n"),
        format!("{DEFAULT_CREDENTIALS}\n\n\n"),
        "[default-session]".to_owned(),
        format!("{DEFAULT_CREDENTIALS}[default-session]"),
        String::new(),
    ];
    for shape in shapes {
        // The key is in the config file, so that the credentials file may be of any shape.
        let config = format!(
            "[profile base]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = default-session\n{}",
            DEFAULT_CREDENTIALS.lines().skip(1).collect::<Vec<_>>().join("\n")
        );
        let sandbox = Sandbox::with(config, &shape).using(&sts);
        sandbox.run(&["login", "base", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        assert!(sandbox.credentials_text().contains("aws_session_token"));
        sandbox.run(&["logout", "base"]).expect(0);
        assert_eq!(sandbox.credentials_text(), shape);
    }
}
