//! The instructions of a command, from the loader to the exit.

use std::path::Path;

use crate::scene::{Case, ENV, LIST, LOGIN, LOGOUT, PROMPT, STATUS, VERSION, report, total};
use crate::support::many;
use crate::support::programs::releases;
use crate::support::sts::StandIn;

/// Command, profiles, and thousands of instructions at most, for either program: the measured count (rustc 1.95, glibc
/// 2.36, AVX2) and 15 % more, because other compilers, C libraries and processors give other counts. Bytes that are
/// copied or wiped count one by one.
const LIMITS: [(Case, usize, [u64; 2]); 8] = [
    (VERSION, 3, [655, 95]),
    (STATUS, 3, [920, 376]),
    (ENV, 3, [935, 393]),
    (STATUS, 10_000, [3_870, 1_790]),
    (LOGOUT, 10_000, [10_470, 5_560]),
    (LIST, 10_000, [900_000, 992_000]),
    (LOGIN, 3, [4_350, 4_000]),
    (LOGIN, 10_000, [106_100, 95_400]),
];

/// A profile whose name also occurs in other text may take this many times the instructions of one whose name does not:
/// the measured ratio and 15 % more. Every header is looked at for it, which takes longer than a search for the name.
const COMMON_NAME: [(Case, f64); 4] = [(STATUS, 3.9), (ENV, 4.1), (LOGOUT, 1.8), (LOGIN, 1.35)];

/// `status --format`, which a shell runs for each prompt, may take this many times the instructions of `status`.
const PROMPT_RATIO: f64 = 1.03;

/// Ten times the profiles may take this many times the instructions, after those of a command without any profile are
/// subtracted.
const GROWTH: f64 = 11.0;

/// Counts all instructions, including those of the loader and of each thread.
fn count(awsmfa: &Path, case: Case, profiles: usize) -> u64 {
    count_of(many::TARGET, awsmfa, case, profiles)
}

/// Counts the instructions for a session profile with this name.
fn count_of(target: &str, awsmfa: &Path, case: Case, profiles: usize) -> u64 {
    let sts = StandIn::start();
    let sandbox = case.sandbox_of(target, profiles, &sts);
    let counts = sandbox.home().join("counts");
    let output = format!("--callgrind-out-file={}", counts.display());
    case.run_under(&["valgrind", "--quiet", "--tool=callgrind", &output], awsmfa, &sandbox, &sts);
    total(&counts)
}

#[test]
#[ignore = "needs valgrind and the release build: run tests/run"]
fn no_command_takes_more_instructions_than_its_limit() {
    let mut too_dear = Vec::new();
    for (which, (name, awsmfa)) in releases().into_iter().enumerate() {
        for (case, profiles, limits) in LIMITS {
            let limit = limits[which];
            let thousands = count(&awsmfa, case, profiles) / 1000;
            let line =
                format!("{name}{case:?} of {profiles} profiles: {thousands} thousand instructions, at most {limit}");
            report(&line);
            if thousands > limit {
                too_dear.push(line);
            }
        }
    }
    assert!(too_dear.is_empty(), "{}", too_dear.join("\n"));
}

#[test]
#[ignore = "needs valgrind and the release build: run tests/run"]
fn a_prompt_takes_hardly_more_instructions_than_status() {
    for (name, awsmfa) in releases() {
        let [status, prompt] = [STATUS, PROMPT].map(|case| count(&awsmfa, case, 3) as f64);
        let ratio = prompt / status;
        let line = format!("{name}status --format: {ratio:.3} times the instructions of status");
        report(&format!("{line}, at most {PROMPT_RATIO}"));
        assert!(ratio <= PROMPT_RATIO, "{line}");
    }
}

#[test]
#[ignore = "needs valgrind and the release build: run tests/run"]
fn the_cost_grows_no_faster_than_the_files() {
    for (name, awsmfa) in releases() {
        for case in [STATUS, ENV, LIST, LOGOUT, LOGIN] {
            let [few, many, most] = [1, 1_001, 10_001].map(|profiles| count(&awsmfa, case, profiles) as f64);
            let growth = (most - few) / (many - few);
            let line = format!("{name}{case:?}: ten times the profiles cost {growth:.1} times the instructions");
            report(&format!("{line}, at most {GROWTH}"));
            assert!(growth <= GROWTH, "{name}{case:?}: {few}, {many}, {most} instructions");
        }
    }
}

#[test]
#[ignore = "needs valgrind and the release build: run tests/run"]
fn a_name_that_occurs_in_other_text_takes_no_more_instructions_than_its_limit() {
    let mut too_dear = Vec::new();
    for (which, awsmfa) in releases() {
        for (case, limit) in COMMON_NAME {
            let rare = count(&awsmfa, case, 10_000) as f64;
            for name in ["w", "aws", "eu-west-1"] {
                let ratio = count_of(name, &awsmfa, case, 10_000) as f64 / rare;
                let line = format!("{which}{case:?} of '{name}': {ratio:.2} times the instructions of 'work'");
                report(&format!("{line}, at most {limit}"));
                if ratio > limit {
                    too_dear.push(line);
                }
            }
        }
    }
    assert!(too_dear.is_empty(), "{}", too_dear.join("\n"));
}
