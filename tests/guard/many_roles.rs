//! The cost of a login to many roles: instructions, wall time, connections and threads.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::scene::{Case, LOGIN, report, total};
use crate::support::distance;
use crate::support::many;
use crate::support::programs::releases;
use crate::support::sandbox::{Ran, SERIAL, Sandbox};
use crate::support::sts::StandIn;
use crate::support::tls::TlsFront;

/// Ten times the roles may take this many times the instructions, after those for one role are subtracted.
const GROWTH: f64 = 11.0;

/// Millions of instructions for 1,000 roles, for either program: the measured count of a renewal and 15 % more.
const THOUSAND: [u64; 2] = [2_376, 2_532];

/// The time for 100 roles behind 50 ms each way: 15 round trips.
const FAR: Duration = Duration::from_millis(1500);

/// The least time for them: three round trips for the code and seven for 100 roles, 16 at a time.
const NEAREST: Duration = Duration::from_millis(1000);

fn home(sts: &StandIn, roles: usize) -> Sandbox {
    Sandbox::with(many::config_with_roles(&sts.add_roles(roles)), many::credentials(1)).using(sts)
}

/// Runs `awsmfa login --all` under another program, which gets these arguments.
fn login_all(measure: &[&str], awsmfa: &Path, sandbox: &Sandbox, sts: &StandIn) {
    let mut words = measure.iter().map(Path::new).chain([awsmfa, Path::new("login"), Path::new("--all")]);
    let mut command: Command = sandbox.program(words.next().expect("a program"));
    command.args(words).args(["--token-code", &sts.fresh_code(SERIAL)]);
    Ran::from(command.output().expect("it runs")).expect(0);
}

/// Counts the instructions of a login, or of a second one, which renews the sessions of the first.
fn instructions(awsmfa: &Path, roles: usize, is_renewal: bool) -> u64 {
    let sts = StandIn::start();
    let sandbox = home(&sts, roles);
    if is_renewal {
        login_all(&["env"], awsmfa, &sandbox, &sts);
    }
    let counts = sandbox.home().join("counts");
    let output = format!("--callgrind-out-file={}", counts.display());
    login_all(&["valgrind", "--quiet", "--tool=callgrind", &output], awsmfa, &sandbox, &sts);
    total(&counts)
}

#[test]
#[ignore = "needs valgrind and the release build: run tests/run"]
fn the_cost_grows_no_faster_than_the_roles() {
    for ((name, awsmfa), limit) in releases().into_iter().zip(THOUSAND) {
        for (what, is_renewal) in [("login", false), ("renewal", true)] {
            let [one, hundred, thousand] = [1, 101, 1_001].map(|roles| instructions(&awsmfa, roles, is_renewal));
            let growth = (thousand - one) as f64 / (hundred - one) as f64;
            let millions = thousand / 1_000_000;
            report(&format!("{name}{what} of 1,000 roles: {millions} million instructions, at most {limit}"));
            report(&format!("{name}{what}: ten times the roles cost {growth:.1} times as many, at most {GROWTH}"));
            assert!(growth <= GROWTH, "{name}{what}: {one}, {hundred}, {thousand} instructions");
            assert!(millions <= limit, "{name}{what}: {millions} million instructions");
        }
    }
}

#[test]
#[ignore = "needs the release build: run tests/run"]
fn a_hundred_far_roles_take_15_round_trips_and_17_connections_at_most() {
    for (name, awsmfa) in releases() {
        // The fastest of some runs: the machine may be busy.
        let runs = (0..4).map(|_| {
            let sts = StandIn::start();
            let front = TlsFront::before(sts.addr());
            let mut sandbox = home(&sts, 100);
            sandbox.write("ca.pem", front.ca_pem.as_bytes());
            let far = distance::before(front.addr(), Duration::from_millis(50));
            sandbox.set("AWS_ENDPOINT_URL_STS", &format!("https://localhost:{}", far.port()));
            sandbox.set("AWS_CA_BUNDLE", &sandbox.path("ca.pem").display().to_string());
            let began = Instant::now();
            login_all(&["env"], &awsmfa, &sandbox, &sts);
            let took = began.elapsed();
            assert!(sts.connections() <= 17, "{name}{} connections", sts.connections());
            assert_eq!(sts.count("AssumeRole"), 100);
            assert!(took >= NEAREST, "{name}{took:?}: the server is not far away");
            took
        });
        let took = runs.min().expect("some runs");
        report(&format!("{name}login to 100 roles behind 50 ms each way: {took:.2?}, at most {FAR:.2?}"));
        assert!(took <= FAR, "{name}{took:?}");
    }
}

/// Counts the threads and processes that a command starts.
fn threads(awsmfa: &Path, sandbox: &Sandbox, run: impl Fn(&[&str], &Path, &Sandbox)) -> usize {
    let log = sandbox.home().join("strace");
    let log_option = log.display().to_string();
    run(&["strace", "--follow-forks", "--trace=clone,clone3,fork,vfork", "--output", &log_option], awsmfa, sandbox);
    let log = fs::read_to_string(log).expect("strace has written it");
    log.lines().filter(|line| line.contains("clone") || line.contains("fork(")).count()
}

#[test]
#[ignore = "needs strace and the release build: run tests/run"]
fn a_login_starts_no_thread_but_the_one_that_waits_for_signals() {
    for (name, awsmfa) in releases() {
        let sts = StandIn::start();
        let one: Case = LOGIN;
        let of_one = threads(&awsmfa, &one.sandbox(3, &sts), |measure, awsmfa, sandbox| {
            one.run_under(measure, awsmfa, sandbox, &sts);
        });
        let of_many = threads(&awsmfa, &home(&sts, 50), |measure, awsmfa, sandbox| {
            login_all(measure, awsmfa, sandbox, &sts);
        });
        assert_eq!((of_one, of_many), (1, 1), "{name}");
    }
}
