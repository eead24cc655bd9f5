//! Logins while another program has the credentials file open, so that Windows refuses to replace it.

use std::fs::{self, File};
use std::os::windows::fs::OpenOptionsExt;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::caller::identity_of;
use crate::support::child::{await_that, start};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

// What a program lets others do to its open file (winnt.h, FILE_SHARE_READ and the others).
const READ: u32 = 1;
const WRITE: u32 = 2;
const DELETE: u32 = 4;

/// Each combination of these.
const MODES: std::ops::RangeInclusive<u32> = 0..=READ | WRITE | DELETE;

/// A time for which a program such as a virus scanner or an AWS tool has a file open.
const SHORT: Duration = Duration::from_secs(1);

/// A time in which a login gives up.
const LONG: Duration = Duration::from_secs(20);

fn login(sandbox: &Sandbox, sts: &StandIn) -> Child {
    let mut command = sandbox.command();
    command.args(["login", "--token-code", &sts.fresh_code(SERIAL)]);
    start(command.stdout(Stdio::null()).stderr(Stdio::piped()))
}

/// Opens the credentials file as soon as no other program has it open that this mode excludes.
fn opened(sandbox: &Sandbox, mode: u32) -> File {
    let began = Instant::now();
    loop {
        match File::options().read(true).share_mode(mode).open(sandbox.path("credentials")) {
            Ok(file) => return file,
            Err(error) => assert!(began.elapsed() < LONG, "{error}"),
        }
        thread::yield_now();
    }
}

/// Starts a login whose request takes a while, and opens the file during it.
fn opened_during_the_request(sandbox: &Sandbox, sts: &StandIn, mode: u32) -> (Child, File) {
    sts.fault(Fault::Slow(Duration::from_millis(500)), 1);
    let login = login(sandbox, sts);
    await_that("the request", || !sts.calls().is_empty());
    (login, opened(sandbox, mode))
}

/// Checks several modes at the same time, each in a home of its own.
fn in_each(modes: impl Iterator<Item = u32>, check: fn(u32)) {
    thread::scope(|scope| modes.for_each(|mode| drop(scope.spawn(move || check(mode)))));
}

#[track_caller]
fn has_session(sandbox: &Sandbox, sts: &StandIn) {
    assert!(identity_of(&sts.url(), &sandbox.credentials(), "default-session").is_ok());
    assert_eq!((sts.count("GetSessionToken"), sandbox.listing()), (1, vec!["config".into(), "credentials".into()]));
}

#[test]
fn a_login_waits_for_a_program_that_has_the_file_open_for_a_second() {
    in_each(MODES, |mode| {
        let sts = StandIn::start();
        let sandbox = Sandbox::new().using(&sts);
        let (login, file) = opened_during_the_request(&sandbox, &sts, mode);
        thread::sleep(SHORT);
        drop(file);
        Ran::from(login.wait_with_output().expect("it ends")).expect(0);
        has_session(&sandbox, &sts);
    });
}

#[test]
fn a_login_waits_for_the_file_before_it_sends_a_code() {
    in_each(MODES, |mode| {
        let sts = StandIn::start();
        let sandbox = Sandbox::new().using(&sts);
        let file = opened(&sandbox, mode);
        let login = login(&sandbox, &sts);
        thread::sleep(SHORT);
        if mode & DELETE == 0 {
            assert!(sts.calls().is_empty(), "{mode}");
        }
        drop(file);
        Ran::from(login.wait_with_output().expect("it ends")).expect(0);
        has_session(&sandbox, &sts);
    });
}

#[test]
fn a_session_is_saved_if_the_file_stays_open_and_the_next_login_writes_it() {
    in_each(MODES, |mode| {
        let sts = StandIn::start();
        let sandbox = Sandbox::new().using(&sts);
        let (login, file) = opened_during_the_request(&sandbox, &sts, mode);
        let ran = Ran::from(login.wait_with_output().expect("it ends"));
        drop(file);
        // Newer versions of Windows replace a file that all programs allow to be deleted.
        if ran.code != 0 || mode & DELETE == 0 {
            let said = ran.expect(255);
            assert!(said.contains("the session is saved in "), "{mode}: {said}");
            assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
            let saved = sandbox.listing().into_iter().find(|name| name.starts_with("credentials.awsmfa-recovery-"));
            assert!(saved.is_some_and(|name| said.contains(&name)), "{mode}: {said}");
        }
        sandbox.run(&["login"]).expect(0);
        has_session(&sandbox, &sts);
    });
}

#[test]
fn no_code_is_sent_if_the_file_stays_open() {
    in_each(MODES.filter(|mode| mode & DELETE == 0), |mode| {
        let sts = StandIn::start();
        let sandbox = Sandbox::new().using(&sts);
        let file = opened(&sandbox, mode);
        let said = Ran::from(login(&sandbox, &sts).wait_with_output().expect("it ends")).expect(255);
        assert!(sts.calls().is_empty(), "{mode}: {said}");
        drop(file);
        assert_eq!(fs::read(sandbox.path("credentials")).ok(), Some(DEFAULT_CREDENTIALS.into()));
        assert_eq!(sandbox.listing(), ["config", "credentials"]);
    });
}
