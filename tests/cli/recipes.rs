//! The recipes for `mfa_process` (docs/login.md) and for the key itself (docs/comparison.md), with the real programs.

use std::fmt::Write as _;
use std::io::Write;
use std::process::Stdio;

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{StandIn, User};

/// The seed as apps show it, base32 (RFC 4648), without padding.
fn seed() -> String {
    let bits = User::ada().seed.iter().fold(String::new(), |mut bits, byte| {
        write!(bits, "{byte:08b}").expect("a string can be written to");
        bits
    });
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let fives =
        bits.as_bytes().chunks(5).map(|five| five.iter().fold(0, |value, bit| value * 2 + usize::from(bit - b'0')));
    fives.filter_map(|five| letters.chars().nth(five)).collect()
}

/// Makes sure that docs/login.md has this recipe, and logs in with it.
#[track_caller]
fn logs_in(recipe: &str, sandbox: &Sandbox, sts: &StandIn) {
    let page = include_str!("../../docs/login.md");
    assert!(page.contains(&format!("mfa_process = {recipe}\n")), "not in docs/login.md: {recipe}");
    sandbox.write("config", format!("{DEFAULT_CONFIG}mfa_process = {recipe}\n").as_bytes());
    sandbox.run(&["login"]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
}

#[test]
#[ignore = "needs oathtool: run tests/run"]
fn oathtool_with_a_seed_in_a_file() {
    let sts = StandIn::start();
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS).using(&sts);
    std::fs::write(sandbox.path("mfa-seed"), format!("{}\n", seed())).expect("it is writable");
    logs_in("oathtool --totp --base32 @$HOME/.aws/mfa-seed", &sandbox, &sts);
}

/// Creates a password store in the home, and stores this text with these arguments of `pass`.
fn store(sandbox: &Sandbox, insert: &[&str], secret: &str) {
    let run = |program: &str, arguments: &[&str], input: &str| {
        let mut command = sandbox.program(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it is installed");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
        assert!(child.wait().expect("it ends").success(), "{program} {arguments:?}");
    };
    let user = "ada@example.com";
    run("gpg", &["--batch", "--passphrase", "", "--quick-gen-key", user, "default", "default", "never"], "");
    run("pass", &["init", user], "");
    run("pass", insert, secret);
}

/// gpg leaves a program behind that would outlive the home.
fn end_agent(sandbox: &Sandbox) {
    let status = sandbox.program("gpgconf").args(["--kill", "gpg-agent"]).status();
    assert!(status.expect("it is installed").success());
}

#[test]
#[ignore = "needs pass and pass-otp: run tests/run"]
fn pass_otp() {
    let sts = StandIn::start();
    let sandbox = Sandbox::with(DEFAULT_CONFIG, DEFAULT_CREDENTIALS).using(&sts);
    store(&sandbox, &["otp", "insert", "aws"], &format!("otpauth://totp/aws?secret={}&issuer=aws\n", seed()));
    logs_in("pass otp aws", &sandbox, &sts);
    end_agent(&sandbox);
}

#[test]
#[ignore = "needs pass: run tests/run"]
fn the_key_itself_from_pass() {
    let page = include_str!("../../docs/comparison.md");
    let recipe = "credential_process = pass show aws/key\n";
    assert_eq!(page.matches(recipe).count(), 2, "not on the page: {recipe}");
    let is_key = |line: &&str| line.starts_with("{\"Version\": 1");
    let key = page.lines().find(is_key).expect("the page shows what is stored");
    let sts = StandIn::start();
    let sandbox = Sandbox::with(format!("{DEFAULT_CONFIG}{recipe}"), "").using(&sts);
    store(&sandbox, &["insert", "--multiline", "aws/key"], key);
    sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
    assert_eq!(sts.count("GetSessionToken"), 1);
    assert!(!sandbox.credentials_text().contains("AKIA"), "the key is not in the file");
    end_agent(&sandbox);
}
