//! Hostile files, programs and answers: a clear error or the usual result, in bounded time and memory, and
//! nothing written.

use std::fmt::Write;
use std::time::{Duration, Instant};

use awsmfa::escape::is_hidden;

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

/// For a build without optimisation on a busy machine: a million sections take a release build a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the program with 1 GB of memory and measures it.
fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    let mut shell = sandbox.program("/bin/sh");
    shell.args(["-c", "ulimit -v 1000000; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_awsmfa")]).args(arguments);
    let start = Instant::now();
    let ran = Ran::from(shell.output().expect("there is a shell"));
    assert!(start.elapsed() < PATIENCE, "{arguments:?} took {:?}", start.elapsed());
    assert!(!ran.stderr.contains("panicked") && ran.code != 101 && ran.code != -1, "{arguments:?}: {ran:?}");
    ran
}

const COMMANDS: [&[&str]; 7] = [
    &["status"],
    &["list"],
    &["logout"],
    &["login", "--dry-run"],
    &["env", "--shell", "posix"],
    &["credential-process"],
    &["doctor"],
];

/// Asserts that all commands end in time on these files, and change nothing.
fn all_end(config: &str, credentials: &str) {
    let sandbox = Sandbox::with(config, credentials);
    for arguments in COMMANDS {
        run(&sandbox, arguments);
    }
    assert!(sandbox.credentials() == credentials.as_bytes());
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

/// Asserts that a login works on these files, and that logout restores them.
fn login_works(config: &str, credentials: &str) {
    let sts = StandIn::start();
    let sandbox = Sandbox::with(config, credentials).using(&sts);
    let code = sts.fresh_code(SERIAL);
    run(&sandbox, &["login", "default", "--token-code", &code]).expect(0);
    run(&sandbox, &["status", "default"]).expect(0);
    run(&sandbox, &["logout", "default"]).expect(0);
    assert!(sandbox.credentials() == credentials.as_bytes(), "the same bytes come back");
}

#[test]
fn a_file_of_100_mb_is_refused_with_the_limit() {
    for name in ["config", "credentials"] {
        let sandbox = Sandbox::new();
        let large = format!("# {}\n", "x".repeat(100_000_000));
        sandbox.write(name, large.as_bytes());
        for arguments in [["status"].as_slice(), &["login", "--token-code", "123456"], &["list"], &["logout"]] {
            let said = run(&sandbox, arguments).expect(255);
            assert!(said.contains(&format!("{name} is larger than 64 MiB")), "{said}");
        }
    }
}

#[test]
fn a_login_does_not_write_a_file_over_the_size_limit() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let comment = "x".repeat(64 * 1024 * 1024 - DEFAULT_CREDENTIALS.len() - "# \n".len());
    let credentials = format!("{DEFAULT_CREDENTIALS}# {comment}\n");
    sandbox.write("credentials", credentials.as_bytes());
    run(&sandbox, &["status"]).expect(1);
    run(&sandbox, &["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(255);
    assert!(sts.calls().is_empty() && sandbox.credentials() == credentials.as_bytes());
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}

#[test]
fn lines_of_ten_megabytes_are_accepted() {
    let long = "y".repeat(10_000_000);
    let config = format!("{DEFAULT_CONFIG}x = {long}\n");
    let credentials = format!("{DEFAULT_CREDENTIALS}note = {long}\n# {long}\n");
    login_works(&config, &credentials);
    let headers = format!("{DEFAULT_CREDENTIALS}[{long}]\nx = 1\n{}\n", "[".repeat(1_000_000));
    login_works(DEFAULT_CONFIG, &headers);
    run(&Sandbox::with(DEFAULT_CONFIG, headers), &["list"]).expect(0);
}

#[test]
fn thirty_thousand_sections_are_processed_in_linear_time() {
    let mut config = DEFAULT_CONFIG.to_owned();
    let mut credentials = DEFAULT_CREDENTIALS.to_owned();
    for number in 0..30_000 {
        writeln!(config, "[profile p{number}]\nsource_profile = p{}\nregion = x", number + 1).expect("it grows");
        writeln!(credentials, "[p{number}]\naws_access_key_id = ASIA{number}").expect("it grows");
    }
    all_end(&config, &credentials);
    login_works(&config, &credentials);
}

#[test]
fn a_section_of_fifty_thousand_lines_is_accepted() {
    let properties = format!("{DEFAULT_CREDENTIALS}{}", "x = 1\n".repeat(50_000));
    all_end(DEFAULT_CONFIG, &properties);
    let indented = format!("{DEFAULT_CREDENTIALS}[o]\nx =\n{}", "  y = 1\n".repeat(50_000));
    all_end(DEFAULT_CONFIG, &indented);
    login_works(DEFAULT_CONFIG, &indented);
}

#[test]
fn an_endless_chain_and_a_loop_are_refused() {
    let mut config = DEFAULT_CONFIG.to_owned();
    for number in 0..20_000 {
        let arn = format!("arn:aws:iam::123456789012:role/r{number}");
        writeln!(config, "[profile r{number}]\nrole_arn = {arn}\nsource_profile = r{}", number + 1).expect("it grows");
    }
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS);
    let said = run(&sandbox, &["login", "r0", "--token-code", "123456"]).expect(253);
    assert!(said.contains("20"), "{said}");
    run(&sandbox, &["status", "r0"]).expect(1);
    run(&sandbox, &["list"]).expect(0);
}

#[test]
fn a_program_that_prints_garbage_or_never_stops_printing_gives_no_code() {
    for (process, expected) in [
        ("head -c 5000 /dev/urandom", "mfa_process"),
        ("yes", "'yes' "),
        ("printf '12345\\n123456\\n'", "mfa_process"),
        ("printf '\\033]0;owned\\007'", "mfa_process"),
        ("true", "mfa_process"),
    ] {
        let sts = StandIn::start();
        let config = format!("{DEFAULT_CONFIG}mfa_process = timeout 3 {process}\n");
        let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
        let ran = run(&sandbox, &["login"]);
        assert!(ran.code == 255 || ran.code == 252 || ran.code == 253, "{process}: {ran:?}");
        assert!(ran.stderr.contains(expected) || ran.stderr.contains("timeout"), "{process}: {ran:?}");
        assert!(!ran.stderr.contains('\u{1B}'), "{process}: {ran:?}");
        assert!(sts.calls().is_empty(), "{process}");
        assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS);
    }
}

#[test]
fn a_response_of_100_mb_or_with_a_line_break_in_a_key_is_not_written() {
    let faults = [
        Fault::HugeBody(100_000_000),
        Fault::Content("AccessKeyId", "ASIA1\n[default]"),
        Fault::Content("SecretAccessKey", "x&#10;[other]&#10;aws_access_key_id=y"),
        Fault::Content("SessionToken", "token\r\nmore"),
        Fault::Content("SessionToken", "two words"),
        Fault::Content("AccessKeyId", "\u{202E}ASIA1"),
    ];
    for fault in faults {
        let sts = StandIn::start();
        let sandbox = Sandbox::new().using(&sts);
        sts.fault(fault.clone(), 1);
        let said = run(&sandbox, &["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(255);
        assert!(said.starts_with("awsmfa: error: "), "{fault:?}: {said}");
        assert!(!said.contains('\u{202E}') && said.len() < 2000, "{fault:?}: {said}");
        assert_eq!(sandbox.credentials_text(), DEFAULT_CREDENTIALS, "{fault:?}");
        assert_eq!(sandbox.listing(), ["config", "credentials"], "{fault:?}");
    }
}

#[test]
fn a_variable_with_a_line_break_that_the_sdk_would_send_is_not_sent() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_EXECUTION_ENV", "one\ntwo");
    run(&sandbox, &["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    let agent = sts.calls().pop().map(|call| call.user_agent).unwrap_or_default();
    assert!(agent.contains("app/awsmfa") && !agent.contains("exec-env"), "{agent}");
}

#[test]
fn an_iam_response_of_100_mb_is_refused() {
    let sts = StandIn::start();
    sts.fault_iam(Fault::HugeBody(100_000_000));
    let sandbox = Sandbox::with("", DEFAULT_CREDENTIALS).using(&sts);
    // The device is then a guess from the user's name, as if IAM had not answered.
    let said = run(&sandbox, &["--debug", "setup", "--yes", "--dry-run"]).expect(0);
    assert!(said.contains("its answer is too large"), "{said}");
}

#[test]
fn escape_sequences_and_bidirectional_marks_reach_no_terminal() {
    let name = "a\u{1B}[31mb\u{202E}c\u{7}d\u{9B}e\u{7F}f\u{61C}g\u{E0041}h\u{3164}i\u{AD}j";
    let config = format!(
        "{DEFAULT_CONFIG}[profile {name}]\nawsmfa_source_profile = default\nregion = {name}\n[profile r]\nrole_arn = \
         {name}\nsource_profile = {name}\n"
    );
    let sts = StandIn::start();
    let message = "denied\u{1B}[2J\u{202E}\u{2066}\n\u{7}".to_owned();
    let sandbox = Sandbox::with(config, format!("{DEFAULT_CREDENTIALS}[{name}]\nx = {name}\n")).using(&sts);
    sts.fault(Fault::Refusal { status: 403, code: "AccessDenied", message }, 1);
    let code = sts.fresh_code(SERIAL);
    for arguments in [
        ["login", "--token-code", &code].as_slice(),
        &["list"],
        &["status", "nobody"],
        &["login", "r", "--token-code", &code],
        &["--debug", "login", "r", "--dry-run"],
        &["status", name],
        &["status", name, "--output", "json"],
        &["list", "--output", "json"],
        &["doctor"],
        &["doctor", "--output", "json"],
    ] {
        let ran = run(&sandbox, arguments);
        let seen = ran.stdout + &ran.stderr;
        let is_bad = |c: char| c != '\n' && is_hidden(c);
        assert!(!seen.contains(is_bad), "{arguments:?}: {seen:?}");
    }
}
