//! The home folder, the state folder, programs and command lines of Windows.

use std::fs;

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

fn logged_in(sts: &StandIn) -> Sandbox {
    let sandbox = Sandbox::new().using(sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox
}

#[test]
fn the_state_is_in_the_local_application_data() {
    let sts = StandIn::start();
    let sandbox = logged_in(&sts);
    assert!(sandbox.home().join(r"AppData\Local\awsmfa\used-codes").exists());
}

#[test]
fn userprofile_precedes_home_and_homepath() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("HOME", r"C:\nowhere");
    sandbox.set("HOMEPATH", r"\nowhere");
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert!(sandbox.credentials_text().contains("[default-session]"));
}

#[test]
fn nul_is_a_file_without_profiles() {
    for name in ["NUL", "nul", r"\\.\NUL"] {
        let mut sandbox = Sandbox::new();
        sandbox.set("AWS_CONFIG_FILE", name);
        sandbox.set("AWS_SHARED_CREDENTIALS_FILE", name);
        let ran = sandbox.run(&["list", "--output", "json"]);
        assert!(ran.code == 0 && !ran.stdout.contains("default"), "{name}: {ran:?}");
    }
}

#[test]
fn exec_returns_the_whole_exit_code_of_its_program() {
    let sts = StandIn::start();
    let sandbox = logged_in(&sts);
    for code in [0, 7, 259, 100_000, -1_073_741_510] {
        assert_eq!(sandbox.run(&["exec", "--", "cmd", "/C", "exit", &code.to_string()]).code, code);
    }
}

#[test]
fn exec_gives_its_program_the_session() {
    let sts = StandIn::start();
    let sandbox = logged_in(&sts);
    let ran = sandbox.run(&["exec", "--", "cmd", "/C", "echo %AWS_ACCESS_KEY_ID%"]);
    assert!(ran.code == 0 && ran.stdout.starts_with("ASIA"), "{ran:?}");
}

#[test]
fn exec_finds_programs_with_the_endings_of_pathext() {
    let sts = StandIn::start();
    let mut sandbox = logged_in(&sts);
    let folder = sandbox.home().join("my programs");
    fs::create_dir(&folder).expect("the home is writable");
    fs::write(folder.join("hello.cmd"), "@echo hello %1\r\n@exit /b 7\r\n").expect("the home is writable");
    let path = std::env::var_os("PATH").expect("Windows sets it");
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).expect("no quotes");
    sandbox.set("PATH", path.to_str().expect("Unicode"));
    let ran = sandbox.run(&["exec", "--", "hello", "world"]);
    assert!(ran.code == 7 && ran.stdout.starts_with("hello world"), "{ran:?}");
}

#[test]
fn command_lines_are_run_by_cmd() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}mfa_process = type \"%USERPROFILE%\\my code.txt\"\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    fs::write(sandbox.home().join("my code.txt"), format!("{}\r\n", sts.fresh_code(SERIAL))).expect("it is writable");
    sandbox.run(&["login"]).expect(0);
    assert!(sandbox.credentials_text().contains("[default-session]"));
}

#[test]
fn every_command_runs() {
    let sts = StandIn::start();
    let sandbox = logged_in(&sts);
    let code = sts.fresh_code(SERIAL);
    for (arguments, word) in [
        (&["status"][..], "default-session: valid"),
        (&["list"], "default-session"),
        (&["env"], "$Env:AWS_SESSION_TOKEN = '"),
        (&["env", "--shell", "cmd"], "set \"AWS_SESSION_TOKEN="),
        (&["env", "--unset"], "Remove-Item"),
        (&["exec", "--", "cmd", "/C", "echo it runs"], "it runs"),
        (&["credential-process"], "\"SessionToken\""),
        (&["doctor"], "0 errors"),
        (&["setup", "--yes", "--skip-check", "--dry-run"], ""),
        (&["completions", "powershell"], "Register-ArgumentCompleter"),
        (&["man"], "awsmfa"),
        (&["help"], "Usage: awsmfa"),
        (&["--version"], "x86_64-pc-windows"),
        (&["login", "--force", "--token-code", &code], "default-session is valid"),
        (&["logout"], "the session is removed"),
    ] {
        let ran = sandbox.run(arguments);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(ran.code == 0 && said.contains(word), "{arguments:?}: {said}");
    }
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn a_key_is_stored_in_the_credential_manager_and_restored() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["key", "store"]).expect(0);
    assert!(!sandbox.credentials_text().contains("aws_secret_access_key"), "{}", sandbox.credentials_text());
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["key", "restore"]).expect(0);
    sandbox.run(&["logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    assert!(sandbox.run(&["key", "restore"]).expect(253).contains("is not in the keyring"));
}
