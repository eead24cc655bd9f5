//! `login --wait`: a program whose code was rejected is run once more, for the next code.

use std::time::{Duration, Instant};

use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;

use crate::support::child::DEFAULT_SIGNALS;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

const BOB: &str = "arn:aws:iam::210987654321:mfa/bob";

/// Prints the codes of a file, one after the other.
const NEXT_CODE: &str = "head -n 1 codes; sed -i 1d codes";

/// A stand-in whose clock says that the next code comes in 2 or 3 s, and a home with a program that prints these codes.
fn world(codes: impl FnOnce(&StandIn) -> Vec<String>) -> (StandIn, Sandbox) {
    world_at(27, codes)
}

/// The same, so many seconds after the last code has come.
fn world_at(second: i64, codes: impl FnOnce(&StandIn) -> Vec<String>) -> (StandIn, Sandbox) {
    let sts = StandIn::start();
    let now = jiff::Timestamp::now().as_second();
    sts.set_clock_offset((second - now).rem_euclid(30));
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWSMFA_MFA_PROCESS", NEXT_CODE);
    std::fs::write(sandbox.home().join("codes"), codes(&sts).join("\n") + "\n").expect("it is writable");
    (sts, sandbox)
}

#[test]
fn login_waits_for_the_next_code_once() {
    let (sts, sandbox) = world(|sts| vec![sts.wrong_code(SERIAL), sts.fresh_code(SERIAL)]);
    let started = Instant::now();
    let said = sandbox.run(&["login", "--wait"]).expect(0);
    assert!(said.contains("waiting "), "{said}");
    let waited = started.elapsed();
    assert!(waited > Duration::from_secs(1) && waited < Duration::from_secs(15), "{waited:?}");
    assert_eq!(sts.count("GetSessionToken"), 2);

    let (sts, sandbox) = world(|sts| [0; 3].map(|_| sts.wrong_code(SERIAL)).to_vec());
    sandbox.run(&["login", "--wait", "--quiet"]).expect(254);
    assert_eq!(sts.count("GetSessionToken"), 2, "once more, and that is all");
}

#[test]
fn login_waits_only_with_the_flag_and_an_mfa_process() {
    let (sts, sandbox) = world(|sts| vec![sts.wrong_code(SERIAL), sts.fresh_code(SERIAL)]);
    let said = sandbox.run(&["login"]).expect(254);
    let code = sts.wrong_code(SERIAL);
    let typed = sandbox.run(&["login", "--wait", "--token-code", &code]).expect(254);
    assert!(!said.contains("waiting") && !typed.contains("waiting"), "{said}{typed}");
    assert_eq!(sts.count("GetSessionToken"), 2);
}

#[test]
fn ctrl_c_ends_the_countdown_with_130_and_reports_the_saved_session() {
    // The countdown itself takes 29 s.
    let (sts, sandbox) = world_at(2, |sts| {
        let bob =
            sts.add_user("bob", "210987654321", "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
        vec![sts.fresh_code(SERIAL), sts.wrong_code(&bob.serial)]
    });
    sandbox.write("config", format!("{DEFAULT_CONFIG}[profile bob]\nmfa_serial = {BOB}\n").as_bytes());
    let key = "[bob]\naws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n";
    sandbox.write("credentials", format!("{DEFAULT_CREDENTIALS}{key}").as_bytes());
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["login", "--all", "--wait"]);
    let mut session = spawn_command(command, Some(20_000)).expect("a pseudo-terminal can be made");
    session.exp_string("for the next code").expect("the countdown");
    session.send_control('c').expect("it reads");
    let began = Instant::now();
    session.exp_string("\r\n").expect("the line is ended");
    session.exp_string("is saved: the next login writes it to the credentials file").expect("it is said");
    session.exp_eof().expect("it ends");
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 130))));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(sts.count("GetSessionToken"), 2);
}

#[test]
fn on_a_terminal_the_seconds_are_counted_down() {
    let (_sts, sandbox) = world(|sts| vec![sts.wrong_code(SERIAL), sts.fresh_code(SERIAL)]);
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["login", "--wait"]);
    let mut session = spawn_command(command, Some(20_000)).expect("a pseudo-terminal can be made");
    session.exp_string("waiting 2 s for the next code").expect("the countdown");
    session.exp_string("\r").expect("in place");
    session.exp_string("waiting 1 s for the next code").expect("the countdown");
    session.exp_string("default-session is valid").expect("done");
}
