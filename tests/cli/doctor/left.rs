//! Lines that `--fix` leaves alone, because an AWS client or another program could need them.

use super::private;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};

const OTHER_KEY: &str =
    "[b]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = je7MtGbClwBFEXAMPLEKEY\n";

fn fixed(config: &str, credentials: &str) -> Sandbox {
    let sandbox = private(config.as_bytes(), credentials.as_bytes());
    let ran = sandbox.run(&["doctor", "--fix", "--yes"]);
    // Findings may remain, but the files are not unchanged because of a failure.
    assert!([0, 1].contains(&ran.code), "{ran:?}");
    sandbox
}

fn config_of(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.path("config")).expect("it is there")
}

#[test]
fn a_bare_section_that_would_hide_a_key_stays_bare() {
    for line in ["role_arn = arn:aws:iam::123456789012:role/old\nsource_profile = default", "sso_start_url = https://x"]
    {
        let config = format!("[default]\nregion = eu-west-1\n[b]\n{line}\nregion = eu-west-1\n");
        let sandbox = fixed(&config, &format!("{DEFAULT_CREDENTIALS}{OTHER_KEY}"));
        assert_eq!(config_of(&sandbox), config);
    }
}

#[test]
fn the_only_token_of_a_session_stays() {
    let config = "[default]\nregion = eu-west-1\naws_session_token = t\n";
    let sandbox = fixed(config, "[default]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n");
    assert_eq!(config_of(&sandbox), config);
}

#[test]
fn a_property_with_nested_lines_is_not_a_duplicate() {
    let config = "[profile a]\ns3 =\n# one\n  max_bandwidth = 1\nregion = x\ns3 =\n\n  max_bandwidth = 1\n";
    assert_eq!(config_of(&fixed(config, DEFAULT_CREDENTIALS)), config);
}

#[test]
fn a_section_with_a_comment_after_its_header_is_not_a_duplicate() {
    let credentials =
        format!("{DEFAULT_CREDENTIALS}{}", DEFAULT_CREDENTIALS.replace("[default]", "[default] # ticket 77"));
    let sandbox = fixed("[default]\nregion = eu-west-1\n", &credentials);
    assert_eq!(sandbox.credentials_text(), credentials);
}

#[test]
fn a_link_for_another_program_stays() {
    let config = "[profile jon]\nregion = eu-west-1\n[profile jon-mfa]\nsource_profile = jon\n\
                  mfa_serial = arn:aws:iam::123456789012:mfa/jon\n";
    assert_eq!(config_of(&fixed(config, "")), config);
}

#[test]
fn no_part_of_a_token_is_shown() {
    let credentials = format!(
        "{DEFAULT_CREDENTIALS}region = x # c\n[work]\naws_session_token IQoJMISSINGEQUALS==\nIQoJSecretPartTwo==\nregion = y # c\n"
    );
    let sandbox = private(b"[default]\nregion = eu-west-1\n", credentials.as_bytes());
    let ran = sandbox.run(&["doctor", "--fix", "--yes"]);
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("IQoJ"), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_fix_that_cannot_be_written_keeps_the_undo_record() {
    use std::os::unix::fs::PermissionsExt;
    let config = "[default]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::123456789012:mfa/ada\n";
    let sandbox = private(config.as_bytes(), format!("{DEFAULT_CREDENTIALS}region = x # c\n").as_bytes());
    sandbox.run(&["setup", "--yes", "--skip-check"]).expect(0);
    let mode = |mode| std::fs::set_permissions(sandbox.path("credentials"), std::fs::Permissions::from_mode(mode));
    mode(0o400).expect("it is ours");
    sandbox.run(&["doctor", "--fix", "--yes"]).expect(255);
    mode(0o600).expect("it is ours");
    sandbox.run(&["setup", "--undo"]).expect(0);
    assert_eq!(config_of(&sandbox), config);
}

#[test]
fn a_change_can_be_undone_by_any_path_to_the_file() {
    let sandbox = private(b"[default]\nregion = x # c\n", b"");
    let before = config_of(&sandbox);
    let mut command = sandbox.command();
    command.current_dir(sandbox.home().join(".aws")).args(["doctor", "--fix", "--yes", "--config-file", "config"]);
    assert!(command.output().expect("it runs").status.success());
    assert_ne!(config_of(&sandbox), before);
    sandbox.run(&["setup", "--undo"]).expect(0);
    assert_eq!(config_of(&sandbox), before);
}

#[test]
fn one_file_under_both_names_is_never_changed() {
    let both = format!("{DEFAULT_CREDENTIALS}[work]\nsource_profile = default\nMFA_SERIAL = x\n");
    for command in [&["doctor", "--fix", "--yes"][..], &["setup", "--yes", "--skip-check", "--serial-number", SERIAL]] {
        let mut sandbox = private(b"", both.as_bytes());
        let credentials = sandbox.path("credentials");
        sandbox.set("AWS_CONFIG_FILE", credentials.to_str().expect("UTF-8"));
        let ran = sandbox.run(command);
        let said = "is both the config file and the credentials file\nhint: name another file with";
        assert!(ran.code == 253 && ran.stderr.contains(said), "{command:?}: {ran:?}");
        assert_eq!(sandbox.credentials_text(), both);
    }
}
