//! `import`: sessions that other programs have printed.

use std::fs::File;
use std::process::{Command, Stdio};

use crate::support::caller::identity_of;
use crate::support::child::{finish, start, wait};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{IssuedSession, StandIn};

const ADA: &str = "arn:aws:iam::123456789012:user/ada";

/// A command with this text on its standard input.
fn with_input(sandbox: &Sandbox, arguments: &[&str], input: &str) -> Command {
    let path = tempfile::Builder::new().tempfile_in(sandbox.home()).expect("the home is writable").into_temp_path();
    std::fs::write(&path, input).expect("the home is writable");
    let mut command = sandbox.command();
    command.args(arguments).stdin(Stdio::from(File::open(&path).expect("it was just written")));
    command
}

fn import(sandbox: &Sandbox, arguments: &[&str], input: &str) -> Ran {
    finish(&mut with_input(sandbox, &[&["import"], arguments].concat(), input))
}

/// A session of the user ada, from a login in a home of its own.
fn session(sts: &StandIn) -> IssuedSession {
    let sandbox = Sandbox::new().using(sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sts.sessions().pop().expect("the login got one")
}

fn fields(session: &IssuedSession) -> String {
    let IssuedSession { access_key_id, secret_access_key, session_token, expiration, .. } = session;
    format!(
        r#""AccessKeyId": "{access_key_id}", "SecretAccessKey": "{secret_access_key}", "SessionToken": "{session_token}",
           "Expiration": "{expiration}""#
    )
}

/// The session as a `credential_process` prints it.
fn as_process(session: &IssuedSession) -> String {
    format!("{{\n  \"Version\": 1,\n  {}\n}}\n", fields(session))
}

/// A session that AWS does not know, with an end in so many minutes.
fn invented(minutes: i64) -> String {
    let expiration = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    format!(
        r#"{{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "sEcReT", "SessionToken": "tOkEn",
             "Expiration": "{expiration:.0}"}}"#
    )
}

#[test]
fn each_form_becomes_a_session_that_works() {
    let sts = StandIn::start();
    let session = session(&sts);
    let fields = fields(&session);
    let forms = [
        as_process(&session),
        format!("{{\"Credentials\": {{{fields}}}, \"AssumedRoleUser\": {{\"AssumedRoleId\": \"A\", \"Arn\": \"a\"}}}}"),
        format!("{{\"Credentials\": {{{fields}}}}}"),
        format!("{{\"Credentials\": {{{fields}}}, \"FederatedUser\": {{}}, \"PackedPolicySize\": 6}}"),
        format!("{{\"Credentials\": {{{fields}}}, \"Subject\": \"s\", \"Issuer\": \"i\", \"Audience\": \"a\"}}"),
    ];
    for form in forms {
        let sandbox = Sandbox::new();
        let said = import(&sandbox, &["work"], &form).expect(0);
        assert!(said.starts_with("awsmfa: work is valid: 12h left, until "), "{said}");
        let hint = if cfg!(windows) { "$Env:AWS_PROFILE = 'work'\n" } else { "export AWS_PROFILE=work\n" };
        assert!(said.ends_with(hint), "{said}");
        assert_eq!(identity_of(&sts.url(), &sandbox.credentials(), "work"), Ok(ADA.to_owned()), "{form}");
        assert_eq!(sandbox.run(&["status", "work", "--quiet"]).code, 0);
    }
}

#[test]
fn the_bytes_are_those_of_a_login_and_logout_restores_them() {
    let sts = StandIn::start();
    let shapes: [String; 6] = [
        DEFAULT_CREDENTIALS.to_owned(),
        DEFAULT_CREDENTIALS.replace('\n', "\r\n"),
        format!("{DEFAULT_CREDENTIALS}\n\n"),
        format!("{DEFAULT_CREDENTIALS}[default-session]"),
        format!("[default-session]\nregion = eu-west-1\n# mine\n\n{DEFAULT_CREDENTIALS}"),
        DEFAULT_CREDENTIALS.trim_end().to_owned(),
    ];
    for shape in shapes {
        let config = format!("[default]\nmfa_serial = {SERIAL}\n");
        let by_login = Sandbox::with(&config, &shape).using(&sts);
        by_login.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        let session = sts.sessions().pop().expect("the login got one");
        let by_import = Sandbox::with(&config, &shape);
        import(&by_import, &["--profile", "default-session"], &as_process(&session)).expect(0);
        assert_eq!(by_import.credentials_text(), by_login.credentials_text());
        by_import.run(&["logout", "default-session"]).expect(0);
        assert_eq!(by_import.credentials_text(), shape);
    }
}

#[test]
fn a_profile_that_must_not_or_cannot_hold_a_session_is_refused() {
    let other = "[other]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nmanager = awsume\n";
    let before = format!("{DEFAULT_CREDENTIALS}\n{other}\n[twice]\nregion = x\n\n[twice]\nregion = y\n");
    let config = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default\n\n[profile tool]\ncredential_process = tool\n";
    let sandbox = Sandbox::with(config, &before);
    for (profile, reason) in [
        ("default", "holds a long-term access key"),
        ("admin", "role_arn is set"),
        ("tool", "credential_process is set"),
        ("other", "manager = awsume"),
        ("twice", "twice"),
    ] {
        for arguments in [[profile].as_slice(), &[profile, "--dry-run"]] {
            let said = import(&sandbox, arguments, &invented(60)).expect(253);
            assert!(said.contains(reason) && !said.contains("--session-profile"), "{said}");
        }
    }
    assert_eq!(sandbox.credentials_text(), before);
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn wrong_input_is_refused_and_not_repeated() {
    let sandbox = Sandbox::new();
    let session = invented(60);
    let long_term = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "sEcReT"}"#;
    for (input, reason) in [
        ("", "standard input is empty"),
        ("sEcReT", "not exactly one JSON object"),
        (&format!("{session} sEcReT"), "not exactly one JSON object"),
        (&format!("{session}{session}"), "not exactly one JSON object"),
        (&session.replace("SessionToken", "Token"), "has no SessionToken"),
        (&session.replace("Expiration", "Ends"), "has no Expiration"),
        (&session.replace("sEcReT", "sEc ReT"), "SecretAccessKey in the JSON"),
        (long_term, "a long-term access key, not a session"),
        (&invented(-1), "has expired"),
        (&invented(37 * 60), "more than 36h"),
        (&format!("{session}{}", " ".repeat(64 * 1024)), "more than 64 KiB"),
    ] {
        let Ran { code, stdout, stderr } = import(&sandbox, &["work", "--debug"], input);
        assert_eq!((code, stdout.as_str()), (252, ""), "{input}: {stderr}");
        assert!(stderr.contains(reason), "{input}: {stderr}");
        assert!(!["sEc", "ReT", "tOkEn"].iter().any(|secret| stderr.contains(secret)), "{input}: {stderr}");
    }
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    assert_eq!(import(&sandbox, &[], &session).code, 252);
    assert_eq!(import(&sandbox, &["work", "--profile", "other"], &session).code, 252);
}

#[test]
fn a_session_that_ends_soon_is_written_with_a_warning() {
    let sandbox = Sandbox::new();
    let said = import(&sandbox, &["work"], &invented(14)).expect(0);
    assert!(said.contains("warning: the session of 'work' ends in 14m"), "{said}");
    assert!(said.contains("credential_process"), "{said}");
    assert!(sandbox.credentials_text().contains("aws_session_token = tOkEn"));
    let said = import(&sandbox, &["work", "--min-remaining", "5m"], &invented(14)).expect(0);
    assert!(!said.contains("warning"), "{said}");
    sandbox.write("config", b"[profile work]\nawsmfa_min_remaining = 2h\n");
    assert!(import(&sandbox, &["work"], &invented(60)).expect(0).contains("ends in 1h, and"));
}

#[test]
fn a_dry_run_shows_the_change_without_values() {
    let sandbox = Sandbox::new();
    let Ran { code, stdout, stderr } = import(&sandbox, &["work", "--dry-run"], &invented(60));
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("+[work]\n") && stdout.contains("+aws_session_token = ********\n"), "{stdout}");
    assert!(!stdout.contains("tOkEn"));
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn the_result_as_json_is_that_of_a_login() {
    let sandbox = Sandbox::new();
    let Ran { code, stdout, stderr } = import(&sandbox, &["work", "--output", "json"], &invented(60));
    assert_eq!((code, stderr.as_str()), (0, ""));
    let value: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((value[0]["result"].as_str(), value[0]["session_profile"].as_str()), (Some("written"), Some("work")));
    assert!(value[0]["expiration"].is_string());
}

#[test]
fn imports_and_logins_at_the_same_time_are_all_written() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let names: Vec<String> = (0..6).map(|number| format!("import-{number}")).collect();
    let mut children: Vec<_> = names
        .iter()
        .map(|name| start(&mut with_input(&sandbox, &["import", name, "--quiet"], &invented(60))))
        .collect();
    let mut login = sandbox.command();
    login.args(["login", "--quiet", "--token-code", &sts.fresh_code(SERIAL)]);
    children.push(start(&mut login));
    assert!(children.iter_mut().all(|child| wait(child).success()));
    let text = sandbox.credentials_text();
    assert!(names.iter().all(|name| text.contains(&format!("[{name}]\n"))), "{text}");
    assert!(text.contains("[default-session]\n"), "{text}");
    sandbox.run(&["logout", "--all"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn the_session_of_an_interrupted_login_does_not_replace_an_imported_one() {
    let sandbox = Sandbox::new();
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(2);
    let kept = format!(
        "[work]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = old\nexpiration = {later:.0}\n"
    );
    sandbox.write("credentials.awsmfa-recovery-a", kept.as_bytes());
    import(&sandbox, &["work"], &invented(60)).expect(0);
    assert!(sandbox.credentials_text().contains("aws_session_token = tOkEn"));
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[cfg(unix)]
#[test]
fn a_terminal_as_standard_input_is_refused_with_an_example() {
    use crate::support::child::DEFAULT_SIGNALS;

    let sandbox = Sandbox::new();
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["import", "work"]).stdin(Stdio::inherit());
    let mut process = rexpect::session::spawn_command(command, Some(20_000)).expect("a pseudo-terminal can be made");
    let said = process.exp_eof().expect("it ends");
    assert!(said.contains("standard input is a terminal") && said.contains("| awsmfa import work"), "{said}");
    let status = process.process().wait().expect("it has ended");
    assert!(matches!(status, nix::sys::wait::WaitStatus::Exited(_, 252)), "{status:?}");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_that_is_missing_is_an_error_like_that_of_login() {
    use std::os::unix::fs::symlink;

    let sandbox = Sandbox::empty();
    std::fs::create_dir_all(sandbox.home().join(".aws")).expect("the home is writable");
    symlink(sandbox.home().join("gone/credentials"), sandbox.path("credentials")).expect("a link");
    let said = import(&sandbox, &["work"], &invented(60)).expect(255);
    assert!(said.contains("credentials"), "{said}");
}
