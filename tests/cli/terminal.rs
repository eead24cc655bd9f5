//! The prompt, on a pseudo-terminal.

use nix::sys::wait::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::support::caller::identity_of;
use crate::support::child::DEFAULT_SIGNALS;
use crate::support::many;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

const PROMPT: &str = "MFA code for ada (default): ";

fn login(sandbox: &Sandbox) -> PtySession {
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.arg("login");
    spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made")
}

#[track_caller]
fn exit_code(session: &mut PtySession) -> i32 {
    session.exp_eof().expect("it ends");
    match session.process().wait() {
        Ok(WaitStatus::Exited(_, code)) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_prompt_names_device_and_profile_and_accepts_a_code_with_spaces() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let mut session = login(&sandbox);
    session.exp_string(PROMPT).expect("the prompt");
    let code = sts.fresh_code(SERIAL);
    let (front, back) = code.split_at(3);
    // Escape, which goes back in other prompts, is no part of the code.
    session.send_line(&format!("\x1b{front} {back}")).expect("it reads");
    session.exp_string("default-session is valid").expect("done");
    assert_eq!(exit_code(&mut session), 0);
    assert!(identity_of(&sts.url(), &sandbox.credentials(), "default-session").is_ok());
}

#[test]
fn login_prompts_again_after_a_malformed_and_a_rejected_code() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let mut session = login(&sandbox);
    session.exp_string(PROMPT).expect("the prompt");
    session.send_line("12345").expect("it reads");
    session.exp_string("an MFA code must be six digits").expect("the reason");
    session.exp_string(PROMPT).expect("the prompt again");
    session.send_line(&sts.wrong_code(SERIAL)).expect("it reads");
    session.exp_string("invalid MFA one time pass code").expect("the reason");
    session.exp_string(PROMPT).expect("the prompt again");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    session.exp_string("default-session is valid").expect("done");
    assert_eq!(exit_code(&mut session), 0);
    assert_eq!(sts.count("GetSessionToken"), 2);
}

#[test]
fn login_fails_after_three_rejected_codes() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let mut session = login(&sandbox);
    for _ in 0..3 {
        session.exp_string(PROMPT).expect("the prompt");
        session.send_line(&sts.wrong_code(SERIAL)).expect("it reads");
        session.exp_string("invalid MFA one time pass code").expect("the reason");
    }
    assert_eq!(exit_code(&mut session), 254);
    assert_eq!(sts.count("GetSessionToken"), 3);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn ctrl_c_at_the_prompt_ends_with_130_and_leaves_everything_as_it_was() {
    let sandbox = Sandbox::new();
    let mut session = login(&sandbox);
    session.exp_string(PROMPT).expect("the prompt");
    session.send_control('c').expect("it reads");
    session.exp_string("\r\n").expect("the shell's prompt comes on a line of its own");
    assert_eq!(exit_code(&mut session), 130);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn ctrl_c_at_the_second_prompt_reports_that_the_first_session_is_saved() {
    let sts = StandIn::start();
    let bob = sts.add_user("bob", "210987654321", "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY");
    let config = format!("{DEFAULT_CONFIG}[profile bob]\nmfa_serial = {}\n", bob.serial);
    let key = format!("[bob]\naws_access_key_id = {}\naws_secret_access_key = {}\n", bob.access_key_id, bob.secret);
    let sandbox = Sandbox::with(config, format!("{DEFAULT_CREDENTIALS}{key}")).using(&sts);
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["login", "--all"]);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    session.exp_string(PROMPT).expect("the first prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    session.exp_string("MFA code for bob (bob): ").expect("the second prompt");
    session.send_control('c').expect("it reads");
    session.exp_string("is saved: the next login writes it to the credentials file").expect("it is said");
    assert_eq!(exit_code(&mut session), 130);
    sandbox.run(&["login"]).expect(0);
    assert!(sandbox.credentials_text().contains("[default-session]"));
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
fn the_end_of_the_input_at_the_prompt_is_an_error_on_a_line_of_its_own() {
    let sandbox = Sandbox::new();
    let mut session = login(&sandbox);
    session.exp_string(PROMPT).expect("the prompt");
    session.send_control('d').expect("it reads");
    session
        .exp_string("\r\n\u{1B}[1;31mawsmfa: error:\u{1B}[0m no MFA code was")
        .expect("the reason is below the prompt");
    assert_eq!(exit_code(&mut session), 255);
}

#[test]
fn devices_with_the_same_name_in_two_accounts_are_told_apart() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}[profile work]\nmfa_serial = arn:aws:iam::210987654321:mfa/ada\n");
    let credentials = format!("{DEFAULT_CREDENTIALS}{}", DEFAULT_CREDENTIALS.replace("default", "work"));
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["login", "--all"]);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    session.exp_string("MFA code for ada in account 123456789012 (default): ").expect("the first prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    session.exp_string("MFA code for ada in account 210987654321 (work): ").expect("the second prompt");
    session.send_control('c').expect("it reads");
    assert_eq!(exit_code(&mut session), 130);
}

#[test]
fn mfa_process_can_prompt_on_the_terminal_despite_redirections() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}mfa_process = echo 'Touch the key' >&2; read line; echo \"$line\"\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let mut command = sandbox.program("sh");
    command.args(["-c", "exec \"$0\" login </dev/null 2>log", env!("CARGO_BIN_EXE_awsmfa")]);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    session.exp_string("Touch the key").expect("the program's own prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    assert_eq!(exit_code(&mut session), 0);
    let log = std::fs::read_to_string(sandbox.home().join("log")).expect("the log");
    assert!(log.contains("default-session is valid") && !log.contains("Touch"), "{log}");
}

#[test]
fn a_failed_mfa_process_is_reported_before_the_prompt() {
    let sts = StandIn::start();
    let config = format!("{DEFAULT_CONFIG}mfa_process = false\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    let mut session = login(&sandbox);
    session.exp_string("mfa_process printed no MFA code: 'false' failed").expect("the reason");
    session.exp_string(PROMPT).expect("the prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    session.exp_string("default-session is valid").expect("done");
    assert_eq!(exit_code(&mut session), 0);
}

#[test]
fn a_table_on_a_terminal_has_colours_unless_the_user_wants_none() {
    let on_terminal = |variable: Option<&str>| {
        let sandbox = Sandbox::with(many::config(1), many::credentials_with_session(1));
        let mut command = sandbox.command();
        command.arg("list").envs(variable.map(|name| (name, "1")));
        let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal");
        session.exp_eof().expect("it ends")
    };
    assert!(on_terminal(None).contains("\u{1B}[32mvalid"));
    assert!(!on_terminal(Some("NO_COLOR")).contains('\u{1B}'));
}

/// Runs a command on a terminal of this width, and returns what it prints.
fn on_terminal_of(columns: usize, sandbox: &Sandbox, arguments: &[&str]) -> String {
    let mut command = sandbox.program("sh");
    let script = format!("stty rows 24 cols {columns} <&1; exec \"$0\" \"$@\" <&1");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_awsmfa")]).args(arguments).env("PATH", "/usr/bin:/bin");
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal");
    session.exp_eof().expect("it ends").replace('\r', "")
}

#[test]
fn errors_and_hints_are_wrapped_on_a_terminal_and_commands_are_not_broken() {
    let mut sandbox = Sandbox::new();
    sandbox.set("NO_COLOR", "1");
    let arguments = ["import", "a-profile-with-a-long-name"];
    let wide = on_terminal_of(200, &sandbox, &arguments);
    let hint = "hint: for example: aws sts assume-role --role-arn ARN --role-session-name NAME | awsmfa import \
                a-profile-with-a-long-name\n";
    assert!(wide.contains(hint), "{wide}");
    let narrow = on_terminal_of(40, &sandbox, &arguments);
    let (error, shown) = narrow.split_once("hint: for example:\n").expect("the command has a line of its own");
    assert_eq!(format!("hint: for example:{shown}").replacen("  ", " ", 1), hint);
    assert!(error.lines().count() > 1 && error.lines().all(|line| line.len() <= 40), "{error}");
    let unwrapped = sandbox.run(&["env", "nowhere"]).stderr;
    assert_eq!(unwrapped.lines().count(), 2, "{unwrapped}");
}

#[test]
fn the_command_that_evaluates_a_session_is_whole_and_names_the_same_files() {
    let sandbox = Sandbox::with(many::config(1), many::credentials_with_session(1));
    let config = sandbox.home().join(".aws/config").display().to_string();
    let on_terminal = |arguments: &[&str]| on_terminal_of(40, &sandbox, &[&["--color", "never"], arguments].concat());
    let shown = on_terminal(&["env", "work", "--config-file", &config]);
    assert!(shown.ends_with(&format!("\n  eval \"$(awsmfa env work --config-file {config})\"\n")), "{shown}");
    let shown = on_terminal(&["use", "work"]);
    assert!(shown.ends_with("\n  eval \"$(awsmfa use work)\"\n"), "{shown}");
    let shown = on_terminal(&["env", "work", "--unset", "--config-file", &config]);
    assert!(shown.ends_with("\n  eval \"$(awsmfa env --unset)\"\n"), "{shown}");
    for quiet in [["--quiet", "env", "work"], ["--quiet", "use", "work"]] {
        let shown = on_terminal(&quiet);
        assert!(!shown.contains("nothing is") && shown.contains("AWS_"), "{shown}");
    }
}

#[test]
fn states_labels_and_commands_have_the_same_colours_in_all_commands() {
    let session = Sandbox::with(many::config(1), many::credentials_with_session(1));
    let valid = "\u{1B}[32mvalid\u{1B}[0m";
    for arguments in [["list"].as_slice(), &["status", "work"]] {
        let shown = on_terminal_of(120, &session, arguments);
        assert!(shown.contains(valid) || shown.contains("\u{1B}[32mvalid in "), "{arguments:?}: {shown}");
    }
    let sandbox = Sandbox::new();
    let shown = on_terminal_of(120, &sandbox, &["env"]);
    assert!(shown.contains("\u{1B}[1;31mawsmfa: error:\u{1B}[0m "), "{shown}");
    assert!(shown.contains("\u{1B}[1;36mhint:\u{1B}[0m `\u{1B}[36mawsmfa login default-session\u{1B}[0m`"), "{shown}");
    let diff = on_terminal_of(120, &sandbox, &["setup", "--yes", "--skip-check", "--dry-run"]);
    assert!(diff.contains("\u{1B}[32m+awsmfa_session_profile = default-session\u{1B}[0m"), "{diff}");
    for arguments in [["env"].as_slice(), &["setup", "--yes", "--skip-check", "--dry-run"], &["doctor"]] {
        let plain = on_terminal_of(120, &sandbox, &[&["--color", "never"], arguments].concat());
        assert!(!plain.contains('\u{1B}'), "{plain}");
    }
}

#[test]
fn rows_are_wrapped_on_a_terminal_that_is_too_narrow_for_the_table() {
    let on_terminal = |columns: &str| {
        let sandbox = Sandbox::with(many::config(1), many::credentials_with_session(1));
        let mut command = sandbox.program("sh");
        // A variable is no terminal.
        let script = format!("stty rows 24 cols {columns} <&1; NO_COLOR=1 COLUMNS=20 exec \"$0\" list --profile work");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_awsmfa")]).env("PATH", "/usr/bin:/bin");
        let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal");
        session.exp_eof().expect("it ends").replace('\r', "")
    };
    let (wide, narrow) = (on_terminal("130"), on_terminal("90"));
    assert_eq!((wide.lines().count(), narrow.lines().count()), (4, 7), "{wide}{narrow}");
    assert!(narrow.lines().all(|line| line.len() <= 90), "{narrow}");
    assert!(narrow.contains("\n* work "), "{narrow}");
    assert!(narrow.contains(&format!("\n    {SERIAL}\n")), "{narrow}");
    for columns in [60, 50] {
        let config = many::config(1).replace("work", "the-work-account");
        let credentials = many::credentials_with_session(1).replace("work", "the-work-account");
        let shown = on_terminal_of(columns, &Sandbox::with(config, credentials), &["list", "--color", "never"]);
        assert!(shown.lines().all(|line| line.chars().count() <= columns), "{shown}");
        assert!(shown.contains(&format!("    MFA device  {SERIAL}\n")), "{shown}");
    }
}
