//! `awsmfa key store` and `key restore`, with GNOME Keyring.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::memory::{core_at_exit, files_with, holds};
use crate::setup::dialog;
use crate::support::child::{DEFAULT_SIGNALS, await_that, signal, start, wait};
use crate::support::keyring::Keyring;
use crate::support::sandbox::{Ran, SERIAL, Sandbox};
use crate::support::sts::{StandIn, User};

const ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The key between other things, in an unusual style.
const CREDENTIALS: &str = "# mine
[work-key]
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
# the ID
aws_access_key_id   = AKIAIOSFODNN7EXAMPLE
region = eu-west-1


[other]
aws_access_key_id = AKIAI44QH8DHBEXAMPLE
aws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY";

const CONFIG: &str = "[profile work]
awsmfa_source_profile = work-key
mfa_serial = arn:aws:iam::123456789012:mfa/ada
";

fn home(sts: &StandIn) -> (Sandbox, Keyring) {
    let mut sandbox = Sandbox::with(CONFIG, CREDENTIALS).using(sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    let keyring = Keyring::start(&mut sandbox);
    (sandbox, keyring)
}

fn login(sandbox: &Sandbox, sts: &StandIn) -> Ran {
    sandbox.run(&["login", "work", "--token-code", &sts.fresh_code(SERIAL)])
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn a_key_is_stored_used_and_restored_byte_for_byte() {
    let sts = StandIn::start();
    let (sandbox, keyring) = home(&sts);
    let said = sandbox.run(&["key", "store", "work"]).expect(0);
    assert!(said.contains(&format!("{ID} of 'work-key' is in the keyring")), "{said}");
    assert_eq!(keyring.keys(), [ID]);
    let stored = sandbox.credentials_text();
    assert!(stored.contains("[work-key]\n# the ID\nawsmfa_keyring"), "{stored}");
    assert_eq!(files_with(SECRET, sandbox.home()), [""; 0], "the secret is in no file");
    assert!(stored.contains("AKIAI44QH8DHBEXAMPLE"), "another key is where it was");

    login(&sandbox, &sts).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    sandbox.run(&["logout", "work"]).expect(0);
    assert_eq!(sandbox.credentials_text(), stored);
    // Again, to no effect.
    let again = sandbox.run(&["key", "store", "work", "--output", "json"]);
    assert_eq!(
        again.stdout,
        format!("{{\"access_key_id\":\"{ID}\",\"profile\":\"work-key\",\"result\":\"stored\"}}\n")
    );
    assert_eq!(sandbox.credentials_text(), stored);

    login(&sandbox, &sts).expect(0);
    sandbox.run(&["key", "restore", "work-key"]).expect(0);
    sandbox.run(&["logout", "work"]).expect(0);
    assert_eq!(sandbox.credentials_text(), CREDENTIALS);
    assert_eq!(keyring.keys(), [""; 0]);
    let said = sandbox.run(&["key", "restore", "work-key"]).expect(253);
    assert!(said.contains("the key of 'work-key' is not in the keyring"), "{said}");
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn every_copy_of_a_key_is_stored_and_restored() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::with(
        format!("{CONFIG}[profile other]\n{}", CREDENTIALS.split_once("[work-key]\n").expect("it is there").1),
        CREDENTIALS.replace(
            "[other]\n",
            "[copy]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=\
                              wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\n[other]\n",
        ),
    );
    let before = ["credentials", "config"].map(|name| fs::read_to_string(sandbox.path(name)).expect("it is text"));
    let keyring = Keyring::start(&mut sandbox);
    let sandbox = sandbox.using(&sts);
    sandbox.run(&["key", "store", "work"]).expect(0);
    assert_eq!(files_with(SECRET, sandbox.home()), [""; 0]);
    sandbox.run(&["key", "restore", "work"]).expect(0);
    let after = ["credentials", "config"].map(|name| fs::read_to_string(sandbox.path(name)).expect("it is text"));
    assert_eq!(after, before);
    assert_eq!(keyring.keys(), [""; 0]);
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn a_key_in_the_keyring_is_rotated_undone_and_finished() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let (sandbox, keyring) = home(&sts);
    sandbox.run(&["key", "store", "work"]).expect(0);
    login(&sandbox, &sts).expect(0);
    let first = sandbox.credentials_text();
    sandbox.run(&["key", "rotate", "work"]).expect(0);
    let keys = sts.keys_of(&ada);
    let [(_, false), (new, true)] = keys.as_slice() else { panic!("{keys:?}") };
    assert!(sandbox.credentials_text().contains(new.as_str()) && !sandbox.credentials_text().contains(ID));
    assert_eq!(keyring.keys().len(), 2);
    for secret in sts.secrets_of(&ada) {
        assert_eq!(files_with(&secret, sandbox.home()), [""; 0], "the secrets are in no file");
    }
    let said = sandbox.run(&["key", "restore", "work"]).expect(253);
    assert!(said.contains("--finish"), "{said}");

    sandbox.run(&["key", "rotate", "work", "--undo"]).expect(0);
    assert_eq!(sandbox.credentials_text(), first);
    sandbox.run(&["key", "rotate", "work", "--finish"]).expect(0);
    assert_eq!((keyring.keys(), sts.keys_of(&ada)), (vec![ID.to_owned()], vec![(ID.to_owned(), true)]));
    sandbox.run(&["key", "rotate", "work"]).expect(0);
    sandbox.run(&["key", "rotate", "work", "--finish"]).expect(0);
    sandbox.run(&["login", "work", "--force", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["key", "restore", "work"]).expect(0);
    let keys = sts.keys_of(&ada);
    let [(only, true)] = keys.as_slice() else { panic!("{keys:?}") };
    sandbox.run(&["logout", "work"]).expect(0);
    let secret = sts.secrets_of(&ada).pop().expect("it has one");
    // A line that is written again is in lower case.
    let old = CREDENTIALS.replace("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key");
    assert_eq!(sandbox.credentials_text(), old.replace(ID, only).replace(SECRET, &secret));
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn a_locked_absent_or_silent_keyring_is_an_error_before_a_code_is_used() {
    let sts = StandIn::start();
    let (mut sandbox, keyring) = home(&sts);
    sandbox.run(&["key", "store", "work"]).expect(0);
    let stored = sandbox.credentials_text();
    keyring.lock();
    let began = Instant::now();
    let fails = |sandbox: &Sandbox, cause: &str| {
        for action in ["restore", "store"] {
            let said = sandbox.run(&["key", action, "work"]).expect(253);
            assert!(said.contains(cause), "{action}: {said}");
        }
        let said = login(sandbox, &sts).expect(253);
        assert!(said.contains(cause) && said.contains("hint: "), "{said}");
        for arguments in [["status", "work"].as_slice(), &["list"], &["use", "work"]] {
            assert!(!sandbox.run(arguments).stderr.contains("keyring"), "{arguments:?} needs no key");
        }
    };
    fails(&sandbox, "the keyring is locked");
    drop(keyring);
    let bus = Keyring::bus(&mut sandbox);
    fails(&sandbox, "there is no keyring");
    let mut silent = Keyring::with_silent(&sandbox, "org.freedesktop.secrets");
    fails(&sandbox, "there is no keyring");
    silent.kill().expect("it is ours");
    wait(&mut silent);
    drop(bus);
    sandbox.set("DBUS_SESSION_BUS_ADDRESS", "");
    fails(&sandbox, "there is no keyring");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!((sts.count("GetSessionToken"), sandbox.credentials_text()), (0, stored));
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn a_keyring_that_waits_for_its_password_is_named_and_ctrl_c_ends_the_wait() {
    let sts = StandIn::start();
    let (sandbox, keyring) = home(&sts);
    sandbox.run(&["key", "store", "work"]).expect(0);
    keyring.lock();
    let mut prompter = Keyring::with_silent(&sandbox, "org.gnome.keyring.SystemPrompter");
    let said = sandbox.home().join("said");
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["login", "work", "--token-code", &sts.fresh_code(SERIAL)]);
    command.stderr(fs::File::create(&said).expect("the home is writable")).stdout(Stdio::null());
    let mut child = start(&mut command);
    await_that("the user is told", || {
        fs::read_to_string(&said).is_ok_and(|text| text.contains("waiting for the keyring"))
    });
    signal(child.id(), "INT");
    assert!(!wait(&mut child).success());
    prompter.kill().expect("it is ours");
    wait(&mut prompter);
    assert_eq!(sts.count("GetSessionToken"), 0);
}

#[test]
#[ignore = "needs gnome-keyring, gdb and strace: run tests/run"]
fn the_secret_is_neither_in_memory_at_the_end_nor_in_the_arguments_of_a_program() {
    let sts = StandIn::start();
    let (sandbox, keyring) = home(&sts);
    let awsmfa = Path::new(env!("CARGO_BIN_EXE_awsmfa"));
    for arguments in [
        ["key", "store", "work"].as_slice(),
        &["login", "work", "--debug", "--token-code", &sts.fresh_code(SERIAL)],
        &["key", "restore", "work"],
    ] {
        let (ran, core) = core_at_exit(awsmfa, &sandbox, arguments);
        assert!(!holds(&core, SECRET), "it is in memory at the end of {arguments:?}");
        assert!(!ran.stdout.contains(SECRET) && !ran.stderr.contains(SECRET), "{arguments:?}");
    }
    assert_eq!(keyring.keys(), [""; 0]);
    // No process is started, so there is no argument list.
    let mut command = sandbox.program("strace");
    command.args(["-f", "-e", "trace=execve,clone,clone3,fork,vfork", "--", env!("CARGO_BIN_EXE_awsmfa")]);
    let traced = Ran::from(command.args(["key", "store", "work"]).output().expect("strace runs"));
    assert_eq!(traced.stderr.matches("execve(").count(), 1, "{}", traced.stderr);
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn setup_offers_the_keyring_and_the_first_login() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    let keyring = Keyring::start(&mut sandbox);
    let mut session = dialog::start(&sandbox, &[]);
    let questions =
        ["Which access key?", "Which MFA device?", "Which profile should get the sessions", "Add a role to assume?"];
    for question in questions.into_iter().chain(["Write this?"]) {
        dialog::answer(&mut session, question, "\r");
    }
    dialog::answer(&mut session, "Where should the access key be stored?", "\r");
    dialog::answer(&mut session, "Log in now?", "\r");
    session.exp_string("MFA code for ada").expect("the prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    dialog::ends_with(&mut session, 0);
    assert_eq!((keyring.keys(), sts.count("GetSessionToken")), (vec![ID.to_owned()], 1));
    assert!(!sandbox.credentials_text().contains(SECRET));
}

const KEY: &str =
    "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";

/// A home with these sections in the credentials file, and ada's device for all of them.
fn with_sections(sts: &StandIn, credentials: &str) -> (Sandbox, Keyring) {
    let config = format!("[default]\nmfa_serial = {SERIAL}\n[profile x]\nmfa_serial = {SERIAL}\n");
    let mut sandbox = Sandbox::with(config, credentials).using(sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    let keyring = Keyring::start(&mut sandbox);
    (sandbox, keyring)
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn a_key_or_session_that_came_later_is_never_overwritten() {
    let sts = StandIn::start();
    let (sandbox, keyring) = with_sections(&sts, &format!("[x]\n{KEY}[y]\n{KEY}"));
    sandbox.run(&["key", "store", "x"]).expect(0);
    let later =
        "aws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\n";
    let stored = sandbox.credentials_text();
    sandbox.write("credentials", stored.replace("[x]\n", &format!("[x]\n{later}")).as_bytes());
    assert!(sandbox.run(&["key", "store", "x"]).expect(253).contains("another one in the keyring"));
    sandbox.run(&["key", "restore", "y"]).expect(0);
    assert_eq!(sandbox.credentials_text(), format!("[x]\n{later}[y]\n{KEY}"));
    assert_eq!(keyring.keys(), [""; 0]);
    // A wrong secret with the same ID does not take the place of the right one.
    sandbox.write("credentials", format!("[x]\n{KEY}").as_bytes());
    sandbox.run(&["key", "store", "x"]).expect(0);
    let wrong = KEY.replace("wJalr", "XXXXX");
    sandbox.write("credentials", format!("{}[y]\n{wrong}", sandbox.credentials_text()).as_bytes());
    assert!(sandbox.run(&["key", "store", "y"]).expect(253).contains("with another secret"));
    assert!(sandbox.run(&["key", "rotate", "x"]).code != 0);
    sandbox.run(&["key", "restore", "x"]).expect(0);
    assert_eq!(sandbox.credentials_text(), format!("[x]\n{KEY}[y]\n{wrong}"));
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn two_homes_with_the_same_key_have_an_entry_each() {
    let sts = StandIn::start();
    let (sandbox, keyring) = with_sections(&sts, &format!("[x]\n{KEY}"));
    let mut other = Sandbox::with(format!("[profile x]\nmfa_serial = {SERIAL}\n"), format!("[x]\n{KEY}")).using(&sts);
    other.set("DBUS_SESSION_BUS_ADDRESS", keyring.address());
    sandbox.run(&["key", "store", "x"]).expect(0);
    other.run(&["key", "store", "x"]).expect(0);
    sandbox.run(&["key", "restore", "x"]).expect(0);
    other.run(&["login", "x", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(keyring.keys(), [ID]);
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn a_rotation_stops_before_it_creates_a_key_that_a_copy_would_not_get() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let (sandbox, keyring) = with_sections(&sts, &format!("[x]\n{KEY}[default]\n{KEY}"));
    let login = || sandbox.run(&["login", "x", "--token-code", &sts.fresh_code(SERIAL), "--force"]).expect(0);
    sandbox.run(&["key", "store", "x"]).expect(0);
    let stored = sandbox.credentials_text();
    sandbox.write("credentials", format!("{stored}[copy]\n{KEY}").as_bytes());
    login();
    let said = sandbox.run(&["key", "rotate", "x"]).expect(253);
    assert!(said.contains("`awsmfa key store copy`") && sts.keys_of(&ada).len() == 1, "{said}");
    sandbox.run(&["key", "store", "copy"]).expect(0);
    sandbox.run(&["key", "rotate", "x"]).expect(0);
    let keys = sts.keys_of(&ada);
    let [_, (new, true)] = keys.as_slice() else { panic!("{keys:?}") };
    assert_eq!(sandbox.credentials_text().matches(new.as_str()).count(), 3);
    // Giving up the old key leaves no secret behind.
    sandbox.run(&["key", "rotate", "x", "--delete", ID]).expect(0);
    assert_eq!(keyring.keys(), [new.as_str()]);
    login();
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn a_key_of_both_files_is_rotated_and_restored() {
    let sts = StandIn::start();
    let (sandbox, _keyring) = with_sections(&sts, &format!("[default]\n{KEY}"));
    let config = format!("[default]\nmfa_serial = {SERIAL}\nAWS_SECRET_ACCESS_KEY={SECRET}\naws_access_key_id={ID}\n");
    sandbox.write("config", config.as_bytes());
    sandbox.run(&["key", "store"]).expect(0);
    sandbox.run(&["key", "restore"]).expect(0);
    let text = fs::read_to_string(sandbox.path("config")).expect("it is text");
    assert_eq!((sandbox.credentials_text(), text), (format!("[default]\n{KEY}"), config));
    sandbox.run(&["key", "store"]).expect(0);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["key", "rotate"]).expect(0);
    sandbox.run(&["login", "--force", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn what_still_has_the_secret_and_what_no_longer_works_is_named() {
    let sts = StandIn::start();
    let (sandbox, _keyring) = with_sections(&sts, &format!("[x]\n{KEY}# old: {SECRET}\n"));
    let role = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = x\n";
    sandbox.write("config", format!("[profile x]\nmfa_serial = {SERIAL}\n{role}").as_bytes());
    let said = sandbox.run(&["key", "store", "x"]).expect(0);
    assert!(said.contains("credentials line 3: remove it there"), "{said}");
    assert!(said.contains("cannot assume the role of 'admin' any more"), "{said}");
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn a_keyring_that_is_in_memory_only_gets_no_key() {
    let sts = StandIn::start();
    let (sandbox, keyring) = with_sections(&sts, &format!("[x]\n{KEY}"));
    keyring.make_session_the_default();
    let said = sandbox.run(&["key", "store", "x"]).expect(253);
    assert!(said.contains("kept in memory only"), "{said}");
    assert_eq!((sandbox.credentials_text(), keyring.keys().len()), (format!("[x]\n{KEY}"), 0));
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn twenty_at_once_that_store_and_restore_copies_lose_no_key() {
    let sts = StandIn::start();
    let (sandbox, keyring) = with_sections(&sts, &format!("[x]\n{KEY}[y]\n{KEY}"));
    for _ in 0..2 {
        let commands = ["store", "restore"].into_iter().cycle().zip(["x", "x", "y", "y"].into_iter().cycle()).take(20);
        let spawn = |(action, profile): (&str, &str)| {
            let mut command = sandbox.command();
            command.args(["key", action, profile]).stdout(Stdio::null()).stderr(Stdio::null());
            start(&mut command)
        };
        let mut children: Vec<_> = commands.map(spawn).collect();
        for child in &mut children {
            wait(child);
        }
        for profile in ["x", "y"] {
            sandbox.run(&["key", "restore", profile]);
        }
        assert_eq!(sandbox.credentials_text(), format!("[x]\n{KEY}[y]\n{KEY}"));
        assert_eq!(keyring.keys(), [""; 0]);
    }
}

#[test]
#[ignore = "needs gnome-keyring, dbus-daemon and secret-tool: run tests/run"]
fn setup_moves_the_name_of_the_entry_to_another_profile() {
    let sts = StandIn::start();
    let (sandbox, _keyring) = with_sections(&sts, &format!("[default]\n{KEY}"));
    sandbox.run(&["key", "store"]).expect(0);
    sandbox.run(&["setup", "--session-profile", "default", "--skip-check", "--serial-number", SERIAL]).expect(0);
    assert!(sandbox.credentials_text().contains("[default-long-term]\nawsmfa_keyring = "));
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.run(&["key", "restore", "default-long-term"]).expect(0);
    assert!(
        sandbox.credentials_text().contains(&format!("[default-long-term]\n{KEY}")),
        "{}",
        sandbox.credentials_text()
    );
}
