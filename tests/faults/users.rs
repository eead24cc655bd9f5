//! Runs of the program as a user other than root, with a umask.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use crate::support::sandbox::{Ran, Sandbox};

/// The user id of `nobody`.
pub const OTHER_USER: u32 = 65534;

pub fn am_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|metadata| std::os::unix::fs::MetadataExt::uid(&metadata) == 0)
}

/// Gives a home to a user other than root, if the tests run as root.
pub fn give_away(sandbox: &Sandbox) {
    if am_root() {
        give_away_below(sandbox.home());
    }
}

fn give_away_below(path: &Path) {
    std::os::unix::fs::lchown(path, Some(OTHER_USER), Some(OTHER_USER)).expect("root may");
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).expect("it is there").flatten() {
            give_away_below(&entry.path());
        }
    }
}

/// Runs the program as a user other than root.
pub fn run(sandbox: &Sandbox, umask: &str, arguments: &[&str]) -> Ran {
    let mut program = Path::new(env!("CARGO_BIN_EXE_awsmfa")).to_owned();
    let mut command = sandbox.program("sh");
    command.args(["-c", "umask \"$0\"; exec \"$@\"", umask]);
    if am_root() {
        // The program itself may be in a folder that only root can read.
        let copy = sandbox.home().join("awsmfa");
        if !copy.exists() {
            fs::copy(&program, &copy).expect("it can be copied");
            chown(&copy, Some(OTHER_USER), Some(OTHER_USER)).expect("root may");
        }
        program = copy;
        let id = OTHER_USER.to_string();
        command.args(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"]);
    }
    Ran::from(command.arg(program).args(arguments).output().expect("setpriv is there"))
}

/// Runs a command of the system and returns whether it succeeded.
pub fn works(program: &str, arguments: &[&dyn AsRef<std::ffi::OsStr>]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments);
    command.output().is_ok_and(|output| output.status.success())
}
