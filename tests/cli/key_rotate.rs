//! `awsmfa key rotate`: a working key is in the file at every moment, and no secret is lost.

use std::fs;
use std::time::Duration;

use crate::support::caller::identity_of;
use crate::support::child::{start, wait};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn, User};

pub const OLD: &str = "AKIAIOSFODNN7EXAMPLE";

/// A home with a session, in which IAM is the stand-in.
pub fn home(sts: &StandIn) -> Sandbox {
    let mut sandbox = Sandbox::new().using(sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox
}

/// The ID of the key in the section `default`, after a check that it works and that its user is ada.
#[track_caller]
pub fn working_key(sts: &StandIn, sandbox: &Sandbox) -> String {
    let arn = identity_of(&sts.url(), &sandbox.credentials(), "default").expect("the key works");
    assert_eq!(arn, User::ada().arn());
    let text = sandbox.credentials_text();
    let id = text.lines().find_map(|line| line.strip_prefix("aws_access_key_id = ")).expect("there is a key");
    id.to_owned()
}

pub fn rotate(sandbox: &Sandbox, flags: &[&str]) -> Ran {
    sandbox.run(&[&["key", "rotate"], flags].concat())
}

/// The files in the state folder, with their texts.
fn records(sandbox: &Sandbox) -> Vec<String> {
    let folder = sandbox.state("");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let records = entries.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    records.map(|path| fs::read_to_string(path).expect("it is text")).collect()
}

#[test]
fn a_key_is_replaced_deactivated_and_at_last_deleted() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let sandbox = home(&sts);
    let before = sandbox.credentials_text();
    let said = rotate(&sandbox, &[]).expect(0);
    let new = working_key(&sts, &sandbox);
    assert_ne!(new, OLD);
    assert_eq!(sts.keys_of(&ada), [(OLD.to_owned(), false), (new.clone(), true)], "{said}");
    // Nothing but the two lines has changed.
    let changed = before.lines().zip(sandbox.credentials_text().lines()).filter(|(old, new)| old != new).count();
    assert_eq!(changed, 2);
    assert!(said.contains(&format!("--finish` deletes {OLD}")), "{said}");

    let said = rotate(&sandbox, &[]).expect(253);
    assert!(said.contains(&format!("{OLD} is inactive, but not deleted")), "{said}");
    let finished = rotate(&sandbox, &["--finish", "--output", "json"]);
    let expected = format!("{{\"access_key_id\":\"{OLD}\",\"profile\":\"default\",\"result\":\"deleted\"}}\n");
    assert_eq!(finished.stdout, expected, "{finished:?}");
    assert_eq!(sts.keys_of(&ada), [(new.clone(), true)]);
    assert_eq!(records(&sandbox), [""; 0], "no secret is left");
    // And once more.
    rotate(&sandbox, &[]).expect(0);
    assert_ne!(working_key(&sts, &sandbox), new);
}

#[test]
fn a_rotation_is_undone_and_can_then_be_finished() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let sandbox = home(&sts);
    let before = sandbox.credentials_text();
    rotate(&sandbox, &[]).expect(0);
    let new = working_key(&sts, &sandbox);
    rotate(&sandbox, &["--undo"]).expect(0);
    assert_eq!(sandbox.credentials_text(), before);
    assert_eq!(sts.keys_of(&ada), [(OLD.to_owned(), true), (new, false)]);
    rotate(&sandbox, &["--finish"]).expect(0);
    assert_eq!(sts.keys_of(&ada), [(OLD.to_owned(), true)]);
    for flag in ["--finish", "--undo"] {
        assert!(rotate(&sandbox, &[flag]).expect(253).contains("no rotation of the key of 'default' is recorded"));
    }
}

#[test]
fn every_copy_of_the_key_is_replaced() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
    sandbox.write(
        "credentials",
        format!("{DEFAULT_CREDENTIALS}[copy]\n{}", DEFAULT_CREDENTIALS.replace("[default]\n", "")).as_bytes(),
    );
    sandbox.write(
        "config",
        format!("{DEFAULT_CONFIG}[profile other]\n{}", DEFAULT_CREDENTIALS.replace("[default]\n", "")).as_bytes(),
    );
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    rotate(&sandbox, &[]).expect(0);
    let new = working_key(&sts, &sandbox);
    for name in ["credentials", "config"] {
        let text = fs::read_to_string(sandbox.path(name)).expect("it is text");
        assert!(!text.contains(OLD), "{text}");
        assert_eq!(text.matches(&new).count(), if name == "config" { 1 } else { 2 }, "{text}");
    }
}

#[test]
fn a_second_key_is_named_and_deleted_on_request() {
    let (sts, ada) = (StandIn::start(), User::ada());
    sts.add_key(&ada, "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
    let sandbox = home(&sts);
    let said = rotate(&sandbox, &[]).expect(253);
    assert!(said.contains("AKIAI44QH8DHBEXAMPLE (active, created at ") && said.contains("never used"), "{said}");
    assert!(rotate(&sandbox, &["--delete", OLD]).expect(253).contains("is the key of 'default'"));
    rotate(&sandbox, &["--delete", "AKIAI44QH8DHBEXAMPLE"]).expect(0);
    assert_eq!(sts.keys_of(&ada).len(), 1);
    rotate(&sandbox, &[]).expect(0);
}

#[test]
fn a_lost_answer_leaves_an_orphan_that_is_named() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let sandbox = home(&sts);
    let before = sandbox.credentials_text();
    for fault in [Fault::DropAfterProcessing, Fault::TruncatedXml, Fault::EmptyField("SecretAccessKey")] {
        // The first request lists the keys.
        sts.fault_iam(Fault::Slow(Duration::ZERO));
        sts.fault_iam(fault.clone());
        let said = rotate(&sandbox, &[]).expect(255);
        let orphan = sts.keys_of(&ada).pop().expect("a key").0;
        assert!(said.contains(&format!("has created the key {orphan}, but its secret is lost")), "{fault:?}: {said}");
        assert_eq!(sandbox.credentials_text(), before, "{fault:?}");
        let said = rotate(&sandbox, &[]).expect(253);
        assert!(said.contains(&format!("--delete {orphan}")), "{said}");
        rotate(&sandbox, &["--delete", &orphan]).expect(0);
    }
    rotate(&sandbox, &[]).expect(0);
    working_key(&sts, &sandbox);
}

#[test]
fn a_rotation_goes_on_after_each_failure() {
    let ada = User::ada();
    let denied = || Fault::Refusal { status: 403, code: "AccessDenied", message: "no".to_owned() };
    // ListAccessKeys, CreateAccessKey, UpdateAccessKey.
    for (failing, fault) in
        (0..3).flat_map(|at| [(at, denied()), (at, Fault::DropBeforeProcessing), (at, Fault::InternalFailure)])
    {
        let sts = StandIn::start();
        let sandbox = home(&sts);
        for _ in 0..failing {
            sts.fault_iam(Fault::Slow(Duration::ZERO));
        }
        sts.fault_iam(fault.clone());
        let ran = rotate(&sandbox, &[]);
        assert_ne!(ran.code, 0, "{failing}: {fault:?}");
        working_key(&sts, &sandbox);
        rotate(&sandbox, &[]).expect(0);
        let new = working_key(&sts, &sandbox);
        assert_eq!(sts.keys_of(&ada), [(OLD.to_owned(), false), (new, true)], "{failing}: {fault:?}");
    }
}

#[test]
fn the_new_key_is_written_when_aws_accepts_it() {
    let sts = StandIn::start();
    let sandbox = home(&sts);
    sts.know_keys_after(2);
    let said = rotate(&sandbox, &[]).expect(0);
    assert!(said.contains("waiting until AWS accepts the new key"), "{said}");
    working_key(&sts, &sandbox);
}

#[test]
fn a_key_that_is_used_is_not_deleted() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let sandbox = home(&sts);
    let old = sandbox.credentials();
    rotate(&sandbox, &[]).expect(0);
    sts.activate_key(OLD);
    assert!(rotate(&sandbox, &["--finish"]).expect(253).contains("is active again"));
    std::thread::sleep(Duration::from_secs(2));
    identity_of(&sts.url(), &old, "default").expect("it works again");
    let said = rotate(&sandbox, &["--finish"]).expect(253);
    assert!(said.contains("was used at") && said.contains("--finish --force"), "{said}");
    rotate(&sandbox, &["--finish", "--force"]).expect(0);
    assert_eq!(sts.keys_of(&ada).len(), 1);
}

#[test]
fn twenty_at_once_rotate_once() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let sandbox = home(&sts);
    let mut all: Vec<_> = (0..20)
        .map(|_| start(sandbox.command().args(["key", "rotate", "--quiet"]).stderr(std::process::Stdio::null())))
        .collect();
    let succeeded = all.iter_mut().filter_map(|child| wait(child).success().then_some(())).count();
    assert_eq!(succeeded, 1);
    let new = working_key(&sts, &sandbox);
    assert_eq!(sts.keys_of(&ada), [(OLD.to_owned(), false), (new, true)]);
}

#[test]
fn what_cannot_be_rotated_is_refused_before_anything_is_sent() {
    let sts = StandIn::start();
    let printed = Sandbox::with("[default]\ncredential_process = /bin/true\n", "").using(&sts);
    assert!(rotate(&printed, &[]).expect(253).contains("comes from its credential_process"));
    assert_eq!(sts.calls().len(), 0);
}

#[test]
fn no_secret_is_printed() {
    let sts = StandIn::start();
    let sandbox = home(&sts);
    let mut said = String::new();
    for flags in [&["--debug"][..], &["--undo", "--debug"], &["--finish", "--debug"]] {
        let ran = rotate(&sandbox, flags);
        said += &(ran.stdout + &ran.stderr);
    }
    let secrets = sts.secrets_of(&User::ada());
    assert!(!secrets.is_empty() && said.contains("asked IAM"), "{said}");
    assert!(secrets.iter().all(|secret| !said.contains(secret)), "a secret is printed");
}

#[test]
fn doctor_and_list_tell_of_a_rotation_and_of_the_age_of_the_key() {
    let sts = StandIn::start();
    let sandbox = home(&sts);
    let kinds = || sandbox.run(&["doctor", "--output", "json"]).stdout;
    let long = || sandbox.run(&["list", "--long", "--output", "json"]).stdout;
    assert!(!kinds().contains("-rotation") && long().contains("\"key\":\"file\",\"key_created\":null"), "{}", long());
    for fault in [
        Fault::Slow(Duration::ZERO),
        Fault::Slow(Duration::ZERO),
        Fault::Refusal { status: 403, code: "AccessDenied", message: "no".to_owned() },
    ] {
        sts.fault_iam(fault);
    }
    rotate(&sandbox, &[]).expect(254);
    assert!(kinds().contains("\"unfinished-rotation\""), "{}", kinds());
    rotate(&sandbox, &[]).expect(0);
    assert!(kinds().contains("\"replaced-key\"") && kinds().contains(OLD), "{}", kinds());
    let listed = sandbox.run(&["list", "--long"]).stdout;
    assert!(listed.contains("  KEY\n") && listed.contains("file, 0 days\n"), "{listed}");
    rotate(&sandbox, &["--finish"]).expect(0);
    assert!(!kinds().contains("-key\""), "{}", kinds());
}

#[test]
fn a_code_at_hand_is_used_for_a_session_with_the_new_key() {
    let sts = StandIn::start();
    let mut sandbox = home(&sts);
    rotate(&sandbox, &[]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1, "no code is at hand");
    rotate(&sandbox, &["--finish"]).expect(0);
    sandbox.set("AWSMFA_TOKEN_CODE", &sts.fresh_code(SERIAL));
    let said = rotate(&sandbox, &[]).expect(0);
    assert!(said.contains("default-session is valid"), "{said}");
    assert_eq!(sts.count("GetSessionToken"), 2);
    // A code that is refused is an error that leaves the rotation complete.
    rotate(&sandbox, &["--finish"]).expect(0);
    sandbox.set("AWSMFA_TOKEN_CODE", "000000");
    let said = rotate(&sandbox, &[]).expect(0);
    assert!(said.contains("MultiFactorAuthentication failed"), "{said}");
    sandbox.set("AWSMFA_TOKEN_CODE", "");
    rotate(&sandbox, &["--finish"]).expect(0);
    working_key(&sts, &sandbox);
}
