//! Warnings of login; tests/clients checks that the clients behave as they say.

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// The warnings of a login over these files.
fn warnings(config: &[u8], credentials: &[u8], arguments: &[&str]) -> Vec<String> {
    let sts = StandIn::start();
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    let said = sandbox.run(&[&["login", "--token-code", &sts.fresh_code(SERIAL)], arguments].concat()).expect(0);
    said.lines().filter_map(|line| line.strip_prefix("awsmfa: warning: ")).map(str::to_owned).collect()
}

#[track_caller]
fn warns_once(credentials: &[u8], expected: &str) {
    let found = warnings(DEFAULT_CONFIG.as_bytes(), credentials, &[]);
    let has_place = |said: &str| said.contains("credentials line ");
    assert!(matches!(found.as_slice(), [one] if one.contains(expected) && has_place(one)), "{found:?}");
}

fn after_default(text: &[u8]) -> Vec<u8> {
    [DEFAULT_CREDENTIALS.as_bytes(), text].concat()
}

#[test]
fn each_kind_of_irregular_line_is_warned_about_once_with_its_place() {
    warns_once(&after_default(b"# caf\xE9\n"), "is not UTF-8");
    warns_once(&after_default(b"[]\nx = 1\n"), "is not a header, property or comment");
    warns_once(&after_default(b"[a]\nx = 1\n  [b]\ny = 2\n"), "the header in ");
    warns_once(&after_default(b"[a] # note\n"), "the text after the header in ");
    warns_once(&after_default(b"[a]\nx = 1\n  more\n"), "the indented line without = in ");
    let nested = b"[default-session]\ns3 =\n  region = x\n";
    warns_once(&after_default(nested), "the indented property in ");
    assert!(warnings(DEFAULT_CONFIG.as_bytes(), &after_default(b"[a]\ns3 =\n  region = x\n"), &[]).is_empty());
}

#[test]
fn login_does_not_warn_about_lines_that_it_has_fixed() {
    let stale = b"[default-session]\naws_access_key_id = ASIAOLD # old\naws_session_token = old ; old\n";
    assert!(warnings(DEFAULT_CONFIG.as_bytes(), &after_default(stale), &[]).is_empty());
}

#[test]
fn login_warns_about_names_that_a_client_ignores() {
    for (name, clients) in [
        ("DEFAULT", "is not seen by the AWS CLI and boto3"),
        ("__proto__", "is not seen by the SDK for JavaScript"),
        ("a!b", "is not seen by the SDKs for Rust, C++ and Java"),
    ] {
        let config = DEFAULT_CONFIG.as_bytes();
        let found = warnings(config, DEFAULT_CREDENTIALS.as_bytes(), &["--session-profile", name]);
        assert!(matches!(found.as_slice(), [one] if one.contains(clients)), "{found:?}");
    }
}

#[test]
fn login_warns_about_source_profile_without_a_role() {
    let config = format!("{DEFAULT_CONFIG}[profile s]\nawsmfa_source_profile = default\nsource_profile = default\n");
    let found = warnings(config.as_bytes(), DEFAULT_CREDENTIALS.as_bytes(), &["s"]);
    assert!(matches!(found.as_slice(), [one] if one.contains("source_profile without role_arn")), "{found:?}");
}

#[test]
fn a_session_is_not_written_to_a_profile_with_an_empty_role_arn() {
    let config = format!("{DEFAULT_CONFIG}[profile s]\nrole_arn =\nsource_profile = default\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS);
    let said = sandbox.run(&["login", "s", "--token-code", "123456"]).expect(253);
    assert!(said.contains("config line 5"), "{said}");
}
