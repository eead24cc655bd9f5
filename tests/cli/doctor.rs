//! `doctor`: each kind of finding on a pair of files that shows it and on one that does not; `--fix`, and that it is
//! undone.

#[cfg(unix)]
mod disk;
mod layouts;
mod left;
mod online;
#[cfg(unix)]
mod terminal;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use awsmfa::check::Kind;
use serde_json::Value;

use crate::support::sandbox::Sandbox;

/// Findings that do not depend on the content of the files: they have their own tests.
const NOT_IN_FILES: [&str; 19] = [
    "clock-skew",
    "config-not-replaceable",
    "dangling-link",
    "folder-open-to-others",
    "foreign-file",
    "key-refused",
    "modes-not-kept",
    "not-replaceable",
    "old-key",
    "other-awsmfa",
    "readable-by-others",
    "replaced-key",
    "recovery-file",
    "state-folder",
    "unfinished-file",
    "unfinished-rotation",
    "unlisted-serial",
    "unreachable",
    "unreadable-file",
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/doctor")
}

/// A home whose files are private.
pub fn private(config: &[u8], credentials: &[u8]) -> Sandbox {
    let sandbox = Sandbox::with(config, credentials);
    close(&sandbox);
    sandbox
}

#[cfg(unix)]
fn close(sandbox: &Sandbox) {
    use std::os::unix::fs::PermissionsExt;
    for name in ["config", "credentials"] {
        fs::set_permissions(sandbox.path(name), fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
}

#[cfg(not(unix))]
fn close(_: &Sandbox) {}

fn sandbox_of(folder: &Path) -> Sandbox {
    let read = |name: &str| fs::read(folder.join(name)).unwrap_or_default();
    let mut sandbox = private(&read("config"), &read("credentials"));
    for line in String::from_utf8_lossy(&read("environment")).lines() {
        let (name, value) = line.split_once('=').expect("NAME=value");
        sandbox.set(name, if cfg!(windows) && value == "/dev/null" { "NUL" } else { value });
    }
    sandbox
}

/// Returns the findings, and checks the exit code.
#[track_caller]
pub fn findings(sandbox: &Sandbox, arguments: &[&str]) -> Vec<Value> {
    let ran = sandbox.run(&[&["doctor", "--output", "json"], arguments].concat());
    let found: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("no JSON: {ran:?}"));
    let is_wrong = found.iter().any(|finding| finding["severity"] != "note");
    assert_eq!(ran.code, i32::from(is_wrong), "{ran:?}");
    let all = format!("{}{}", ran.stdout, ran.stderr);
    for secret in ["wJalrXUtnFEMI", "sessSecret", "sessToken"] {
        assert!(!all.contains(secret), "{all}");
    }
    found
}

pub fn kinds(found: &[Value]) -> BTreeSet<&str> {
    found.iter().filter_map(|finding| finding["kind"].as_str()).collect()
}

pub fn bytes(sandbox: &Sandbox) -> [Vec<u8>; 2] {
    ["config", "credentials"].map(|name| fs::read(sandbox.path(name)).unwrap_or_default())
}

#[test]
fn each_kind_of_finding_is_found_in_its_example_only() {
    for kind in Kind::all().map(Kind::id) {
        let folder = fixtures().join(kind);
        if NOT_IN_FILES.contains(&kind) {
            assert!(!folder.exists(), "{kind}");
            continue;
        }
        let shown = findings(&sandbox_of(&folder.join("shows")), &[]);
        assert_eq!(kinds(&shown), BTreeSet::from([kind]), "{kind}: {shown:#?}");
        let clean = findings(&sandbox_of(&folder.join("clean")), &[]);
        assert!(clean.is_empty(), "{kind}: {clean:#?}");
    }
}

#[test]
fn fixable_findings_are_fixed_and_return_with_undo() {
    let mut fixed = BTreeSet::new();
    for kind in Kind::all().map(Kind::id).filter(|kind| !NOT_IN_FILES.contains(kind)) {
        let sandbox = sandbox_of(&fixtures().join(kind).join("shows"));
        let before = bytes(&sandbox);
        let found = findings(&sandbox, &[]);
        let left = findings(&sandbox, &["--fix"]);
        assert!(left.iter().all(|finding| finding["fixable"] == false), "{kind}: {left:#?}");
        let expected: Vec<&Value> = found.iter().filter(|finding| finding["fixable"] == false).collect();
        assert_eq!(left.iter().collect::<Vec<_>>(), expected, "{kind}");
        assert_eq!(findings(&sandbox, &[]), left, "{kind}");
        let after = bytes(&sandbox);
        if expected.len() < found.len() {
            fixed.insert(kind);
            sandbox.run(&["setup", "--undo"]).expect(0);
        } else {
            assert_eq!(after, before, "{kind}: nothing was to be fixed");
        }
        assert_eq!(bytes(&sandbox), before, "{kind}");
    }
    let expected = [
        "aws-mfa-device",
        "bare-section",
        "byte-order-mark",
        "double-mfa",
        "indented-header",
        "inline-comment",
        "left-over-token",
        "source-profile-without-role",
        "stale-security-token",
        "token-in-config",
    ];
    assert_eq!(fixed, BTreeSet::from(expected));
}

#[test]
fn a_finding_names_its_place_its_clients_and_its_remedy() {
    let sandbox = sandbox_of(&fixtures().join("stale-security-token/shows"));
    let ran = sandbox.run(&["doctor"]);
    let place = sandbox.path("credentials").display().to_string();
    let expected = format!(
        "error: aws_security_token differs from aws_session_token, and the AWS CLI and boto3 sign with it: AWS \
         refuses them\n  {place} line 11, profile work\n  help: remove the line (awsmfa doctor --fix does that)\n\n1 error, \
         0 warnings, 0 notes; `awsmfa doctor --fix` fixes 1\n"
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (1, expected.as_str()));
    let clean = sandbox_of(&fixtures().join("stale-security-token/clean")).run(&["doctor"]);
    assert_eq!((clean.code, clean.stdout.as_str()), (0, "nothing is wrong\n"));
}

#[test]
fn a_fix_is_shown_without_values_before_it_is_written() {
    let sandbox = sandbox_of(&fixtures().join("stale-security-token/shows"));
    let ran = sandbox.run(&["doctor", "--fix"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "nothing is wrong\n"));
    assert!(ran.stderr.contains("-aws_security_token = ********"), "{}", ran.stderr);
    let again = sandbox.run(&["doctor", "--fix", "--yes"]).expect(0);
    assert_eq!(again, "awsmfa: there is nothing to fix\n");
}

#[test]
fn identical_duplicates_are_fixed() {
    let fixture = |name: &str| fs::read(fixtures().join("duplicate-section/clean").join(name)).expect("it is there");
    let config =
        [&fixture("config")[..], b"\n[profile same]\nregion = x\nREGION=x\n[profile same]\nregion = x\nREGION=x\n"]
            .concat();
    let sandbox = private(&config, &fixture("credentials"));
    assert_eq!(kinds(&findings(&sandbox, &["--fix"])), BTreeSet::new());
    let expected = [&fixture("config")[..], b"\n[profile same]\nregion = x\n"].concat();
    assert_eq!(bytes(&sandbox)[0], expected);
}
