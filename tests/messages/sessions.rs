//! The messages of `login`, `exec` and `logout` about sessions.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::scene::{block, login, session, terminal_block, write_in_home};
use crate::support::child::{await_that, wait};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Fault, Role, StandIn};

const ROLE: &str = "arn:aws:iam::123456789012:role/admin";
const RECOVERY_FILE: &str = "credentials.awsmfa-recovery-4711";

fn home_with_role(sts: &StandIn) -> Sandbox {
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let role = format!("[profile admin]\nrole_arn = {ROLE}\nsource_profile = default\nmfa_serial = {SERIAL}\n");
    Sandbox::with(format!("{DEFAULT_CONFIG}{role}"), DEFAULT_CREDENTIALS).using(sts)
}

/// A home whose MFA process prints this code.
fn home_with_code(sts: &StandIn, code: &str) -> Sandbox {
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}mfa_process = cat code\n"), DEFAULT_CREDENTIALS).using(sts);
    write_in_home(&sandbox, "code", code);
    sandbox
}

fn home_with_recovery_file(session: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(RECOVERY_FILE, session.as_bytes());
    sandbox
}

fn logins() -> Vec<String> {
    let sts = StandIn::start();
    let sandbox = home_with_role(&sts);
    let mut blocks = vec![
        login("a login", &sandbox, &sts, &[]),
        block("a session that is still valid", &sandbox, &["login"]),
        login("one of two profiles fails", &sandbox, &sts, &["default", "wrok", "--force"]),
    ];
    write_in_home(&sandbox, "code", &sts.fresh_code(SERIAL));
    let message = format!(
        "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
    );
    sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message }, 1);
    let with_process = ["login", "admin", "--mfa-process", "cat code"];
    blocks.push(block("a role that does not accept the session", &sandbox, &with_process));

    let sandbox = Sandbox::new().using(&sts);
    fs::set_permissions(sandbox.path("credentials"), fs::Permissions::from_mode(0o644)).expect("the file is ours");
    blocks.push(login("a credentials file that others may read", &sandbox, &sts, &[]));

    let sandbox = Sandbox::new().using(&sts);
    write_in_home(&sandbox, "elsewhere", "");
    write_in_home(&sandbox, ".local/state/awsmfa/lock", "");
    symlink(sandbox.home().join("elsewhere"), sandbox.home().join(".local/state/awsmfa/used-codes")).expect("a link");
    blocks.push(login("a file of used codes that is not awsmfa's own", &sandbox, &sts, &[]));
    blocks
}

fn recoveries() -> Vec<String> {
    let waiting = session("default-session", 60);
    let sandbox = home_with_recovery_file(&waiting);
    let mut blocks = vec![block("a session from an interrupted login", &sandbox, &["login"])];

    let sandbox = home_with_recovery_file(&waiting);
    let key = DEFAULT_CREDENTIALS.replace("default", "default-session");
    sandbox.write("credentials", format!("{DEFAULT_CREDENTIALS}{key}").as_bytes());
    blocks.push(block("a session that still cannot be written", &sandbox, &["login"]));

    let sandbox = home_with_recovery_file(&waiting);
    fs::set_permissions(sandbox.path(RECOVERY_FILE), fs::Permissions::from_mode(0o640)).expect("the file is ours");
    blocks.push(block("a recovery file that others may read", &sandbox, &["logout"]));

    let sandbox = home_with_recovery_file(&format!("{waiting}{}", session("other", 60)));
    blocks.push(block("a recovery file that no login has written", &sandbox, &["login"]));
    blocks.push(block("a logout beside such a file", &sandbox, &["logout"]));

    let sandbox = home_with_recovery_file(&waiting);
    blocks.push(block("a logout from a session that waits for the next login", &sandbox, &["logout"]));
    sandbox.write("credentials", format!("{DEFAULT_CREDENTIALS}{waiting}").as_bytes());
    blocks.push(block("a logout", &sandbox, &["logout"]));
    blocks
}

fn renewals() -> Vec<String> {
    let sts = StandIn::start();
    let expiring = format!("{DEFAULT_CREDENTIALS}{}", session("default-session", 10));
    let sandbox = Sandbox::with(DEFAULT_CONFIG, &expiring);
    let exec = ["exec", "--", "true"];
    let mut blocks = vec![block("a session that was not renewed, for want of a code", &sandbox, &exec)];
    let mut sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}mfa_process = false\n"), &expiring).using(&sts);
    blocks.push(block("a session that was not renewed, because the MFA process failed", &sandbox, &exec));
    sandbox.set("AWSMFA_MFA_PROCESS", "echo 123456");
    sts.deactivate_key("AKIAIOSFODNN7EXAMPLE");
    blocks.push(block("a session that was not renewed, because STS refuses the key", &sandbox, &exec));
    blocks
}

#[test]
fn each_message_about_a_session_has_its_text() {
    super::check("sessions.txt", &[logins(), recoveries(), renewals()].concat());
}

/// Runs a login while another one requests the same session.
fn waiting_login() -> String {
    let sts = StandIn::start();
    let process = "touch asked; while [ ! -e go ]; do sleep 0.02; done; cat code";
    let sandbox = home_with_code(&sts, &sts.fresh_code(SERIAL));
    let mut other = sandbox.command().args(["login", "--quiet", "--mfa-process", process]).spawn().expect("it runs");
    await_that("the other login has its lock", || sandbox.home().join("asked").exists());
    let holder = format!("awsmfa (process {})", other.id());
    let block = std::thread::scope(|scope| {
        let block = scope.spawn(|| terminal_block("another awsmfa requests the session", &sandbox, &["login"], &[]));
        // The wait is reported after a second.
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        write_in_home(&sandbox, "go", "");
        block.join().expect("no panic")
    });
    assert!(wait(&mut other).success());
    block.replace(&holder, "awsmfa (process {id})")
}

fn refused_key() -> String {
    let sts = StandIn::start();
    sts.deactivate_key("AKIAIOSFODNN7EXAMPLE");
    let sandbox = Sandbox::new().using(&sts);
    let answers = [("no MFA code will help", ""), ("MFA code for ", "123456\n")];
    terminal_block("a key that STS refuses", &sandbox, &["login"], &answers)
}

/// Waits for the next code. Seconds are counted down in one line, so only the first is in the block.
fn countdown() -> String {
    let sts = StandIn::start();
    let now = jiff::Timestamp::now().as_second();
    sts.set_clock_offset((27 - now).rem_euclid(30));
    let sandbox = home_with_code(&sts, &sts.wrong_code(SERIAL));
    let block = block("a countdown to the next code", &sandbox, &["login", "--wait"]);
    let line = block.lines().find(|line| line.starts_with("awsmfa: waiting ")).expect("the countdown").to_owned();
    let (before, after) = line.split_once(" s for ").expect("seconds");
    let before = before.trim_end_matches(|c: char| c.is_ascii_digit());
    format!("[a countdown to the next code]\n$ awsmfa login --wait\n{before}{{seconds}} s for {after}\n")
}

#[test]
fn each_message_on_a_terminal_about_a_session_has_its_text() {
    super::check("sessions_on_a_terminal.txt", &[waiting_login(), refused_key(), countdown()]);
}
