//! Requests that fail, and signals in between: no device is left half-made without a message that names it.

use std::time::Duration;

use nix::sys::signal::Signal;

use super::{answer, config, device, ends_with, first_device};
use crate::support::child::await_that;
use crate::support::sandbox::SERIAL;
use crate::support::sts::Fault;
use crate::support::sts::authenticator::App;

#[test]
fn each_fault_leaves_no_device_or_one_that_is_enabled_and_named() {
    let denied = || Fault::Refusal { status: 403, code: "AccessDenied", message: "no".to_owned() };
    let busy = || Fault::Refusal { status: 409, code: "EntityTemporarilyUnmodifiable", message: "wait".to_owned() };
    let faults = [Fault::DropBeforeProcessing, Fault::DropAfterProcessing, Fault::InternalFailure, denied(), busy()];
    for fault in faults {
        let (sts, sandbox) = first_device();
        let mut session = device(&sandbox, &["enrol", "--text"]);
        session.exp_string("URI: ").expect("the URI");
        let mut app = App::scan(session.read_line().expect("the URI").trim());
        answer(&mut session, "First code: ", &app.code());
        session.exp_string("Next code: ").expect("the prompt");
        sts.fault_iam(fault.clone());
        session.send_line(&app.code()).expect("it reads");
        let said = session.exp_eof().expect("it ends");
        let is_done = matches!(fault, Fault::DropAfterProcessing) || fault == busy();
        let expected: &[_] = if is_done { &[(SERIAL.to_owned(), true)] } else { &[] };
        assert_eq!(sts.devices(), expected, "{fault:?}: {said}");
        assert_eq!(config(&sandbox).contains(SERIAL), is_done, "{fault:?}: {said}");
        assert_eq!(sts.count("CreateVirtualMFADevice"), 1);
    }
}

#[test]
fn a_lost_answer_with_the_secret_is_reported() {
    for fault in
        [Fault::DropAfterProcessing, Fault::EmptyField("Base32StringSeed"), Fault::InternalFailure, Fault::Html200]
    {
        let (sts, sandbox) = first_device();
        sts.fault_iam(fault.clone());
        let mut session = device(&sandbox, &["enrol", "--text"]);
        let said = ends_with(&mut session, 255);
        assert!(said.contains("IAM may have created"), "{fault:?}: {said}");
        assert!(said.contains("device remove default --serial-number"), "{said}");
        assert!(sts.count("CreateVirtualMFADevice") <= 1);
    }
}

#[test]
fn a_file_that_is_broken_during_the_prompts_leaves_a_device_that_is_named() {
    let (sts, sandbox) = first_device();
    let mut session = device(&sandbox, &["enrol", "--text"]);
    session.exp_string("URI: ").expect("the URI");
    let mut app = App::scan(session.read_line().expect("the URI").trim());
    answer(&mut session, "First code: ", &app.code());
    session.exp_string("Next code: ").expect("the prompt");
    let broken = "[default]\nregion = eu-west-1\n[default]\nregion = eu-west-2\n";
    sandbox.write("config", broken.as_bytes());
    session.send_line(&app.code()).expect("it reads");
    let said = ends_with(&mut session, 255);
    assert!(said.contains("is enabled, but 'default' does not name it yet"), "{said}");
    assert!(said.contains(&format!("awsmfa setup --source-profile default --serial-number {SERIAL}")), "{said}");
    assert_eq!((sts.devices(), config(&sandbox).as_str()), (vec![(SERIAL.to_owned(), true)], broken));
}

#[test]
fn a_refusal_or_a_fault_before_the_device_exists_creates_nothing() {
    let denied = || Fault::Refusal { status: 403, code: "AccessDenied", message: "no".to_owned() };
    let (sts, sandbox) = first_device();
    sts.fault_iam(denied());
    let mut session = device(&sandbox, &["enrol"]);
    let said = ends_with(&mut session, 254);
    assert!(said.contains("must allow iam:CreateVirtualMFADevice, maybe only with MFA"), "{said}");
    for fault in [denied(), Fault::Status { code: 503, html: true }] {
        sts.fault(fault, usize::MAX);
        let mut session = device(&sandbox, &["enrol"]);
        assert!(!session.exp_eof().expect("it ends").contains("1049h"));
        sts.clear_faults();
    }
    assert_eq!((sts.devices(), sts.count("CreateVirtualMFADevice")), (vec![], 0));
}

/// IAM may have enabled the device although the answer and the list are lost: then it does not delete the device.
#[test]
fn a_device_that_is_enabled_without_an_answer_is_kept() {
    let (sts, sandbox) = first_device();
    let mut session = device(&sandbox, &["enrol", "--text"]);
    session.exp_string("URI: ").expect("the URI");
    let mut app = App::scan(session.read_line().expect("the URI").trim());
    answer(&mut session, "First code: ", &app.code());
    session.exp_string("Next code: ").expect("the prompt");
    for fault in [Fault::DropAfterProcessing, Fault::DropBeforeProcessing] {
        sts.fault_iam(fault);
    }
    // The key alone could no longer delete a device that is enabled, and the stand-in says so in another way.
    sts.fault_iam(Fault::Refusal { status: 409, code: "DeleteConflict", message: "in use".to_owned() });
    session.send_line(&app.code()).expect("it reads");
    ends_with(&mut session, 0);
    assert_eq!(sts.devices(), [(SERIAL.to_owned(), true)]);
    assert!(config(&sandbox).contains(SERIAL));
}

#[test]
fn a_signal_during_the_request_waits_for_the_answer_and_the_files() {
    for (code, is_enabled) in [(None, true), (Some("000000"), false)] {
        let (sts, sandbox) = first_device();
        let mut session = device(&sandbox, &["enrol", "--text"]);
        session.exp_string("URI: ").expect("the URI");
        let mut app = App::scan(session.read_line().expect("the URI").trim());
        answer(&mut session, "First code: ", &app.code());
        session.exp_string("Next code: ").expect("the prompt");
        sts.fault_iam(Fault::Slow(Duration::from_secs(1)));
        session.send_line(code.unwrap_or(&app.code())).expect("it reads");
        await_that("the request is sent", || sts.count("EnableMFADevice") == 1);
        session.process_mut().signal(Signal::SIGTERM).expect("it runs");
        let said = ends_with(&mut session, 143);
        let expected: &[_] = if is_enabled { &[(SERIAL.to_owned(), true)] } else { &[] };
        assert_eq!(sts.devices(), expected, "{said}");
        assert_eq!(config(&sandbox).contains(SERIAL), is_enabled, "{said}");
    }
}
