//! The files on the disk, and other programs called awsmfa.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::{findings, kinds, private};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Sandbox};

fn good() -> Sandbox {
    private(DEFAULT_CONFIG.as_bytes(), DEFAULT_CREDENTIALS.as_bytes())
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[track_caller]
fn finds(sandbox: &Sandbox, expected: &[&str]) {
    let found = findings(sandbox, &[]);
    assert_eq!(kinds(&found).into_iter().collect::<Vec<_>>(), expected, "{found:#?}");
}

#[test]
fn only_files_with_keys_are_made_private() {
    let sandbox = good();
    finds(&sandbox, &[]);
    set_mode(&sandbox.path("config"), 0o644);
    finds(&sandbox, &[]);
    set_mode(&sandbox.path("credentials"), 0o640);
    finds(&sandbox, &["readable-by-others"]);
    sandbox.run(&["doctor", "--fix"]).expect(0);
    assert_eq!(mode(&sandbox.path("credentials")), 0o600);
    sandbox.write("config", format!("{DEFAULT_CONFIG}mfa_process = cat seed\n").as_bytes());
    finds(&sandbox, &["readable-by-others"]);
}

#[test]
fn a_folder_that_others_can_write_to_is_made_private_if_it_is_dedicated() {
    let sandbox = good();
    let folder = sandbox.home().join(".aws");
    set_mode(&folder, 0o777);
    finds(&sandbox, &["folder-open-to-others"]);
    sandbox.run(&["doctor", "--fix"]).expect(0);
    assert_eq!(mode(&folder), 0o700);

    let elsewhere = sandbox.home().join("shared");
    fs::create_dir(&elsewhere).expect("the home is writable");
    set_mode(&elsewhere, 0o777);
    fs::rename(sandbox.path("config"), elsewhere.join("config")).expect("it is ours");
    let path = elsewhere.join("config").display().to_string();
    let left = findings(&sandbox, &["--fix", "--config-file", &path]);
    assert_eq!((left.len(), left[0]["fixable"].as_bool()), (1, Some(false)), "{left:#?}");
    assert_eq!(mode(&elsewhere), 0o777);
    set_mode(&elsewhere, 0o1777);
    assert!(findings(&sandbox, &["--config-file", &path]).is_empty(), "as /tmp");
}

#[test]
fn dangling_and_circular_links_are_reported_and_the_other_file_is_checked() {
    let sandbox = good();
    fs::rename(sandbox.path("credentials"), sandbox.home().join("mine")).expect("it is ours");
    symlink("../mine", sandbox.path("credentials")).expect("the home is writable");
    finds(&sandbox, &[]);
    fs::remove_file(sandbox.home().join("mine")).expect("it is ours");
    sandbox.write("config", format!("{DEFAULT_CONFIG}output = json\noutput = text\n").as_bytes());
    finds(&sandbox, &["dangling-link", "duplicate-property"]);
    fs::remove_file(sandbox.path("credentials")).expect("it is ours");
    symlink("credentials", sandbox.path("credentials")).expect("the home is writable");
    finds(&sandbox, &["duplicate-property", "unreadable-file"]);
}

#[test]
fn an_unreadable_file_does_not_make_links_in_the_other_file_wrong() {
    let sandbox = private(b"[default]\nregion = eu-west-1 # home\n[profile s]\nawsmfa_source_profile = key\n", b"");
    fs::remove_file(sandbox.path("credentials")).expect("it is ours");
    fs::create_dir(sandbox.path("credentials")).expect("the home is writable");
    finds(&sandbox, &["inline-comment", "unreadable-file"]);
    sandbox.run(&["doctor", "--fix"]).expect(1);
    finds(&sandbox, &["unreadable-file"]);
}

#[test]
fn a_file_that_cannot_be_replaced_is_reported() {
    let sandbox = good();
    set_mode(&sandbox.path("credentials"), 0o400);
    let found = findings(&sandbox, &[]);
    assert_eq!(kinds(&found).into_iter().collect::<Vec<_>>(), ["not-replaceable"]);
    assert!(found[0]["remedy"].as_str().is_some_and(|remedy| remedy.starts_with("chmod u+w ")), "{found:#?}");
}

#[test]
fn leftovers_of_killed_runs_are_reported_and_copies_removed() {
    let sandbox = good();
    sandbox.write("credentials.awsmfa-recovery-a", b"[default-session]\n");
    finds(&sandbox, &["recovery-file"]);
    sandbox.write("credentials.awsmfa-new-a", DEFAULT_CREDENTIALS.as_bytes());
    sandbox.write("config.awsmfa-new-b", b"");
    finds(&sandbox, &["recovery-file", "unfinished-file"]);
    sandbox.run(&["doctor", "--fix"]).expect(0);
    assert_eq!(sandbox.listing(), ["config", "credentials", "credentials.awsmfa-recovery-a"]);
}

#[test]
fn another_awsmfa_is_reported_only_if_it_comes_first_in_path() {
    let mut sandbox = good();
    let bin = sandbox.home().join("bin");
    fs::create_dir(&bin).expect("the home is writable");
    sandbox.set("PATH", &bin.display().to_string());
    finds(&sandbox, &[]);
    fs::write(bin.join("awsmfa"), "#!/usr/bin/env python\n").expect("the home is writable");
    finds(&sandbox, &[]);
    set_mode(&bin.join("awsmfa"), 0o755);
    finds(&sandbox, &["other-awsmfa"]);
    fs::remove_file(bin.join("awsmfa")).expect("it is ours");
    symlink(env!("CARGO_BIN_EXE_awsmfa"), bin.join("awsmfa")).expect("the home is writable");
    finds(&sandbox, &[]);
}
