//! The messages of commands on standard error: for command lines that awsmfa refuses, and notes and warnings of
//! commands that need no session.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
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

/// Runs the program without a terminal, in a home with these files; returns what it prints on standard
/// error, and its exit code.
fn block(arguments: &[&str], config: &str, credentials: &str) -> String {
    let home = tempfile::tempdir().expect("the temporary folder is writable");
    let folder = home.path().join(".aws");
    fs::create_dir(&folder).expect("the home is writable");
    for (name, text) in [("config", config), ("credentials", credentials)] {
        fs::write(folder.join(name), text).expect("the home is writable");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("it is ours");
    let mut command = Command::new(env!("CARGO_BIN_EXE_awsmfa"));
    command.env_clear().env("HOME", home.path()).stdin(Stdio::null()).args(arguments);
    let output = command.output().expect("the program was built");
    let code = output.status.code().expect("it ended by itself");
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
        vec!["status", "--format", "{lef}"],
        vec!["status", "--format", "{left"],
        vec!["status", "--format", "{left}", "--output", "json"],
        vec!["status", "--wait-until", "10m", "--min-remaining", "5m"],
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

#[test]
fn each_note_of_a_command_has_its_text() {
    let serial_number = ["--serial-number", "arn:aws:iam::123456789012:mfa/ada"];
    let setup = ["setup", "--source-profile", "default", "--skip-check"];
    let set_up = [setup.as_slice(), &serial_number].concat();
    let connected = "[default]
mfa_serial = arn:aws:iam::123456789012:mfa/ada
awsmfa_session_profile = default-session

[profile default-session]
region = eu-west-1
";
    let session = "[work]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_session_token = token
";
    let blocks = [
        block(&set_up, "", CREDENTIALS),
        block(&set_up, connected, CREDENTIALS),
        block(&["setup", "--undo"], "", CREDENTIALS),
        block(&["list"], "", ""),
        block(&["list"], CONFIG, CREDENTIALS),
        block(&["list", "--profile", "default"], CONFIG, CREDENTIALS),
        block(&["list", "--profile", "wrok"], "", session),
        block(&["list", "--profile", "default-session"], CONFIG, CREDENTIALS),
        block(&["doctor"], "", ""),
        block(&["doctor", "--online"], "", ""),
        block(&["doctor", "--fix"], connected, CREDENTIALS),
        block(&["doctor", "--fix", "--no-input"], "[bare]\nregion = eu-west-1\n", CREDENTIALS),
        block(&["login", "--all"], "", ""),
        block(&["logout"], CONFIG, CREDENTIALS),
        block(&["logout", "--all"], CONFIG, CREDENTIALS),
        block(&["logout", "work"], "", session),
    ];
    super::check("notes.txt", &blocks);
}
