//! The file itself: links, mode, owner, lock, other writers.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

#[track_caller]
fn login(sandbox: &Sandbox, sts: &StandIn, code: i32) -> String {
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(code)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o7777
}

#[test]
fn a_symlink_stays_and_its_target_is_replaced() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let dotfiles = sandbox.home().join("dotfiles/aws");
    fs::create_dir_all(&dotfiles).expect("it is writable");
    fs::write(dotfiles.join("real"), DEFAULT_CREDENTIALS).expect("it is writable");
    fs::set_permissions(dotfiles.join("real"), fs::Permissions::from_mode(0o640)).expect("it is ours");
    // Two hops: relative, then absolute.
    symlink(dotfiles.join("real"), sandbox.home().join("dotfiles/hop")).expect("it is writable");
    fs::remove_file(sandbox.path("credentials")).expect("it is ours");
    symlink("../dotfiles/hop", sandbox.path("credentials")).expect("it is writable");
    login(&sandbox, &sts, 0);
    assert!(fs::symlink_metadata(sandbox.path("credentials")).expect("it is there").is_symlink());
    assert!(fs::symlink_metadata(sandbox.home().join("dotfiles/hop")).expect("it is there").is_symlink());
    assert_eq!(mode(&dotfiles.join("real")), 0o640);
    assert!(fs::read_to_string(dotfiles.join("real")).expect("text").contains("default-session"));
    assert_eq!(fs::read_dir(&dotfiles).expect("a folder").count(), 1);
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn a_dangling_symlink_gets_its_target_and_a_loop_is_an_error() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}{}", DEFAULT_CREDENTIALS.trim_start_matches("[default]\n"));
    let sandbox = Sandbox::with(&config, "").using(&sts);
    fs::remove_file(sandbox.path("credentials")).expect("it is ours");
    symlink("target", sandbox.path("credentials")).expect("it is writable");
    login(&sandbox, &sts, 0);
    assert_eq!(sandbox.listing(), ["config", "credentials", "target"]);
    assert_eq!(mode(&sandbox.path("target")), 0o600);

    fs::remove_file(sandbox.path("target")).expect("it is ours");
    symlink("credentials", sandbox.path("target")).expect("it is writable");
    let calls = sts.calls().len();
    login(&sandbox, &sts, 255);
    assert_eq!(sts.calls().len(), calls);
}

#[test]
fn the_mode_is_carried_over_and_new_files_are_private() {
    let sts = StandIn::start();
    for wanted in [0o600, 0o640, 0o644, 0o700] {
        let sandbox = Sandbox::new().using(&sts);
        fs::set_permissions(sandbox.path("credentials"), fs::Permissions::from_mode(wanted)).expect("it is ours");
        login(&sandbox, &sts, 0);
        assert_eq!(mode(&sandbox.path("credentials")), wanted);
    }
    let sandbox = Sandbox::empty().using(&sts);
    let config = sandbox.home().join("config");
    fs::write(&config, format!("{DEFAULT_CONFIG}{}", DEFAULT_CREDENTIALS.trim_start_matches("[default]\n")))
        .expect("it is ours");
    let code = sts.fresh_code(SERIAL);
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "umask 000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_awsmfa"), "login", "--config-file"]);
    command.arg(&config).args(["--token-code", &code]).env_clear().env("HOME", sandbox.home());
    command.env("AWS_ENDPOINT_URL_STS", sts.url());
    Ran::from(command.output().expect("it runs")).expect(0);
    assert_eq!((mode(&sandbox.path("credentials")), mode(&sandbox.home().join(".aws"))), (0o600, 0o700));
}

#[test]
fn the_owner_is_kept_if_the_system_allows_it() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let path = sandbox.path("credentials");
    let owner = fs::metadata(&path).expect("it is there").uid();
    // Only root can change the owner of a file.
    let other = if owner == 0 { 12345 } else { owner };
    if owner == 0 {
        // In a folder of another user it would be refused.
        chown(sandbox.home().join(".aws"), Some(other), None).expect("root may");
    }
    chown(&path, Some(other), Some(if owner == 0 { 12345 } else { fs::metadata(&path).expect("it is there").gid() }))
        .expect("allowed");
    login(&sandbox, &sts, 0);
    assert_eq!(fs::metadata(&path).expect("it is there").uid(), other);
}

#[test]
fn nothing_is_written_when_nothing_changes() {
    let sandbox = Sandbox::new();
    let before = fs::metadata(sandbox.path("credentials")).expect("it is there");
    sandbox.run(&["logout"]).expect(0);
    sandbox.run(&["status"]).expect(1);
    let after = fs::metadata(sandbox.path("credentials")).expect("it is there");
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
}

#[test]
fn read_only_files_and_folders_are_refused_before_a_code_is_used() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    fs::set_permissions(sandbox.path("credentials"), fs::Permissions::from_mode(0o400)).expect("it is ours");
    let said = login(&sandbox, &sts, 255);
    assert!(said.contains("read-only"), "{said}");
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);

    fs::remove_file(sandbox.path("credentials")).expect("it is ours");
    fs::create_dir(sandbox.path("credentials")).expect("it is ours");
    login(&sandbox, &sts, 255);
    fs::remove_dir(sandbox.path("credentials")).expect("it is ours");
    let made = Command::new("mkfifo").arg(sandbox.path("credentials")).status().expect("mkfifo is there");
    assert!(made.success());
    login(&sandbox, &sts, 255);
    assert_eq!(sts.calls().len(), 0);
}

#[test]
fn missing_files_and_a_missing_folder_are_configuration_errors() {
    Sandbox::empty().run(&["login", "--token-code", "123456"]).expect(253);
    Sandbox::empty().run(&["status"]).expect(253);
}

#[test]
fn login_warns_about_a_hard_link() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    fs::hard_link(sandbox.path("credentials"), sandbox.home().join("other")).expect("it is writable");
    let said = login(&sandbox, &sts, 0);
    assert!(said.contains("hard link"), "{said}");
    assert_eq!(fs::read_to_string(sandbox.home().join("other")).expect("text"), DEFAULT_CREDENTIALS);
}

/// Locks the folder as another awsmfa does.
fn hold_lock(sandbox: &Sandbox) -> File {
    sandbox.write(".awsmfa.lock", b"");
    let lock = File::options().write(true).open(sandbox.path(".awsmfa.lock")).expect("it is there");
    lock.try_lock().expect("it is not locked");
    lock
}

#[test]
fn login_waits_for_a_lock_and_names_its_holder_at_the_time_limit() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let lock = hold_lock(&sandbox);
    let started = Instant::now();
    let said = login(&sandbox, &sts, 255);
    assert!((9..15).contains(&started.elapsed().as_secs()), "{said}");
    assert!(said.contains(&format!("(process {})", std::process::id())), "{said}");
    assert_eq!((sts.calls().len(), sandbox.credentials_text()), (0, DEFAULT_CREDENTIALS.to_owned()));

    let mut waiting = sandbox.command();
    let waiting = waiting.args(["login", "--token-code", &sts.fresh_code(SERIAL)]).spawn().expect("it runs");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(sts.calls().len(), 0);
    lock.unlock().expect("it is ours");
    assert!(waiting.wait_with_output().expect("it ends").status.success());
}

#[test]
fn a_signal_ends_a_wait_for_the_lock() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    login(&sandbox, &sts, 0);
    let _lock = hold_lock(&sandbox);
    let mut logout = sandbox.command().arg("logout").spawn().expect("it runs");
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    let pid = logout.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there").success());
    assert_eq!(logout.wait().expect("it ends").code(), Some(143));
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn changes_by_another_program_during_the_request_are_kept() {
    let before = format!("{DEFAULT_CREDENTIALS}# one\n");
    // The last one has the length of the file that the login has read.
    for written in ["# grown\n[other]\nx = 1\n", "", "# two\n"] {
        let sts = StandIn::start();
        sts.fault(Fault::Slow(Duration::from_millis(400)), 1);
        let sandbox = Sandbox::new().using(&sts);
        sandbox.write("credentials", before.as_bytes());
        let login =
            sandbox.command().args(["login", "--token-code", &sts.fresh_code(SERIAL)]).spawn().expect("it runs");
        while sts.calls().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let written = format!("{DEFAULT_CREDENTIALS}{written}");
        sandbox.write("credentials", written.as_bytes());
        assert!(login.wait_with_output().expect("it ends").status.success());
        assert!(sandbox.credentials_text().starts_with(&format!("{written}\n[default-session]\n")), "{written}");
    }
}

#[test]
fn a_leftover_file_of_a_killed_login_is_removed() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.write("credentials.awsmfa-new-AbC123", b"half");
    sandbox.write("credentials.bak", b"the user's own");
    login(&sandbox, &sts, 0);
    assert_eq!(sandbox.listing(), ["config", "credentials", "credentials.bak"]);
}

/// Runs the program as a user other than root, in this sandbox.
fn as_ordinary_user(sandbox: &Sandbox, sts: &StandIn) -> Ran {
    let code = sts.fresh_code(SERIAL);
    let mut command = sandbox.command();
    if fs::metadata(sandbox.home()).expect("it is there").uid() == 0 {
        // The program itself may be in a folder that only root can read.
        let program = sandbox.home().join("awsmfa");
        // Not by this process: a child that another test starts meanwhile has the copy open, and then it cannot be run.
        let copied = sandbox.program("cp").arg(env!("CARGO_BIN_EXE_awsmfa")).arg(&program).status();
        assert!(copied.expect("there is cp").success());
        for path in
            [sandbox.home(), &sandbox.home().join(".aws"), &sandbox.path("config"), &sandbox.path("credentials")]
        {
            chown(path, Some(65534), Some(65534)).expect("root may");
        }
        command = sandbox.program("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(program);
    }
    Ran::from(command.args(["login", "--token-code", &code]).output().expect("it runs"))
}

#[test]
fn missing_permissions_are_reported_before_a_code_is_used() {
    let sts = StandIn::start();
    for (path, mode, expected) in
        [("credentials", 0o000, "cannot read "), ("config", 0o000, "cannot read "), ("", 0o500, "cannot write to ")]
    {
        let sandbox = Sandbox::new().using(&sts);
        fs::set_permissions(sandbox.path(path), fs::Permissions::from_mode(mode)).expect("it is ours");
        let said = as_ordinary_user(&sandbox, &sts).expect(255);
        assert!(said.contains(expected) && said.contains("ermission denied"), "{said}");
        fs::set_permissions(sandbox.path(path), fs::Permissions::from_mode(0o700)).expect("it is ours");
        assert_eq!((sandbox.credentials_text(), sts.calls().len()), (DEFAULT_CREDENTIALS.to_owned(), 0));
    }
}

#[test]
fn state_files_of_others_and_behind_links_are_left_alone() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let state = sandbox.home().join(".local/state/awsmfa");
    fs::create_dir_all(&state).expect("it is writable");
    let precious = sandbox.home().join("precious");
    fs::write(&precious, "precious").expect("it is writable");
    for name in ["used-codes", "undo-setup"] {
        symlink(&precious, state.join(name)).expect("it is writable");
    }
    let said = login(&sandbox, &sts, 0);
    assert_eq!(said.matches("used-codes is not awsmfa's own file: it is a symbolic link").count(), 1, "{said}");
    sandbox.run(&["setup", "--yes", "--skip-check"]).expect(255);
    sandbox.run(&["setup", "--undo"]).expect(255);
    assert_eq!(fs::read_to_string(&precious).expect("text"), "precious");
    assert!(fs::symlink_metadata(state.join("used-codes")).expect("it is there").is_symlink());

    fs::remove_file(state.join("used-codes")).expect("it is ours");
    assert!(Command::new("mkfifo").arg(state.join("used-codes")).status().expect("it is there").success());
    login(&sandbox, &sts, 0);
}

#[test]
fn the_state_folder_can_be_elsewhere() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    fs::create_dir(sandbox.home().join("elsewhere")).expect("it is writable");
    symlink("elsewhere", sandbox.home().join(".local")).expect("it is writable");
    let said = login(&sandbox, &sts, 0);
    assert!(!said.contains("warning"), "{said}");
    let state = sandbox.home().join("elsewhere/state/awsmfa");
    let names: Vec<_> = fs::read_dir(state).expect("it is there").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names, ["used-codes"]);
}

#[test]
fn login_does_not_wait_for_a_locked_list_of_used_codes() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    login(&sandbox, &sts, 0);
    let path = sandbox.home().join(".local/state/awsmfa/.awsmfa.lock");
    let lock = File::options().write(true).create_new(true).open(&path).expect("it is writable");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    lock.try_lock().expect("it is not locked");
    let started = Instant::now();
    login(&sandbox, &sts, 0);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_lock_file_of_another_user_is_left_alone_and_does_not_prevent_a_login() {
    let sts = StandIn::start();
    for what in ["link", "open to others", "pipe"] {
        let sandbox = Sandbox::new().using(&sts);
        let path = sandbox.path(".awsmfa.lock");
        match what {
            "link" => symlink("config", &path).expect("it is writable"),
            "pipe" => assert!(Command::new("mkfifo").arg(&path).status().expect("it is there").success()),
            _ => fs::write(&path, "").expect("it is writable"),
        }
        let planted = File::options().read(true).write(true).open(&path).expect("it is there");
        planted.try_lock().expect("it is not locked");
        let said = login(&sandbox, &sts, 0);
        assert_eq!(said.matches("without a lock (").count(), 1, "{said}");
        assert!(fs::symlink_metadata(&path).is_ok(), "{what}");
    }
}

#[test]
fn a_lock_file_of_a_killed_run_is_used_and_deleted() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.write(".awsmfa.lock", b"");
    let said = login(&sandbox, &sts, 0);
    assert!(!said.contains("warning"), "{said}");
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn variables_that_name_pipes_and_devices_neither_hang_nor_fill_the_memory() {
    let sts = StandIn::start();
    let pipes = tempfile::tempdir().expect("it is writable");
    let pipe = pipes.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("it is there").success());
    let (pipe, pipes) = (pipe.display().to_string(), pipes.path().display().to_string());
    for (name, value, code) in [
        ("TZ", pipe.as_str(), 0),
        ("TZ", "/dev/zero", 0),
        ("SSL_CERT_FILE", &pipe, 253),
        ("SSL_CERT_FILE", "/dev/zero", 253),
        ("SSL_CERT_DIR", &pipes, 253),
        ("AWS_CA_BUNDLE", &pipe, 253),
        ("AWS_CA_BUNDLE", "/dev/zero", 253),
    ] {
        let mut sandbox = Sandbox::new().using(&sts);
        sandbox.set(name, value);
        let mut command = sandbox.program("sh");
        command.args(["-c", "ulimit -v 4000000; exec timeout 20 \"$0\" \"$@\"", env!("CARGO_BIN_EXE_awsmfa")]);
        command.args(["login", "--token-code", &sts.fresh_code(SERIAL)]);
        let calls = sts.calls().len();
        let said = Ran::from(command.output().expect("it runs")).expect(code);
        if code != 0 {
            assert!(said.contains("is not a regular file"), "{name}={value}: {said}");
            assert!(name == "AWS_CA_BUNDLE" || said.contains(&format!("(from {name})")), "{said}");
            assert_eq!(sts.calls().len(), calls, "{name}={value}");
        }
    }
}
