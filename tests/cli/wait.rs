//! `login --wait`: a program whose code was rejected is asked once more, when the next code is there.

use std::time::{Duration, Instant};

use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;

use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// Prints the codes of a file, one after the other.
const NEXT_CODE: &str = "head -n 1 codes; sed -i 1d codes";

/// A stand-in whose clock says that the next code comes in 2 or 3 s, and a home with a program that prints these codes.
fn world(codes: impl FnOnce(&StandIn) -> Vec<String>) -> (StandIn, Sandbox) {
    let sts = StandIn::start();
    let now = jiff::Timestamp::now().as_second();
    sts.set_clock_offset((27 - now).rem_euclid(30));
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWSMFA_MFA_PROCESS", NEXT_CODE);
    std::fs::write(sandbox.home().join("codes"), codes(&sts).join("\n") + "\n").expect("it is writable");
    (sts, sandbox)
}

#[test]
fn the_next_code_is_waited_for_and_asked_for_once() {
    let (sts, sandbox) = world(|sts| vec![sts.wrong_code(SERIAL), sts.fresh_code(SERIAL)]);
    let started = Instant::now();
    let said = sandbox.run(&["login", "--wait"]).expect(0);
    assert!(said.contains("invalid MFA one time pass code") && said.contains("awsmfa: waiting "), "{said}");
    assert!(said.contains("default-session is valid"), "{said}");
    let waited = started.elapsed();
    assert!(waited > Duration::from_secs(1) && waited < Duration::from_secs(15), "{waited:?}");
    assert_eq!(sts.count("GetSessionToken"), 2);

    let (sts, sandbox) = world(|sts| [0; 3].map(|_| sts.wrong_code(SERIAL)).to_vec());
    sandbox.run(&["login", "--wait", "--quiet"]).expect(254);
    assert_eq!(sts.count("GetSessionToken"), 2, "once more, and that is all");
}

#[test]
fn without_the_flag_or_without_a_program_nothing_is_waited_for() {
    let (sts, sandbox) = world(|sts| vec![sts.wrong_code(SERIAL), sts.fresh_code(SERIAL)]);
    let said = sandbox.run(&["login"]).expect(254);
    let code = sts.wrong_code(SERIAL);
    let typed = sandbox.run(&["login", "--wait", "--token-code", &code]).expect(254);
    assert!(!said.contains("waiting") && !typed.contains("waiting"), "{said}{typed}");
    assert_eq!(sts.count("GetSessionToken"), 2);
}

#[test]
fn ctrl_c_ends_the_countdown_with_130() {
    let (_sts, sandbox) = world(|sts| vec![sts.wrong_code(SERIAL), sts.fresh_code(SERIAL)]);
    let mut command = sandbox.command();
    command.args(["login", "--wait"]);
    let mut session = spawn_command(command, Some(20_000)).expect("a pseudo-terminal can be made");
    session.exp_string("for the next code").expect("the countdown");
    session.send_control('c').expect("it reads");
    session.exp_string("\r\n").expect("the line is ended");
    session.exp_eof().expect("it ends");
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 130))));
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn on_a_terminal_the_seconds_are_counted_down() {
    let (_sts, sandbox) = world(|sts| vec![sts.wrong_code(SERIAL), sts.fresh_code(SERIAL)]);
    let mut command = sandbox.command();
    command.args(["login", "--wait"]);
    let mut session = spawn_command(command, Some(20_000)).expect("a pseudo-terminal can be made");
    session.exp_string("waiting 2 s for the next code").expect("the countdown");
    session.exp_string("\r").expect("in place");
    session.exp_string("waiting 1 s for the next code").expect("the countdown");
    session.exp_string("default-session is valid").expect("done");
}
