//! The time that the user waits for STS after typing the code.

use std::time::{Duration, Instant};

use rexpect::session::{PtySession, spawn_command};

use crate::support::distance;
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};
use crate::support::tls::TlsFront;

const ONE_WAY: Duration = Duration::from_millis(100);
const PROMPT: &str = "MFA code for ada (default): ";

fn login(sandbox: &Sandbox) -> PtySession {
    let mut command = sandbox.command();
    command.args(["login", "--force"]);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    session.exp_string(PROMPT).expect("the prompt");
    session
}

/// The time from Enter to a new session in the file, because the reader of the terminal notices the last message late.
fn answer(mut session: PtySession, sandbox: &Sandbox, sts: &StandIn) -> Duration {
    let (before, code) = (sandbox.credentials(), sts.fresh_code(SERIAL));
    let enter = Instant::now();
    session.send_line(&code).expect("it reads");
    while sandbox.credentials() == before && enter.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(1));
    }
    let waited = enter.elapsed();
    session.exp_string("default-session is valid").expect("done");
    waited
}

/// A login to a server that is far away.
fn far_away(sts: &StandIn) -> Sandbox {
    let front = TlsFront::before(sts.addr());
    let far = distance::before(front.addr(), ONE_WAY);
    let mut sandbox = Sandbox::new();
    sandbox.write("ca.pem", front.ca_pem.as_bytes());
    sandbox.set("AWS_CA_BUNDLE", &sandbox.path("ca.pem").display().to_string());
    sandbox.set("AWS_ENDPOINT_URL", &format!("https://localhost:{}", far.port()));
    sandbox
}

#[test]
fn after_the_prompt_one_round_trip_remains() {
    let sts = StandIn::start();
    let sandbox = far_away(&sts);
    let waited = (0..5).map(|_| {
        let session = login(&sandbox);
        // As quick as a user can be: four round trips to open a TLS connection and to ask who the caller is.
        std::thread::sleep(ONE_WAY * 12);
        answer(session, &sandbox, &sts)
    });
    let shortest = waited.min().expect("five");
    assert!(shortest >= ONE_WAY * 2, "{shortest:?} is less than light takes");
    assert!(shortest <= ONE_WAY * 2 * 12 / 10, "{shortest:?}");
}

#[test]
fn a_user_who_types_at_once_waits_for_the_connection_too() {
    let sts = StandIn::start();
    let sandbox = far_away(&sts);
    let waited = answer(login(&sandbox), &sandbox, &sts);
    assert!(waited >= ONE_WAY * 4, "{waited:?}");
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
fn an_unknown_key_is_reported_during_the_prompt() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sts.deactivate_key("AKIAIOSFODNN7EXAMPLE");
    let mut session = login(&sandbox);
    session.exp_string("STS refuses the key of 'default', so no MFA code will help").expect("a warning");
    session.exp_string(PROMPT).expect("the prompt again");
    assert_eq!((sts.count("GetCallerIdentity"), sts.count("GetSessionToken")), (1, 0));
}

#[test]
fn a_failed_connection_during_the_prompt_does_not_fail_the_login() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    for (met, fault) in
        [Fault::DropBeforeProcessing, Fault::Html200, Fault::Hang, Fault::Throttling].into_iter().enumerate()
    {
        sts.fault(fault, 1);
        let session = login(&sandbox);
        let greetings = || sts.calls().iter().filter(|call| call.action == "GetCallerIdentity").count();
        while greetings() <= met {
            std::thread::sleep(Duration::from_millis(5));
        }
        answer(session, &sandbox, &sts);
    }
}

#[test]
fn without_a_prompt_only_the_call_is_sent() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(sts.count("GetCallerIdentity"), 0);
}
