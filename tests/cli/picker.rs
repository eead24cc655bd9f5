//! The profile picker, on a pseudo-terminal.

use nix::sys::wait::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::support::child::DEFAULT_SIGNALS;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

const PICKER: &str = "Profile:";
const HELP: &str = "Esc: change nothing]";

/// Two keys with MFA devices, and no profile `default`.
fn sandbox() -> Sandbox {
    let config = format!(
        "[profile work]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = work-session\n\
         [profile club]\nmfa_serial = arn:aws:iam::210987654321:mfa/ada\n[profile sso]\nsso_account_id = 123456789012\n"
    );
    let key = DEFAULT_CREDENTIALS.split_once('\n').expect("a header").1;
    let session = "[club-session]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\n\
                   aws_secret_access_key = s\naws_session_token = t\nexpiration = 2099-12-31T23:59:59Z\n";
    Sandbox::with(config, format!("[work]\n{key}[club]\n{key}{session}"))
}

fn start(sandbox: &Sandbox, arguments: &[&str]) -> PtySession {
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.env("TERM", "xterm").env("NO_COLOR", "1").args(arguments);
    spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made")
}

fn type_keys(session: &mut PtySession, keys: &str) {
    session.send(keys).expect("the terminal is open");
    session.flush().expect("the terminal is open");
}

/// Waits for the picker, and returns what it shows.
fn picker(session: &mut PtySession) -> String {
    session.exp_string(PICKER).expect("the picker");
    session.exp_string(HELP).expect("its help")
}

#[track_caller]
fn end(mut session: PtySession) -> (i32, String) {
    let printed = session.exp_eof().expect("it ends");
    match session.process().wait() {
        Ok(WaitStatus::Exited(_, code)) => (code, printed),
        other => panic!("{other:?}: {printed}"),
    }
}

#[test]
fn login_without_a_name_and_without_a_default_profile_lets_the_user_pick() {
    let sts = StandIn::start();
    let sandbox = sandbox().using(&sts);
    let mut session = start(&sandbox, &["login"]);
    let shown = picker(&mut session);
    // The session that lasts longest comes first; awsmfa cannot log in to the last profile.
    let positions = ["club-session", "work"].map(|name| shown.find(name));
    assert!(positions[0].is_some() && positions[0] < positions[1] && !shown.contains("sso"), "{shown}");
    type_keys(&mut session, "WORK\r");
    session.exp_string("MFA code for ada (work): ").expect("the prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    session.exp_string("awsmfa: work-session is valid").expect("the report");
    assert_eq!(end(session).0, 0);
}

#[test]
fn env_exec_and_use_let_the_user_pick_too() {
    for arguments in [["env", "--shell", "posix"].as_slice(), &["exec", "--", "env"], &["use", "--shell", "posix"]] {
        let sandbox = sandbox();
        let mut session = start(&sandbox, arguments);
        let shown = picker(&mut session);
        // Only `use` can select any profile.
        assert_eq!(shown.contains("sso"), arguments[0] == "use", "{shown}");
        type_keys(&mut session, "session valid\r");
        let (code, printed) = end(session);
        assert_eq!(code, 0, "{arguments:?}: {printed}");
        let profile = ["AWSMFA_PROFILE='club-session'", "AWSMFA_PROFILE=club-session"];
        assert!(profile.iter().any(|line| printed.contains(line)), "{arguments:?}: {printed}");
    }
}

#[test]
fn console_lets_the_user_pick_and_refuses_the_session_of_a_user() {
    let sandbox = sandbox();
    let mut session = start(&sandbox, &["console"]);
    picker(&mut session);
    type_keys(&mut session, "club\r");
    let (code, printed) = end(session);
    assert_eq!(code, 253, "{printed}");
    assert!(printed.contains("the session of 'club-session' is that of a user"), "{printed}");
}

#[test]
fn escape_and_ctrl_c_leave_everything_as_it_is() {
    for command in ["login", "use", "env"] {
        let sandbox = sandbox();
        let before = sandbox.credentials();
        let mut session = start(&sandbox, &[command]);
        picker(&mut session);
        type_keys(&mut session, "\x1b");
        let (code, printed) = end(session);
        assert_eq!(code, 130, "{printed}");
        assert!(printed.contains("awsmfa: error: no profile was selected") && !printed.contains("AWS_"), "{printed}");

        let mut session = start(&sandbox, &[command]);
        picker(&mut session);
        session.send_control('c').expect("the terminal is open");
        let (code, printed) = end(session);
        assert_eq!(code, 130, "{printed}");
        assert!(!printed.contains("AWS_"), "{printed}");
        assert_eq!(sandbox.credentials(), before);
    }
}

#[test]
fn nothing_is_picked_if_a_name_or_default_decides_or_if_prompts_are_off() {
    let unpicked = |sandbox: &Sandbox, arguments: &[&str]| {
        let (code, printed) = end(start(sandbox, arguments));
        assert!(!printed.contains(PICKER), "{arguments:?}: {printed}");
        code
    };
    let mut sandbox = sandbox();
    for arguments in [["login", "--no-input"].as_slice(), &["env", "--no-input"], &["login", "--profile", "default"]] {
        assert_eq!(unpicked(&sandbox, arguments), 253, "{arguments:?}");
    }
    assert_eq!(unpicked(&sandbox, &["use", "--no-input"]), 252);
    assert_eq!(unpicked(&sandbox, &["credential-process", "--prompt"]), 253);
    sandbox.set("AWS_PROFILE", "nobody");
    assert_eq!(unpicked(&sandbox, &["env"]), 253);
    // With `[default]`, the session of `default` is meant, even if there is none.
    assert_eq!(unpicked(&Sandbox::new(), &["env"]), 253);
    assert_eq!(unpicked(&Sandbox::empty(), &["login"]), 253);
}

#[test]
fn names_cannot_control_the_terminal_and_are_found_by_what_is_typed() {
    // The second profile has a control character, which no profile name may have.
    let config = "[profile caf\u{E9} \u{202E}日本]\nregion = eu-west-1\n[profile a\u{9B}31m]\n[profile other]\n";
    let sandbox = Sandbox::with(config, "");
    let mut session = start(&sandbox, &["use", "--shell", "json"]);
    let shown = picker(&mut session);
    // rexpect turns each byte into a character.
    let raw: String = "\u{202E}".bytes().map(char::from).collect();
    assert!(shown.contains("\\u{202e}") && !shown.contains(&raw) && !shown.contains("31m"), "{shown:?}");
    type_keys(&mut session, "oth\r");
    let (code, printed) = end(session);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("\"AWS_PROFILE\":\"other\""), "{printed}");
}
