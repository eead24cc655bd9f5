//! `login`: prompts, requests, writes and messages.

use std::io::Write;
use std::process::Stdio;

use crate::support::caller::identity_of;
use crate::support::child::start;
use crate::support::sandbox::{CAT, DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::StandIn;

#[test]
fn login_writes_the_five_properties_and_prints_the_expiration() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let ran = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]);
    assert_eq!(ran.stdout, "");
    let said = ran.expect(0);
    let session = sts.sessions().pop().expect("a session");
    let expected = format!(
        "{DEFAULT_CREDENTIALS}\n[default-session]\nmanager = awsmfa\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\nexpiration = {}\n",
        session.access_key_id, session.secret_access_key, session.session_token, session.expiration
    );
    assert_eq!(sandbox.credentials_text(), expected);
    assert!(said.starts_with("awsmfa: default-session is valid: 12h left, until 20"), "{said}");
    assert!(said.contains(" +00:00\n"), "the time has an offset: {said}");
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn request_parameters_come_from_flags_variables_and_properties() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}awsmfa_duration_seconds = 30m\n");
    let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let seconds = |sandbox: &Sandbox, more: &[&str]| {
        let code = sts.fresh_code(SERIAL);
        sandbox.run(&[&["login", "--token-code", &code], more].concat()).expect(0);
        let call = sts.calls().pop().expect("a call");
        call.param("DurationSeconds").map(str::to_owned).expect("a duration")
    };
    assert_eq!(seconds(&sandbox, &[]), "1800");
    sandbox.set("AWSMFA_DURATION_SECONDS", "20m");
    assert_eq!(seconds(&sandbox, &[]), "1200");
    assert_eq!(seconds(&sandbox, &["--duration-seconds", "1h"]), "3600");
    assert_eq!(seconds(&sandbox, &["--duration-seconds", "1h", "--", "--duration-seconds", "900"]), "900");
}

#[test]
fn without_a_duration_sts_decides() {
    let sts = StandIn::start();
    Sandbox::new().using(&sts).run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let call = sts.calls().pop().expect("a call");
    assert_eq!(call.param("DurationSeconds"), None);
    assert_eq!(call.param("SerialNumber"), Some(SERIAL));
}

#[test]
fn a_valid_session_is_kept_without_a_request() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let before = sandbox.credentials();
    sandbox.run(&["login"]).expect(0);
    assert_eq!((sts.count("GetSessionToken"), sandbox.credentials()), (1, before));
}

#[test]
fn a_valid_session_that_another_tool_recorded_is_kept_too() {
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
    let session = format!(
        "[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nx_security_token_expires = {until}\n"
    );
    let sandbox = Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{session}"));
    assert!(sandbox.run(&["login"]).expect(0).contains("is still valid: 2h left"));
}

#[test]
fn a_code_or_force_or_too_little_time_left_renews() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 2);
    // Without a terminal these fail at once, since a code is needed.
    for arguments in [["login", "--force"].as_slice(), &["login", "--min-remaining", "13h"]] {
        sandbox.run(arguments).expect(255);
    }
}

#[test]
fn a_second_login_replaces_the_values_in_place() {
    let sts = StandIn::start();
    let credentials =
        format!("{DEFAULT_CREDENTIALS}\n[default-session]\n# note\nregion = eu-west-1\n\n[other]\nx = 1\n");
    let sandbox = Sandbox::with(DEFAULT_CONFIG, credentials).using(&sts);
    let names = |sandbox: &Sandbox| -> Vec<String> {
        sandbox.credentials_text().lines().map(|line| line.split('=').next().unwrap_or_default().to_owned()).collect()
    };
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let first = names(&sandbox);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(names(&sandbox), first);
    let session = sts.sessions().pop().expect("a session");
    assert!(sandbox.credentials_text().contains(&session.session_token));
}

#[test]
fn a_code_comes_from_standard_input_or_a_variable_with_or_without_spaces() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    let code = sts.fresh_code(SERIAL);
    let (front, back) = code.split_at(3);
    let mut child = start(sandbox.command().args(["login", "--token-code", "-"]).stdin(Stdio::piped()));
    child.stdin.take().expect("a pipe").write_all(format!("{front} {back}\r\nmore\n").as_bytes()).expect("it reads");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    sandbox.set("AWSMFA_TOKEN_CODE", &sts.fresh_code(SERIAL));
    sandbox.run(&["login"]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 2);
}

#[test]
fn mfa_process_gives_the_code() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}mfa_process = {CAT} code.txt\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    std::fs::write(sandbox.home().join("code.txt"), format!("{}\nnoise\n", sts.fresh_code(SERIAL)))
        .expect("it is writable");
    sandbox.run(&["login"]).expect(0);
    let (printing_no_code, failing) =
        if cfg!(windows) { ("echo no & echo code", "exit 3") } else { ("echo no | tr o x", "false") };
    sandbox.run(&["login", "--force", "--mfa-process", printing_no_code]).expect(253);
    sandbox.run(&["login", "--force", "--mfa-process", failing]).expect(255);
}

#[cfg(unix)]
#[test]
fn an_mfa_process_that_leaves_a_child_or_prints_much_does_not_delay_the_login() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    std::fs::write(sandbox.home().join("code.txt"), format!("{}\n", sts.fresh_code(SERIAL))).expect("it is writable");
    let started = std::time::Instant::now();
    sandbox.run(&["login", "--mfa-process", "cat code.txt; sleep 20 2>/dev/null &"]).expect(0);
    std::fs::write(sandbox.home().join("code.txt"), format!("{}\n", sts.fresh_code(SERIAL))).expect("it is writable");
    sandbox.run(&["login", "--force", "--mfa-process", "cat code.txt; yes"]).expect(255);
    assert!(started.elapsed() < std::time::Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn empty_variables_do_no_harm() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new();
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_REGION", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE"]
    {
        let mut command = sandbox.command();
        let code = sts.fresh_code(SERIAL);
        command.env(name, "").args(["login", "--token-code", &code, "--endpoint-url", &sts.url()]);
        Ran::from(command.output().expect("it runs")).expect(0);
    }
}

/// A path need not be Unicode; a profile's name must be.
#[cfg(unix)]
#[test]
fn odd_variables_do_no_harm() {
    use std::os::unix::ffi::OsStringExt;
    let sts = StandIn::start();
    let sandbox = Sandbox::new();
    let path = std::ffi::OsString::from_vec([sandbox.home().to_string_lossy().as_bytes(), b"/d\xff"].concat());
    std::fs::write(&path, DEFAULT_CREDENTIALS).expect("it is writable");
    let mut command = sandbox.command();
    command.env("AWS_SHARED_CREDENTIALS_FILE", &path);
    command.args(["login", "--token-code", &sts.fresh_code(SERIAL), "--endpoint-url", &sts.url()]);
    Ran::from(command.output().expect("it runs")).expect(0);
    assert!(std::fs::read_to_string(&path).expect("text").contains("[default-session]"));
    let mut command = sandbox.command();
    command.env("AWS_PROFILE", std::ffi::OsString::from_vec(vec![0xFF])).arg("status");
    Ran::from(command.output().expect("it runs")).expect(253);
    let mut command = sandbox.command();
    command.env("AWS_CONFIG_FILE", "/dev/null").arg("list");
    Ran::from(command.output().expect("it runs")).expect(0);
}

#[test]
fn infinite_time_limits_do_not_overflow() {
    let sts = StandIn::start();
    let code = sts.fresh_code(SERIAL);
    let most = u64::MAX.to_string();
    Sandbox::new().using(&sts).run(&["login", "--token-code", &code, "--cli-connect-timeout", &most]).expect(0);
}

#[test]
fn the_serial_number_comes_from_flag_variable_session_profile_and_source_profile() {
    let sts = StandIn::start();
    let config = "[profile base]\nawsmfa_session_profile = work\n";
    let credentials = DEFAULT_CREDENTIALS.replace("default", "base");
    let mut sandbox = Sandbox::with(config, &credentials).using(&sts);
    let login = |sandbox: &Sandbox, more: &[&str]| {
        let code = sts.fresh_code(SERIAL);
        sandbox.run(&[&["login", "work", "--token-code", &code], more].concat())
    };
    login(&sandbox, &[]).expect(253);
    login(&sandbox, &["--serial-number", SERIAL]).expect(0);
    login(&sandbox, &["--", "--serial-number", SERIAL]).expect(0);
    sandbox.write("config", format!("{config}[profile work]\nmfa_serial = {SERIAL}\n").as_bytes());
    login(&sandbox, &[]).expect(0);
    sandbox.set("AWS_MFA_SERIAL", "arn:aws:iam::123456789012:mfa/other");
    login(&sandbox, &[]).expect(254);
}

#[test]
fn a_dry_run_shows_the_change_without_values_and_touches_nothing() {
    let sts = StandIn::start();
    let credentials =
        format!("{DEFAULT_CREDENTIALS}\n[default-session]\naws_security_token = stale\nnote = private ; really\n");
    let sandbox = Sandbox::with(DEFAULT_CONFIG, &credentials).using(&sts);
    let ran = sandbox.run(&["login", "--dry-run"]);
    assert!(ran.stdout.contains("+aws_session_token = ********"), "{}", ran.stdout);
    assert!(ran.stdout.contains("-aws_security_token = ********"), "{}", ran.stdout);
    assert!(ran.stdout.contains("+manager = awsmfa"), "{}", ran.stdout);
    for secret in ["wJalr", "AKIA", "stale", "private", "really"] {
        assert!(!ran.stdout.contains(secret), "{secret}: {}", ran.stdout);
    }
    ran.expect(0);
    assert_eq!((sandbox.credentials_text(), sts.calls().len()), (credentials, 0));
}

#[test]
fn login_warns_about_variables_that_override_the_profile() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE");
    sandbox.set("AWS_PROFILE", "default-session");
    sandbox.set("AWS_DEFAULT_PROFILE", "default");
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(said.contains("AWS_ACCESS_KEY_ID"), "{said}");
    assert!(said.contains("AWS_DEFAULT_PROFILE"), "{said}");
    assert!(!said.contains("export AWS_PROFILE"), "it is set already: {said}");
    assert_eq!(said.matches("warning:").count(), 2, "{said}");
    let kept = sandbox.run(&["login"]).expect(0);
    assert!(kept.contains("AWS_ACCESS_KEY_ID"), "it still does: {kept}");
    // The login itself uses the key of the profile, not that of the variable.
    assert_eq!(
        identity_of(&sts.url(), &sandbox.credentials(), "default-session").as_deref(),
        Ok("arn:aws:iam::123456789012:user/ada")
    );
}

#[test]
fn quiet_prints_only_errors() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let ran = sandbox.run(&["login", "--quiet", "--token-code", &sts.fresh_code(SERIAL)]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let said = sandbox.run(&["login", "-q", "--token-code", &sts.wrong_code(SERIAL)]).expect(254);
    assert!(said.starts_with("awsmfa: error: AccessDenied: "), "{said}");
}

#[test]
fn login_handles_a_file_of_ten_thousand_profiles() {
    let sts = StandIn::start();
    let mut credentials = DEFAULT_CREDENTIALS.to_owned();
    for number in 0..10_000 {
        credentials
            .push_str(&format!("\n[p{number}]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = s\n"));
    }
    let sandbox = Sandbox::with(DEFAULT_CONFIG, &credentials).using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(sandbox.credentials_text().starts_with(&credentials));
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), credentials);
}

#[test]
fn changes_by_a_client_at_the_same_time_are_kept() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let codes: Vec<String> = (0..8).map(|_| sts.fresh_code(SERIAL)).collect();
    let logins: Vec<_> = codes
        .iter()
        .enumerate()
        .map(|(number, code)| {
            let name = format!("s{number}");
            let arguments = ["login", "default", "--session-profile", &name, "--token-code", code];
            start(sandbox.command().args(arguments).stderr(Stdio::piped()))
        })
        .collect();
    for login in logins {
        Ran::from(login.wait_with_output().expect("it ends")).expect(0);
    }
    for number in 0..8 {
        assert!(identity_of(&sts.url(), &sandbox.credentials(), &format!("s{number}")).is_ok(), "s{number}");
    }
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}
