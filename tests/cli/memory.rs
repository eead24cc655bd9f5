//! Memory is wiped when it is given back: a core of a process that is about to end holds no key and no token.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::programs::static_release;
use crate::support::sandbox::{DEFAULT_CONFIG, Ran, SERIAL, Sandbox};
use crate::support::sts::StandIn;

const KEY: &str = "[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The memory of the process at its end.
fn core_at_exit(awsmfa: &Path, sandbox: &Sandbox, arguments: &[&str]) -> (Ran, Vec<u8>) {
    let core = sandbox.home().join("core");
    let mut command = sandbox.program("gdb");
    command.args([
        "-q",
        "-batch",
        "-ex",
        "set debuginfod enabled off",
        "-ex",
        "catch syscall exit_group",
        "-ex",
        "run",
    ]);
    command.args(["-ex", &format!("generate-core-file {}", core.display()), "-ex", "kill", "--args"]);
    command.arg(awsmfa).args(arguments);
    let ran = Ran::from(command.output().expect("gdb runs"));
    let bytes = fs::read(&core).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    fs::remove_file(&core).expect("it was written");
    (ran, bytes)
}

fn holds(core: &[u8], text: &str) -> bool {
    memchr::memmem::find(core, text.as_bytes()).is_some()
}

#[test]
#[ignore = "needs gdb: run tests/run"]
fn a_process_that_ends_has_wiped_every_key_and_token() {
    // The static one has another allocator.
    let programs = [Some(PathBuf::from(env!("CARGO_BIN_EXE_awsmfa"))), static_release()];
    programs.iter().flatten().for_each(|awsmfa| wipes_every_key_and_token(awsmfa));
}

fn wipes_every_key_and_token(awsmfa: &Path) {
    let sts = StandIn::start();
    let sandbox = Sandbox::with(DEFAULT_CONFIG, KEY).using(&sts);
    let code = sts.fresh_code(SERIAL);
    let (ran, first) = core_at_exit(awsmfa, &sandbox, &["login", "--token-code", &code]);
    let session = sts.sessions().pop().unwrap_or_else(|| panic!("{ran:?}"));
    assert!(holds(&first, "default-session"), "it is the memory of awsmfa");
    let mut cores = vec![("login", first)];
    for arguments in [["status"].as_slice(), &["env", "--shell", "posix"], &["credential-process"], &["logout"]] {
        let what = arguments.first().copied().unwrap_or_default();
        cores.push((what, core_at_exit(awsmfa, &sandbox, arguments).1));
    }
    let failing = ["login", "--force", "--token-code", "123456", "--endpoint-url", "http://127.0.0.1:9"];
    cores.push(("a login that fails", core_at_exit(awsmfa, &sandbox, &failing).1));
    for (what, core) in cores {
        for (kind, text) in [
            ("permanent secret", SECRET),
            ("session's secret", &session.secret_access_key),
            ("session token", &session.session_token),
        ] {
            assert!(!holds(&core, text), "{}: the {kind} is in memory at the end of {what}", awsmfa.display());
        }
    }
}
