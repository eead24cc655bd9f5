//! Signals and memory of `awsmfa key rotate`.

use std::path::Path;
use std::time::Duration;

use crate::key_rotate::{OLD, home, rotate, working_key};
use crate::memory::{core_at_exit, files_with, holds};
use crate::support::child::{DEFAULT_SIGNALS, await_that, signal, start, wait};
use crate::support::sts::{Fault, StandIn, User};

/// Ctrl-C waits for the answer with the new key, so that its secret is not lost.
#[test]
fn a_signal_during_the_request_loses_no_secret() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let sandbox = home(&sts);
    sts.fault_iam(Fault::Slow(Duration::ZERO));
    sts.fault_iam(Fault::Slow(Duration::from_millis(500)));
    let mut command = sandbox.command_with(DEFAULT_SIGNALS);
    let mut rotating = start(command.args(["key", "rotate"]).stderr(std::process::Stdio::null()));
    await_that("the key is created", || sts.keys_of(&ada).len() == 2);
    signal(rotating.id(), "INT");
    assert_eq!(wait(&mut rotating).code(), Some(130));
    assert_eq!(working_key(&sts, &sandbox), OLD);
    rotate(&sandbox, &[]).expect(0);
    let new = working_key(&sts, &sandbox);
    assert_eq!(sts.keys_of(&ada), [(OLD.to_owned(), false), (new, true)]);
}

#[test]
#[ignore = "needs gdb: run tests/run"]
fn the_secrets_are_in_the_file_and_in_the_record_and_nowhere_else() {
    let (sts, ada) = (StandIn::start(), User::ada());
    let sandbox = home(&sts);
    let awsmfa = Path::new(env!("CARGO_BIN_EXE_awsmfa"));
    for (flags, places) in [(["--debug"].as_slice(), 2), (&["--debug", "--finish"], 1)] {
        let (ran, core) = core_at_exit(awsmfa, &sandbox, &[&["key", "rotate"], flags].concat());
        assert!(ran.stderr.contains("created the access key") == (places == 2), "{ran:?}");
        let secrets = sts.secrets_of(&ada);
        assert!(!secrets.is_empty());
        for secret in secrets {
            assert!(!holds(&core, &secret), "it is in memory at the end of {flags:?}");
            assert!(!ran.stdout.contains(&secret) && !ran.stderr.contains(&secret), "{flags:?}");
            let found = files_with(&secret, sandbox.home());
            assert!(
                found.iter().all(|path| path.contains("/.aws/credentials") || path.contains("/rotation-")),
                "{found:?}"
            );
            assert!(found.len() <= places, "{found:?}");
        }
    }
}
