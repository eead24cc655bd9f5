//! No key, token or code in anything that is printed, and none handed to other programs.

use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::{Fault, StandIn};

#[test]
fn no_secret_is_printed_by_any_command_in_success_or_failure() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    let mut codes = Vec::new();
    let mut printed = String::new();
    let faults = [
        None,
        Some(Fault::TruncatedXml),
        Some(Fault::EmptyField("SessionToken")),
        Some(Fault::MissingField("Expiration")),
        Some(Fault::DropAfterProcessing),
        Some(Fault::Html200),
        None,
    ];
    for fault in faults {
        if let Some(fault) = fault {
            sts.fault(fault, 1);
        }
        let code = sts.fresh_code(SERIAL);
        let ran = sandbox.run(&["--debug", "login", "--token-code", &code]);
        printed.push_str(&(ran.stdout + &ran.stderr));
        codes.push(code);
    }
    let used = codes.first().expect("a code").clone();
    for arguments in [
        ["--debug", "status"].as_slice(),
        &["--debug", "login", "--dry-run"],
        &["--debug", "login", "--token-code", &used],
        &["--debug", "logout"],
    ] {
        let ran = sandbox.run(arguments);
        printed.push_str(&(ran.stdout + &ran.stderr));
    }
    assert!(sts.sessions().len() >= 6, "the faults were met after STS had answered");
    let mut secrets = codes;
    secrets.push("wJalrXUtnFEMI".to_owned());
    for session in sts.sessions() {
        secrets.push(session.secret_access_key);
        secrets.push(session.session_token[..24].to_owned());
    }
    for secret in secrets {
        assert!(!printed.contains(&secret), "{secret} in:\n{printed}");
    }
}

#[test]
fn text_from_files_and_the_network_cannot_control_the_terminal() {
    let config = "[default]\nmfa_serial = arn:aws:iam::123456789012:mfa/ada\n[profile a\u{1B}[31mb]\nx = 1\n";
    let said = Sandbox::with(config, DEFAULT_CREDENTIALS).run(&["status", "nobody"]).expect(253);
    assert!(said.contains("a\\u{1b}[31mb") && !said.contains('\u{1B}'), "{said:?}");
}

#[test]
fn mfa_process_receives_no_secret() {
    let sts = StandIn::start();
    let process = if cfg!(windows) { "set > env.txt & type code.txt" } else { "sh -c 'env > env.txt; cat code.txt'" };
    let config = format!("{DEFAULT_CONFIG}mfa_process = {process}\n");
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    std::fs::write(sandbox.home().join("code.txt"), sts.fresh_code(SERIAL)).expect("it is writable");
    sandbox.run(&["login"]).expect(0);
    let environment = std::fs::read_to_string(sandbox.home().join("env.txt")).expect("it was written");
    assert!(!environment.contains("wJalr") && !environment.contains("AKIA"), "{environment}");
}
