//! The memory of commands, and the size of the program.

use std::fs;

use crate::scene::{Case, LIST, LOGIN, LOGOUT, STATUS, report};
use crate::support::programs::releases;
use crate::support::sts::StandIn;

const MIB: u64 = 1024 * 1024;

/// Bytes of the program: a third more than what it has with aws-config.
const MAX_SIZE: u64 = 9 * MIB;

const COMMANDS: [Case; 4] = [STATUS, LOGOUT, LOGIN, LIST];

/// The number of copies of both files in memory, beside [`PROGRAM`]: the old and the new content.
const COPIES: u64 = 2;

/// The program, its libraries, and all memory that does not grow with the files.
const PROGRAM: u64 = 10 * MIB;

#[test]
#[ignore = "needs GNU time and the release build: run tests/run"]
fn memory_is_twice_the_files_and_10_mib_at_most() {
    let sts = StandIn::start();
    for (name, awsmfa) in releases() {
        for case in COMMANDS {
            let sandbox = case.sandbox(10_000, &sts);
            let size = |name| fs::metadata(sandbox.path(name)).expect("it is there").len();
            let limit = COPIES * (size("config") + size("credentials")) + PROGRAM;
            // GNU time prints what the kernel saw, in KiB, as the last line. It is small itself: its own memory would
            // count.
            let ran = case.run_under(&["/usr/bin/time", "--format", "%M"], &awsmfa, &sandbox, &sts);
            let last = ran.stderr.lines().last().and_then(|line| line.parse::<u64>().ok());
            let peak = last.expect("GNU time says it last") * 1024;
            let line = format!("{name}{case:?} of 10000 profiles: {} KiB of memory", peak / 1024);
            report(&format!("{line}, at most {}", limit / 1024));
            assert!(peak <= limit, "{name}{case:?}: {peak} of {limit} bytes");
        }
    }
}

#[test]
#[ignore = "needs the release build: run tests/run"]
fn the_program_is_within_its_size_limit() {
    for (name, awsmfa) in releases() {
        let size = fs::metadata(awsmfa).expect("it was built").len();
        report(&format!("the {name}program: {size} bytes, less than {MAX_SIZE}"));
        assert!(size < MAX_SIZE, "{size} bytes");
    }
}
