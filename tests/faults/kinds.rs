//! Files of all kinds, and users with all umasks: a session in the file, or a clear error before a code is used.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;

use crate::scene::{Action, Kind, Scene};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL};
use crate::tracer;
use crate::users::{self, am_root, give_away, works};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o7777
}

fn plain() -> Scene {
    Scene::new(Kind::Plain, Action::Login)
}

/// The login was refused, the file is as it was, and the code is still valid.
#[track_caller]
fn expect_unspent(scene: &Scene, said: &str, expected: &[&str]) {
    for expected in expected {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert_eq!(said.matches("awsmfa: error: ").count(), 1, "{said}");
    assert!(scene.sts.calls().is_empty(), "STS was asked");
}

#[test]
fn new_files_are_private_and_writable_under_every_umask() {
    for umask in ["0000", "0077", "0277", "0777"] {
        let scene = Scene::new(Kind::Missing, Action::Login);
        // The folder does not exist either: the key is in a file elsewhere.
        let config = scene.sandbox.home().join("config");
        fs::rename(scene.sandbox.path("config"), &config).expect("it is ours");
        fs::remove_dir(scene.sandbox.home().join(".aws")).expect("it is empty");
        give_away(&scene.sandbox);
        let config = config.to_string_lossy();
        for _ in 0..2 {
            let code = scene.sts.fresh_code(SERIAL);
            users::run(&scene.sandbox, umask, &["login", "--config-file", &config, "--token-code", &code]).expect(0);
            let credentials = scene.sandbox.path("credentials");
            assert_eq!((mode(&credentials), mode(&scene.sandbox.home().join(".aws"))), (0o600, 0o700), "{umask}");
        }
        users::run(&scene.sandbox, umask, &["logout", "--config-file", &config]).expect(0);
        assert_eq!(scene.sandbox.listing(), ["credentials"]);
    }
}

#[test]
fn logins_with_different_umasks_do_not_change_the_mode() {
    let scene = plain();
    give_away(&scene.sandbox);
    fs::set_permissions(scene.sandbox.path("credentials"), Permissions::from_mode(0o640)).expect("it is ours");
    for umask in ["0000", "0277", "0022", "0777"] {
        let code = scene.sts.fresh_code(SERIAL);
        users::run(&scene.sandbox, umask, &["login", "--token-code", &code]).expect(0);
        assert_eq!(mode(&scene.sandbox.path("credentials")), 0o640, "{umask}");
    }
}

#[test]
fn a_readable_file_of_another_user_is_not_replaced() {
    // Only root can create such a file: otherwise it is one that only its mode protects.
    let scene = plain();
    give_away(&scene.sandbox);
    let path = scene.sandbox.path("credentials");
    if am_root() {
        chown(&path, Some(0), Some(users::OTHER_USER)).expect("root may");
    }
    fs::set_permissions(&path, Permissions::from_mode(if am_root() { 0o640 } else { 0o440 })).expect("it is ours");
    let said = users::run(&scene.sandbox, "0022", &["login", "--token-code", &scene.code]).expect(255);
    let expected = if am_root() { "cannot keep mode and owner of " } else { "is read-only" };
    expect_unspent(&scene, &said, &[expected, "hint: "]);
    assert_eq!(scene.sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    assert_eq!(scene.sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn a_device_is_refused_as_credentials_file() {
    for device in ["/dev/full", "/dev/null", "/dev/tty"] {
        let scene = Scene::new(Kind::Missing, Action::Login);
        let said = scene.sandbox.run(&["login", "--credentials-file", device, "--token-code", &scene.code]).expect(255);
        expect_unspent(&scene, &said, &[device, "is not a regular file", "hint: "]);
    }
}

#[test]
fn a_pipe_as_config_file_is_refused_at_once() {
    let scene = plain();
    fs::remove_file(scene.sandbox.path("config")).expect("it is ours");
    assert!(works("mkfifo", &[&scene.sandbox.path("config")]));
    let said = scene.sandbox.run(&["login", "--token-code", &scene.code]).expect(255);
    expect_unspent(&scene, &said, &["config is not a regular file"]);
}

#[test]
fn every_kind_of_link_is_preserved() {
    // The folder itself is a link, as for users who keep it elsewhere.
    let scene = plain();
    let elsewhere = scene.sandbox.home().join("elsewhere");
    fs::rename(scene.sandbox.home().join(".aws"), &elsewhere).expect("it is ours");
    symlink("elsewhere", scene.sandbox.home().join(".aws")).expect("it is ours");
    scene.sandbox.run(&["login", "--token-code", &scene.code]).expect(0);
    assert!(fs::symlink_metadata(scene.sandbox.home().join(".aws")).expect("it is there").is_symlink());
    assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
    assert_eq!(scene.sandbox.listing(), ["config", "credentials"]);

    // A link into a missing folder: awsmfa cannot know which folder to create.
    let scene = Scene::new(Kind::Missing, Action::Login);
    symlink("../nowhere/credentials", scene.sandbox.path("credentials")).expect("it is ours");
    let said = scene.sandbox.run(&["login", "--token-code", &scene.code]).expect(255);
    expect_unspent(&scene, &said, &["nowhere", "there is no such folder"]);
    assert!(!scene.sandbox.home().join("nowhere").exists());
}

#[test]
fn logout_warns_about_hard_links_too() {
    let scene = Scene::new(Kind::Plain, Action::Logout);
    fs::hard_link(scene.sandbox.path("credentials"), scene.sandbox.home().join("other")).expect("it is ours");
    let said = scene.sandbox.run(&["logout"]).expect(0);
    assert!(said.contains("hard link"), "{said}");
    assert_eq!(fs::read_to_string(scene.sandbox.home().join("other")).expect("text"), scene.old());
    assert_eq!(fs::metadata(scene.sandbox.path("credentials")).expect("it is there").nlink(), 1);
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn the_session_is_saved_if_the_rename_fails() {
    for (fault, expected) in [("EBUSY", "mount its folder instead"), ("EPERM", "check that you own the folder")] {
        let scene = plain();
        let (_, points) = tracer::points(&scene.sandbox, &["login", "--token-code", &scene.code]);
        let rename = points.iter().find(|point| point.call.starts_with("rename")).expect("there is one");
        let scene = plain();
        let (ran, met) = tracer::run_with_fault(&scene.sandbox, &scene.arguments(), rename, &format!("error={fault}"));
        let said = ran.expect(255);
        assert!(met && said.contains("could not be written: cannot replace "), "{said}");
        assert!(said.contains(expected), "{said}");
        assert_eq!(scene.sandbox.credentials_text(), scene.old());
        scene.sandbox.run(&["login"]).expect(0);
        assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
    }
}

/// As in a dev container. Where mounting is not allowed, the test of the rename above covers it.
#[test]
fn a_mounted_file_is_reported_before_a_code_is_used() {
    let scene = plain();
    let (inside, outside) = (scene.sandbox.path("credentials"), scene.sandbox.home().join("outside"));
    fs::copy(&inside, &outside).expect("it is ours");
    if works("mount", &[&"--bind", &outside, &inside]) {
        let said = scene.sandbox.run(&["login", "--token-code", &scene.code]);
        assert!(works("umount", &[&inside]));
        expect_unspent(&scene, &said.expect(255), &["is mounted on its own", "mount its folder instead"]);
    }
    scene.sandbox.run(&["login", "--token-code", &scene.code]).expect(0);
    assert_eq!(scene.sandbox.listing(), ["config", "credentials"]);
}

/// Does nothing if the file system or the user cannot set this attribute.
#[test]
fn an_immutable_file_is_reported_before_a_code_is_used() {
    let scene = plain();
    let path = scene.sandbox.path("credentials");
    for mark in ["i", "a"] {
        if works("chattr", &[&format!("+{mark}"), &path]) {
            let said = scene.sandbox.run(&["login", "--token-code", &scene.code]);
            assert!(works("chattr", &[&format!("-{mark}"), &path]));
            expect_unspent(&scene, &said.expect(255), &["is marked as immutable", "hint: chattr -i -a "]);
        }
    }
    scene.sandbox.run(&["login", "--token-code", &scene.code]).expect(0);
    assert_eq!(scene.sandbox.listing(), ["config", "credentials"]);
}
