//! The prompts of `setup`, on a pseudo-terminal.

use std::path::PathBuf;
use std::time::Duration;

use nix::sys::wait::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use super::{SECRET, log_in, text};
use crate::support::child::{DEFAULT_SIGNALS, signal, unwrapped};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

pub const DOWN: &str = "\x1b[B";
const ESCAPE: &str = "\x1b";

pub fn start(sandbox: &Sandbox, arguments: &[&str]) -> PtySession {
    start_on(80, sandbox, arguments)
}

fn start_on(columns: usize, sandbox: &Sandbox, arguments: &[&str]) -> PtySession {
    // Terminals of rexpect do not echo, unlike others.
    let mut command = sandbox.program("sh");
    let script = format!("stty echo rows 24 cols {columns} </dev/tty; exec env \"$@\"");
    command.args(["-c", &script, "sh", DEFAULT_SIGNALS, env!("CARGO_BIN_EXE_awsmfa"), "setup"]);
    command.env("TERM", "xterm").args(arguments);
    spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made")
}

/// Waits for a prompt and presses keys.
#[track_caller]
pub fn answer(session: &mut PtySession, question: &str, keys: &str) {
    session.exp_string(question).expect(question);
    // The help is below the prompt, so the prompt is complete.
    session.exp_string("leave everything as it is").expect("the help");
    session.send(keys).expect("it reads");
    session.flush().expect("it reads");
}

#[track_caller]
pub fn ends_with(session: &mut PtySession, code: i32) -> String {
    let said = session.exp_eof().expect("it ends");
    assert!(!said.contains(SECRET));
    match session.process().wait() {
        Ok(WaitStatus::Exited(_, found)) => assert_eq!(found, code, "{said}"),
        other => panic!("{other:?}"),
    }
    unwrapped(&said)
}

#[test]
fn login_works_after_setup_in_an_empty_home() {
    let sts = StandIn::start();
    let sandbox = Sandbox::empty().using(&sts);
    let mut session = start(&sandbox, &[]);
    answer(&mut session, "Which profile should hold it?", "\r");
    answer(&mut session, "Access key id:", "AKIAIOSFODNN7EXAMPLE\r");
    answer(&mut session, "Secret access key:", &format!("{SECRET}\r"));
    session.exp_string("this is the key of arn:aws:iam::123456789012:user/ada").expect("the user");
    answer(&mut session, "Which MFA device?", "\r");
    answer(&mut session, "Which profile should get the sessions", "\r");
    answer(&mut session, "Region", "eu-west-1\r");
    answer(&mut session, "Add a role to assume?", "\r");
    answer(&mut session, "Write this?", "\r");
    answer(&mut session, "Log in now?", "\r");
    session.exp_string("MFA code for ada").expect("the prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    ends_with(&mut session, 0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    sandbox.run(&["logout", "default-session"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    let expected = format!(
        "[default]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = default-session\n\n[profile default-session]\n\
         region = eu-west-1\n"
    );
    assert_eq!(text(&sandbox, "config"), expected);
    log_in(&sandbox, &sts, "default-session");
    let said = sandbox.run(&["setup", "--undo"]).expect(253);
    assert!(said.contains("only copy of the access key of 'default'") && said.contains("--undo --yes"), "{said}");
    sandbox.run(&["setup", "--undo", "--no-input"]).expect(253);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    let mut session = start(&sandbox, &["--undo"]);
    answer(&mut session, "Remove the only copy of the access key of 'default'?", "\r");
    ends_with(&mut session, 0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    let mut session = start(&sandbox, &["--undo"]);
    answer(&mut session, "Remove the only copy of the access key of 'default'?", &format!("{DOWN}\r"));
    ends_with(&mut session, 0);
    assert!(sandbox.listing().is_empty());
}

#[test]
fn escape_goes_back_and_the_key_leaves_default() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let before = text(&sandbox, "config");
    let mut session = start(&sandbox, &[]);
    answer(&mut session, "Which access key?", "\r");
    answer(&mut session, "Which MFA device?", "\r");
    answer(&mut session, "Which profile should get the sessions", ESCAPE);
    answer(&mut session, "Which MFA device?", "\r");
    answer(&mut session, "the key moves to default-long-term", &format!("{DOWN}\r"));
    answer(&mut session, "Add a role to assume?", "\r");
    answer(&mut session, "Write this?", &format!("{DOWN}\r"));
    ends_with(&mut session, 0);
    assert_eq!((text(&sandbox, "config"), sandbox.credentials_text()), (before, DEFAULT_CREDENTIALS.to_owned()));
    let mut session = start(&sandbox, &[]);
    answer(&mut session, "Which access key?", "\r");
    answer(&mut session, "Which MFA device?", "\r");
    answer(&mut session, "Which profile should get the sessions", &format!("{DOWN}\r"));
    answer(&mut session, "Add a role to assume?", "\r");
    answer(&mut session, "Write this?", "\r");
    answer(&mut session, "Log in now?", ESCAPE);
    let said = ends_with(&mut session, 0);
    assert!(said.contains("log in with: awsmfa login\r\n"), "the default profile is selected: {said}");
    log_in(&sandbox, &sts, "default");
}

#[test]
fn setup_prompts_again_for_a_secret_that_aws_refuses() {
    let sts = StandIn::start();
    let sandbox = Sandbox::empty().using(&sts);
    let mut session = start(&sandbox, &["--dry-run"]);
    answer(&mut session, "Which profile should hold it?", "\r");
    answer(&mut session, "Access key id:", "AKIAIOSFODNN7EXAMPLE\r");
    answer(&mut session, "Secret access key", "wrong\r");
    session.exp_string("SignatureDoesNotMatch").expect("the reason");
    answer(&mut session, "The key could not be checked.", "\r");
    answer(&mut session, "Secret access key", &format!("{SECRET}\r"));
    answer(&mut session, "Which MFA device?", "\r");
    answer(&mut session, "Which profile should get the sessions", "\r");
    answer(&mut session, "Region", "\r");
    answer(&mut session, "Add a role to assume?", "\r");
    let said = ends_with(&mut session, 0);
    assert!(said.contains("+aws_secret_access_key = ********"), "{said}");
    assert!(sandbox.listing().is_empty(), "a dry run");
}

#[test]
fn ctrl_c_ends_with_130_and_leaves_everything_as_it_was() {
    let sandbox = Sandbox::new();
    let before = text(&sandbox, "config");
    let mut session = start(&sandbox, &["--skip-check"]);
    answer(&mut session, "Which access key?", "\r");
    session.exp_string("Which MFA device?").expect("the question");
    session.exp_string("leave everything as it is").expect("the help");
    session.send_control('c').expect("it reads");
    ends_with(&mut session, 130);
    assert_eq!((text(&sandbox, "config"), sandbox.credentials_text()), (before, DEFAULT_CREDENTIALS.to_owned()));
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn a_signal_at_a_prompt_restores_the_terminal_and_decides_the_exit_code() {
    for (name, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        for question in ["Which profile should hold it?", "Access key id:", "Secret access key"] {
            let sandbox = Sandbox::empty();
            let mut command = sandbox.program("sh");
            let script = "echo $$ > shell; stty echo </dev/tty; stty -a </dev/tty > before; \"$@\"; code=$?; stty -a </dev/tty > after; exit $code";
            command.args(["-c", script, "sh", "env", DEFAULT_SIGNALS, env!("CARGO_BIN_EXE_awsmfa"), "setup"]);
            command.env("TERM", "xterm");
            let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
            for (earlier, keys) in
                [("Which profile should hold it?", "\r"), ("Access key id:", "AKIAIOSFODNN7EXAMPLE\r")]
            {
                if earlier == question {
                    break;
                }
                answer(&mut session, earlier, keys);
            }
            session.exp_string(question).expect(question);
            session.exp_string("leave everything as it is").expect("the help");
            let read = |path: PathBuf| std::fs::read_to_string(path).expect("it is there").trim().to_owned();
            let shell = read(sandbox.home().join("shell"));
            let children = read(format!("/proc/{shell}/task/{shell}/children").into());
            signal(children.parse().expect("one child"), name);
            let said = ends_with(&mut session, code);
            assert!(
                said.contains("\x1b[J\x1b[?25h\r\n"),
                "the help is gone, and the shell's prompt is below: {said:?}"
            );
            let settings = ["before", "after"].map(|file| read(sandbox.home().join(file)));
            assert!(settings[0].contains(" echo "), "{}", settings[0]);
            assert_eq!(settings[0], settings[1], "{name} at {question}");
        }
    }
}

/// A secret that a test can paste; no other text has its character.
const PASTED: &str = "++++++++++++++++++++++++++++++++++++++++";

#[test]
fn a_secret_that_is_pasted_with_the_id_is_never_on_the_screen() {
    for run in 0..40 {
        let sandbox = Sandbox::empty();
        let mut session = start(&sandbox, &["--skip-check"]);
        answer(&mut session, "Which profile should hold it?", "\r");
        session.exp_string("Access key id:").expect("the question");
        // A paste arrives in pieces, at any moment: during a prompt, while it is drawn, and between two prompts.
        let end = if run % 2 == 0 { "\r" } else { "\n" };
        let pieces = PASTED.split_inclusive('+').map(str::to_owned);
        for piece in std::iter::once(format!("AKIAIOSFODNN7EXAMPLE{end}")).chain(pieces).chain([end.to_owned()]) {
            session.send(&piece).expect("it reads");
            session.flush().expect("it reads");
            std::thread::sleep(Duration::from_micros(20 * run));
        }
        let mut said = session.exp_string("ARN or serial number").expect("both were taken");
        session.send_control('c').expect("it reads");
        said += &ends_with(&mut session, 130);
        assert!(!said.contains('+'), "{said}");
    }
}

#[test]
fn a_long_paste_is_refused_and_paste_brackets_are_not_part_of_the_secret() {
    let sandbox = Sandbox::empty();
    let mut session = start(&sandbox, &["--skip-check", "--dry-run"]);
    answer(&mut session, "Which profile should hold it?", "\r");
    answer(&mut session, "Access key id:", "AKIAIOSFODNN7EXAMPLE\r");
    session.exp_string("Secret access key").expect("the question");
    session.send(&format!("{}\r", "x".repeat(46 * 1024))).expect("it reads");
    session.flush().expect("it reads");
    let said = session.exp_string("# this is longer than 4096 bytes").expect("the reason");
    assert!(!said.contains("xxx"), "{said}");
    answer(&mut session, "Secret access key", ESCAPE);
    answer(&mut session, "Access key id:", "\r");
    answer(&mut session, "Secret access key", &format!("wrong\x15\x1b[200~{PASTED}\x1b[201~\r"));
    answer(&mut session, "ARN or serial number", &format!("{SERIAL}\r"));
    answer(&mut session, "Which profile should get the sessions", "\r");
    answer(&mut session, "Region", "\r");
    answer(&mut session, "Add a role to assume?", "\r");
    let said = ends_with(&mut session, 0);
    assert!(said.contains("+aws_secret_access_key = ********") && !said.contains(PASTED), "{said}");
}

#[test]
fn what_is_typed_replaces_a_suggestion_and_is_kept() {
    let sandbox = Sandbox::empty();
    let mut session = start(&sandbox, &["--skip-check", "--dry-run"]);
    answer(&mut session, "Which profile should hold it?", "work\r");
    // What was typed before Escape is kept, too.
    answer(&mut session, "Access key id:", "AKIAIOSFODNN7EXAMPLE\x1b");
    answer(&mut session, "Which profile should hold it?", "-key\r");
    answer(&mut session, "Access key id:", "\r");
    answer(&mut session, "Secret access key:", &format!("{SECRET}\r"));
    answer(&mut session, "ARN or serial number", &format!("{SERIAL}\r"));
    answer(&mut session, "Which profile should get the sessions", &format!("{DOWN}\r"));
    answer(&mut session, "Region", ESCAPE);
    answer(&mut session, "Which profile should get the sessions", ESCAPE);
    answer(&mut session, "ARN or serial number", ESCAPE);
    answer(&mut session, "Which secret access key?", "\r");
    answer(&mut session, "ARN or serial number", "\r");
    answer(&mut session, "Which profile should get the sessions", "\r");
    answer(&mut session, "Region", "eu-central-1\r");
    answer(&mut session, "Add a role to assume?", "\r");
    let said = ends_with(&mut session, 0);
    assert!(said.contains("+[work-key]") && said.contains("+awsmfa_session_profile = default"), "{said}");
}

#[test]
fn the_answers_for_one_key_are_not_those_for_another() {
    let other = "[profile work]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::210987654321:mfa/bob\n";
    let keys = format!("{DEFAULT_CREDENTIALS}\n{}", DEFAULT_CREDENTIALS.replace("[default]", "[work]"));
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}\n{other}"), keys);
    let mut session = start(&sandbox, &["--skip-check", "--dry-run"]);
    answer(&mut session, "Which access key?", "\r");
    answer(&mut session, "Which MFA device?", &format!("{DOWN}\r"));
    answer(&mut session, "ARN or serial number", &format!("{SERIAL}-2\r"));
    answer(&mut session, "Which profile should get the sessions", &format!("{DOWN}\r"));
    answer(&mut session, "Add a role to assume?", ESCAPE);
    answer(&mut session, "Which profile should get the sessions", ESCAPE);
    answer(&mut session, "Which MFA device?", ESCAPE);
    answer(&mut session, "Which access key?", &format!("{DOWN}\r"));
    answer(&mut session, "Which MFA device?", "\r");
    answer(&mut session, "Which profile should get the sessions", "\r");
    answer(&mut session, "Add a role to assume?", "\r");
    let said = ends_with(&mut session, 0);
    assert!(said.contains("+awsmfa_session_profile = work-session") && !said.contains("+mfa_serial"), "{said}");
}

#[test]
fn the_profile_of_another_role_is_suggested_again() {
    let sandbox = Sandbox::new();
    let mut session = start(&sandbox, &["--skip-check"]);
    answer(&mut session, "Which access key?", "\r");
    answer(&mut session, "Which MFA device?", "\r");
    answer(&mut session, "Which profile should get the sessions", "\r");
    answer(&mut session, "Add a role to assume?", &format!("{DOWN}\r"));
    answer(&mut session, "ARN of the role:", "arn:aws:iam::123456789012:role/admin\r");
    answer(&mut session, "Which profile should assume the role?", "\r");
    answer(&mut session, "Write this?", ESCAPE);
    answer(&mut session, "Which profile should assume the role?", ESCAPE);
    answer(&mut session, "ARN of the role:", "-two\r");
    answer(&mut session, "Which profile should assume the role?", "\r");
    let shown = session.exp_string("Write this?").expect("the change");
    assert!(shown.contains("[profile admin-two]"), "{shown}");
    session.send_control('c').expect("it reads");
    ends_with(&mut session, 130);
}

#[test]
fn a_narrow_terminal_has_no_help_below_a_secret() {
    for (columns, has_help) in [(58, true), (57, false)] {
        let sandbox = Sandbox::empty();
        let mut session = start_on(columns, &sandbox, &["--skip-check"]);
        answer(&mut session, "Which profile should hold it?", "\r");
        answer(&mut session, "Access key id:", "AKIAIOSFODNN7EXAMPLE\r");
        session.exp_string("Secret access key: ").expect("the prompt");
        session.send("abc").expect("it reads");
        session.flush().expect("it reads");
        let below = session.exp_string("***").expect("three characters");
        assert_eq!((below.contains("Esc: back"), below.contains("\x1b[A")), (has_help, has_help), "{below}");
        session.send_control('c').expect("it reads");
        ends_with(&mut session, 130);
    }
}

#[test]
fn an_asterisk_shows_each_character_of_a_secret() {
    let sandbox = Sandbox::empty();
    let mut session = start(&sandbox, &["--skip-check"]);
    answer(&mut session, "Which profile should hold it?", "\r");
    answer(&mut session, "Access key id:", "AKIAIOSFODNN7EXAMPLE\r");
    answer(&mut session, "Secret access key:", "abc");
    session.exp_string("***").expect("three characters");
    session.send("\x7f").expect("it reads");
    session.flush().expect("it reads");
    session.exp_string("\x08 \x08").expect("the last asterisk is removed");
    session.send("\x15\x1b[200~secret\x1b[201~\r").expect("it reads");
    session.flush().expect("it reads");
    session.exp_string("\x08 \x08\x08 \x08").expect("the others are removed");
    session.exp_string("******").expect("those of the paste");
    session.exp_string("ARN or serial number").expect("the next prompt");
    session.send_control('c').expect("it reads");
    ends_with(&mut session, 130);
}

#[test]
fn tab_completes_a_region_and_an_unknown_one_is_a_warning() {
    let sandbox = Sandbox::with("", DEFAULT_CREDENTIALS);
    for (keys, region, is_known) in [("eu-c\t2\r", "eu-central-2", true), ("eu-west-9\r", "eu-west-9", false)] {
        let mut session = start(&sandbox, &["--skip-check", "--dry-run"]);
        answer(&mut session, "Which access key?", "\r");
        answer(&mut session, "ARN or serial number", &format!("{SERIAL}\r"));
        answer(&mut session, "Which profile should get the sessions", "\r");
        answer(&mut session, "Region", keys);
        let mut said = session.exp_string("Add a role to assume?").expect("the next prompt");
        session.send("\r").expect("it reads");
        session.flush().expect("it reads");
        said += &ends_with(&mut session, 0);
        assert!(said.contains(&format!("+region = {region}")), "{said}");
        assert_eq!(!said.contains("does not know the region"), is_known, "{said}");
    }
}

#[test]
fn a_role_is_added_in_the_same_change() {
    const ROLE: &str = "arn:aws:iam::123456789012:role/team/admin";
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let before = (text(&sandbox, "config"), sandbox.credentials_text());
    let mut session = start(&sandbox, &[]);
    answer(&mut session, "Which access key?", "\r");
    answer(&mut session, "Which MFA device?", "\r");
    answer(&mut session, "Which profile should get the sessions", "\r");
    answer(&mut session, "Add a role to assume?", &format!("{DOWN}\r"));
    answer(&mut session, "ARN of the role:", "admin\r");
    session.exp_string("the role ARN must look like").expect("the reason");
    answer(&mut session, "ARN of the role:", &format!("\x15{ROLE}\r"));
    answer(&mut session, "Which profile should assume the role?", "\x15default\r");
    session.exp_string("that profile exists already").expect("the reason");
    answer(&mut session, "Which profile should assume the role?", "\x15admin\r");
    answer(&mut session, "Write this?", "\r");
    answer(&mut session, "Log in now?", &format!("{DOWN}\r"));
    let said = ends_with(&mut session, 0);
    assert!(said.contains("log in with: awsmfa login\r\n") && said.contains("AWS_PROFILE=admin\r\n"), "{said}");
    let role = format!("[profile admin]\nrole_arn = {ROLE}\nsource_profile = default-session\nregion = eu-west-1\n");
    assert!(text(&sandbox, "config").ends_with(&format!("\n{role}")), "{}", text(&sandbox, "config"));
    sandbox.run(&["setup", "--undo"]).expect(0);
    assert_eq!((text(&sandbox, "config"), sandbox.credentials_text()), before);
}

#[test]
fn a_global_option_alone_does_not_answer_the_prompts() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let before = text(&sandbox, "config");
    sandbox.run(&["setup", "--profile", "x"]).expect(252);
    let mut session = start(&sandbox, &["--profile", "x"]);
    answer(&mut session, "Which access key?", "\u{3}");
    ends_with(&mut session, 130);
    assert_eq!(text(&sandbox, "config"), before);
}
