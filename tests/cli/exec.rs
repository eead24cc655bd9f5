//! `exec`: a program that replaces awsmfa, with one set of credentials.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};

use jiff::{SignedDuration, Timestamp};
use nix::sys::wait::WaitStatus;
use rexpect::session::spawn_command;

use crate::support::caller::identity;
use crate::support::child::{DEFAULT_SIGNALS, finish, signal, wait};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Role, StandIn};

/// A session in `[default-session]` that ends in so many minutes, and no STS endpoint.
fn with_session(minutes: i64) -> Sandbox {
    let until = Timestamp::now() + SignedDuration::from_mins(minutes) + SignedDuration::from_secs(30);
    let session = format!(
        "[default-session]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = se/cr+et\naws_session_token = to/k+en==\nexpiration = {until}\n"
    );
    let mut sandbox = Sandbox::with(DEFAULT_CONFIG, format!("{DEFAULT_CREDENTIALS}{session}"));
    sandbox.set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1");
    sandbox
}

/// A home whose `mfa_process` gives a fresh code, once.
fn with_mfa_process(sts: &StandIn) -> Sandbox {
    let config = format!("{DEFAULT_CONFIG}mfa_process = cat code.txt\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(sts);
    std::fs::write(sandbox.home().join("code.txt"), sts.fresh_code(SERIAL)).expect("it is writable");
    sandbox
}

fn variables(printed: &str) -> BTreeMap<&str, &str> {
    printed.lines().filter_map(|line| line.split_once('=')).collect()
}

fn spawn(sandbox: &Sandbox, script: &str) -> (Child, BufReader<impl Read + use<>>) {
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    command.args(["exec", "--", "sh", "-c", script]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("it runs");
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    (child, output)
}

fn line(output: &mut impl BufRead) -> String {
    let mut line = String::new();
    output.read_line(&mut line).expect("text");
    line
}

#[test]
fn the_child_sees_one_set_of_credentials_and_the_parent_none() {
    let mut sandbox = with_session(60);
    let contradicting = [
        ("AWS_PROFILE", "default"),
        ("AWS_DEFAULT_PROFILE", "default"),
        ("AWS_ACCESS_KEY_ID", "AKIAI44QH8DHBEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "other"),
        ("AWS_SESSION_TOKEN", "other"),
        ("AWS_SECURITY_TOKEN", "other"),
        ("AWS_CREDENTIAL_EXPIRATION", "1999-01-01T00:00:00Z"),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/other"),
        ("AWS_ROLE_SESSION_NAME", "other"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/tmp/other"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/"),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/other"),
        ("AWS_REGION", "us-east-2"),
        ("AWSMFA_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AWSMFA_TOKEN_CODE", "123456"),
    ];
    for (name, value) in contradicting {
        sandbox.set(name, value);
    }
    let ran = sandbox.run(&["exec", "--", "env"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let mut seen = variables(&ran.stdout);
    let expiration = seen.remove("AWS_CREDENTIAL_EXPIRATION").expect("it is set");
    assert!(sandbox.credentials_text().contains(&format!("expiration = {}", &expiration[..17])), "{expiration}");
    seen.retain(|name, _| name.starts_with("AWS"));
    let expected = [
        ("AWSMFA_PROFILE", "default-session"),
        ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_SECRET_ACCESS_KEY", "se/cr+et"),
        ("AWS_SESSION_TOKEN", "to/k+en=="),
    ];
    assert_eq!(seen, BTreeMap::from(expected));

    let script = format!(
        "env | sort > before; '{}' exec default -- true; env | sort > after; cmp before after && grep -c se/cr+et after",
        env!("CARGO_BIN_EXE_awsmfa")
    );
    let output = sandbox.program("sh").args(["-c", &script]).output().expect("sh runs");
    assert_eq!(Ran::from(output).stdout, "0\n");
}

#[test]
fn the_exit_code_is_that_of_the_child_or_126_or_127_if_it_cannot_run() {
    let sandbox = with_session(60);
    for code in [0, 1, 37, 255] {
        sandbox.run(&["exec", "--", "sh", "-c", &format!("exit {code}")]).expect(code);
    }
    std::fs::write(sandbox.home().join("plain"), "x").expect("it is writable");
    let plain = sandbox.home().join("plain").display().to_string();
    let said = sandbox.run(&["exec", "--", &plain]).expect(126);
    assert!(said.contains(&format!("'{plain}' cannot be run: Permission denied")), "{said}");
    for missing in ["no-such-program", "/no/such/program", ""] {
        let said = sandbox.run(&["exec", "--", missing]).expect(127);
        assert!(said.contains(&format!("'{missing}' cannot be run")), "{said}");
    }
    sandbox.run(&["exec", "default", "--"]).expect(252);
    let said = sandbox.run(&["exec", "default", "true", "-x"]).expect(252);
    assert!(
        said.contains("awsmfa exec -- default true -x") && said.contains("awsmfa exec default -- true -x"),
        "{said}"
    );
}

#[test]
fn signals_reach_the_child_which_is_the_same_process() {
    let sts = StandIn::start();
    // Once with a stored session, and once after a login, which handles signals itself.
    for sandbox in [with_session(60), with_mfa_process(&sts)] {
        for name in ["TERM", "INT", "HUP"] {
            let script =
                format!("trap 'echo got {name}; exit 37' {name}; echo $$; for i in $(seq 500); do sleep 0.02; done");
            let (mut child, mut output) = spawn(&sandbox, &script);
            assert_eq!(line(&mut output).trim(), child.id().to_string());
            signal(child.id(), name);
            assert_eq!(line(&mut output), format!("got {name}\n"));
            assert_eq!(wait(&mut child).code(), Some(37));
        }
        // A child that handles none is ended by it, and the caller sees that.
        let (mut child, mut output) = spawn(&sandbox, "echo ready; exec sleep 20");
        line(&mut output);
        signal(child.id(), "TERM");
        assert_eq!(wait(&mut child).signal(), Some(15));
    }
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
fn the_child_inherits_no_open_file_no_handler_and_no_ignored_signal() {
    let sts = StandIn::start();
    let sandbox = with_mfa_process(&sts);
    // The same process before and after, so that both have the signals that the test was started with.
    let look = "ls /proc/$$/fd; cat /proc/self/status";
    let script = format!("{look}; echo ----; exec \"$0\" exec -- sh -c '{look}'");
    let mut command = sandbox.program("env");
    command.args([DEFAULT_SIGNALS, "sh", "-c", &script, env!("CARGO_BIN_EXE_awsmfa")]);
    let ran = finish(&mut command);
    let (before, after) = ran.stdout.split_once("----\n").unwrap_or_else(|| panic!("{ran:?}"));
    let values_of = |text: &str| -> Vec<String> {
        let is_file = |line: &&str| line.parse::<u32>().is_ok();
        let lines = text.lines().filter(|line| is_file(line) || line.starts_with("Sig") && !line.starts_with("SigQ"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(values_of(after), values_of(before), "{ran:?}");
    assert!(values_of(after).len() >= 7, "{ran:?}");
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
fn signals_that_awsmfa_was_started_to_ignore_are_ignored_by_the_child() {
    let sts = StandIn::start();
    // Without a login first, and after one, which handles signals.
    for sandbox in [with_session(60), with_mfa_process(&sts)] {
        let ran =
            finish(sandbox.command_with("--ignore-signal=HUP,INT").args(["exec", "--", "cat", "/proc/self/status"]));
        let mask = ran.stdout.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
        let mask = mask.and_then(|mask| u64::from_str_radix(mask, 16).ok()).unwrap_or_else(|| panic!("{ran:?}"));
        // SIGHUP is 1, SIGINT is 2.
        assert_eq!(mask & 0b11, 0b11, "{mask:b}");
    }
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
fn a_login_comes_first_if_one_is_needed_and_its_notes_stay_off_standard_output() {
    let sts = StandIn::start();
    let sandbox = with_mfa_process(&sts);
    let ran = sandbox.run(&["exec", "--", "env"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains(" is valid: "), "{ran:?}");
    let seen = variables(&ran.stdout);
    let (id, secret) = (seen["AWS_ACCESS_KEY_ID"], seen["AWS_SECRET_ACCESS_KEY"]);
    let arn = identity(&sts.url(), id, secret, Some(seen["AWS_SESSION_TOKEN"]));
    assert_eq!(arn.as_deref(), Ok("arn:aws:iam::123456789012:user/ada"));
    assert!(!ran.stdout.contains("default-session is valid"));
    assert!(sandbox.credentials_text().contains("[default-session]\nmanager = awsmfa\n"));

    // The next command finds it and does not prompt.
    let calls = sts.calls().len();
    let ran = sandbox.run(&["exec", "--profile", "default", "--", "env"]);
    assert_eq!((ran.code, ran.stderr.as_str(), sts.calls().len()), (0, "", calls));
}

#[test]
fn a_login_prompts_on_the_terminal_before_the_child_runs() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let mut command = sandbox.command();
    command.args(["exec", "--", "sh", "-c", "echo child $AWS_ACCESS_KEY_ID; exit 37"]);
    let mut session = spawn_command(command, Some(10_000)).expect("a pseudo-terminal can be made");
    session.exp_string("MFA code for ada (default): ").expect("the prompt");
    session.send_line(&sts.fresh_code(SERIAL)).expect("it reads");
    session.exp_string("default-session is valid").expect("the note");
    session.exp_string("child ASIA").expect("the child");
    session.exp_eof().expect("it ends");
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 37))));
}

#[test]
fn without_a_session_and_without_a_way_to_get_one_the_child_does_not_run() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let ran = sandbox.run(&["exec", "--", "touch", "ran"]);
    assert_eq!(ran.code, 253);
    assert!(ran.stderr.contains("AWSMFA_TOKEN_CODE"), "{ran:?}");

    let refused = with_mfa_process(&sts);
    std::fs::write(refused.home().join("code.txt"), sts.wrong_code(SERIAL)).expect("it is writable");
    let ran = refused.run(&["exec", "--", "touch", "ran"]);
    assert_eq!(ran.code, 254, "{ran:?}");
    assert_eq!(ran.stderr.matches("awsmfa: error:").count(), 1, "{ran:?}");

    sandbox.run(&["exec", "nobody", "--", "touch", "ran"]).expect(253);
    for sandbox in [&sandbox, &refused] {
        assert!(!sandbox.home().join("ran").exists());
    }
}

#[test]
fn an_expiring_session_that_cannot_be_renewed_is_used_with_a_warning() {
    let ran = with_session(10).run(&["exec", "--", "sh", "-c", "echo $AWS_SESSION_TOKEN"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "to/k+en==\n"), "{ran:?}");
    assert!(ran.stderr.contains("was not renewed"), "{ran:?}");
    with_session(-1).run(&["exec", "--", "true"]).expect(253);
}

#[test]
fn a_session_of_another_tool_is_used_even_if_it_cannot_be_renewed() {
    let credentials = "[theirs]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\naws_expiration = 2099-12-31T23:59:59Z\n";
    let ran = Sandbox::with("", credentials).run(&["exec", "theirs", "--", "sh", "-c", "echo $AWS_SESSION_TOKEN"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "t\n", ""));
}

#[test]
fn a_role_is_renewed_with_a_valid_session_and_no_code() {
    let sts = StandIn::start();
    sts.add_role(Role { requires_mfa: true, ..Role::named("admin") });
    let config = format!(
        "{DEFAULT_CONFIG}[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default-session\nregion = us-west-2\n"
    );
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let ran = sandbox.run(&["exec", "admin", "--", "env"]);
    assert_eq!((ran.code, sts.count("AssumeRole")), (0, 1), "{ran:?}");
    let seen = variables(&ran.stdout);
    let role = sts.sessions().pop().expect("a session");
    assert_eq!((seen["AWS_SESSION_TOKEN"], seen["AWS_REGION"]), (role.session_token.as_str(), "us-west-2"));
    assert!(role.arn.contains("assumed-role/admin/"), "{}", role.arn);
}

#[test]
fn arguments_pass_through_unchanged() {
    let sandbox = with_session(60);
    let arguments =
        [b"a b".as_slice(), b"", b"--", b"--profile", b"-h", b"*", b"$HOME", b"'\"", b"\xFF\xFE", "ü".as_bytes()];
    let mut command = sandbox.command();
    command.args(["exec", "default", "--", "printf", "[%s]"]).args(arguments.map(OsStr::from_bytes));
    let output = command.output().expect("it runs");
    let expected: Vec<u8> = arguments.iter().flat_map(|bytes| [b"[", *bytes, b"]"].concat()).collect();
    assert_eq!(output.stdout.escape_ascii().to_string(), expected.escape_ascii().to_string());
}

#[test]
fn no_secret_is_in_the_command_line_of_the_process() {
    let sandbox = with_session(60);
    let (mut child, mut output) = spawn(&sandbox, "echo ready; sleep 20; true");
    line(&mut output);
    let of = |name: &str| std::fs::read(format!("/proc/{}/{name}", child.id())).expect("it runs");
    let (command_line, environment) = (of("cmdline"), of("environ"));
    child.kill().expect("it is ours");
    wait(&mut child);
    let has = |bytes: &[u8], text: &str| String::from_utf8_lossy(bytes).contains(text);
    assert!(has(&environment, "se/cr+et"));
    assert!(!has(&command_line, "se/cr+et") && !has(&command_line, "to/k+en"));
}
