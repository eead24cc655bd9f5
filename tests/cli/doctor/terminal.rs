//! `--fix` on a pseudo-terminal prompts before it writes.

use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;

use super::{bytes, private};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Sandbox};

/// Runs `doctor --fix` and answers its prompt.
#[track_caller]
fn fix(sandbox: &Sandbox, arguments: &[&str], keys: Option<&str>, code: i32) -> String {
    let mut command = sandbox.command();
    command.env("TERM", "xterm").args(["doctor", "--fix"]).args(arguments);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    if let Some(keys) = keys {
        session.exp_string("Do this?").expect("the question");
        session.exp_string("leave everything as it is").expect("the help");
        session.send(keys).expect("it reads");
        session.flush().expect("it reads");
    }
    let said = session.exp_eof().expect("it ends");
    match session.process().wait() {
        Ok(WaitStatus::Exited(_, found)) => assert_eq!(found, code, "{said}"),
        other => panic!("{other:?}"),
    }
    said
}

#[test]
fn nothing_is_fixed_without_confirmation() {
    let config = DEFAULT_CONFIG.replace("eu-west-1", "eu-west-1 # home");
    let sandbox = private(config.as_bytes(), DEFAULT_CREDENTIALS.as_bytes());
    let before = bytes(&sandbox);
    fix(&sandbox, &[], Some("\x1b[B\r"), 1);
    fix(&sandbox, &[], Some("\x1b"), 1);
    assert_eq!(bytes(&sandbox), before);
    let said = fix(&sandbox, &[], Some("\r"), 0);
    assert!(said.contains("nothing is wrong"), "{said}");
    assert_ne!(bytes(&sandbox), before);
}

#[test]
fn yes_skips_the_prompt() {
    let config = DEFAULT_CONFIG.replace("eu-west-1", "eu-west-1 # home");
    let sandbox = private(config.as_bytes(), DEFAULT_CREDENTIALS.as_bytes());
    assert!(fix(&sandbox, &["--yes"], None, 0).contains("nothing is wrong"));
}

#[test]
fn a_change_that_is_not_shown_needs_yes() {
    let config = DEFAULT_CONFIG.replace("eu-west-1", "eu-west-1 # home");
    let sandbox = private(config.as_bytes(), DEFAULT_CREDENTIALS.as_bytes());
    let before = bytes(&sandbox);
    let mut command = sandbox.program("/bin/sh");
    command.args(["-c", "exec \"$0\" doctor --fix 2>/dev/null", env!("CARGO_BIN_EXE_awsmfa")]);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    session.exp_eof().expect("it ends");
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 252))));
    assert_eq!(bytes(&sandbox), before);
}
