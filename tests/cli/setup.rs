//! `setup` with flags: what it writes into which file, what it refuses, and that `--undo` restores every byte.

#[cfg(unix)]
pub mod dialog;
mod migrate;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use awsmfa::document::Document;
use awsmfa::profile::{FileKind, Profiles, SharedFile};
use awsmfa::setup::{Connection, Draft, connect};

use crate::support::caller::identity_of;
use crate::support::child::start;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};

const ADA: &str = "arn:aws:iam::123456789012:user/ada";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

pub fn text(sandbox: &Sandbox, name: &str) -> String {
    String::from_utf8_lossy(&fs::read(sandbox.path(name)).unwrap_or_default()).into_owned()
}

/// Runs `setup`, makes sure that no secret is printed, and that `--undo` would restore the bytes.
#[track_caller]
pub fn set_up(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let before = ["config", "credentials"].map(|name| fs::read(sandbox.path(name)).ok());
    let dry = sandbox.run(&[&["setup", "--dry-run"], arguments].concat());
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert_eq!(["config", "credentials"].map(|name| fs::read(sandbox.path(name)).ok()), before, "a dry run");
    let Ran { code, stdout, stderr } = sandbox.run(&[&["setup"], arguments].concat());
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    assert!(!stderr.contains(SECRET) && !dry.stdout.contains(SECRET), "{stderr}");
    assert!(stderr.contains(dry.stdout.trim_end()), "what a dry run shows:\n{}\n{stderr}", dry.stdout);
    let after = ["config", "credentials"].map(|name| fs::read(sandbox.path(name)).ok());
    if after != before {
        sandbox.run(&["setup", "--undo"]).expect(0);
        assert_eq!(["config", "credentials"].map(|name| fs::read(sandbox.path(name)).ok()), before, "undo");
        sandbox.run(&["setup", "--undo"]).expect(253);
        sandbox.run(&[&["setup"], arguments].concat()).expect(0);
        assert_eq!(["config", "credentials"].map(|name| fs::read(sandbox.path(name)).ok()), after, "the same again");
    }
    let mut listing = sandbox.listing();
    listing.retain(|name| !["config", "credentials"].contains(&name.as_str()));
    assert!(listing.is_empty(), "{listing:?}");
    stderr
}

/// Logs in, makes sure that the session works under this name, and that a logout restores the bytes.
#[track_caller]
pub fn log_in(sandbox: &Sandbox, sts: &StandIn, profile: &str) {
    let before = sandbox.credentials_text();
    let code = sts.fresh_code(SERIAL);
    let said = sandbox.run(&["--profile", profile, "login", "--token-code", &code]).expect(0);
    assert!(!said.contains("warning"), "{said}");
    assert_eq!(identity_of(&sts.url(), &sandbox.credentials(), profile), Ok(ADA.to_owned()));
    sandbox.run(&["--profile", profile, "logout"]).expect(0);
    assert_eq!(sandbox.credentials_text(), before);
}

#[test]
fn the_key_and_the_device_of_the_files_are_connected() {
    let sts = StandIn::start();
    let config = format!("# mine\n[default]\nregion = eu-west-1\nmfa_serial={SERIAL}\n");
    let sandbox = Sandbox::with(&config, DEFAULT_CREDENTIALS).using(&sts);
    let said = set_up(&sandbox, &["--yes"]);
    assert!(said.contains(ADA), "{said}");
    let expected =
        format!("{config}awsmfa_session_profile = default-session\n\n[profile default-session]\nregion = eu-west-1\n");
    assert_eq!(text(&sandbox, "config"), expected);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    log_in(&sandbox, &sts, "default-session");
    sandbox.run(&["setup", "--yes"]).expect(0);
}

#[test]
fn a_new_key_comes_from_standard_input_into_an_empty_home() {
    let sts = StandIn::start();
    let sandbox = Sandbox::empty().using(&sts);
    let mut command = sandbox.command();
    command.args(["setup", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--secret-access-key", "-"]);
    command.args(["--source-profile", "work-key", "--session-profile", "work", "--region", "eu-west-1"]);
    let mut setup = start(command.stdin(Stdio::piped()).stderr(Stdio::piped()));
    let mut input = setup.stdin.take().expect("it is piped");
    input.write_all(format!("{SECRET}\n").as_bytes()).expect("it reads");
    drop(input);
    let said = Ran::from(setup.wait_with_output().expect("it ends")).expect(0);
    assert!(!said.contains(SECRET), "{said}");
    let expected = format!(
        "[profile work-key]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = work\n\n[profile work]\nregion = eu-west-1\n"
    );
    assert_eq!(text(&sandbox, "config"), expected);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS.replace("default", "work-key"));
    log_in(&sandbox, &sts, "work");
    let record = fs::read_to_string(sandbox.state("undo-setup")).expect("a record");
    assert!(!record.contains(SECRET), "{record}");
    sandbox.run(&["setup", "--undo"]).expect(253);
    assert_eq!(sandbox.listing(), ["config", "credentials"], "the key has no other copy");
    sandbox.run(&["setup", "--undo", "--yes"]).expect(0);
    assert!(sandbox.listing().is_empty(), "files that were not there are not there again: {:?}", sandbox.listing());
}

#[test]
fn a_new_key_comes_from_variables_and_never_overwrites_one() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::empty().using(&sts);
    let arguments = ["setup", "--access-key-id", "AKIAIOSFODNN7EXAMPLE"];
    sandbox.run(&arguments).expect(252);
    sandbox.set("AWSMFA_SECRET_ACCESS_KEY", SECRET);
    sandbox.run(&arguments).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    let said = sandbox.run(&arguments).expect(253);
    assert!(said.contains("credentials line 1"), "{said}");
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn setup_moves_a_key_and_its_comments_out_of_default() {
    let sts = StandIn::start();
    let config =
        format!("[default]\nregion = eu-west-1\ns3 =\n  max_queue_size = 10\nmfa_serial = {SERIAL}\noutput = json\n");
    let credentials = format!("# top\n{DEFAULT_CREDENTIALS}# rotate in spring\n\n[other]\nregion = x\n");
    let sandbox = Sandbox::with(&config, &credentials).using(&sts);
    set_up(&sandbox, &["--session-profile", "default"]);
    assert_eq!(sandbox.credentials_text(), credentials.replace("[default]", "[default-long-term]"));
    let expected = format!(
        "[default]\nregion = eu-west-1\ns3 =\n  max_queue_size = 10\noutput = json\n\n[profile default-long-term]\n\
         mfa_serial = {SERIAL}\nawsmfa_session_profile = default\n"
    );
    assert_eq!(text(&sandbox, "config"), expected);
    log_in(&sandbox, &sts, "default");
    sandbox.run(&["setup", "--session-profile", "default"]).expect(0);
}

#[test]
fn settings_that_do_not_belong_to_the_key_stay_in_default() {
    let sts = StandIn::start();
    let role = "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default\n";
    let config = format!("{role}mfa_serial = {SERIAL}\n");
    let credentials = format!("{DEFAULT_CREDENTIALS}# for all\nregion = eu-west-1\n");
    let sandbox = Sandbox::with(&config, &credentials).using(&sts);
    set_up(&sandbox, &["--session-profile", "default", "--key-profile", "work-key"]);
    let key = DEFAULT_CREDENTIALS.replace("default", "work-key");
    assert_eq!(sandbox.credentials_text(), format!("[default]\n# for all\nregion = eu-west-1\n\n{key}"));
    let expected = format!("{role}\n[profile work-key]\nmfa_serial = {SERIAL}\nawsmfa_session_profile = default\n");
    assert_eq!(text(&sandbox, "config"), expected);
    log_in(&sandbox, &sts, "default");
}

#[test]
fn files_are_usable_after_a_kill_between_the_two_writes() {
    let sts = StandIn::start();
    let config = format!("[default]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n");
    let parse = |text: &str| Document::parse(text.as_bytes().to_vec()).expect("not UTF-16");
    let before = SharedFile::config("config".into(), parse(&config));
    let credentials = SharedFile::credentials("credentials".into(), parse(DEFAULT_CREDENTIALS));
    let connection = Connection {
        source_profile: "default".parse().expect("a name"),
        session_profile: "default".parse().expect("a name"),
        key_profile: "my-key".parse().expect("a name"),
        key: None,
        serial_number: SERIAL.parse().expect("an ARN"),
        region: None,
        role: None,
    };
    let mut draft = Draft::of(Profiles { config: &before, credentials: &credentials });
    connect(&mut draft, &connection).expect("it can be connected");
    let interim = draft.with_link_in_credentials(&connection).expect("it can be linked");
    for config in [config.as_bytes(), draft.bytes(FileKind::Config)] {
        let sandbox = Sandbox::with(config, &interim).using(&sts);
        log_in(&sandbox, &sts, "default");
        sandbox.run(&["setup", "--session-profile", "default"]).expect(0);
        assert_eq!(fs::read(sandbox.path("config")).expect("it is there"), draft.bytes(FileKind::Config));
        log_in(&sandbox, &sts, "default");
    }
}

#[test]
fn a_role_gets_a_profile_with_the_session_profile_as_its_source() {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let sandbox = Sandbox::new().using(&sts);
    let before = text(&sandbox, "config");
    let arn = "arn:aws:iam::123456789012:role/admin";
    let said = set_up(&sandbox, &["--role-arn", arn]);
    // The command that selects the profile is that of the shell.
    let (_, use_it) = said.split_once("log in with: awsmfa login\nuse the role with: ").expect(&said);
    assert!(use_it.contains("AWS_PROFILE") && use_it.contains("admin"), "{said}");
    let role = format!("[profile admin]\nrole_arn = {arn}\nsource_profile = default-session\nregion = eu-west-1\n");
    assert!(text(&sandbox, "config").ends_with(&format!("\n{role}")), "{}", text(&sandbox, "config"));
    let code = sts.fresh_code(SERIAL);
    sandbox.run(&["login", "admin", "--token-code", &code]).expect(0);
    sandbox.run(&["logout", "--all"]).expect(0);

    sandbox.write("config", before.as_bytes());
    let taken = ["setup", "--role-arn", arn, "--role-profile", "default"];
    let said = sandbox.run(&taken).expect(253);
    assert!(said.contains("cannot be added as 'default'") && said.contains("--role-profile"), "{said}");
    let session = ["setup", "--role-arn", arn, "--role-profile", "work", "--session-profile", "work"];
    sandbox.run(&session).expect(253);
    sandbox.run(&["setup", "--role-arn", "admin"]).expect(252);
    sandbox.run(&["setup", "--role-profile", "admin"]).expect(252);
    assert_eq!(text(&sandbox, "config"), before);
}

#[test]
fn undo_removes_a_key_that_another_profile_has_too() {
    let mut sandbox = Sandbox::with("", DEFAULT_CREDENTIALS);
    sandbox.set("AWSMFA_SECRET_ACCESS_KEY", SECRET);
    let new = ["setup", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--source-profile", "copy", "--skip-check"];
    sandbox.run(&[&new[..], &["--serial-number", SERIAL]].concat()).expect(0);
    assert_ne!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    sandbox.run(&["setup", "--undo"]).expect(0);
    assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn undo_keeps_the_only_copy_of_a_key_in_a_section_with_mistakes() {
    for before in ["[t]\naws_session_token = x\n", "[t]\naws_access_key_id =\n"] {
        let mut sandbox = Sandbox::with("", before);
        sandbox.set("AWSMFA_SECRET_ACCESS_KEY", SECRET);
        let new = ["setup", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--source-profile", "t", "--skip-check"];
        sandbox.run(&[&new[..], &["--serial-number", SERIAL]].concat()).expect(0);
        let written = sandbox.credentials_text();
        assert!(written.contains(SECRET) && !written.contains("token"), "{written}");
        sandbox.run(&["setup", "--undo"]).expect(253);
        assert_eq!(sandbox.credentials_text(), written);
        sandbox.run(&["setup", "--undo", "--yes"]).expect(0);
        assert_eq!(sandbox.credentials_text(), before);
    }
}

#[test]
fn a_variable_that_names_no_profile_does_not_fail_a_change_that_is_written() {
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_PROFILE", "a]b");
    let said = sandbox.run(&["setup", "--yes", "--skip-check", "--source-profile", "default"]).expect(0);
    assert!(said.contains("log in with: awsmfa login default-session"), "{said}");
}

#[test]
fn a_dry_run_prints_json_for_programs() {
    let sandbox = Sandbox::new();
    let dry = ["setup", "--dry-run", "--output", "json", "--color", "always", "--source-profile", "default"];
    let Ran { code, stdout, .. } = sandbox.run(&[&dry[..], &["--skip-check", "--serial-number", SERIAL]].concat());
    let change: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!((code, change["file"].as_str()), (0, sandbox.path("config").to_str()));
    assert!(change["change"].as_str().is_some_and(|diff| diff.contains("+awsmfa_session_profile")), "{stdout}");
}

#[test]
fn setup_without_flags_and_terminal_is_a_usage_error() {
    let sandbox = Sandbox::new();
    sandbox.run(&["setup"]).expect(252);
    let sandbox = Sandbox::empty();
    sandbox.run(&["setup", "--yes"]).expect(252);
    let two = format!("{DEFAULT_CREDENTIALS}[b]\n{}", DEFAULT_CREDENTIALS.replace("[default]\n", ""));
    let sandbox = Sandbox::with("", two.replace("default", "a"));
    sandbox.run(&["setup", "--yes"]).expect(252);
    sandbox.run(&["setup", "--source-profile", "a", "--skip-check"]).expect(252);
}

#[test]
fn setup_refuses_an_invalid_region_and_warns_about_an_unportable_name() {
    let sandbox = Sandbox::new();
    let region = "x\n[default]\naws_access_key_id = y";
    sandbox.run(&["setup", "--yes", "--skip-check", "--region", region]).expect(252);
    for region in ["frankfurt", "eu-west-1-"] {
        sandbox.run(&["setup", "--yes", "--skip-check", "--region", region]).expect(252);
        sandbox.run(&["login", "--token-code", "123456", "--region", region]).expect(253);
    }
    let user = "arn:aws:iam::123456789012:user/ada";
    sandbox.run(&["setup", "--yes", "--skip-check", "--serial-number", user]).expect(253);
    let said = sandbox.run(&["setup", "--skip-check", "--session-profile", "my work"]).expect(0);
    assert!(said.contains("'my work' is not seen by"), "{said}");
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let sandbox = Sandbox::empty();
    let arguments = ["setup", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--secret-access-key", SECRET];
    let said = sandbox.run(&arguments).expect(252);
    assert!(!said.contains(SECRET), "{said}");
    sandbox.run(&["setup", "--access-key-id", "ASIAIOSFODNN7EXAMPLE"]).expect(252);
}

#[test]
fn setup_changes_nothing_if_the_key_cannot_be_checked() {
    let sts = StandIn::start();
    sts.deactivate_key("AKIAIOSFODNN7EXAMPLE");
    let sandbox = Sandbox::new().using(&sts);
    sandbox.run(&["setup", "--yes"]).expect(254);
    let mut sandbox = Sandbox::new();
    sandbox.set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9");
    sandbox.run(&["setup", "--yes"]).expect(255);
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
    set_up(&sandbox, &["--yes", "--skip-check"]);
}

#[test]
fn the_device_is_the_one_that_iam_lists_if_the_files_name_none() {
    let sts = StandIn::start();
    let phone = "arn:aws:iam::123456789012:mfa/phone";
    let arguments = ["setup", "--yes"];
    sts.list_devices(&["arn:aws:iam::123456789012:u2f/user/ada/key-ABCDEFGH", phone]);
    let sandbox = Sandbox::with("", DEFAULT_CREDENTIALS).using(&sts);
    let said = sandbox.run(&arguments).expect(0);
    assert!(!said.contains("guess"), "{said}");
    assert!(text(&sandbox, "config").contains(&format!("mfa_serial = {phone}\n")), "{said}");
    let asked = |sts: &StandIn| sts.calls().into_iter().filter(|call| call.action == "ListMFADevices").count();
    let refused: Vec<_> = sts.calls().into_iter().filter(|call| call.outcome != "ok").collect();
    assert!(refused.is_empty() && asked(&sts) == 1, "{refused:?}");
    sandbox.run(&arguments).expect(0);
    assert_eq!(asked(&sts), 2, "the user may have a new device");
    sts.list_devices(&[phone, SERIAL]);
    let sandbox = Sandbox::with("", DEFAULT_CREDENTIALS).using(&sts);
    let said = sandbox.run(&arguments).expect(252);
    assert!(said.contains(phone), "{said}");
}

#[test]
fn a_section_that_cannot_be_edited_safely_is_refused_in_the_config_file_too() {
    let refused = |config: &str, reason: &str| {
        let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS.replace("default", "key"));
        let arguments = ["setup", "--source-profile", "key", "--session-profile", "work", "--skip-check"];
        let said = sandbox.run(&[&arguments[..], &["--serial-number", SERIAL]].concat()).expect(253);
        assert!(
            said.contains(reason) && said.contains(&sandbox.path("config").display().to_string()),
            "{config}: {said}"
        );
        assert_eq!(text(&sandbox, "config"), config);
    };
    refused("[profile  key]\nregion = x\n", "line 1");
    refused("[profile \"key\"]\nregion = x\n", "line 1");
    refused("[profile key]\n[key]\nregion = x\n", "lines 1 and 2");
    refused("[profile key] junk\nregion = x\n", "line 1");
    refused("\u{feff}[profile key]\nregion = x\n", "byte order mark");
    refused("[profile key]\nmfa_serial = a\nMFA_SERIAL = b\n", "lines 2 and 3");
}

#[test]
fn undo_refuses_files_that_have_changed_since() {
    let sandbox = Sandbox::new();
    set_up(&sandbox, &["--yes", "--skip-check"]);
    let after = text(&sandbox, "config");
    sandbox.write("config", format!("{after}# mine\n").as_bytes());
    sandbox.run(&["setup", "--undo"]).expect(253);
    assert_eq!(text(&sandbox, "config"), format!("{after}# mine\n"));
    let other = sandbox.home().join("elsewhere");
    let path = other.to_str().expect("text");
    sandbox.run(&["setup", "--undo", "--config-file", path, "--credentials-file", path]).expect(253);
    sandbox.write("config", after.as_bytes());
    let dry = sandbox.run(&["setup", "--undo", "--dry-run"]);
    assert!(dry.code == 0 && dry.stdout.contains("-awsmfa_session_profile"), "{}", dry.stdout);
    sandbox.run(&["setup", "--undo"]).expect(0);
}

#[cfg(unix)]
#[test]
fn the_record_and_new_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let mut sandbox = Sandbox::empty();
    sandbox.set("AWSMFA_SECRET_ACCESS_KEY", SECRET);
    let arguments = ["setup", "--access-key-id", "AKIAIOSFODNN7EXAMPLE", "--serial-number", SERIAL, "--skip-check"];
    sandbox.run(&arguments).expect(0);
    let record = sandbox.home().join(".local/state/awsmfa/undo-setup");
    for path in [sandbox.path("config"), sandbox.path("credentials"), record] {
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
    }
}
