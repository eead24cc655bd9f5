//! A session that was requested with a code is never lost.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::Duration;

use crate::support::caller::identity_of;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

/// Runs a login whose target gets a long-term key during the request, so that the commit must fail.
fn interrupted_login(sts: &StandIn, sandbox: &Sandbox) -> Ran {
    sts.fault(Fault::Slow(Duration::from_millis(300)), 1);
    let calls = sts.calls().len();
    let mut command = sandbox.command();
    let login = command
        .args(["login", "--token-code", &sts.fresh_code(SERIAL)])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it runs");
    while sts.calls().len() == calls {
        std::thread::sleep(Duration::from_millis(5));
    }
    let with_key = format!("{DEFAULT_CREDENTIALS}[default-session]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\n");
    sandbox.write("credentials", with_key.as_bytes());
    Ran::from(login.wait_with_output().expect("it ends"))
}

/// The sessions that an earlier login could not write.
fn session_of(profile: &str, id: &str, minutes: i64) -> String {
    let expiration = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    format!(
        "[{profile}]\nmanager = awsmfa\naws_access_key_id = {id}\naws_secret_access_key = s\naws_session_token = t\n\
         expiration = {expiration:.0}\n"
    )
}

fn recovery_files(sandbox: &Sandbox) -> Vec<String> {
    sandbox.listing().into_iter().filter(|name| name.starts_with("credentials.awsmfa-recovery-")).collect()
}

#[test]
fn a_session_that_cannot_be_written_is_saved_and_recovered_by_the_next_login() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let said = interrupted_login(&sts, &sandbox).expect(255);
    assert!(said.contains("the session is saved in "), "{said}");
    assert!(sandbox.credentials_text().ends_with("aws_access_key_id = AKIAI44QH8DHBEXAMPLE\n"));
    let kept = recovery_files(&sandbox);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(said.contains(&kept[0]), "{said}");
    let mode = fs::metadata(sandbox.path(&kept[0])).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);

    // As long as the cause exists, the recovery file stays, and no code is used.
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
    assert_eq!((recovery_files(&sandbox), sts.count("GetSessionToken")), (kept, 1));

    sandbox.write("credentials", DEFAULT_CREDENTIALS.as_bytes());
    sandbox.run(&["login"]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    assert!(identity_of(&sts.url(), &sandbox.credentials(), "default-session").is_ok());
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn a_recovery_file_that_another_login_has_locked_is_left_alone() {
    let sandbox = Sandbox::new();
    let kept = session_of("other", "ASIAIOSFODNN7EXAMPLE", 60);
    sandbox.write("credentials.awsmfa-recovery-a", kept.as_bytes());
    let file = fs::File::open(sandbox.path("credentials.awsmfa-recovery-a")).expect("it is there");
    file.try_lock().expect("it is not locked");
    sandbox.run(&["login"]).expect(255);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    // Not by closing it: a program that another test starts may have it open until it runs.
    file.unlock().expect("it is locked");
    sandbox.run(&["login"]).expect(255);
    assert!(sandbox.credentials_text().contains("[other]"));
}

#[test]
fn a_recovered_session_does_not_replace_a_later_one() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let before = sandbox.credentials();
    let kept = session_of("default-session", "ASIAIOSFODNN7EXAMPLE", 20);
    sandbox.write("credentials.awsmfa-recovery-a", kept.as_bytes());
    sandbox.run(&["login"]).expect(0);
    assert_eq!((sandbox.credentials(), sandbox.listing()), (before, vec!["config".into(), "credentials".into()]));
}

#[test]
fn expired_and_empty_recovery_files_are_removed() {
    let sandbox = Sandbox::new();
    let expired = "[default-session]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nexpiration = 2020-01-01T00:00:00Z\n";
    sandbox.write("credentials.awsmfa-recovery-a", expired.as_bytes());
    sandbox.write("credentials.awsmfa-recovery-b", b"");
    let old = fs::File::options().write(true).open(sandbox.path("credentials.awsmfa-recovery-b")).expect("it is there");
    old.set_modified(std::time::SystemTime::now() - Duration::from_secs(120)).expect("it is ours");
    // Another login may be writing this one just now.
    sandbox.write("credentials.awsmfa-recovery-c", b"");
    sandbox.run(&["login"]).expect(255);
    assert_eq!(sandbox.listing(), ["config", "credentials", "credentials.awsmfa-recovery-c"]);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

const MINE: &str = "credentials.awsmfa-recovery-mine";

/// Asserts that every command that reads recovery files leaves this one alone, and says so once.
#[track_caller]
fn is_left_alone(sandbox: &Sandbox, why: &str) {
    let before = sandbox.credentials();
    let commands: [(&[&str], i32); 4] =
        [(&["login"], 255), (&["logout"], 0), (&["exec", "--", "true"], 253), (&["credential-process"], 253)];
    for (arguments, code) in commands {
        let mut command = sandbox.program("timeout");
        let output = command.args(["20", env!("CARGO_BIN_EXE_awsmfa")]).args(arguments).output().expect("it runs");
        let said = Ran::from(output).expect(code);
        // The messages of a credential_process go to the AWS tool, which gets errors only.
        let times = usize::from(arguments != ["credential-process"]);
        let expected = format!("{MINE} is not awsmfa's own file: {why}; it is left alone");
        assert_eq!(said.matches(&expected).count(), times, "{arguments:?}: {said}");
        assert_eq!(sandbox.credentials(), before, "{arguments:?}");
    }
    let found = sandbox.run(&["doctor", "--output", "json"]).stdout;
    assert!(found.contains("foreign-file") && found.contains(why) && !found.contains("recovery-file"), "{found}");
    assert!(fs::symlink_metadata(sandbox.path(MINE)).is_ok(), "{why}");
}

#[test]
fn a_recovery_file_of_another_user_is_not_trusted() {
    let good = session_of("default-session", "ASIAIOSFODNN7EXAMPLE", 60);
    let sandbox = Sandbox::new();
    sandbox.write(MINE, good.as_bytes());
    sandbox.write("elsewhere", good.as_bytes());
    fs::set_permissions(sandbox.path(MINE), fs::Permissions::from_mode(0o640)).expect("it is ours");
    is_left_alone(&sandbox, "other users may read or write it");

    fs::remove_file(sandbox.path(MINE)).expect("it is ours");
    std::os::unix::fs::symlink("elsewhere", sandbox.path(MINE)).expect("it is writable");
    is_left_alone(&sandbox, "it is a symbolic link");

    fs::remove_file(sandbox.path(MINE)).expect("it is ours");
    fs::hard_link(sandbox.path("elsewhere"), sandbox.path(MINE)).expect("it is writable");
    is_left_alone(&sandbox, "it has another hard link");

    fs::remove_file(sandbox.path(MINE)).expect("it is ours");
    sandbox.write(MINE, good.as_bytes());
    if fs::metadata(sandbox.home()).expect("it is there").uid() == 0 {
        std::os::unix::fs::chown(sandbox.path(MINE), Some(12345), Some(12345)).expect("root may");
        is_left_alone(&sandbox, "it belongs to another user");
        std::os::unix::fs::chown(sandbox.path(MINE), Some(0), Some(0)).expect("root may");
    }
    // The same file, as awsmfa writes it.
    sandbox.run(&["login"]).expect(0);
    assert!(sandbox.credentials_text().contains("[default-session]") && recovery_files(&sandbox).is_empty());
}

#[test]
fn a_recovery_file_that_holds_no_session_of_sts_is_left_alone() {
    let good = session_of("default-session", "ASIAIOSFODNN7EXAMPLE", 60);
    let impossible = "it holds a session that AWS cannot have given";
    for (content, why) in [
        (session_of("default-session", "AKIAI44QH8DHBEXAMPLE", 60), impossible),
        (session_of("default-session", "ASIAIOSFODNN7EXAMPLE", 37 * 60), impossible),
        (
            format!("{good}{}", session_of("default-session", "ASIAIOSFODNN7EXAMPLE", 61)),
            "it holds two sessions of one profile",
        ),
        (format!("{good}#{}\n", "x".repeat(16 * 1024 * 1024)), "it is too large"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(MINE, content.as_bytes());
        is_left_alone(&sandbox, why);
    }
}

#[test]
fn recovery_files_that_are_not_regular_are_refused_at_once() {
    let sandbox = Sandbox::new();
    let kinds: [(&str, &[&str], &str); 4] = [
        ("mkfifo", &[], "it is not a regular file"),
        ("mkdir", &[], "it is not a regular file"),
        ("ln", &["-s", "/dev/zero"], "it is a symbolic link"),
        ("truncate", &["--size", "1T"], "other users may read or write it"),
    ];
    for (program, arguments, why) in kinds {
        let mut command = sandbox.program(program);
        let made = command.args(arguments).arg(sandbox.path(MINE)).status().expect("it is there");
        assert!(made.success(), "{program}");
        is_left_alone(&sandbox, why);
        sandbox.program("rm").arg("-r").arg(sandbox.path(MINE)).status().expect("it is there");
    }
}
