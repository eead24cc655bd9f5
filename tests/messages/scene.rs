//! A home for each block of a fixture, and the text of the block: what a command prints on standard error, with
//! placeholders for what differs from run to run.

use std::fs;

use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;

use crate::support::child::{DEFAULT_SIGNALS, finish};
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// A session of a profile, as awsmfa writes it, which expires in so many minutes.
pub fn session(profile: &str, minutes: i64) -> String {
    let expiration = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes);
    format!(
        "[{profile}]\nmanager = awsmfa\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n\
         aws_session_token = t\nexpiration = {expiration:.0}\n"
    )
}

/// Writes a file of the home, below folders that are created.
pub fn write_in_home(sandbox: &Sandbox, name: &str, text: &str) {
    let path = sandbox.home().join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("the home is writable");
    fs::write(path, text).expect("the home is writable");
}

/// Runs a command without a terminal.
pub fn block(title: &str, sandbox: &Sandbox, arguments: &[&str]) -> String {
    let ran = finish(sandbox.command().args(arguments));
    text(title, sandbox, arguments, &ran.stderr, ran.code)
}

/// Runs a login with a code that the stand-in accepts.
pub fn login(title: &str, sandbox: &Sandbox, sts: &StandIn, arguments: &[&str]) -> String {
    let code = sts.fresh_code(SERIAL);
    let block = block(title, sandbox, &[&["login"], arguments, &["--token-code", &code]].concat());
    block.replace(&code, "{code}")
}

/// Runs a command on a terminal, and types the keys after each prompt. Only awsmfa's messages are in the block, not
/// the prompts.
pub fn terminal_block(title: &str, sandbox: &Sandbox, arguments: &[&str], answers: &[(&str, &str)]) -> String {
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.env("TERM", "xterm").env("NO_COLOR", "1").args(arguments);
    let mut process = spawn_command(command, Some(20_000)).expect("a pseudo-terminal can be created");
    let mut printed = String::new();
    for (question, keys) in answers {
        printed += &process.exp_string(question).expect(question);
        printed += question;
        process.send(keys).expect("the terminal is open");
        process.flush().expect("the terminal is open");
    }
    printed += &process.exp_eof().expect("the command ends");
    let code = match process.process().wait() {
        Ok(WaitStatus::Exited(_, code)) => code,
        other => panic!("{other:?}: {printed}"),
    };
    let printed = without_control_sequences(&printed);
    let lines = printed.split(['\r', '\n']).map(str::trim_end).filter(|line| line.starts_with("awsmfa: "));
    let messages: String = lines.map(|line| format!("{line}\n")).collect();
    text(title, sandbox, arguments, &messages, code)
}

/// Removes sequences such as `ESC [ 2 K`.
fn without_control_sequences(printed: &str) -> String {
    let mut parts = printed.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).get(1..).unwrap_or_default()
    })
}

/// Returns a block, without the times and paths that differ from run to run.
pub fn text(title: &str, sandbox: &Sandbox, arguments: &[&str], printed: &str, code: i32) -> String {
    let printed = without_times(&printed.replace(&sandbox.home().display().to_string(), "/home/ada"));
    let arguments = arguments.join(" ").replace(&sandbox.home().display().to_string(), "/home/ada");
    format!("[{title}]\n$ awsmfa {arguments}\n{printed}exit code {code}\n")
}

/// Replaces the times in `until 2026-11-21 06:00 +00:00`.
fn without_times(printed: &str) -> String {
    let lines = printed.lines().map(|line| match line.split_once(" left, until ") {
        Some((before, _)) => format!("{before} left, until {{time}}\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}
