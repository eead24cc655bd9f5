//! The secret of a device leaves no trace: in no argument list while it is shown, and not in memory at the end.

use std::fs;

use rexpect::session::spawn_command;

use super::{answer, first_device};
use crate::memory::holds;
use crate::support::sts::authenticator::App;

/// The argument lists of all processes that this one may see.
fn argument_lists() -> Vec<String> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let lists = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lists.map(|list| String::from_utf8_lossy(&list).into_owned()).collect()
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs gdb: run tests/run"]
fn the_secret_is_in_no_argument_list_and_not_in_memory_at_the_end() {
    let (sts, sandbox) = first_device();
    let core = sandbox.home().join("core");
    let mut command = sandbox.program("sh");
    command.env("TERM", "dumb").args([
        "-c",
        "exec gdb \"$@\" </dev/tty",
        "sh",
        "-q",
        "--args",
        env!("CARGO_BIN_EXE_awsmfa"),
        "device",
        "enrol",
        "--text",
    ]);
    let mut session = spawn_command(command, Some(30_000)).expect("gdb can be run");
    // As options, gdb would run these without giving the terminal to the program.
    let settings = ["confirm off", "pagination off", "debuginfod enabled off", "environment TERM xterm-256color"];
    let settings = settings.map(|setting| format!("set {setting}"));
    for typed in settings.iter().map(String::as_str).chain(["catch syscall exit_group", "run"]) {
        answer(&mut session, "(gdb) ", typed);
    }
    session.exp_string("URI: ").expect("the URI");
    let mut app = App::scan(session.read_line().expect("the URI").trim());
    let seed = sts.seeds().pop().expect("a seed");
    assert!(argument_lists().iter().any(|list| list.contains("enrol")), "this looks at the right processes");
    assert!(!argument_lists().iter().any(|list| list.contains(&seed)), "it is in an argument list");
    let codes = [app.code(), app.code()];
    answer(&mut session, "First code: ", &codes[0]);
    answer(&mut session, "Next code: ", &codes[1]);
    answer(&mut session, "(gdb) ", &format!("generate-core-file {}", core.display()));
    answer(&mut session, "(gdb) ", "kill");
    answer(&mut session, "(gdb) ", "quit");
    session.exp_eof().expect("it ends");
    let memory = fs::read(&core).expect("there is a core");
    assert!(holds(&memory, "the MFA device "), "it is the memory of awsmfa");
    assert!(!holds(&memory, &seed), "the secret is in memory");
}
