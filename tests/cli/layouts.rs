//! Source and session profile in every layout that works.

use crate::support::caller::identity_of;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

const KEY: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
const ADA: &str = "arn:aws:iam::123456789012:user/ada";

/// Logs in with `arguments`, makes sure that the session is in `session_profile` and that STS knows it, logs out,
/// and makes sure that the bytes are those from before.
#[track_caller]
fn works(config: &str, credentials: &str, arguments: &[&str], session_profile: &str) -> String {
    let sts = StandIn::start();
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    let code = sts.fresh_code(SERIAL);
    let login = [arguments, &["login", "--token-code", &code]].concat();
    let said = sandbox.run(&login).expect(0);
    assert_eq!(identity_of(&sts.url(), &sandbox.credentials(), session_profile), Ok(ADA.to_owned()), "{said}");
    sandbox.run(&[arguments, &["status"]].concat()).expect(0);
    sandbox.run(&[arguments, &["logout"]].concat()).expect(0);
    assert_eq!(sandbox.credentials_text(), credentials);
    said
}

#[test]
fn both_example_files_of_the_original_awsmfa_work_unchanged() {
    let config = include_str!("../../fixtures/commands/original/config");
    let credentials = include_str!("../../fixtures/commands/original/credentials");
    works(config, credentials, &["--profile", "myaccount"], "myaccount");
    let proper = config.replace("[myaccount", "[profile myaccount");
    works(&proper, credentials, &["--profile", "myaccount"], "myaccount");
}

#[test]
fn command_lines_of_the_original_work_with_the_profile_in_a_variable() {
    let sts = StandIn::start();
    let config = include_str!("../../fixtures/commands/original/config");
    let credentials = include_str!("../../fixtures/commands/original/credentials");
    let mut sandbox = Sandbox::with(config, credentials).using(&sts);
    sandbox.set("AWS_PROFILE", "myaccount");
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let code = sts.fresh_code(SERIAL);
    let arguments = ["--profile", "myaccount", "login", "--token-code", &code, "--", "--duration-seconds", "3600"];
    sandbox.run(&arguments).expect(0);
    let call = sts.calls().pop().expect("a call");
    assert_eq!(call.param("DurationSeconds"), Some("3600"));
    assert_eq!(identity_of(&sts.url(), &sandbox.credentials(), "myaccount"), Ok(ADA.to_owned()));
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), credentials);
}

#[test]
fn a_key_and_a_serial_number_in_default_need_no_setup() {
    let config = format!("[default]\nmfa_serial = {SERIAL}\n");
    let said = works(&config, DEFAULT_CREDENTIALS, &[], "default-session");
    let hint =
        if cfg!(windows) { "$Env:AWS_PROFILE = 'default-session'" } else { "export AWS_PROFILE=default-session" };
    assert!(said.contains(hint), "{said}");
    works(&config, DEFAULT_CREDENTIALS, &["--profile", "default-session"], "default-session");
}

#[test]
fn long_term_profiles_of_aws_mfa_need_no_setup() {
    let credentials = format!("[work-long-term]\n{KEY}aws_mfa_device = {SERIAL}\n");
    works("", &credentials, &["--profile", "work"], "work");
    works("", &credentials, &["--profile", "work-long-term"], "work");
    let credentials = format!("[default-long-term]\n{KEY}aws_mfa_device = {SERIAL}\n");
    works("", &credentials, &[], "default");
}

#[test]
fn a_key_in_a_profile_with_the_suffix_mfa_is_for_the_profile_without_it() {
    let config = format!("[profile production]\nregion = eu-west-1\n[profile production-mfa]\nmfa_serial = {SERIAL}\n");
    let credentials = format!("[production-mfa]\n{KEY}");
    works(&config, &credentials, &["--profile", "production"], "production");
    works(&config, &credentials, &["--profile", "production-mfa"], "production");
}

#[test]
fn the_permanent_profile_can_link_to_its_session_profile() {
    let config = format!(
        "[profile base]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = work\n\n[profile work]\nregion = eu-west-1\n"
    );
    let credentials = format!("[base]\n{KEY}\n[work]\n");
    works(&config, &credentials, &["--profile", "work"], "work");
    works(&config, &credentials, &["--profile", "base"], "work");
}

#[test]
fn a_session_profile_can_link_to_its_source() {
    let config = format!("[profile base]\nmfa_serial = {SERIAL}\n[profile work]\nawsmfa_source_profile = base\n");
    let credentials = format!("[base]\n{KEY}");
    let said = works(&config, &credentials, &["--profile", "work"], "work");
    assert!(!said.contains("warning"), "{said}");
    works(&config, &credentials, &["--profile", "base"], "work");
}

#[test]
fn source_profile_without_role_arn_works_with_a_warning() {
    let config = format!("[profile base]\nmfa_serial = {SERIAL}\n[profile work]\nsource_profile = base\n");
    let credentials = format!("[base]\n{KEY}");
    for profile in ["work", "base"] {
        let said = works(&config, &credentials, &["--profile", profile], "work");
        assert_eq!(said.matches("warning").count(), 1, "{said}");
        assert!(said.contains("config line 4"), "{said}");
    }
}

#[test]
fn flags_link_profiles_that_nothing_else_links() {
    let config = format!("[profile base]\nmfa_serial = {SERIAL}\n");
    let credentials = format!("[base]\n{KEY}");
    let sts = StandIn::start();
    let sandbox = Sandbox::with(&config, &credentials).using(&sts);
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "base", "--session-profile", "a", "--token-code", &code]).expect(0);
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "b", "--source-profile", "base", "--token-code", &code]).expect(0);
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "--source-profile", "base", "--token-code", &code]).expect(0);
    for profile in ["a", "b", "base-session"] {
        assert_eq!(identity_of(&sts.url(), &sandbox.credentials(), profile), Ok(ADA.to_owned()), "{profile}");
    }
}

#[test]
fn a_long_term_key_can_be_in_the_config_file_or_come_from_a_process() {
    let config = format!("[profile base]\nmfa_serial = {SERIAL}\n{KEY}");
    works(&config, "", &["--profile", "base"], "base-session");
    let json = r#"{"Version":1,"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}"#;
    // cmd prints quotation marks as they are.
    let quoted = if cfg!(windows) { json.to_owned() } else { format!("'{json}'") };
    let config = format!("[profile base]\nmfa_serial = {SERIAL}\ncredential_process = echo {quoted}\n");
    works(&config, "", &["--profile", "base"], "base-session");
}

#[test]
fn names_with_all_portable_characters_work_without_a_warning() {
    let name = "a.b/c@d+e:f%g-h_i";
    let config = format!("[profile {name}]\nmfa_serial = {SERIAL}\n");
    let said = works(&config, &format!("[{name}]\n{KEY}"), &["--profile", name], &format!("{name}-session"));
    assert!(!said.contains("warning"), "{said}");
    let config = format!("[profile \"a b\"]\nmfa_serial = {SERIAL}\n");
    let said = works(&config, &format!("[a b]\n{KEY}"), &["--profile", "a b"], "a b-session");
    let hint = if cfg!(windows) { "$Env:AWS_PROFILE = " } else { "export AWS_PROFILE=" };
    assert!(said.contains(&format!("{hint}'a b-session'")), "{said}");
}
