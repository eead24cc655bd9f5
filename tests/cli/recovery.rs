//! A session that was requested with a code is never lost.

use std::fs;
use std::time::Duration;

use crate::support::caller::identity_of;
use crate::support::child::start;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

/// Runs a login whose target gets a long-term key during the request, so that the commit must fail.
fn interrupted_login(sts: &StandIn, sandbox: &Sandbox) -> Ran {
    sts.fault(Fault::Slow(Duration::from_millis(300)), 1);
    let calls = sts.calls().len();
    let mut command = sandbox.command();
    command.args(["login", "--token-code", &sts.fresh_code(SERIAL)]).stderr(std::process::Stdio::piped());
    let login = start(&mut command);
    while sts.calls().len() == calls {
        std::thread::sleep(Duration::from_millis(5));
    }
    let with_key = format!("{DEFAULT_CREDENTIALS}[default-session]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\n");
    sandbox.write("credentials", with_key.as_bytes());
    Ran::from(login.wait_with_output().expect("it ends"))
}

/// The sessions that an earlier login could not write.
pub fn session_of(profile: &str, id: &str, minutes: i64) -> String {
    let expiration = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    format!(
        "[{profile}]\nmanager = awsmfa\naws_access_key_id = {id}\naws_secret_access_key = s\naws_session_token = t\n\
         expiration = {expiration:.0}\n"
    )
}

#[cfg(unix)]
#[track_caller]
fn has_private_mode(sandbox: &Sandbox, name: &str) {
    let permissions = fs::metadata(sandbox.path(name)).expect("it is there").permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o777, 0o600);
}

#[cfg(not(unix))]
fn has_private_mode(_: &Sandbox, _: &str) {}

pub fn recovery_files(sandbox: &Sandbox) -> Vec<String> {
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
    has_private_mode(&sandbox, &kept[0]);

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
    // Closing the file may not release the lock: a child that another test is starting may still have inherited it.
    let _ = file.unlock();
    drop(file);
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
    drop(old);
    // Another login may be writing this one just now.
    sandbox.write("credentials.awsmfa-recovery-c", b"");
    sandbox.run(&["login"]).expect(255);
    assert_eq!(sandbox.listing(), ["config", "credentials", "credentials.awsmfa-recovery-c"]);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}
