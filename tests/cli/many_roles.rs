//! A login to many roles at once, and servers that throttle, break connections, or answer in another order.

use std::time::Duration;

use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;

use crate::support::caller::identity_of;
use crate::support::child::{DEFAULT_SIGNALS, await_that, finish, signal};
use crate::support::distance;
use crate::support::many;
use crate::support::sandbox::{Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, Role, StandIn};
use crate::support::tls::TlsFront;

/// A home with so many roles, all of them over one session of the user.
fn home(sts: &StandIn, roles: usize) -> Sandbox {
    Sandbox::with(many::config_with_roles(&sts.add_roles(roles)), many::credentials(1)).using(sts)
}

fn login_all(sts: &StandIn, sandbox: &Sandbox) -> Ran {
    sandbox.run(&["login", "--all", "--token-code", &sts.fresh_code(SERIAL)])
}

/// Asserts that each session profile has the session of its own role.
#[track_caller]
fn assert_sessions(sts: &StandIn, sandbox: &Sandbox, roles: impl IntoIterator<Item = usize>) {
    let credentials = sandbox.credentials();
    for number in roles {
        let arn =
            identity_of(&sts.url(), &credentials, &format!("role-{number}-session")).expect("the session is valid");
        let expected = format!("arn:aws:sts::{}:assumed-role/reader-{number}/", 200_000_000_000_usize + number);
        assert!(arn.starts_with(&expected), "role-{number} has the session of {arn}");
    }
}

#[test]
fn many_roles_take_one_code_and_few_connections() {
    let sts = StandIn::start();
    let front = TlsFront::before(distance::before(sts.addr(), Duration::from_millis(10)));
    let mut sandbox = home(&sts, 100);
    sandbox.write("ca.pem", front.ca_pem.as_bytes());
    sandbox.set("AWS_ENDPOINT_URL_STS", &front.url());
    sandbox.set("AWS_CA_BUNDLE", &sandbox.path("ca.pem").display().to_string());
    login_all(&sts, &sandbox).expect(0);
    assert!((9..=17).contains(&sts.connections()), "{} connections", sts.connections());
    assert!(sts.peak() <= 16, "{} requests at once", sts.peak());
    assert_eq!((sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 100));
    assert_sessions(&sts, &sandbox, 1..=100);
}

#[test]
fn throttled_requests_are_sent_again() {
    let sts = StandIn::start();
    let sandbox = home(&sts, 40);
    sts.fault_every(3, Fault::Throttling);
    login_all(&sts, &sandbox).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1, "no code is sent twice");
    assert!(sts.count("AssumeRole") > 55, "{}", sts.count("AssumeRole"));
    sts.clear_faults();
    assert_sessions(&sts, &sandbox, 1..=40);
}

#[test]
fn requests_on_broken_connections_are_sent_again() {
    for break_them in [
        (|sts| sts.break_every_connection(10)) as fn(&StandIn),
        |sts| sts.fault_every(10, Fault::DropBeforeProcessing),
        |sts| sts.fault_every(10, Fault::DropAfterProcessing),
        |sts| sts.fault_every(10, Fault::Status { code: 503, html: true }),
        |sts| sts.fault_every(10, Fault::Status { code: 429, html: false }),
    ] {
        let sts = StandIn::start();
        let sandbox = home(&sts, 40);
        break_them(&sts);
        login_all(&sts, &sandbox).expect(0);
        assert_eq!(sts.count("GetSessionToken"), 1, "no code is sent twice");
        sts.clear_faults();
        assert_sessions(&sts, &sandbox, 1..=40);
    }
}

#[test]
fn answers_in_another_order_reach_their_own_profiles() {
    let sts = StandIn::start();
    let sandbox = home(&sts, 60);
    sts.shuffle_answers(Duration::from_millis(40));
    login_all(&sts, &sandbox).expect(0);
    assert_sessions(&sts, &sandbox, 1..=60);
}

#[test]
fn a_code_is_not_sent_again_although_other_requests_are() {
    let sts = StandIn::start();
    let sandbox = home(&sts, 5);
    sts.fault(Fault::DropAfterProcessing, 1);
    let said = login_all(&sts, &sandbox).expect(255);
    assert_eq!(sts.calls().len(), 1);
    assert!(said.contains("awsmfa: work, role-1, role-2, role-3, role-4 and role-5 failed:\n"), "{said}");
    assert_eq!(said.matches("awsmfa: error: no answer from").count(), 1, "{said}");
}

#[test]
fn failures_concern_their_own_roles_and_are_grouped() {
    let sts = StandIn::start();
    let mut arns = sts.add_roles(12);
    for arn in arns.iter_mut().skip(10) {
        arn.push_str("-gone");
    }
    let sandbox = Sandbox::with(many::config_with_roles(&arns), many::credentials(1)).using(&sts);
    let said = login_all(&sts, &sandbox).expect(254);
    assert_eq!(said.matches("no region").count(), 2, "one of them is named, the others are counted: {said}");
    assert!(
        said.contains("awsmfa: work is valid: ")
            && said.contains("role-8-session, role-9-session and role-10-session are valid: 1h left"),
        "{said}"
    );
    assert!(said.contains("awsmfa: role-11 failed:\n") && said.contains("awsmfa: role-12 failed:\n"), "{said}");
    assert_sessions(&sts, &sandbox, 1..=10);
    // What is there is kept, and only the rest is requested again.
    let before = sts.count("AssumeRole");
    let said = sandbox.run(&["login", "--all"]).expect(254);
    assert!(said.contains("are still valid: "), "{said}");
    assert_eq!(sts.count("AssumeRole"), before + 2);
}

#[test]
fn a_throttled_login_gives_up_and_keeps_what_it_has() {
    let sts = StandIn::start();
    let sandbox = home(&sts, 20);
    sts.fault(Fault::Slow(Duration::ZERO), 6);
    sts.fault(Fault::Throttling, usize::MAX);
    let ran = login_all(&sts, &sandbox).expect(254);
    assert!(ran.contains("awsmfa: error: Throttling: Rate exceeded"), "{ran}");
    sts.clear_faults();
    assert_eq!(sandbox.credentials_text().matches("manager").count(), 6, "{}", sandbox.credentials_text());
    sandbox.run(&["login", "--all"]).expect(0);
    assert_sessions(&sts, &sandbox, 1..=20);
}

#[test]
fn ctrl_c_keeps_the_sessions_that_have_arrived_and_names_the_others() {
    let sts = StandIn::start();
    let sandbox = home(&sts, 30);
    sts.fault(Fault::Slow(Duration::ZERO), 11);
    sts.fault(Fault::Hang, usize::MAX);
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["login", "--all", "--token-code", &sts.fresh_code(SERIAL)]);
    let child = command.stderr(std::process::Stdio::piped()).spawn().expect("it runs");
    await_that("the requests are sent", || sts.calls().len() >= 11 + 16);
    signal(child.id(), "INT");
    let said = Ran::from(child.wait_with_output().expect("it ends")).expect(130);
    assert!(said.contains("10 more failed:\nawsmfa: error: interrupted before STS answered\n"), "{said}");
    assert!(!sandbox.listing().iter().any(|name| name.contains("recovery")), "{:?}", sandbox.listing());
    sts.clear_faults();
    let sessions = sandbox.credentials_text().matches("manager").count();
    assert_eq!(sessions, 11, "{said}");
    finish(sandbox.command().args(["login", "--all"])).expect(0);
    assert_sessions(&sts, &sandbox, 1..=30);
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
fn a_line_shows_the_progress_on_a_terminal_and_is_gone_at_the_end() {
    let sts = StandIn::start();
    let mut sandbox = home(&sts, 12);
    sts.fault(Fault::Slow(Duration::ZERO), 5);
    sts.fault(Fault::Slow(Duration::from_millis(1500)), usize::MAX);
    sandbox.set("TERM", "xterm");
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["login", "--all", "--token-code", &sts.fresh_code(SERIAL)]);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    session.exp_string("awsmfa: 5 of 13 sessions; waiting for role-").expect("the line");
    let shown = session.exp_string("work is valid").expect("the report");
    assert!(shown.trim_end_matches("awsmfa: ").ends_with("\r\x1b[2K"), "{shown:?}");
    session.exp_eof().expect("it ends");
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 0))));
    for (name, value, option) in [("TERM", "dumb", None), ("TERM", "xterm", Some("--quiet"))] {
        let mut command = sandbox.command_with(DEFAULT_SIGNALS);
        command.env(name, value).args(["login", "--all", "--token-code", &sts.fresh_code(SERIAL)]).args(option);
        let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
        let shown = session.exp_eof().expect("it ends");
        assert!(!shown.contains("sessions; waiting"), "{shown:?}");
    }
}

#[test]
fn a_killed_login_leaves_one_file_from_which_all_sessions_are_recovered() {
    let sts = StandIn::start();
    let sandbox = home(&sts, 20);
    sts.fault(Fault::Slow(Duration::ZERO), 9);
    sts.fault(Fault::Hang, usize::MAX);
    let mut command = sandbox.command();
    command.args(["login", "--all", "--token-code", &sts.fresh_code(SERIAL)]).stderr(std::process::Stdio::null());
    let mut child = command.spawn().expect("it runs");
    let kept = || {
        let files = sandbox.listing().into_iter().filter(|name| name.contains("recovery"));
        let sessions =
            |name: &String| std::fs::read_to_string(sandbox.path(name)).unwrap_or_default().matches("manager").count();
        files.map(|name| sessions(&name)).sum::<usize>()
    };
    await_that("nine sessions are in the file", || kept() == 9);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let files: Vec<String> = sandbox.listing().into_iter().filter(|name| name.contains("recovery")).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    sts.clear_faults();
    let recovered = sandbox.run(&["login", "work"]).expect(0);
    assert!(recovered.contains("the session of work from an interrupted login"), "{recovered}");
    assert_eq!(sandbox.credentials_text().matches("manager").count(), 9);
    sandbox.run(&["login", "--all"]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    assert_sessions(&sts, &sandbox, 1..=20);
}

#[test]
fn a_section_that_cannot_be_edited_stops_no_other() {
    let sts = StandIn::start();
    let sandbox = home(&sts, 3);
    let broken = format!("{}\n[role-2-session]\nno property\n", sandbox.credentials_text());
    sandbox.write("credentials", broken.as_bytes());
    let said = login_all(&sts, &sandbox).expect(253);
    assert!(said.contains("role-2 failed:"), "{said}");
    assert!(!sandbox.listing().iter().any(|name| name.contains("recovery")), "it is not requested");
    assert_sessions(&sts, &sandbox, [1, 3]);
}

#[test]
fn a_program_that_prints_the_key_runs_once_for_all_roles() {
    for (prints, code) in [(true, 0), (false, 253)] {
        let sts = StandIn::start();
        let arns: Vec<String> = ["one", "two", "three"]
            .map(|name| {
                sts.add_role(Role::named(name));
                format!("arn:aws:iam::123456789012:role/{name}")
            })
            .into();
        let key = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}"#;
        let end = if prints { format!("echo '{key}'") } else { "false".to_owned() };
        let mut config = "[profile vault]\nregion = eu-west-1\ncredential_process = ./print-key\n".to_owned();
        for (number, arn) in (1..).zip(&arns) {
            config += &format!("[profile role-{number}]\nrole_arn = {arn}\nsource_profile = vault\n");
        }
        let sandbox = Sandbox::with(config, "").using(&sts);
        std::fs::write(sandbox.home().join("print-key"), format!("#!/bin/sh\necho asked >> asked\n{end}\n"))
            .expect("the home is writable");
        std::fs::set_permissions(sandbox.home().join("print-key"), std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .expect("it is ours");
        sandbox.run(&["login", "role-1", "role-2", "role-3"]).expect(code);
        let asked = std::fs::read_to_string(sandbox.home().join("asked")).expect("it ran");
        assert_eq!(asked, "asked\n");
    }
}
