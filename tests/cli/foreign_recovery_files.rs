//! Files with the name of a recovery file that are not awsmfa's own, or hold what cannot be from STS.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::recovery::{recovery_files, session_of};
use crate::support::sandbox::{Ran, Sandbox};

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
