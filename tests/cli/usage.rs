//! The command line: usage errors, with 252.

use std::process::Stdio;

use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;
use serde_json::{Value, json};

use crate::support::child::finish;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::StandIn;

#[test]
fn a_malformed_code_is_refused_without_repeating_it() {
    for code in ["12345", "1234567", "abcdef", "12 456", "", "１２３４５６"] {
        let said = Sandbox::new().run(&["login", "--token-code", code]).expect(252);
        assert!(code.is_empty() || !said.contains(code), "{said}");
    }
    let mut sandbox = Sandbox::new();
    sandbox.set("AWSMFA_TOKEN_CODE", "abc");
    assert!(sandbox.run(&["login"]).expect(252).contains("AWSMFA_TOKEN_CODE"));
}

#[test]
fn unknown_words_are_refused_and_a_stray_code_among_them_is_hidden() {
    let lines: [&[&str]; 6] = [
        &[],
        &["unknown"],
        &["123456"],
        &["login", "--unknown"],
        &["status", "work", "123456"],
        &["login", "--tokencode", "123456"],
    ];
    for line in lines {
        let said = Sandbox::new().run(line).expect(252);
        assert!(!said.contains("123456"), "{said}");
    }
}

#[test]
fn help_and_version_are_results() {
    let sandbox = Sandbox::empty();
    for line in
        [["--help"].as_slice(), &["login", "--help"], &["logout", "--help"], &["status", "--help"], &["--version"]]
    {
        let ran = sandbox.run(line);
        assert!(ran.stdout.contains("awsmfa") && ran.stderr.is_empty(), "{ran:?}");
        ran.expect(0);
    }
}

#[test]
fn harmless_options_are_accepted_after_the_dashes_and_dangerous_ones_refused() {
    let sandbox = Sandbox::new();
    let login = |more: &[&str]| sandbox.run(&[&["login", "--dry-run", "--"], more].concat());
    login(&["--output", "json", "--query", "Credentials", "--no-paginate", "--color", "off"]).expect(0);
    login(&["--region", "eu-west-1", "--cli-connect-timeout", "3", "--cli-read-timeout", "0"]).expect(0);
    login(&["--no-verify-ssl"]).expect(252);
    login(&["--profile", "x"]).expect(252);
    login(&["--unknown"]).expect(252);
    login(&["--duration-seconds", "37h"]).expect(252);
    let said = login(&["123456"]).expect(252);
    assert!(!said.contains("123456"), "{said}");
}

#[test]
fn the_version_has_the_commit_and_the_target() {
    let sandbox = Sandbox::empty();
    let number = env!("CARGO_PKG_VERSION");
    let short = sandbox.run(&["-V"]);
    assert_eq!((short.code, short.stdout), (0, format!("awsmfa {number}\n")));
    let long = sandbox.run(&["--version"]).stdout;
    let origin =
        long.strip_prefix(&format!("awsmfa {number} (")).and_then(|rest| rest.strip_suffix(")\n")).expect(&long);
    // Without git and out of a package, the commit is not known.
    let (commit, target) = origin.split_once(", ").map_or((None, origin), |(commit, target)| (Some(commit), target));
    assert!(target.starts_with(std::env::consts::ARCH) && target.contains(std::env::consts::OS), "{long}");
    let mut log = sandbox.program("git");
    log.current_dir(env!("CARGO_MANIFEST_DIR")).args(["log", "-1", "--date=short", "--format=%H %cd"]);
    let log = log.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if let (Some(commit), Some((hash, date))) = (commit, log.trim().split_once(' ')) {
        assert_eq!(commit, format!("{} {date}", &hash[..7]));
    }
}

#[test]
fn the_profile_can_be_given_once_before_or_after_the_command() {
    let sandbox = Sandbox::new();
    sandbox.run(&["--profile", "default", "status"]).expect(1);
    sandbox.run(&["status", "--profile", "default"]).expect(1);
    sandbox.run(&["status", "default"]).expect(1);
    for command in ["status", "login", "logout", "env"] {
        sandbox.run(&[command, "default", "--profile", "default"]).expect(252);
        sandbox.run(&["--profile", "default", command, "default"]).expect(252);
    }
    sandbox.run(&["status", "a]b"]).expect(252);
}

#[test]
fn help_and_version_are_commands_too() {
    let sandbox = Sandbox::empty();
    for name in ["help", "version"] {
        let (command, flag) = (sandbox.run(&[name]), sandbox.run(&[&format!("--{name}")]));
        assert_eq!((command.code, &command.stdout, command.stderr.as_str()), (0, &flag.stdout, ""));
        assert!(flag.stdout.len() > 20);
    }
    sandbox.run(&["help", "nonsense"]).expect(252);
    assert!(!sandbox.run(&["help", "123456"]).expect(252).contains("123456"));
}

#[test]
fn a_failure_to_print_is_an_error_unless_the_reader_has_closed_the_pipe() {
    let sandbox = Sandbox::new();
    let lines: [&[&str]; 7] = [
        &["--help"],
        &["login", "--help"],
        &["--version"],
        &["help"],
        &["version"],
        &["completions", "bash"],
        &["man"],
    ];
    for line in lines {
        let mut command = sandbox.program("sh");
        command.args(["-c", "exec \"$@\" >/dev/full", "sh", env!("CARGO_BIN_EXE_awsmfa")]).args(line);
        finish(&mut command).expect(255);

        let (reader, writer) = std::io::pipe().expect("pipes are to be had");
        drop(reader);
        let output = sandbox.command().args(line).stdout(writer).stderr(Stdio::piped()).spawn();
        let ran = Ran::from(output.and_then(std::process::Child::wait_with_output).expect("it runs"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{line:?}");
    }
}

/// The text on the terminal, and the exit code.
pub(crate) fn on_a_terminal(sandbox: &Sandbox, arguments: &[&str]) -> (String, i32) {
    let mut command = sandbox.command();
    command.args(arguments);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    let seen = session.exp_eof().expect("it ends");
    match session.process().wait() {
        Ok(WaitStatus::Exited(_, code)) => (seen, code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn colours_follow_the_terminal_and_the_flags_in_the_help_too() {
    let colored = |variables: &[(&str, &str)], line: &[&str]| {
        let mut sandbox = Sandbox::new();
        variables.iter().for_each(|(name, value)| sandbox.set(name, value));
        on_a_terminal(&sandbox, line).0.contains('\u{1B}')
    };
    let lines: [&[&str]; 2] = [&["--help"], &["status", "nobody"]];
    for line in lines {
        assert!(colored(&[("TERM", "xterm")], line), "{line:?}");
        assert!(!colored(&[("TERM", "dumb")], line), "{line:?}");
        assert!(!colored(&[("TERM", "xterm"), ("NO_COLOR", "1")], line), "{line:?}");
        assert!(!colored(&[("TERM", "xterm")], &[&["--color", "never"], line].concat()), "{line:?}");
        assert!(!colored(&[("TERM", "xterm")], &[line, &["--color=never"]].concat()), "{line:?}");
        assert!(colored(&[("TERM", "dumb")], &[&["--color", "always"], line].concat()), "{line:?}");
    }
    assert!(!Sandbox::new().run(&["--help"]).stdout.contains('\u{1B}'));
}

#[test]
fn no_input_forbids_prompts_and_the_error_names_the_flag_to_use() {
    let stray = format!(
        "{DEFAULT_CREDENTIALS}[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n\
         aws_session_token = t\naws_security_token = old\nexpiration = 2020-01-01T00:00:00Z\n"
    );
    let lines: [(&[&str], &str); 5] = [
        (&["login"], "--token-code"),
        (&["exec", "--", "true"], "--token-code"),
        (&["credential-process", "--prompt"], "--token-code"),
        (&["setup"], "--yes"),
        (&["doctor", "--fix"], "--yes"),
    ];
    for (line, flag) in lines {
        for by_variable in [false, true] {
            let mut sandbox = Sandbox::with(DEFAULT_CONFIG, &stray);
            let no_input: &[&str] = if by_variable { &[] } else { &["--no-input"] };
            if by_variable {
                sandbox.set("AWSMFA_NO_INPUT", "1");
            }
            let (seen, code) = on_a_terminal(&sandbox, &[no_input, line].concat());
            assert_eq!(code, 253, "{line:?}: {seen}");
            assert!(seen.contains("--no-input") && seen.contains(flag), "{line:?}: {seen}");
            assert_eq!(sandbox.credentials_text(), stray, "{line:?}");
        }
    }
    // A program that prints the code has no terminal to prompt on.
    let (seen, code) = on_a_terminal(&Sandbox::new(), &["login", "--no-input", "--mfa-process", "sh -c 'read line'"]);
    assert_eq!(code, 255, "{seen}");
}

#[test]
fn a_dry_run_refuses_a_malformed_code() {
    let sandbox = Sandbox::new();
    sandbox.run(&["login", "--dry-run", "--token-code", "12345"]).expect(252);
    sandbox.run(&["login", "--dry-run", "--token-code", "123456"]).expect(0);
}

#[test]
fn an_mfa_process_that_prints_no_code_or_more_is_reported() {
    for (printed, error) in [
        ("976249 lasts 24s", "mfa_process printed more than the MFA code"),
        ("your code is 976249.", "mfa_process printed more than the MFA code"),
        ("97624", "mfa_process printed no MFA code"),
    ] {
        let said = Sandbox::new().run(&["login", "--mfa-process", &format!("echo {printed}")]).expect(253);
        assert!(said.contains(error) && !said.contains("976249"), "{said}");
    }
    Sandbox::new().run(&["login"]).expect(255);
}

#[test]
fn with_json_each_message_is_an_object() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let objects = |line: &[&str]| -> (i32, Vec<Value>) {
        let ran = sandbox.run(line);
        (ran.code, ran.stderr.lines().map(|line| serde_json::from_str(line).expect(line)).collect())
    };
    let (code, said) = objects(&["status", "nobody", "--output", "json"]);
    assert_eq!((code, said.len()), (253, 1), "{said:?}");
    assert_eq!(said[0]["exit_code"], 253);
    assert!(said[0]["error"].as_str().is_some_and(|error| error.contains("no profile 'nobody'")), "{said:?}");
    assert!(said[0]["hint"].is_string() || said[0]["hint"].is_null(), "{said:?}");

    let wrong = sts.wrong_code(SERIAL);
    let (code, said) = objects(&["--output", "json", "login", "--token-code", &wrong]);
    assert_eq!((code, said.len(), &said[0]["exit_code"]), (254, 1, &json!(254)), "{said:?}");
    assert!(said[0]["hint"].is_string(), "{said:?}");

    // Errors of clap have its text; notes are left out, warnings are not.
    let (code, said) = objects(&["login", "--nonsense", "--output=json"]);
    assert_eq!((code, &said[0]["exit_code"]), (252, &json!(252)), "{said:?}");
    assert!(said[0]["error"].as_str().is_some_and(|error| error.starts_with("unexpected argument")), "{said:?}");
    let fresh = sts.fresh_code(SERIAL);
    let mut command = sandbox.command();
    command.env("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "other");
    let said = finish(command.args(["login", "--output", "json", "--token-code", &fresh])).expect(0);
    let warnings: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(!warnings.is_empty() && warnings.iter().all(|object| object["warning"].is_string()), "{said}");
}
