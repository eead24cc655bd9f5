//! The pages of `-h` and `--help`, as a user sees them.

use std::process::Command as Program;

use awsmfa::cli::Cli;
use clap::{Command, CommandFactory};
use rexpect::session::spawn_command;

use crate::support::sandbox::Sandbox;

/// The lines of a terminal, and of the prompt of the shell that comes after the help.
const ROWS: usize = 24 - 1;

/// The words that call each command, as in `key rotate`; none for the program itself.
fn calls() -> Vec<Vec<String>> {
    fn add(command: &Command, words: &[String], calls: &mut Vec<Vec<String>>) {
        calls.push(words.to_vec());
        for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
            add(command, &[words, &[command.get_name().to_owned()]].concat(), calls);
        }
    }
    let mut program = Cli::command();
    program.build();
    let mut calls = Vec::new();
    add(&program, &[], &mut calls);
    assert!(calls.len() > 20, "{calls:?}");
    calls
}

fn run(sandbox: &Sandbox, call: &[String], more: &[&str]) -> String {
    let words: Vec<&str> = call.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let ran = sandbox.run(&words);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{words:?}");
    ran.stdout
}

/// Checks that the text fits on a terminal of 80 columns and 24 rows.
fn check_size(text: &str, call: &[String]) {
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() <= ROWS, "{call:?} has {} lines:\n{text}", lines.len());
    assert!(lines.iter().all(|line| line.chars().count() <= 80), "{call:?}:\n{text}");
}

#[test]
fn short_help_fits_on_one_screen() {
    let mut sandbox = Sandbox::empty();
    sandbox.set("COLUMNS", "80");
    for call in calls() {
        let text = run(&sandbox, &call, &["-h"]);
        check_size(&text, &call);
        assert!(!text.contains("\n\n\n"), "{call:?}:\n{text}");
        assert_eq!(text.lines().filter(|line| line.ends_with("Global options: awsmfa help")).count(), 1, "{text}");
    }
}

#[test]
fn short_help_fits_on_a_terminal() {
    let sandbox = Sandbox::empty();
    for call in calls() {
        let mut command: Program = sandbox.program("sh");
        command
            .args(["-c", "stty rows 24 cols 80 <&1; exec \"$@\" -h", "sh", env!("CARGO_BIN_EXE_awsmfa")])
            .args(&call);
        command.env("TERM", "dumb");
        let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
        let seen = session.exp_eof().expect("it ends").replace('\r', "");
        assert!(seen.contains("\nUsage: awsmfa"), "{seen}");
        check_size(&seen, &call);
    }
}

#[test]
fn short_help_says_where_the_hidden_options_are() {
    let sandbox = Sandbox::empty();
    let login = run(&sandbox, &["login".to_owned()], &["-h"]);
    assert!(login.contains("\nAll options: awsmfa login --help\n") && !login.contains("--external-id"), "{login}");
    let status = run(&sandbox, &["status".to_owned()], &["-h"]);
    assert!(!status.contains("All options"), "{status}");
}

#[test]
fn the_command_help_prints_the_long_help_of_every_command() {
    let sandbox = Sandbox::empty();
    for call in calls() {
        let by_flag = run(&sandbox, &call, &["--help"]);
        let by_command = run(&sandbox, &[&["help".to_owned()], call.as_slice()].concat(), &[]);
        assert_eq!(by_command, by_flag, "{call:?}");
        let is_program = call.is_empty();
        assert_eq!(by_flag.contains("--credentials-file <PATH>"), is_program, "{call:?}:\n{by_flag}");
        assert_eq!(by_flag.contains("\nGlobal options: awsmfa help\n"), !is_program, "{call:?}:\n{by_flag}");
    }
}

#[test]
fn the_options_of_login_are_in_groups() {
    let help = run(&Sandbox::empty(), &["login".to_owned()], &["--help"]);
    let at = |heading: &str| help.find(&format!("\n{heading}:\n")).unwrap_or_else(|| panic!("{heading}:\n{help}"));
    let headings =
        ["Examples", "Arguments", "Options", "Session settings", "Scope of a role's session", "Network"].map(at);
    assert!(headings.is_sorted(), "{help}");
}

#[test]
fn the_short_help_of_the_program_says_how_to_begin() {
    let help = run(&Sandbox::empty(), &[], &["-h"]);
    assert!(help.contains("\nNew here? awsmfa setup "), "{help}");
    assert!(help.contains("\nEvery day:\n  login "), "{help}");
}
