//! Layouts of other tools, before and after `setup --migrate`; the same keys are used to request the same sessions.

use super::{log_in, set_up, text};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

fn key(section: &str) -> String {
    DEFAULT_CREDENTIALS.replace("default", section)
}

/// Migrates both files, expects these, logs in if a session profile is given, and finds nothing left to migrate.
#[track_caller]
fn migrates(before: [&str; 2], after: [&str; 2], session_profile: &str) {
    let sts = StandIn::start();
    let [config, credentials] = before.map(|text| text.replace("{SERIAL}", SERIAL));
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    set_up(&sandbox, &["--migrate"]);
    let after = after.map(|text| text.replace("{SERIAL}", SERIAL));
    assert_eq!([text(&sandbox, "config"), text(&sandbox, "credentials")], after);
    log_in(&sandbox, &sts, session_profile);
    sandbox.run(&["setup", "--migrate"]).expect(0);
}

#[test]
fn source_profile_without_a_role_becomes_a_link_from_the_key() {
    migrates(
        ["[profile work]\nsource_profile = key\nregion = x\nmfa_serial = {SERIAL}\n", &key("key")],
        [
            "[profile work]\nregion = x\n\n[profile key]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = work\n",
            &key("key"),
        ],
        "work",
    );
}

#[test]
fn several_session_profiles_of_a_key_get_links_that_clients_ignore() {
    let config = |link: &str| {
        format!(
            "[profile key]\nmfa_serial = {{SERIAL}}\n[profile a]\nregion=x\n{link}=key\n# mine\n[profile b]\n{link}=key\n"
        )
    };
    let (before, after) = (config("source_profile"), config("awsmfa_source_profile"));
    migrates([&before, &key("key")], [&after, &key("key")], "b");
}

#[test]
fn bare_sections_of_the_original_get_the_word_profile() {
    let config = include_str!("../../../fixtures/commands/original/config");
    let credentials = include_str!("../../../fixtures/commands/original/credentials");
    let sts = StandIn::start();
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    set_up(&sandbox, &["--migrate"]);
    let now = text(&sandbox, "config");
    assert!(now.contains("[profile myaccount]") && !now.contains("source_profile"), "{now}");
    assert!(now.contains("awsmfa_session_profile = myaccount"), "{now}");
    log_in(&sandbox, &sts, "myaccount");
}

#[test]
fn aws_mfa_device_becomes_mfa_serial() {
    let credentials = format!("[work]\nregion = x\n\n{}aws_mfa_device = {{SERIAL}}\n", key("work-long-term"));
    migrates(
        ["", &credentials],
        [
            "[profile work-long-term]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = work\n",
            &format!("[work]\nregion = x\n\n{}", key("work-long-term")),
        ],
        "work",
    );
}

#[test]
fn a_role_with_a_session_profile_as_source_loses_its_device() {
    let role = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = work\n";
    migrates(
        [&format!("{role}mfa_serial = {{SERIAL}}\n[profile key]\nawsmfa_session_profile = work\n"), &key("key")],
        [&format!("{role}[profile key]\nawsmfa_session_profile = work\nmfa_serial = {{SERIAL}}\n"), &key("key")],
        "work",
    );
}

#[test]
fn a_role_with_a_key_as_source_keeps_its_device() {
    let config = format!(
        "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = key\nmfa_serial = {SERIAL}\n\
         [tool]\nregion_of_tool = x\n[plugins]\ncli_legacy_plugin_path = x\n[sso-session s]\nregion = x\n"
    );
    let sandbox = Sandbox::with(&config, key("key"));
    sandbox.run(&["setup", "--migrate"]).expect(0);
    assert_eq!(text(&sandbox, "config"), config);
}

#[test]
fn the_layouts_of_dcoker_awsmfa_and_jhandguy_aws_mfa_are_found() {
    let sts = StandIn::start();
    let ended = "aws_access_key_id = ASIAOLD\naws_secret_access_key = old\naws_session_token = old\n";
    let dcoker = format!("{}\n[default]\n{ended}awsmfa_expiration = 2020-01-01 00:00:00+00:00\n", key("identity"));
    let sandbox = Sandbox::with("", &dcoker).using(&sts);
    set_up(&sandbox, &["--yes"]);
    assert!(text(&sandbox, "config").contains("[profile identity]"), "{}", text(&sandbox, "config"));
    assert!(text(&sandbox, "config").contains("awsmfa_session_profile = default\n"));
    let jhandguy = format!("{}mfa_serial = {SERIAL}\n\n[work]\n{ended}", key("work-mfa"));
    let sandbox = Sandbox::with("", &jhandguy).using(&sts);
    set_up(&sandbox, &["--source-profile", "work-mfa"]);
    assert_eq!(text(&sandbox, "config"), "[profile work-mfa]\nawsmfa_session_profile = work\n");
}
