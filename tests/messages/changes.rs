//! The messages of `setup`, `doctor` and `man` about files that they have written.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::scene::{block, terminal_block, text};
use crate::support::child::finish;
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;

fn setups() -> Vec<String> {
    let sts = StandIn::start();
    let sandbox = Sandbox::with("", DEFAULT_CREDENTIALS).using(&sts);
    let setup = ["setup", "--yes"];
    let mut blocks = vec![
        block("setup guesses the MFA device", &sandbox, &setup),
        block("setup is undone", &sandbox, &["setup", "--undo"]),
        block(
            "setup adds a role",
            &sandbox,
            &["setup", "--serial-number", SERIAL, "--role-arn", "arn:aws:iam::123456789012:role/admin"],
        ),
    ];
    sts.list_devices(&["arn:aws:iam::123456789012:mfa/phone"]);
    let sandbox = Sandbox::new().using(&sts);
    blocks.push(block("setup replaces an MFA device that IAM does not list", &sandbox, &setup));

    let migrated = format!("[work]\nregion = eu-west-1\n[profile s]\nsource_profile = work\nmfa_serial = {SERIAL}\n");
    let old_key = DEFAULT_CREDENTIALS.replace("default", "work") + &format!("aws_mfa_device = {SERIAL}\n");
    blocks.push(block("setup migrates", &Sandbox::with(&migrated, &old_key), &["setup", "--migrate"]));
    let dry_run = ["setup", "--migrate", "--dry-run"];
    blocks.push(block("a dry run of it", &Sandbox::with(&migrated, &old_key), &dry_run));
    blocks
}

fn fix(title: &str, config: &str, credentials: &str) -> String {
    let sandbox = Sandbox::with(config, credentials);
    fs::set_permissions(sandbox.home().join(".aws"), fs::Permissions::from_mode(0o700)).expect("it is ours");
    block(title, &sandbox, &["doctor", "--fix", "--yes"])
}

fn fixes() -> Vec<String> {
    let with_config = |title: &str, config: &str| fix(title, config, DEFAULT_CREDENTIALS);
    let token = "aws_session_token = old\n";
    let session = "[s]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n";
    let mut blocks = vec![
        with_config("a byte order mark", &format!("\u{feff}{DEFAULT_CONFIG}")),
        with_config("a comment after a value", &DEFAULT_CONFIG.replace("eu-west-1", "eu-west-1 # home")),
        with_config("a property that occurs twice", &format!("{DEFAULT_CONFIG}region = eu-west-1\n")),
        with_config("an indented header", &format!("{DEFAULT_CONFIG} [profile b]\noutput = json\n")),
        with_config("quotes around a name", &format!("{DEFAULT_CONFIG}[profile \"b\"]\nregion = eu-west-1\n")),
        with_config("a section without the word profile", &format!("{DEFAULT_CONFIG}[b]\nregion = eu-west-1\n")),
        with_config(
            "two session profiles of one key",
            &format!("{DEFAULT_CONFIG}[profile s]\nsource_profile = default\n[profile t]\nsource_profile = default\n"),
        ),
        fix("a token beside a key", DEFAULT_CONFIG, &format!("{DEFAULT_CREDENTIALS}{token}")),
        fix("two tokens", DEFAULT_CONFIG, &format!("{DEFAULT_CREDENTIALS}{session}aws_security_token = old\n")),
        fix(
            "a token in the config file",
            &format!("{DEFAULT_CONFIG}[profile s]\n{token}"),
            &format!("{DEFAULT_CREDENTIALS}{session}"),
        ),
    ];
    let sandbox = Sandbox::new();
    fs::set_permissions(sandbox.home().join(".aws"), fs::Permissions::from_mode(0o777)).expect("it is ours");
    fs::set_permissions(sandbox.path("credentials"), fs::Permissions::from_mode(0o644)).expect("it is ours");
    sandbox.write("credentials.awsmfa-new-4711", b"");
    blocks.push(block("file modes and an unfinished file", &sandbox, &["doctor", "--fix", "--yes"]));
    blocks
}

#[test]
fn each_message_about_a_change_has_its_text() {
    let pages = Sandbox::empty();
    let folder = pages.home().join("man1").display().to_string();
    let manual = block("the manual", &pages, &["man", "--dir", &folder]);
    super::check("changes.txt", &[setups(), fixes(), vec![manual]].concat());
}

#[test]
fn each_message_about_a_change_on_a_terminal_has_its_text() {
    let down = "\x1b[B\r";
    let comment = DEFAULT_CONFIG.replace("eu-west-1", "eu-west-1 # home");
    let sandbox = Sandbox::with(comment, DEFAULT_CREDENTIALS);
    fs::set_permissions(sandbox.home().join(".aws"), fs::Permissions::from_mode(0o700)).expect("it is ours");
    let mut blocks = vec![terminal_block(
        "doctor --fix is answered with no",
        &sandbox,
        &["doctor", "--fix"],
        &[("leave everything as it is", down)],
    )];
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let help = "leave everything as it is";
    let answers = [
        ("Which access key?", ""),
        (help, "\r"),
        ("Which MFA device?", ""),
        (help, "\r"),
        ("Which profile should get the sessions", ""),
        (help, "\r"),
        ("Add a role to assume?", ""),
        (help, "\r"),
        ("Write this?", ""),
        (help, down),
    ];
    blocks.push(terminal_block("setup is answered with no", &sandbox, &["setup"], &answers));
    let more = "[b]\nregion = eu-west-1\n";
    sandbox.write("config", format!("{DEFAULT_CONFIG}{more}").as_bytes());
    let migrate =
        [&answers[..8], &[("Other tools have left settings", ""), (help, "\r"), ("Write this?", ""), (help, "\r")]];
    let later = [("Log in now?", ""), (help, down)];
    blocks.push(terminal_block(
        "setup migrates, too",
        &sandbox,
        &["setup"],
        &[migrate.concat(), later.to_vec()].concat(),
    ));
    super::check("changes_on_a_terminal.txt", &blocks);
}

/// Without `HOME`, the home folder comes from the user database, so the command runs as a user that is not in it.
#[test]
#[ignore = "needs unshare: run tests/run"]
fn the_warning_without_a_home_folder_has_its_text() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.program("unshare");
    command.args(["--user", "--map-user=54321", env!("CARGO_BIN_EXE_awsmfa")]).env_remove("HOME");
    let setup = ["setup", "--yes", "--skip-check"];
    for (variable, name) in [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")] {
        command.env(variable, sandbox.path(name));
    }
    let ran = finish(command.args(setup));
    let block = text("setup without a home folder", &sandbox, &setup, &ran.stderr, ran.code);
    super::check("no_home.txt", &[block]);
}
