//! `use`: the variables that select a profile in a shell.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::child::finish;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};

const UNTIL: &str = "2099-12-31T23:59:59Z";

fn session(profile: &str, expiration: &str) -> String {
    format!(
        "[{profile}]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n\
         aws_session_token = t\nexpiration = {expiration}\n"
    )
}

/// Two session profiles, and a profile of IAM Identity Center.
fn sandbox() -> Sandbox {
    let config =
        format!("{DEFAULT_CONFIG}[profile club]\nregion = us-east-1\n[profile sso]\nsso_account_id = 123456789012\n");
    let sessions = session("default-session", UNTIL) + &session("club", UNTIL);
    Sandbox::with(config, format!("{DEFAULT_CREDENTIALS}{sessions}"))
}

/// Returns the variables that `use` sets, as JSON, with `null` for those that it clears.
#[track_caller]
fn selected(sandbox: &Sandbox, arguments: &[&str]) -> BTreeMap<String, Value> {
    let ran = sandbox.run(&[&["use", "--shell", "json"], arguments].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// Returns the variables that are set, without those that are cleared.
fn set(variables: &BTreeMap<String, Value>) -> Vec<(&str, &str)> {
    variables.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect()
}

#[test]
fn a_profile_of_any_kind_selects_its_session_profile_and_clears_what_clients_prefer_to_it() {
    let expected = [
        ("AWSMFA_PROFILE", "default-session"),
        ("AWS_CREDENTIAL_EXPIRATION", UNTIL),
        ("AWS_PROFILE", "default-session"),
    ];
    for name in ["default", "default-session"] {
        let variables = selected(&sandbox(), &[name]);
        assert_eq!(set(&variables), expected, "{name}");
        let cleared: Vec<&str> =
            variables.iter().filter(|(_, value)| value.is_null()).map(|(name, _)| name.as_str()).collect();
        let preferred = [
            "AWS_ACCESS_KEY_ID",
            "AWS_DEFAULT_PROFILE",
            "AWS_ROLE_ARN",
            "AWS_ROLE_SESSION_NAME",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SECURITY_TOKEN",
            "AWS_SESSION_TOKEN",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ];
        assert_eq!(cleared, preferred, "{name}");
    }
    let said = sandbox().run(&["use", "default", "--shell", "posix"]).stderr;
    let start = "awsmfa: this shell uses default-session, which holds the session of default: ";
    assert!(said.starts_with(start), "{said}");
}

#[test]
fn a_profile_of_another_kind_is_selected_as_it_is() {
    let sandbox = sandbox();
    assert_eq!(set(&selected(&sandbox, &["sso"])), [("AWS_PROFILE", "sso")]);
    let ran = sandbox.run(&["use", "sso", "--shell", "posix"]);
    assert_eq!(ran.stderr, "awsmfa: this shell uses sso, whose credentials awsmfa does not manage\n");
    assert!(ran.stdout.starts_with("# awsmfa\nexport AWS_PROFILE='sso'\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("unset AWSMFA_PROFILE\n"), "{}", ran.stdout);
    let ran = sandbox.run(&["use", "nobody", "--shell", "posix"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (253, ""), "{ran:?}");
}

#[test]
fn the_profile_before_is_remembered_and_a_dash_selects_it() {
    let mut sandbox = sandbox();
    let ran = sandbox.run(&["use", "-"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (253, ""), "{ran:?}");
    assert!(ran.stderr.contains("no profile was selected in this shell before"), "{ran:?}");

    sandbox.set("AWS_DEFAULT_PROFILE", "elsewhere");
    let before = |sandbox: &Sandbox, name| selected(sandbox, &[name]).get("AWSMFA_PREVIOUS_PROFILE").cloned();
    assert_eq!(before(&sandbox, "club"), Some("elsewhere".into()));
    sandbox.set("AWS_PROFILE", "default-session");
    assert_eq!(before(&sandbox, "club"), Some("default-session".into()));
    // The same profile again is no other profile.
    assert_eq!(before(&sandbox, "default"), None);
    sandbox.set("AWSMFA_PREVIOUS_PROFILE", "club");
    let variables = selected(&sandbox, &["-"]);
    assert_eq!(variables["AWS_PROFILE"], "club");
    assert_eq!(variables["AWSMFA_PREVIOUS_PROFILE"], "default-session");
    let variables = selected(&sandbox, &["--unset"]);
    assert_eq!(set(&variables), [("AWSMFA_PREVIOUS_PROFILE", "default-session")]);
    assert!(variables["AWS_PROFILE"].is_null() && variables["AWSMFA_PROFILE"].is_null(), "{variables:?}");

    sandbox.set("AWSMFA_PREVIOUS_PROFILE", "a]b");
    sandbox.run(&["use", "-"]).expect(253);
}

#[test]
fn the_region_that_env_has_set_goes_with_its_session_and_any_other_stays() {
    let mut sandbox = sandbox();
    sandbox.set("AWS_REGION", "eu-west-1");
    sandbox.set("AWS_DEFAULT_REGION", "us-west-2");
    assert!(!selected(&sandbox, &["club"]).contains_key("AWS_REGION"), "the user has set it");
    sandbox.set("AWSMFA_PROFILE", "default-session");
    sandbox.set("AWS_SESSION_TOKEN", "t");
    for arguments in [["club"], ["--unset"]] {
        let variables = selected(&sandbox, &arguments);
        assert!(variables["AWS_REGION"].is_null(), "{variables:?}");
        assert!(!variables.contains_key("AWS_DEFAULT_REGION"), "{variables:?}");
    }
    // The session that `env` has set is the one before.
    assert_eq!(selected(&sandbox, &["club"])["AWSMFA_PREVIOUS_PROFILE"], "default-session");
}

#[test]
fn a_profile_that_lacks_its_key_is_an_error_and_not_one_of_another_tool() {
    let config = format!("[profile work]\nmfa_serial = {SERIAL}\n[profile club]\nawsmfa_session_profile = club-s\n");
    let sandbox = Sandbox::with(config, "");
    for name in ["work", "club"] {
        let ran = sandbox.run(&["use", name, "--shell", "posix"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (253, ""), "{ran:?}");
        assert!(!ran.stderr.contains("this shell uses"), "{ran:?}");
    }
}

#[test]
fn files_that_the_tools_of_the_shell_do_not_read_are_refused() {
    for (flag, variable) in
        [("--config-file", "AWS_CONFIG_FILE"), ("--credentials-file", "AWS_SHARED_CREDENTIALS_FILE")]
    {
        let sandbox = sandbox();
        let path = sandbox.path(if flag == "--config-file" { "config" } else { "credentials" });
        let ran = sandbox.run(&["use", "club", flag, &path.display().to_string()]);
        assert_eq!((ran.code, ran.stdout.as_str()), (252, ""), "{ran:?}");
        assert!(ran.stderr.contains(&format!("set {variable} instead")), "{ran:?}");
    }
}

#[test]
fn a_login_comes_first_if_too_little_is_left() {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let role = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default\n";
    let mut sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}{role}"), DEFAULT_CREDENTIALS).using(&sts);
    let said = sandbox.run(&["use", "admin", "--no-login", "--shell", "posix"]).expect(0);
    assert!(said.contains("warning: admin-session: no session: `awsmfa login admin` gets a session"), "{said}");
    assert_eq!(sts.calls().len(), 0);

    let ran = sandbox.run(&["use", "admin", "--shell", "posix", "--no-input"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (253, ""), "{ran:?}");
    sandbox.set("AWSMFA_TOKEN_CODE", &sts.fresh_code(SERIAL));
    let ran = sandbox.run(&["use", "admin", "--shell", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stderr.contains("awsmfa: this shell uses admin-session, which holds the session of admin\n"),
        "{ran:?}"
    );
    let variables: BTreeMap<String, Value> = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(variables["AWS_PROFILE"], "admin-session");
    let expiration = sts.sessions().last().expect("a session").expiration.to_string();
    assert_eq!(variables["AWS_CREDENTIAL_EXPIRATION"], Value::from(expiration));
    // No login is needed now.
    let calls = sts.calls().len();
    selected(&sandbox, &["admin"]);
    assert_eq!(sts.calls().len(), calls);
}

#[test]
fn after_a_login_the_end_of_the_selected_session_is_brought_up_to_date() {
    let refreshed = |sandbox: &Sandbox| set_and_cleared(&selected(sandbox, &["--refresh"]));
    let mut sandbox = sandbox();
    assert_eq!(refreshed(&sandbox), "");
    sandbox.set("AWSMFA_PROFILE", "club");
    assert_eq!(refreshed(&sandbox), "", "env has set a session, which was not renewed");
    sandbox.set("AWS_PROFILE", "club");
    assert_eq!(refreshed(&sandbox), format!("AWS_CREDENTIAL_EXPIRATION={UNTIL}"));
    sandbox.set("AWS_PROFILE", "default-session");
    assert_eq!(refreshed(&sandbox), "", "the user has selected another profile by hand");
    // Without a session or a file that can be read, nothing changes.
    sandbox.set("AWS_PROFILE", "club");
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(refreshed(&sandbox), "");
    std::fs::remove_file(sandbox.path("credentials")).expect("it exists");
    std::fs::create_dir(sandbox.path("credentials")).expect("it is writable");
    assert_eq!(refreshed(&sandbox), "");
}

/// The variables that `logout` with these arguments would clear. It removes nothing.
#[track_caller]
fn clearing(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let before = sandbox.credentials();
    let ran = sandbox.run(&[&["logout", "--clearing", "json"], arguments].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(sandbox.credentials(), before);
    set_and_cleared(&serde_json::from_str(&ran.stdout).expect("JSON"))
}

#[test]
fn logout_clears_a_session_only_in_a_shell_that_holds_it() {
    let mut sandbox = sandbox();
    let other = sandbox.credentials_text().replacen("ASIAIOSFODNN7EXAMPLE", "ASIAI44QH8DHBEXAMPLE", 1);
    sandbox.write("credentials", other.as_bytes());
    assert_eq!(clearing(&sandbox, &["club"]), "");
    // The session of `club` was set by `env`; the region is the user's.
    sandbox.set("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
    sandbox.set("AWS_SESSION_TOKEN", "t");
    sandbox.set("AWSMFA_PROFILE", "club");
    sandbox.set("AWS_REGION", "us-west-2");
    let cleared = "AWSMFA_PROFILE AWS_ACCESS_KEY_ID AWS_CREDENTIAL_EXPIRATION AWS_SECRET_ACCESS_KEY AWS_SECURITY_TOKEN \
                   AWS_SESSION_TOKEN";
    assert_eq!(clearing(&sandbox, &["club"]), cleared);
    assert_eq!(clearing(&sandbox, &["--all"]), cleared);
    assert_eq!(clearing(&sandbox, &["default"]), "", "it is another session");
    // Another profile is selected by hand, and AWS tools still prefer the keys.
    sandbox.set("AWS_PROFILE", "sso");
    assert_eq!(clearing(&sandbox, &["club"]), cleared);
    sandbox.set("AWS_REGION", "us-east-1");
    assert!(clearing(&sandbox, &["club"]).contains("AWS_REGION"), "env has set it");
}

#[test]
fn logout_leaves_the_selected_profile_selected() {
    let mut sandbox = sandbox();
    sandbox.set("AWS_PROFILE", "club");
    sandbox.set("AWSMFA_PROFILE", "club");
    assert_eq!(clearing(&sandbox, &[]), "AWS_CREDENTIAL_EXPIRATION");
    assert_eq!(clearing(&sandbox, &["default"]), "");
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(clearing(&sandbox, &[]), "");
}

fn set_and_cleared(variables: &BTreeMap<String, Value>) -> String {
    let shown = variables.iter().map(|(name, value)| match value.as_str() {
        Some(value) => format!("{name}={value}"),
        None => name.clone(),
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn without_a_name_and_a_terminal_it_is_an_error_that_says_what_to_type() {
    let ran = sandbox().run(&["use"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (252, ""));
    assert!(ran.stderr.contains("awsmfa use <profile>"), "{ran:?}");
    let ran = Sandbox::empty().run(&["use"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (253, ""));
    assert!(ran.stderr.contains("awsmfa setup"), "{ran:?}");
}

#[test]
fn a_name_that_a_syntax_cannot_express_is_an_error_and_never_a_command() {
    let name = "a&calc%PATH%";
    let sandbox = Sandbox::with(format!("[profile {name}]\nsso_account_id = 123456789012\n"), "");
    let ran = sandbox.run(&["use", name, "--shell", "cmd"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (252, ""), "{ran:?}");
    let ran = sandbox.run(&["use", name, "--shell", "elvish"]);
    assert!(ran.stdout.starts_with("# awsmfa\nset-env AWS_PROFILE 'a&calc%PATH%'\n"), "{ran:?}");
    let hidden = "a\u{202E}b";
    let sandbox = Sandbox::with(format!("[profile {hidden}]\nsso_account_id = 123456789012\n"), "");
    for shell in ["posix", "fish", "powershell", "elvish", "cmd"] {
        let ran = finish(sandbox.command().args(["use", hidden, "--shell", shell]));
        assert_eq!((ran.code, ran.stdout.as_str()), (252, ""), "{shell}");
    }
}
