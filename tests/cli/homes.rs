//! Home folders with unusual names, and files with Windows line endings, which `setup --undo` and `logout` restore.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::caller::identity_of;
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::StandIn;

const CONFIG: &str = "# Windows\r\n[default]\r\nregion = eu-west-1\r\nmfa_serial=arn:aws:iam::123456789012:mfa/ada\r\n\r\n; \
                      more\r\n[profile other]\r\nregion=us-east-1\r\n";
const CREDENTIALS: &str = "[default]\r\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\r\naws_secret_access_key = \
                           wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\r\n\r\n[other]\r\n# mine\r\nregion = us-east-1";

/// The length of a path that is longer than `MAX_PATH` of Windows, 260.
const LONG: usize = 326;

fn files(sandbox: &Sandbox) -> [Vec<u8>; 2] {
    ["config", "credentials"].map(|name| fs::read(sandbox.path(name)).expect("it is there"))
}

/// Asserts that all lines of both files end as on Windows.
#[track_caller]
fn has_line_ends_of_windows(sandbox: &Sandbox) {
    for bytes in files(sandbox) {
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
    }
}

/// Goes through setup and its undo, login, status and logout in a home below the scratch folder.
#[track_caller]
fn works_in(home: impl Fn(&Path) -> PathBuf) {
    let sts = StandIn::start();
    let sandbox = Sandbox::empty().using(&sts);
    let home = home(sandbox.home());
    let sandbox = sandbox.with_home(home);
    sandbox.write("config", CONFIG.as_bytes());
    sandbox.write("credentials", CREDENTIALS.as_bytes());
    let before = files(&sandbox);

    sandbox.run(&["setup", "--yes"]).expect(0);
    assert_ne!(files(&sandbox), before);
    has_line_ends_of_windows(&sandbox);
    sandbox.run(&["setup", "--undo"]).expect(0);
    assert_eq!(files(&sandbox), before);

    sandbox.run(&["setup", "--yes"]).expect(0);
    let set_up = files(&sandbox);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    has_line_ends_of_windows(&sandbox);
    assert!(identity_of(&sts.url(), &sandbox.credentials(), "default-session").is_ok());
    sandbox.run(&["status"]).expect(0);
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(files(&sandbox), set_up);
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn a_home_with_spaces_works() {
    works_in(|folder| folder.join("Ada  King of Lovelace"));
}

#[test]
fn a_home_with_japanese_letters_works() {
    works_in(|folder| folder.join("日本 花子"));
}

#[test]
fn a_home_with_a_long_path_works() {
    works_in(|folder| {
        let mut path = folder.to_owned();
        while LONG - path.as_os_str().len() > 60 {
            path.push("x".repeat(49));
        }
        path.push("y".repeat(LONG - path.as_os_str().len() - 1));
        assert_eq!(path.as_os_str().len(), LONG);
        path
    });
}
