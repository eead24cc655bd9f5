//! The time until the picker of many profiles is shown, and until it has reacted to a key.

use std::io::{Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::wait::WaitStatus;
use rexpect::process::PtyProcess;

use crate::scene::{STATUS, report};
use crate::support::programs::releases;
use crate::support::sts::StandIn;

const PROFILES: usize = 2_000;
/// On an idle machine, the picker is there after 25 ms, and that of the static program after 42 ms. A busy one takes
/// longer.
const SHOWN: Duration = Duration::from_millis(75);
const KEY: Duration = Duration::from_millis(10);

/// Measured several times, because other programs use the machine, too. The shortest times count.
const RUNS: usize = 7;

/// The keys to type, each with a line that appears after it.
const KEYS: [(&str, &str); 4] =
    [("1", "account-10 "), ("9", "account-119 "), ("9", "account-1199 "), ("8", "account-1998 ")];

/// Starts the picker on a pseudo-terminal. Returns the time until it was shown, and the longest time for a key.
fn measure(awsmfa: &Path) -> (Duration, Duration) {
    let sandbox = STATUS.sandbox(PROFILES, &StandIn::start());
    let mut command = sandbox.program(awsmfa);
    command.args(["use", "--shell", "posix"]).env("TERM", "xterm").env("NO_COLOR", "1");
    let start = Instant::now();
    let process = PtyProcess::new(command).expect("a pseudo-terminal can be made");
    let mut terminal = process.get_file_handle().expect("it is open");
    wait_for(&mut terminal, "change nothing]");
    let shown = start.elapsed();
    let mut longest = Duration::ZERO;
    for (key, text) in KEYS {
        let start = Instant::now();
        terminal.write_all(key.as_bytes()).expect("it reads");
        wait_for(&mut terminal, text);
        longest = longest.max(start.elapsed());
    }
    terminal.write_all(b"\x1b").expect("it reads");
    wait_for(&mut terminal, "no profile was selected");
    assert!(matches!(process.wait(), Ok(WaitStatus::Exited(_, 130))));
    (shown, longest)
}

/// Reads until this text has come.
fn wait_for(terminal: &mut impl Read, text: &str) {
    let (mut printed, mut part) = (Vec::new(), [0; 4096]);
    while !String::from_utf8_lossy(&printed).contains(text) {
        let length = terminal.read(&mut part).expect("the picker runs");
        printed.extend_from_slice(part.get(..length).unwrap_or_default());
    }
}

#[test]
#[ignore = "needs the release build: run tests/run"]
fn the_picker_of_2000_profiles_is_shown_at_once_and_follows_each_key() {
    for (name, awsmfa) in releases() {
        let times: Vec<_> = (0..RUNS).map(|_| measure(&awsmfa)).collect();
        let shown = times.iter().map(|(shown, _)| *shown).min().expect("there are runs");
        let key = times.iter().map(|(_, key)| *key).min().expect("there are runs");
        let line = format!("{name}picker of {PROFILES} profiles: shown after {shown:.1?}, a key takes {key:.1?}");
        report(&format!("{line}, at most {SHOWN:?} and {KEY:?}"));
        assert!(shown <= SHOWN && key <= KEY, "{line}");
    }
}
