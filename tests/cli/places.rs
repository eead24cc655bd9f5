//! The places of the files: folders that cannot be written to, behind links, under two names, open to others.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::attributes::{am_root, as_other, give_away};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// A command as a user other than root.
fn as_user(sandbox: &Sandbox) -> Command {
    if am_root() { as_other(sandbox) } else { sandbox.command() }
}

fn run(mut command: Command, arguments: &[&str]) -> Ran {
    Ran::from(command.args(arguments).output().expect("it runs"))
}

/// Kind and severity of what `doctor` finds.
fn findings(ran: &Ran) -> Vec<(String, String)> {
    let found: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("no JSON: {ran:?}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    found.iter().map(|finding| (text(&finding["kind"]), text(&finding["severity"]))).collect()
}

/// Moves a file of `.aws` into a folder that the user may not write to, and links to it.
fn store(sandbox: &Sandbox, name: &str) -> PathBuf {
    let store = sandbox.home().join("store");
    fs::create_dir(&store).expect("it is writable");
    fs::rename(sandbox.path(name), store.join(name)).expect("it is ours");
    symlink(store.join(name), sandbox.path(name)).expect("it is writable");
    if am_root() {
        give_away(sandbox);
        chown(&store, Some(0), Some(0)).expect("root may");
    }
    fs::set_permissions(&store, fs::Permissions::from_mode(0o555)).expect("it is ours");
    store
}

#[test]
fn a_credentials_file_managed_by_another_program_is_refused_before_a_code_is_used() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let store = store(&sandbox, "credentials");
    let code = sts.fresh_code(SERIAL);
    for arguments in [&["login", "--token-code", &code][..], &["login", "--dry-run"]] {
        let said = run(as_user(&sandbox), arguments).expect(255);
        assert!(said.contains("credentials, which is managed by another program"), "{arguments:?}: {said}");
        assert!(!said.contains("chmod"), "{said}");
    }
    assert_eq!((sts.calls().len(), sandbox.credentials_text()), (0, DEFAULT_CREDENTIALS.to_owned()));
    let found = findings(&run(as_user(&sandbox), &["doctor", "--output", "json"]));
    assert_eq!(found, [("not-replaceable".to_owned(), "error".to_owned())]);
    assert_eq!(fs::read_dir(store).expect("a folder").count(), 1);
}

#[test]
fn only_setup_refuses_a_config_file_managed_by_another_program() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    store(&sandbox, "config");
    run(as_user(&sandbox), &["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let ran = run(as_user(&sandbox), &["doctor", "--output", "json"]);
    let expected = [("config-not-replaceable", "note"), ("no-region", "note"), ("session-elsewhere", "note")];
    assert_eq!(findings(&ran), expected.map(|(kind, severity)| (kind.to_owned(), severity.to_owned())));
    ran.expect(0);
    let arguments = ["setup", "--yes", "--skip-check", "--session-profile", "work"];
    let said = run(as_user(&sandbox), &arguments).expect(255);
    assert!(said.contains("config, which is managed by another program"), "{said}");
}

/// As in a dev container. Where mounting is not allowed, the tests of a folder without write permission cover it.
#[test]
fn a_read_only_mount_is_reported_before_a_code_is_used() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let mount = "mount --bind \"$HOME/.aws\" \"$HOME/.aws\" && mount -o remount,bind,ro \"$HOME/.aws\"";
    let inside = |script: &str| {
        let mut command = sandbox.program("unshare");
        command.args(["--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_awsmfa")]);
        command
    };
    if !inside(mount).output().is_ok_and(|output| output.status.success()) {
        return;
    }
    let mounted = || inside(&format!("{mount} && exec \"$0\" \"$@\""));
    let code = sts.fresh_code(SERIAL);
    for arguments in [&["login", "--token-code", &code][..], &["login", "--dry-run"]] {
        let said = run(mounted(), arguments).expect(255);
        assert!(said.contains(".aws is mounted read-only"), "{said}");
    }
    assert_eq!(sts.calls().len(), 0);
    let found = findings(&run(mounted(), &["doctor", "--output", "json"]));
    let expected = [("not-replaceable", "error"), ("config-not-replaceable", "note")];
    assert_eq!(found, expected.map(|(kind, severity)| (kind.to_owned(), severity.to_owned())));
    sandbox.run(&["login", "--token-code", &code]).expect(0);
}

#[test]
fn a_link_to_an_unmounted_drive_is_reported() {
    let sandbox = Sandbox::new();
    let drive = sandbox.home().join("drive");
    fs::remove_file(sandbox.path("credentials")).expect("it is ours");
    symlink(drive.join("aws/credentials"), sandbox.path("credentials")).expect("it is writable");
    let expected = format!(
        "{} is a symbolic link to {}, and there is no such folder",
        sandbox.path("credentials").display(),
        drive.join("aws/credentials").display()
    );
    for arguments in [&["login", "--token-code", "123456"][..], &["status"], &["logout"], &["login", "--dry-run"]] {
        let said = sandbox.run(arguments).expect(255);
        assert!(said.contains(&expected) && !said.contains("has no access key"), "{arguments:?}: {said}");
    }
    let found = findings(&sandbox.run(&["doctor", "--output", "json"]));
    assert_eq!(found, [("dangling-link".to_owned(), "error".to_owned())]);
    // The place where it is mounted is there, and empty.
    fs::create_dir_all(drive.join("aws")).expect("it is writable");
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    assert!(said.contains(&drive.join("aws/credentials").display().to_string()), "{said}");
}

#[test]
fn one_file_under_two_paths_is_refused() {
    for is_there in [true, false] {
        let both = format!("{DEFAULT_CREDENTIALS}[work]\nsource_profile = default\nMFA_SERIAL = x\n");
        let mut sandbox = Sandbox::with("", &both);
        symlink(".aws", sandbox.home().join("other")).expect("it is writable");
        let named = sandbox.home().join("other/credentials");
        sandbox.set("AWS_CONFIG_FILE", named.to_str().expect("UTF-8"));
        if !is_there {
            fs::remove_file(sandbox.path("credentials")).expect("it is ours");
        }
        let before = sandbox.credentials_text();
        let mut command = sandbox.command();
        command.env("AWSMFA_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let key = ["--access-key-id", "AKIAI44QH8DHBEXAMPLE", "--source-profile", "new"];
        let arguments = [&["setup", "--yes", "--skip-check", "--serial-number", SERIAL], &key[..]].concat();
        run(command, &arguments).expect(253);
        assert_eq!(sandbox.credentials_text(), before);
    }
}

#[test]
fn login_warns_about_a_file_that_others_can_read() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let login = || sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(!login().contains("other users"));
    fs::set_permissions(sandbox.path("credentials"), fs::Permissions::from_mode(0o644)).expect("it is ours");
    let said = login();
    let warning = "warning: other users of this machine can read or change the file (mode 644) (";
    assert_eq!(said.matches(warning).count(), 1, "{said}");
    assert!(said.find(warning) < said.find("is valid"), "{said}");
    // Before anything is sent, too.
    let nowhere = ["login", "--token-code", "123456", "--endpoint-url", "http://127.0.0.1:9"];
    assert!(sandbox.run(&nowhere).expect(255).contains(warning));
}

#[test]
fn doctor_finds_a_state_folder_of_another_user() {
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS);
    let state = sandbox.home().join(".local/state/awsmfa");
    fs::create_dir_all(&state).expect("it is writable");
    fs::write(state.join("used-codes"), "").expect("it is writable");
    fs::set_permissions(state.join("used-codes"), fs::Permissions::from_mode(0o644)).expect("it is ours");
    if am_root() {
        give_away(&sandbox);
    }
    let doctor = || findings(&run(as_user(&sandbox), &["doctor", "--output", "json"]));
    assert_eq!(doctor(), [("foreign-file".to_owned(), "warning".to_owned())]);
    fs::remove_file(state.join("used-codes")).expect("it is ours");
    assert_eq!(doctor(), []);
    if am_root() {
        chown(&state, Some(0), Some(0)).expect("root may");
    }
    fs::set_permissions(&state, fs::Permissions::from_mode(0o500)).expect("it is ours");
    assert_eq!(doctor(), [("state-folder".to_owned(), "warning".to_owned())]);
    fs::set_permissions(&state, fs::Permissions::from_mode(0o700)).expect("it is ours");
}
