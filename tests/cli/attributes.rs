//! Access control lists, extended attributes and owners are unchanged after a login and after a logout.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

/// A user and a group that nothing else of the machine has.
const OTHER: u32 = 54321;

pub fn am_root() -> bool {
    fs::metadata("/proc/self").expect("it is there").uid() == 0
}

/// Runs a command of the system, which must work, and returns what it prints.
#[track_caller]
fn system(program: &str, arguments: &[&str], path: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(path).output();
    let ran = Ran::from(output.unwrap_or_else(|error| panic!("{program}, see tests/run: {error}")));
    assert_eq!(ran.code, 0, "{program} {arguments:?}: {ran:?}");
    ran.stdout
}

/// The permissions and attributes of a file.
fn dump(path: &Path) -> String {
    let attributes = system("getfattr", &["-d", "-m", "-", "-e", "hex", "--absolute-names"], path);
    let list = system("getfacl", &["--numeric", "--absolute-names"], path);
    let metadata = fs::metadata(path).expect("it is there");
    format!("{list}{attributes}{:o} {} {}", metadata.mode(), metadata.uid(), metadata.gid())
}

/// Returns whether a member of the file's group can read it.
fn group_reads(path: &Path) -> bool {
    let group = fs::metadata(path).expect("it is there").gid().to_string();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "54322", "--regid", &group, "--clear-groups", "cat"]).arg(path);
    command.output().expect("setpriv is there").status.success()
}

/// Logs in and out, and makes sure that all metadata is unchanged.
#[track_caller]
fn keeps_everything(sandbox: &Sandbox, sts: &StandIn) {
    let path = sandbox.path("credentials");
    let before = dump(&path);
    if am_root() {
        for folder in [sandbox.home(), &sandbox.home().join(".aws")] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
        assert!(!group_reads(&path), "{before}");
    }
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(dump(&path), before);
    assert!(!am_root() || !group_reads(&path));
    sandbox.run(&["logout"]).expect(0);
    assert_eq!((dump(&path), sandbox.credentials_text()), (before, DEFAULT_CREDENTIALS.to_owned()));
}

#[test]
fn an_access_control_list_is_carried_over_exactly() {
    let sts = StandIn::start();
    let list = format!("u::rw-,u:{OTHER}:r--,g::---,m::r--,o::---");
    for is_link in [false, true] {
        let sandbox = Sandbox::new().using(&sts);
        if is_link {
            fs::create_dir(sandbox.home().join("dotfiles")).expect("it is writable");
            fs::rename(sandbox.path("credentials"), sandbox.home().join("dotfiles/real")).expect("it is ours");
            symlink("../dotfiles/real", sandbox.path("credentials")).expect("it is writable");
        }
        system("setfacl", &["-m", &list], &sandbox.path("credentials"));
        keeps_everything(&sandbox, &sts);
        system("setfattr", &["-n", "user.note", "-v", "kept"], &sandbox.path("credentials"));
        system("setfattr", &["-n", "user.empty"], &sandbox.path("credentials"));
        keeps_everything(&sandbox, &sts);
    }
}

#[test]
fn a_default_acl_of_the_folder_does_not_widen_permissions() {
    let sts = StandIn::start();
    let defaults = format!("u:{OTHER}:rw-,g:{OTHER}:rw-,m::rwx");
    for (mode, list) in [(0o640, None), (0o600, None), (0o600, Some(format!("u:{}:r--", OTHER + 7)))] {
        let sandbox = Sandbox::new().using(&sts);
        let path = sandbox.path("credentials");
        if am_root() {
            // A new file gets a group that must not read it.
            chown(&path, None, Some(OTHER)).expect("root may");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
        system("setfacl", &["-d", "-m", &defaults], &sandbox.home().join(".aws"));
        if let Some(list) = list {
            system("setfacl", &["-m", &list], &path);
        }
        let before = dump(&path);
        sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        assert_eq!(dump(&path), before);
        sandbox.run(&["logout"]).expect(0);
        assert_eq!(dump(&path), before);
    }
    // A new file is private under any ACL of the folder.
    let config = format!("{DEFAULT_CONFIG}{}", DEFAULT_CREDENTIALS.trim_start_matches("[default]\n"));
    let sandbox = Sandbox::with(config, "").using(&sts);
    fs::remove_file(sandbox.path("credentials")).expect("it is ours");
    system("setfacl", &["-d", "-m", &defaults], &sandbox.home().join(".aws"));
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let list = system("getfacl", &["--numeric", "--absolute-names", "--omit-header"], &sandbox.path("credentials"));
    assert_eq!(list.trim(), "user::rw-\ngroup::---\nother::---");
}

/// A copy of the program that every user may run, and the command that runs it as another one.
pub fn as_other(sandbox: &Sandbox) -> Command {
    let program = sandbox.home().join("awsmfa");
    let copied = sandbox.program("cp").arg(env!("CARGO_BIN_EXE_awsmfa")).arg(&program).status();
    assert!(copied.expect("there is cp").success());
    let mut command = sandbox.program("setpriv");
    let other = OTHER.to_string();
    command.args(["--reuid", &other, "--regid", &other, "--clear-groups"]).arg(program);
    command
}

/// Gives the home to the other user.
pub fn give_away(sandbox: &Sandbox) {
    let other = format!("{OTHER}:{OTHER}");
    system("chown", &["-R", "-h", &other], sandbox.home());
}

#[test]
fn an_attribute_that_cannot_be_kept_is_reported_before_a_code_is_used() {
    // Only root can set such an attribute, and only other users cannot keep it.
    if !am_root() {
        return;
    }
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    give_away(&sandbox);
    system("setfattr", &["-n", "security.note", "-v", "roots"], &sandbox.path("credentials"));
    let output = as_other(&sandbox).args(["login", "--token-code", &sts.fresh_code(SERIAL)]).output();
    let said = Ran::from(output.expect("it runs")).expect(255);
    assert!(said.contains("the attribute security.note of "), "{said}");
    assert_eq!((sts.calls().len(), sandbox.credentials_text()), (0, DEFAULT_CREDENTIALS.to_owned()));
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
    // Root can keep it.
    keeps_everything(&sandbox, &sts);
}

fn owners_below(folder: &Path) -> Vec<(PathBuf, u32, u32)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("it is there").flatten() {
        let metadata = fs::symlink_metadata(entry.path()).expect("it is there");
        found.push((entry.path(), metadata.uid(), metadata.gid()));
        if metadata.is_dir() {
            found.extend(owners_below(&entry.path()));
        }
    }
    found
}

#[test]
fn files_that_root_creates_in_a_users_home_belong_to_the_user() {
    if !am_root() {
        return;
    }
    let sts = StandIn::start();
    let sandbox = Sandbox::empty().using(&sts);
    let config = sandbox.home().join("config");
    fs::write(&config, format!("{DEFAULT_CONFIG}{}", DEFAULT_CREDENTIALS.trim_start_matches("[default]\n")))
        .expect("it is writable");
    give_away(&sandbox);
    let config = config.display().to_string();
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "--config-file", &config, "--token-code", &code]).expect(0);
    let all = owners_below(sandbox.home());
    assert!(all.len() > 5, "{all:?}");
    assert!(all.iter().all(|(_, user, group)| (*user, *group) == (OTHER, OTHER)), "{all:?}");
    // The user can continue without root.
    let output = as_other(&sandbox).args(["logout", "--config-file", &config]).output().expect("it runs");
    let said = Ran::from(output).expect(0);
    assert!(!said.contains("warning"), "{said}");
    sandbox.run(&["setup", "--yes", "--skip-check", "--config-file", &config]).expect(0);
    let all = owners_below(sandbox.home());
    assert!(all.iter().all(|(path, user, _)| *user == OTHER || path.ends_with("awsmfa")), "{all:?}");
    let undone = as_other(&sandbox).args(["setup", "--undo", "--config-file", &config]).output().expect("it runs");
    Ran::from(undone).expect(0);
}

#[test]
fn root_does_not_write_a_session_that_another_user_can_read() {
    if !am_root() {
        return;
    }
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let path = sandbox.path("credentials");
    fs::set_permissions(sandbox.home().join(".aws"), fs::Permissions::from_mode(0o1777)).expect("it is ours");
    chown(&path, Some(OTHER), Some(OTHER)).expect("root may");
    let said = sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(253);
    assert!(said.contains(&format!("belongs to the user {OTHER}")), "{said}");
    assert_eq!((sts.calls().len(), sandbox.credentials_text()), (0, DEFAULT_CREDENTIALS.to_owned()));
    // In the folder of that user the file belongs to that user.
    chown(sandbox.home().join(".aws"), Some(OTHER), Some(OTHER)).expect("root may");
    keeps_everything(&sandbox, &sts);
}

/// Swaps the link or folder during the request; returns what the login prints.
fn login_with_swap(sandbox: &Sandbox, sts: &StandIn, swap: impl FnOnce()) -> String {
    sts.fault(Fault::Slow(Duration::from_millis(400)), 1);
    let mut command = sandbox.command();
    command.args(["login", "--token-code", &sts.fresh_code(SERIAL)]).stderr(std::process::Stdio::piped());
    let login = command.spawn().expect("it runs");
    while sts.calls().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    swap();
    Ran::from(login.wait_with_output().expect("it ends")).expect(255)
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it is there").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_link_that_is_swapped_during_the_request_does_not_redirect_the_session() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let [mine, theirs] = ["mine", "theirs"].map(|name| sandbox.home().join(name));
    for folder in [&mine, &theirs] {
        fs::create_dir(folder).expect("it is writable");
    }
    fs::rename(sandbox.path("credentials"), mine.join("real")).expect("it is ours");
    fs::write(theirs.join("real"), DEFAULT_CREDENTIALS).expect("it is writable");
    let link = sandbox.path("credentials");
    symlink(mine.join("real"), &link).expect("it is writable");
    let said = login_with_swap(&sandbox, &sts, || {
        fs::remove_file(&link).expect("it is ours");
        symlink(theirs.join("real"), &link).expect("it is writable");
    });
    assert!(said.contains("was replaced by another program"), "{said}");
    assert_eq!((names_in(&theirs), sandbox.credentials_text()), (vec!["real".into()], DEFAULT_CREDENTIALS.to_owned()));
    let kept = names_in(&mine);
    assert!(kept.len() == 2 && kept[1].starts_with("real.awsmfa-recovery-"), "{kept:?}");
    assert_eq!(sandbox.listing(), ["config", "credentials"]);

    fs::remove_file(&link).expect("it is ours");
    symlink(mine.join("real"), &link).expect("it is writable");
    sandbox.run(&["login"]).expect(0);
    assert_eq!(names_in(&mine), ["real"]);
}

#[test]
fn a_folder_that_is_swapped_during_the_request_gets_no_session() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let [folder, moved] = [".aws", "moved"].map(|name| sandbox.home().join(name));
    let said = login_with_swap(&sandbox, &sts, || {
        fs::rename(&folder, &moved).expect("it is ours");
        sandbox.write("credentials", DEFAULT_CREDENTIALS.as_bytes());
    });
    assert!(said.contains("was replaced by another program"), "{said}");
    assert_eq!(
        (sandbox.listing(), sandbox.credentials_text()),
        (vec!["credentials".into()], DEFAULT_CREDENTIALS.into())
    );
    let kept = names_in(&moved);
    assert!(kept.len() == 3 && said.contains(&moved.join(&kept[2]).display().to_string()), "{kept:?}: {said}");
}
