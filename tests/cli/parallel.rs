//! Many callers at once: one of them requests the session, and the others use it.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::wait::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::support::child::{self, DEFAULT_SIGNALS, await_that, finish, wait};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, Role, StandIn};

const PROMPT: &str = "MFA code for ada";
const WAITING: &str = "awsmfa: waiting for ";

/// Much shorter than the time for which another process is waited for, and much longer than a login takes.
const SOON: Duration = Duration::from_secs(60);

/// Prints the next code of a file, once the file `go` is there, so that the others have come by then.
const GATED: &str = "touch asked; while [ ! -e go ]; do sleep 0.02; done; head -n 1 codes; sed -i 1d codes";

/// A home whose program prints codes that were not used before, each once.
fn home(sts: &StandIn, config: &str, codes: usize) -> Sandbox {
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}{config}"), DEFAULT_CREDENTIALS).using(sts);
    let codes: Vec<String> = (0..codes).map(|_| sts.fresh_code(SERIAL)).collect();
    fs::write(sandbox.home().join("codes"), codes.join("\n") + "\n").expect("it is writable");
    sandbox
}

fn open_gate(sandbox: &Sandbox) {
    fs::write(sandbox.home().join("go"), "").expect("it is writable");
}

/// A process whose log goes to a file: it shows that the process has read the files, and what it found.
struct Caller {
    child: Child,
    log: PathBuf,
}

fn start(sandbox: &Sandbox, number: usize, arguments: &[&str]) -> Caller {
    let log = sandbox.home().join(format!("log-{number}"));
    let mut command = sandbox.command();
    command.args(arguments).env("AWSMFA_LOG", "info").stdout(Stdio::null());
    let child = child::start(command.stderr(fs::File::create(&log).expect("it is writable")));
    Caller { child, log }
}

impl Caller {
    fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("text")
    }

    /// It has read the files and found no session.
    fn await_decision(&self) {
        await_that("it has decided what to request", || self.log().contains("call to make"));
    }

    #[track_caller]
    fn succeed(mut self) -> String {
        let status = wait(&mut self.child);
        assert!(status.success(), "{status}: {}", self.log());
        self.log()
    }
}

/// The requests that carried a code.
fn codes(sts: &StandIn) -> usize {
    sts.calls().iter().filter(|call| call.param("TokenCode").is_some()).count()
}

fn on_terminal(sandbox: &Sandbox, arguments: &[&str]) -> PtySession {
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(arguments);
    spawn_command(command, Some(60_000)).expect("a pseudo-terminal can be made")
}

#[track_caller]
fn succeeds(session: &mut PtySession) -> String {
    let said = session.exp_eof().expect("it ends");
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 0))), "{said}");
    said
}

/// Runs all at once: none gets a code before all have found that there is no session.
fn all_at_once(sandbox: &Sandbox, arguments: &[Vec<&str>]) -> Vec<String> {
    let callers: Vec<Caller> = arguments.iter().enumerate().map(|(number, one)| start(sandbox, number, one)).collect();
    callers.iter().for_each(Caller::await_decision);
    open_gate(sandbox);
    callers.into_iter().map(Caller::succeed).collect()
}

#[test]
fn fifty_callers_of_one_session_send_one_code() {
    let sts = StandIn::start();
    let sandbox = home(&sts, &format!("mfa_process = {GATED}\n"), 50);
    let commands: [&[&str]; 5] = [
        &["exec", "--", "true"],
        &["login"],
        &["credential-process"],
        &["credential-process", "--prompt"],
        &["exec", "default-session", "--", "true"],
    ];
    let arguments: Vec<Vec<&str>> = (0..50).map(|number| commands[number % commands.len()].to_vec()).collect();
    all_at_once(&sandbox, &arguments);
    assert_eq!((codes(&sts), sts.count("GetSessionToken")), (1, 1));
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn five_simultaneous_exec_and_five_renewals_send_one_code_each_time() {
    let sts = StandIn::start();
    let sandbox = home(&sts, &format!("mfa_process = {GATED}\n"), 10);
    let said = all_at_once(&sandbox, &vec![vec!["exec", "--", "true"]; 5]).concat();
    assert_eq!(codes(&sts), 1);
    assert!(!said.contains(WAITING), "there is no terminal: {said}");
    fs::remove_file(sandbox.home().join("go")).expect("it is there");
    all_at_once(&sandbox, &vec![vec!["login", "--force"]; 5]);
    assert_eq!(codes(&sts), 2);
}

/// Ten roles that require MFA.
fn roles(sts: &StandIn, more: &str) -> String {
    let role = |number: usize| {
        sts.add_role(Role { requires_mfa: true, ..Role::named(&format!("r{number}")) });
        format!("[profile r{number}]\nrole_arn = arn:aws:iam::123456789012:role/r{number}\n{more}\n")
    };
    (0..10).map(role).collect()
}

fn each_role_five_times() -> Vec<String> {
    (0..50).map(|number| format!("r{}", number % 10)).collect()
}

#[test]
fn fifty_callers_of_ten_roles_send_one_code_and_assume_each_role_once() {
    let sts = StandIn::start();
    let config = roles(&sts, "source_profile = default-session");
    let sandbox = home(&sts, &format!("mfa_process = {GATED}\n{config}"), 50);
    let names = each_role_five_times();
    let arguments: Vec<Vec<&str>> = names.iter().map(|name| vec!["exec", name, "--", "true"]).collect();
    all_at_once(&sandbox, &arguments);
    assert_eq!((codes(&sts), sts.count("GetSessionToken"), sts.count("AssumeRole")), (1, 1, 10));
}

#[test]
fn fifty_callers_of_ten_roles_use_the_session_of_the_user_of_the_key() {
    let sts = StandIn::start();
    let config = roles(&sts, &format!("source_profile = default\nmfa_serial = {SERIAL}"));
    let mut sandbox = home(&sts, &config, 50);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    sandbox.set("AWSMFA_MFA_PROCESS", GATED);
    let names = each_role_five_times();
    let arguments: Vec<Vec<&str>> = names.iter().map(|name| vec!["exec", name, "--", "true"]).collect();
    let callers: Vec<Caller> = arguments.iter().enumerate().map(|(number, one)| start(&sandbox, number, one)).collect();
    callers.into_iter().for_each(|caller| drop(caller.succeed()));
    assert_eq!((codes(&sts), sts.count("AssumeRole")), (1, 10), "the code is that of the login before");
}

#[test]
fn a_login_that_waits_says_so_on_the_terminal() {
    let sts = StandIn::start();
    let sandbox = home(&sts, &format!("mfa_process = {GATED}\n"), 2);
    let first = start(&sandbox, 0, &["login"]);
    await_that("the program is run", || sandbox.home().join("asked").exists());
    let mut second = on_terminal(&sandbox, &["login"]);
    second
        .exp_string(&format!(
            "{WAITING}awsmfa (process {}), which requests the session of default-session",
            first.child.id()
        ))
        .expect("it is said");
    let mut quiet = on_terminal(&sandbox, &["login", "--quiet"]);
    // Long enough for a message of the other one, if there were one.
    std::thread::sleep(Duration::from_millis(1_500));
    open_gate(&sandbox);
    first.succeed();
    second.exp_string("default-session is still valid").expect("it is used");
    succeeds(&mut second);
    assert_eq!(succeeds(&mut quiet), "");
    assert_eq!(codes(&sts), 1);
    for arguments in [["login"].as_slice(), &["login", "--force"], &["exec", "--", "true"]] {
        let said = succeeds(&mut on_terminal(&sandbox, arguments));
        assert!(!said.contains(WAITING), "{arguments:?}: {said}");
    }
}

/// While one login is at its prompt, another one runs at once, and the first one succeeds later.
#[track_caller]
fn assert_is_not_waited_for(sts: &StandIn, sandbox: &Sandbox, mut asked: PtySession) {
    asked.exp_string(PROMPT).expect("the prompt");
    let began = Instant::now();
    let (code, later) = (sts.fresh_code(SERIAL), sts.fresh_code(SERIAL));
    let arguments: [&[&str]; 2] = [&["login", "--token-code", &code], &["login", "--force"]];
    for arguments in arguments {
        let mut command = sandbox.command();
        command.args(arguments).env("AWSMFA_MFA_PROCESS", format!("echo {later}"));
        finish(&mut command).expect(0);
    }
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    asked.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    asked.exp_string("default-session is valid").expect("done");
    succeeds(&mut asked);
}

#[test]
fn a_login_at_its_prompt_holds_no_lock() {
    let sts = StandIn::start();
    let sandbox = home(&sts, "", 1);
    let asked = on_terminal(&sandbox, &["login"]);
    assert_is_not_waited_for(&sts, &sandbox, asked);
}

#[test]
fn a_login_at_its_prompt_after_a_failed_program_holds_no_lock() {
    let sts = StandIn::start();
    let sandbox = home(&sts, "", 1);
    let asked = on_terminal(&sandbox, &["login", "--mfa-process", "false"]);
    assert_is_not_waited_for(&sts, &sandbox, asked);
}

#[test]
fn a_login_at_its_prompt_after_a_rejected_code_holds_no_lock() {
    let sts = StandIn::start();
    let sandbox = home(&sts, "", 1);
    let wrong = format!("echo {}", sts.wrong_code(SERIAL));
    let asked = on_terminal(&sandbox, &["login", "--mfa-process", &wrong]);
    assert_is_not_waited_for(&sts, &sandbox, asked);
}

/// A login to roles, the first of which has refused the session, at its prompt for a code.
fn at_prompt_after_refusal(arguments: &[&str]) -> (StandIn, Sandbox, PtySession) {
    let sts = StandIn::start();
    let config = roles(&sts, &format!("source_profile = default\nmfa_serial = {SERIAL}"));
    let sandbox = home(&sts, &config, 1);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let message = "User: ada is not authorized to perform: sts:AssumeRole".to_owned();
    sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message }, 1);
    let mut asked = on_terminal(&sandbox, arguments);
    asked.exp_string("it needs a code of its own").expect("the reason");
    asked.exp_string(PROMPT).expect("the prompt");
    (sts, sandbox, asked)
}

#[test]
fn a_login_at_its_prompt_after_a_refused_session_holds_no_lock() {
    let (sts, sandbox, mut asked) = at_prompt_after_refusal(&["login", "r0"]);
    let began = Instant::now();
    sandbox.run(&["login", "r0"]).expect(0);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    asked.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    asked.exp_string("r0-session is valid").expect("done");
    succeeds(&mut asked);
}

#[test]
fn ctrl_c_at_the_prompt_after_a_refused_session_ends_at_once() {
    let (_sts, _sandbox, mut asked) = at_prompt_after_refusal(&["login", "r0", "r1"]);
    let began = Instant::now();
    asked.send_control('c').expect("it reads");
    asked.exp_string("is saved: the next login writes it").expect("the session of the other role");
    asked.exp_eof().expect("it ends");
    assert!(matches!(asked.process().wait(), Ok(WaitStatus::Exited(_, 130))));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn if_the_requesting_process_is_killed_another_one_requests() {
    let sts = StandIn::start();
    let sandbox = home(&sts, &format!("mfa_process = {GATED}\n"), 3);
    let mut first = start(&sandbox, 0, &["login"]);
    await_that("the program is run", || sandbox.home().join("asked").exists());
    let others: Vec<Caller> = (1..4).map(|number| start(&sandbox, number, &["exec", "--", "true"])).collect();
    others.iter().for_each(Caller::await_decision);
    first.child.kill().expect("it is a child");
    first.child.wait().expect("it ends");
    open_gate(&sandbox);
    others.into_iter().for_each(|caller| drop(caller.succeed()));
    assert_eq!(codes(&sts), 1);
}

#[test]
fn credential_process_without_the_flag_never_prompts() {
    let sts = StandIn::start();
    let mut sandbox = home(&sts, "", 1);
    sandbox.set("AWSMFA_MFA_PROCESS", "false");
    let refused = |sandbox: &Sandbox, reason: &str| {
        let mut session = on_terminal(sandbox, &["credential-process"]);
        let said = session.exp_eof().expect("it ends");
        assert!(said.contains(reason) && !said.contains(PROMPT), "{said}");
    };
    refused(&sandbox, "'false' failed");
    sandbox.set("AWSMFA_MFA_PROCESS", &format!("echo {}", sts.wrong_code(SERIAL)));
    refused(&sandbox, "invalid MFA one time pass code");
    assert_eq!(codes(&sts), 1);
    // With the flag, the user is prompted.
    let mut session = on_terminal(&sandbox, &["credential-process", "--prompt"]);
    session.exp_string(PROMPT).expect("the prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    session.exp_string("SessionToken").expect("the session");
    succeeds(&mut session);
}

#[test]
fn the_same_code_given_five_times_is_sent_once() {
    let sts = StandIn::start();
    let sandbox = home(&sts, "", 1);
    // The program that prints the key holds up the one that has the lock, until the others have read the file, too.
    let key = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}"#;
    let script = format!("while [ ! -e go ]; do sleep 0.02; done; echo '{key}'\n");
    fs::write(sandbox.home().join("key.sh"), script).expect("it is writable");
    let command = format!("sh {}", sandbox.home().join("key.sh").display());
    sandbox.write("credentials", b"");
    sandbox.write("config", format!("{DEFAULT_CONFIG}credential_process = {command}\n").as_bytes());
    let code = sts.fresh_code(SERIAL);
    let said = all_at_once(&sandbox, &vec![vec!["login", "--token-code", &code]; 5]).concat();
    assert_eq!(codes(&sts), 1);
    assert_eq!((said.matches("default-session is valid:").count(), said.matches("is still valid:").count()), (1, 4));
}

#[test]
fn other_users_cannot_hold_the_lock() {
    let sts = StandIn::start();
    let sandbox = home(&sts, &format!("mfa_process = {GATED}\n"), 3);
    let first = start(&sandbox, 0, &["login"]);
    await_that("the program is run", || sandbox.home().join("asked").exists());
    let folder = sandbox.home().join(".local/state/awsmfa");
    let locks = || {
        let entries = fs::read_dir(&folder).expect("it is there").flatten();
        entries.map(|entry| entry.path()).filter(|path| path.to_string_lossy().ends_with(".lock")).collect::<Vec<_>>()
    };
    let [lock] = locks().try_into().expect("one lock");
    let metadata = fs::metadata(&lock).expect("it is there");
    assert_eq!((metadata.permissions().mode() & 0o777, metadata.len()), (0o600, 0));
    assert_eq!(fs::metadata(&folder).expect("it is there").permissions().mode() & 0o777, 0o700);
    let is_root = fs::metadata("/proc/self").expect("it is there").uid() == 0;
    if is_root {
        let mut other = sandbox.program("setpriv");
        other.args(["--reuid", "54322", "--regid", "54322", "--clear-groups", "flock", "--nonblock"]);
        let ran: Ran = finish(other.arg(&lock).arg("true"));
        assert!(ran.code != 0 && ran.stderr.contains("Permission denied"), "{ran:?}");
    }
    open_gate(&sandbox);
    first.succeed();
    assert_eq!(locks(), Vec::<PathBuf>::new(), "nothing is left");

    // A file that others could have created is locked, and no login waits for it.
    fs::write(&lock, "").expect("it is writable");
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o666)).expect("it is ours");
    if is_root {
        chown(&lock, Some(54322), Some(54322)).expect("root may");
    }
    let planted = fs::File::options().write(true).open(&lock).expect("it is there");
    planted.try_lock().expect("it is not locked");
    let began = Instant::now();
    sandbox.run(&["login", "--force"]).expect(0);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    assert!(lock.exists(), "it is left alone");
    assert_eq!(codes(&sts), 2);
}

#[test]
fn without_a_writable_state_folder_each_process_requests_its_own_session() {
    let sts = StandIn::start();
    let mut sandbox = home(&sts, &format!("mfa_process = {GATED}\n"), 0);
    // Every code is accepted, so that the order of the requests does not matter.
    sts.take_every_code(SERIAL);
    fs::write(sandbox.home().join("codes"), "123456\n".repeat(9)).expect("it is writable");
    let file = sandbox.home().join("no-folder");
    fs::write(&file, "").expect("it is writable");
    sandbox.set("XDG_STATE_HOME", &file.display().to_string());
    all_at_once(&sandbox, &vec![vec!["exec", "--", "true"]; 3]);
    assert_eq!(codes(&sts), 3);
    sandbox.run(&["login"]).expect(0);
    assert_eq!((codes(&sts), sandbox.listing()), (3, vec!["config".to_owned(), "credentials".to_owned()]));
}
