//! Memory is wiped when it is freed: a core of a process that is about to end holds no key and no token.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::child::{await_that, wait};
use crate::support::programs::static_release;
use crate::support::sandbox::{DEFAULT_CONFIG, Ran, SERIAL, Sandbox};
use crate::support::sts::StandIn;

const KEY: &str = "[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";
const SESSION: &str = "[default-session]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = s
aws_session_token = t
expiration = 2099-12-31T23:59:59Z
";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The memory of the process at its end.
pub fn core_at_exit(awsmfa: &Path, sandbox: &Sandbox, arguments: &[&str]) -> (Ran, Vec<u8>) {
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

pub fn holds(core: &[u8], text: &str) -> bool {
    memchr::memmem::find(core, text.as_bytes()).is_some()
}

/// The files below a folder that contain the text.
pub fn files_with(text: &str, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(files_with(text, &path));
        } else if fs::read(&path).is_ok_and(|bytes| memchr::memmem::find(&bytes, text.as_bytes()).is_some()) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// The owner of the files in /proc about a process's memory: root if the kernel neither dumps it nor lets other
/// programs of the user look (proc(5)).
fn owner(pid: u32) -> u32 {
    fs::metadata(format!("/proc/{pid}/environ")).expect("it runs").uid()
}

#[test]
fn there_is_no_core_dump_and_no_access_to_memory_except_for_the_child_of_exec() {
    const USER: u32 = 65534;
    let mut sandbox = Sandbox::with(DEFAULT_CONFIG, format!("{KEY}{SESSION}"));
    sandbox.set("AWSMFA_MFA_PROCESS", "touch started; for i in $(seq 500); do test -e go && break; sleep 0.02; done");
    let home = sandbox.home().to_owned();
    let is_root = fs::metadata("/proc/self").expect("there is /proc").uid() == 0;
    // The program itself may be in a folder that only root can read; a copy by this process would be open in children
    // of other tests.
    let program = home.join("awsmfa");
    let copied = sandbox.program("cp").arg(env!("CARGO_BIN_EXE_awsmfa")).arg(&program).status();
    assert!(copied.expect("there is cp").success());
    let start = |arguments: &[&str]| {
        let mut command = sandbox.command();
        if is_root {
            for path in [home.clone(), home.join(".aws"), home.join(".aws/config"), home.join(".aws/credentials")] {
                chown(path, Some(USER), Some(USER)).expect("root may");
            }
            command = sandbox.program("setpriv");
            let user = USER.to_string();
            command.args(["--reuid", &user, "--regid", &user, "--clear-groups"]).arg(&program);
        }
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs")
    };
    let mut login = start(&["login", "--force"]);
    await_that("the program runs", || home.join("started").exists());
    let hidden = owner(login.id());
    fs::write(home.join("go"), "").expect("it is writable");
    wait(&mut login);
    let mut child = start(&["exec", "--", "sh", "-c", "touch child; exec sleep 20"]);
    await_that("the child runs", || home.join("child").exists());
    let shown = owner(child.id());
    child.kill().expect("it is ours");
    wait(&mut child);
    let user = fs::metadata(&home).expect("it is there").uid();
    assert_eq!((hidden, shown), (0, user));
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
