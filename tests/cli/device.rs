//! `awsmfa device`, on a pseudo-terminal: no secret is kept, and no device is left half-made.

mod failures;
mod picture;
mod traces;

use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::setup::dialog;
use crate::support::child::{DEFAULT_SIGNALS, unwrapped};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::authenticator::App;
use crate::support::sts::{Fault, StandIn, User};

/// A user without a device, and a home with the key only.
pub fn first_device() -> (StandIn, Sandbox) {
    let sts = StandIn::start();
    sts.forget_device(&User::ada());
    let mut sandbox = Sandbox::with("[default]\nregion = eu-west-1\n", DEFAULT_CREDENTIALS).using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    (sts, sandbox)
}

/// A user with a device and a session.
fn with_session() -> (StandIn, Sandbox) {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    (sts, sandbox)
}

fn device(sandbox: &Sandbox, arguments: &[&str]) -> PtySession {
    let mut command = sandbox.program("sh");
    command.args(["-c", "stty rows 24 cols 80 </dev/tty; exec env \"$@\"", "sh", DEFAULT_SIGNALS]);
    command.arg(env!("CARGO_BIN_EXE_awsmfa")).arg("device").args(arguments);
    command.env("PATH", "/usr/bin:/bin").env("TERM", "xterm-256color");
    spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made")
}

/// Types a line behind a prompt.
#[track_caller]
fn answer(session: &mut PtySession, question: &str, line: &str) -> String {
    let before = session.exp_string(question).expect(question);
    session.send_line(line).expect("it reads");
    before
}

#[track_caller]
fn ends_with(session: &mut PtySession, code: i32) -> String {
    let said = session.exp_eof().expect("it ends");
    match session.process().wait() {
        Ok(WaitStatus::Exited(_, found)) => assert_eq!(found, code, "{said}"),
        other => panic!("{other:?}"),
    }
    unwrapped(&said)
}

/// Scans the screen of `--text`, and types two codes.
fn enrol(session: &mut PtySession) -> App {
    session.exp_string("URI: ").expect("the URI");
    let uri = session.read_line().expect("the URI");
    let mut app = App::scan(uri.trim());
    answer(session, "First code: ", &app.code());
    answer(session, "Next code: ", &app.code());
    app
}

/// Whether a file below a folder contains this text.
fn is_anywhere(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return is_anywhere(&path, text);
        }
        fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text))
    })
}

fn config(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path("config")).expect("a config file")
}

#[test]
fn a_first_device_is_enrolled_and_a_login_works() {
    let (sts, sandbox) = first_device();
    let mut session = device(&sandbox, &["enrol", "--text", "--debug"]);
    let mut app = enrol(&mut session);
    let said = ends_with(&mut session, 0);
    assert_eq!(sts.devices(), [(SERIAL.to_owned(), true)], "{said}");
    assert!(said.contains("\x1b[?1049l"), "the screen is gone: {said}");
    assert!(said.contains(&format!("the MFA device {SERIAL} is enabled")), "{said}");
    assert!(said.contains("log in with: awsmfa login default-session"), "{said}");
    assert!(config(&sandbox).contains(&format!("mfa_serial = {SERIAL}")), "{}", config(&sandbox));
    let seed = sts.seeds().pop().expect("a seed");
    assert!(!is_anywhere(sandbox.home(), &seed) && said.contains("asked IAM"));
    // What comes behind the screen has no secret, not even with --debug.
    let (_, after) = said.split_once("\x1b[?1049l").expect("the screen is left");
    assert!(!after.contains(&seed), "{after}");
    sandbox.run(&["login", "default-session", "--token-code", &app.code()]).expect(0);
    sandbox.run(&["setup", "--undo"]);
    assert!(!sts.calls().iter().any(|call| call.action == "DeleteVirtualMFADevice"));
}

#[test]
fn a_second_device_needs_a_session_and_takes_the_place_of_the_first_in_the_profile() {
    let (sts, sandbox) = with_session();
    let mut session = device(&sandbox, &["enroll", "--text", "--name", "ada-phone"]);
    let mut app = enrol(&mut session);
    ends_with(&mut session, 0);
    let phone = SERIAL.to_owned() + "-phone";
    assert_eq!(sts.devices(), [(SERIAL.to_owned(), true), (phone.clone(), true)]);
    assert!(config(&sandbox).contains(&format!("mfa_serial = {phone}\n")), "{}", config(&sandbox));
    sandbox.run(&["login", "--token-code", &app.code()]).expect(0);
}

#[test]
fn a_code_that_was_used_for_the_device_is_recognized() {
    let (sts, sandbox) = first_device();
    let mut session = device(&sandbox, &["enrol", "--text"]);
    session.exp_string("URI: ").expect("the URI");
    let mut app = App::scan(session.read_line().expect("the URI").trim());
    let (first, second) = (app.code(), app.code());
    answer(&mut session, "First code: ", &first);
    answer(&mut session, "Next code: ", &second);
    ends_with(&mut session, 0);
    let said = sandbox.run(&["login", "--token-code", &second]).expect(254);
    assert!(said.contains("used"), "{said}");
    drop(sts);
}

#[test]
fn wrong_answers_are_asked_again() {
    let (sts, sandbox) = first_device();
    let mut session = device(&sandbox, &["enrol", "--text"]);
    session.exp_string("URI: ").expect("the URI");
    let mut app = App::scan(session.read_line().expect("the URI").trim());
    // Ctrl-Z is a character like others, as long as the secret is on the screen.
    session.exp_string("First code: ").expect("the prompt");
    session.send("\x1a").expect("it reads");
    session.send_line(&sts.wrong_code(SERIAL)).expect("it reads");
    session.exp_string("six digits").expect("the reason");
    answer(&mut session, "First code: ", "12345");
    session.exp_string("six digits").expect("the reason");
    let first = app.code();
    answer(&mut session, "First code: ", &first);
    answer(&mut session, "Next code: ", &first);
    session.exp_string("the first code again").expect("the reason");
    assert_eq!(sts.count("EnableMFADevice"), 0);
    // Both have the right form, but they are not consecutive.
    answer(&mut session, "Next code: ", &sts.wrong_code(SERIAL));
    session.exp_string("does not accept these codes").expect("the reason");
    answer(&mut session, "First code: ", &app.code());
    answer(&mut session, "Next code: ", &app.code());
    ends_with(&mut session, 0);
    assert_eq!(sts.devices(), [(SERIAL.to_owned(), true)]);
}

#[test]
fn after_three_refusals_the_device_is_deleted() {
    let (sts, sandbox) = first_device();
    let before = config(&sandbox);
    let mut session = device(&sandbox, &["enrol", "--text"]);
    for _ in 0..3 {
        answer(&mut session, "First code: ", "999999");
        answer(&mut session, "Next code: ", &sts.wrong_code(SERIAL));
    }
    let said = ends_with(&mut session, 254);
    assert!(said.contains("does not accept the codes") && said.contains("is deleted"), "{said}");
    assert_eq!(sts.devices(), []);
    assert_eq!(config(&sandbox), before);
}

#[test]
fn whatever_ends_the_enrolment_deletes_the_device() {
    for signal in ["INT", "TERM", "HUP", "end of input"] {
        let (sts, sandbox) = first_device();
        let mut session = device(&sandbox, &["enrol"]);
        session.exp_string("First code: ").expect("the prompt");
        assert_eq!(sts.devices(), [(SERIAL.to_owned(), false)]);
        let code = match signal {
            "end of input" => {
                session.send_control('d').expect("it reads");
                255
            }
            "INT" => {
                session.send_control('c').expect("it reads");
                130
            }
            "TERM" => {
                session.process_mut().signal(Signal::SIGTERM).expect("it runs");
                143
            }
            _ => {
                session.process_mut().signal(Signal::SIGHUP).expect("it runs");
                129
            }
        };
        let said = ends_with(&mut session, code);
        assert_eq!(sts.devices(), [], "{signal}: {said}");
        assert!(said.contains("\x1b[?1049l") && said.contains("is deleted"), "{signal}: {said}");
    }
}

#[test]
fn a_device_that_cannot_be_deleted_is_named() {
    let (sts, sandbox) = first_device();
    let mut session = device(&sandbox, &["enrol", "--text"]);
    session.exp_string("First code: ").expect("the prompt");
    sts.fault_iam(Fault::InternalFailure);
    session.send_control('c').expect("it reads");
    let said = ends_with(&mut session, 130);
    assert!(said.contains("could not be deleted"), "{said}");
    assert!(said.contains(&format!("awsmfa device remove default --serial-number {SERIAL}")), "{said}");
    let said = sandbox.run(&["device", "enrol", "--text"]).expect(255);
    assert!(said.contains("no terminal"), "{said}");
    let mut session = device(&sandbox, &["enrol", "--text"]);
    assert!(ends_with(&mut session, 253).contains("exists already"));
    sandbox.run(&["device", "remove", "--name", "ada", "--yes"]).expect(0);
    assert_eq!(sts.devices(), []);
}

#[test]
fn nothing_is_created_without_a_terminal_or_space() {
    let (sts, sandbox) = first_device();
    assert!(sandbox.run(&["device", "enrol"]).expect(255).contains("there is no terminal"));
    let on_few_rows = || {
        let mut command = sandbox.program("sh");
        let script = "stty rows 18 cols 80 </dev/tty; exec \"$0\" device enrol";
        command.args(["-c", script, env!("CARGO_BIN_EXE_awsmfa")]);
        ends_with(&mut spawn_command(command, Some(10_000)).expect("a pseudo-terminal"), 255)
    };
    let said = on_few_rows();
    assert!(said.contains("does not fit") && said.contains("--text"), "{said}");
    // No code is used before that is known.
    sandbox.write("config", format!("[default]\nmfa_serial = {SERIAL}\n").as_bytes());
    assert!(on_few_rows().contains("does not fit"));
    // An indented line in the section: clients would not agree on the result.
    sandbox.write("config", b"[default]\nregion = eu-west-1\n[default]\nregion = eu-west-2\n");
    let mut session = device(&sandbox, &["enrol"]);
    ends_with(&mut session, 253);
    assert_eq!(sts.devices(), []);
    assert_eq!(sts.count("CreateVirtualMFADevice"), 0);
}

#[test]
fn devices_are_listed_with_their_kinds_and_a_mark() {
    let (sts, sandbox) = with_session();
    let ada = User::ada();
    for serial in ["GAHT12345678", "arn:aws:iam::123456789012:u2f/user/ada/key-ABC"] {
        sts.add_device(&ada, serial);
    }
    let text = sandbox.run(&["device", "list"]);
    let lines: Vec<&str> = text.stdout.lines().collect();
    assert!(lines.len() == 4 && sts.count("ListMFADevices") == 2, "{text:?}");
    assert!(lines[1].starts_with(&format!("* {SERIAL}")) && lines[1].contains(" virtual "), "{text:?}");
    assert!(text.stdout.contains("GAHT12345678") && text.stdout.contains("security key (no codes)"), "{text:?}");
    let json: serde_json::Value =
        serde_json::from_str(&sandbox.run(&["device", "list", "--output", "json"]).stdout).expect("JSON");
    assert_eq!(json[0]["used"], true);
    assert_eq!(json[2]["kind"], "security-key");
    // The key alone may list devices.
    sandbox.run(&["logout"]).expect(0);
    sandbox.run(&["device", "list"]).expect(0);
}

#[test]
fn a_device_is_removed_after_its_name_was_typed() {
    let (sts, sandbox) = with_session();
    assert!(sandbox.run(&["device", "remove"]).expect(253).contains("must be confirmed"));
    let mut session = device(&sandbox, &["remove"]);
    answer(&mut session, "Type ada to remove", "eve");
    assert!(ends_with(&mut session, 253).contains("is not removed"));
    assert_eq!(sts.devices().len(), 1);
    let before = (config(&sandbox), sandbox.credentials_text());
    let mut session = device(&sandbox, &["remove"]);
    answer(&mut session, "Type ada to remove", "ada");
    let said = ends_with(&mut session, 0);
    assert!(
        said.contains("'default' still uses this device") && said.contains("awsmfa device enrol default"),
        "{said}"
    );
    assert_eq!(sts.devices(), []);
    assert_eq!((config(&sandbox), sandbox.credentials_text()), before);
    // The profile names a device that is gone, so the key adds a new one.
    let mut session = device(&sandbox, &["enrol", "--text"]);
    enrol(&mut session);
    ends_with(&mut session, 0);
}

#[test]
fn a_removal_that_was_interrupted_is_completed() {
    let (sts, sandbox) = with_session();
    // ListMFADevices, DeactivateMFADevice, DeleteVirtualMFADevice.
    for _ in 0..2 {
        sts.fault_iam(Fault::Slow(Duration::ZERO));
    }
    sts.fault_iam(Fault::InternalFailure);
    let said = sandbox.run(&["device", "remove", "--yes"]).expect(255);
    assert!(said.contains("is deactivated, but could not be deleted"), "{said}");
    assert_eq!(sts.devices(), [(SERIAL.to_owned(), false)]);
    sandbox.run(&["device", "remove", "--yes"]).expect(0);
    assert_eq!(sts.devices(), []);
}

#[test]
fn a_device_is_synchronized_with_the_key() {
    let (sts, sandbox) = first_device();
    let mut session = device(&sandbox, &["enrol", "--text"]);
    let mut app = enrol(&mut session);
    ends_with(&mut session, 0);
    let mut session = device(&sandbox, &["resync"]);
    let first = app.code();
    answer(&mut session, "First code: ", &first);
    answer(&mut session, "Next code: ", &first);
    session.exp_string("the first code again").expect("the reason");
    answer(&mut session, "Next code: ", "000000");
    session.exp_string("does not accept the codes").expect("the reason");
    answer(&mut session, "First code: ", &app.code());
    answer(&mut session, "Next code: ", &app.code());
    assert!(ends_with(&mut session, 0).contains("is synchronized"));
    assert_eq!(sts.count("ResyncMFADevice"), 2);
    assert!(sandbox.run(&["device", "resync"]).expect(255).contains("no terminal"));
}

/// Answers the prompts of `setup` after that for the device, and enables the new device.
fn finish_setup(session: &mut PtySession, sts: &StandIn) -> App {
    dialog::answer(session, "should get the sessions", "\r");
    dialog::answer(session, "Region", "eu-west-1\r");
    dialog::answer(session, "Add a role to assume?", "\r");
    dialog::answer(session, "Write this?", "\r");
    session.exp_string("First code: ").expect("the screen of the device");
    let mut app = App::with_secret(&sts.seeds().pop().expect("a seed"));
    session.send_line(&app.code()).expect("it reads");
    answer(session, "Next code: ", &app.code());
    session.exp_string("is enabled").expect("the device");
    app
}

#[test]
fn setup_in_an_empty_home_leads_through_the_key_the_device_and_the_first_login() {
    let (sts, mut sandbox) = (StandIn::start(), Sandbox::empty());
    sts.forget_device(&User::ada());
    sts.list_devices(&[]);
    sandbox = sandbox.using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    let mut session = dialog::start(&sandbox, &[]);
    dialog::answer(&mut session, "Which profile should hold it?", "\r");
    dialog::answer(&mut session, "Access key id:", "AKIAIOSFODNN7EXAMPLE\r");
    dialog::answer(&mut session, "Secret access key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\r");
    // IAM lists no device, so a new one is the first choice.
    dialog::answer(&mut session, "a new one", "\r");
    let mut app = finish_setup(&mut session, &sts);
    dialog::answer(&mut session, "Log in now?", "\r");
    answer(&mut session, "MFA code for", &app.code());
    ends_with(&mut session, 0);
    assert_eq!((sts.devices(), sts.count("GetSessionToken")), (vec![(SERIAL.to_owned(), true)], 1));
    assert!(config(&sandbox).contains(&format!("mfa_serial = {SERIAL}\n")), "{}", config(&sandbox));
    sandbox.run(&["status", "default-session"]).expect(0);
}

#[test]
fn a_new_device_in_setup_needs_no_code_if_the_user_may_not_list_devices() {
    let (sts, mut sandbox) = (StandIn::start(), Sandbox::with("", DEFAULT_CREDENTIALS));
    sts.forget_device(&User::ada());
    sandbox = sandbox.using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    let mut session = dialog::start(&sandbox, &[]);
    dialog::answer(&mut session, "Which access key?", "\r");
    dialog::answer(&mut session, "a guess from the user's name", &format!("{}\r", dialog::DOWN));
    finish_setup(&mut session, &sts);
    assert_eq!((sts.devices(), sts.count("GetSessionToken")), (vec![(SERIAL.to_owned(), true)], 0));
}
