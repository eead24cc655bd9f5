//! The command lines that awsmfa itself refuses, not the parser of the command line.

use std::fs;
use std::process::{Command, Stdio};

/// AWS's documented example key.
const CREDENTIALS: &str = "[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";

/// The MFA device of the key.
const CONFIG: &str = "[default]
mfa_serial = arn:aws:iam::123456789012:mfa/ada
";

/// Runs the program without a terminal, in a home with these files; returns what it prints and its exit code.
fn block(arguments: &[&str], config: &str, credentials: &str) -> String {
    let home = tempfile::tempdir().expect("the temporary folder is writable");
    fs::create_dir(home.path().join(".aws")).expect("the home is writable");
    fs::write(home.path().join(".aws/config"), config).expect("the home is writable");
    fs::write(home.path().join(".aws/credentials"), credentials).expect("the home is writable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_awsmfa"));
    command.env_clear().env("HOME", home.path()).stdin(Stdio::null()).args(arguments);
    let output = command.output().expect("the program was built");
    let code = output.status.code().expect("it ended by itself");
    assert!(output.stdout.is_empty() && code != 0, "{arguments:?}: {output:?}");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    let said = said.replace(&home.path().display().to_string(), "/home/ada");
    format!("$ awsmfa {}\n{said}exit code {code}\n", arguments.join(" "))
}

#[test]
fn each_refused_command_line_has_its_text() {
    let new_key = ["setup", "--access-key-id", "AKIAI44QH8DHBEXAMPLE", "--key-profile", "new", "--skip-check"];
    let with = |more: &[&'static str]| [new_key.as_slice(), more].concat();
    let with_key = [
        vec!["status", "work", "--profile", "other"],
        vec!["exec"],
        vec!["exec", "work"],
        vec!["exec", "aws", "s3", "ls"],
        vec!["help", "nonsense"],
        vec!["login", "one", "two", "--session-profile", "three"],
        vec!["login", "--", "--no-verify-ssl"],
        vec!["login", "--", "--profile", "work"],
        vec!["login", "--", "--unknown"],
        vec!["login", "--", "--duration-seconds", "soon"],
        vec!["login", "--", "word"],
        vec!["login", "--token-code", "12345"],
        vec!["login", "--duration-seconds", "60"],
        vec!["login", "--duration-seconds", "soon"],
        vec!["login", "--serial-number", "mine"],
        vec!["login", "--region", "-"],
        vec!["setup"],
        with(&["--secret-access-key", "secret"]),
        with(&["--secret-access-key", "-"]),
        with(&[]),
    ];
    let mut blocks: Vec<String> = with_key.iter().map(|arguments| block(arguments, CONFIG, CREDENTIALS)).collect();
    let of_default = ["setup", "--source-profile", "default", "--skip-check"];
    blocks.push(block(&of_default, "", CREDENTIALS));
    blocks.push(block(&["setup", "--yes"], "", ""));
    let two_keys = format!("{}{}", CREDENTIALS.replace("default", "one"), CREDENTIALS.replace("default", "two"));
    blocks.push(block(&["setup", "--yes"], "", &two_keys));
    super::check("usage.txt", &blocks);
}
