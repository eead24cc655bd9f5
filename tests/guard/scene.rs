//! Runs of the release build on files of some size, under programs that measure it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::support::many;
use crate::support::sandbox::{Ran, SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// A command line, and whether the file has a session at its start. `login` gets a code.
#[derive(Clone, Copy)]
pub struct Case {
    pub arguments: &'static [&'static str],
    pub logged_in: bool,
}

pub const VERSION: Case = Case { arguments: &["--version"], logged_in: false };
pub const STATUS: Case = Case { arguments: &["status"], logged_in: true };
/// The command of a shell prompt.
pub const PROMPT: Case = Case { arguments: &["status", "--format", "{profile} {left}"], logged_in: true };
pub const ENV: Case = Case { arguments: &["env", "--shell", "posix"], logged_in: true };
pub const LIST: Case = Case { arguments: &["list"], logged_in: true };
pub const LOGOUT: Case = Case { arguments: &["logout"], logged_in: true };
pub const LOGIN: Case = Case { arguments: &["login", "--token-code"], logged_in: false };

impl Case {
    pub fn name(self) -> &'static str {
        self.arguments.first().copied().unwrap_or_default()
    }

    /// A home with files of this many profiles.
    pub fn sandbox(self, profiles: usize, sts: &StandIn) -> Sandbox {
        self.sandbox_of(many::TARGET, profiles, sts)
    }

    /// The same with another name for the session profile, and for its source.
    pub fn sandbox_of(self, target: &str, profiles: usize, sts: &StandIn) -> Sandbox {
        let credentials = if self.logged_in { many::credentials_with_session } else { many::credentials };
        let [config, credentials] =
            [many::config(profiles), credentials(profiles)].map(|text| text.replace(many::TARGET, target));
        let mut sandbox = Sandbox::with(config, credentials).using(sts);
        sandbox.set("AWS_PROFILE", target);
        sandbox
    }

    /// Runs a command of `awsmfa` under another program, which gets these arguments, and makes sure that it succeeds.
    pub fn run_under(self, measure: &[&str], awsmfa: &Path, sandbox: &Sandbox, sts: &StandIn) -> Ran {
        let [program, options @ ..] = measure else { panic!("a program is wanted") };
        let mut command: Command = sandbox.program(program);
        command.args(options).arg(awsmfa).args(self.arguments);
        if self.arguments == LOGIN.arguments {
            command.arg(sts.fresh_code(SERIAL));
        }
        let ran = Ran::from(command.output().unwrap_or_else(|error| panic!("{program}: {error}")));
        assert_eq!(ran.code, 0, "{self:?}: {}", ran.stderr);
        ran
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The number of instructions that callgrind has counted, from its file.
pub fn total(counts: &Path) -> u64 {
    let text = fs::read_to_string(counts).expect("valgrind has written it");
    let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
    total.and_then(|total| total.trim().parse().ok()).expect("callgrind ends with the total")
}

/// Adds a line to what tests/run prints at the end.
pub fn report(line: &str) {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/guard.txt");
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the folder is Cargo's");
    writeln!(file, "{line}").expect("there is disk space");
}
