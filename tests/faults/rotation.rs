//! Every system call on files that the rotation of a key makes, broken in turn: a working key is in the file at every
//! moment, and the next runs complete the rotation.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::matrix::{ATTEMPTS, KILL, was_killed};
use crate::support::caller::identity_of;
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::{StandIn, User};
use crate::tracer::{self, Point};

const FAULTS: [&str; 3] = [KILL, "error=ENOSPC", "error=EIO"];
const OLD: &str = "AKIAIOSFODNN7EXAMPLE";
const ROTATE: [&str; 2] = ["key", "rotate"];

struct World {
    sts: StandIn,
    sandbox: Sandbox,
}

impl World {
    fn new() -> Self {
        let sts = StandIn::start();
        let mut sandbox = Sandbox::new().using(&sts);
        sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
        sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        Self { sts, sandbox }
    }

    /// The ID of the key in the file, if it works.
    fn working_key(&self) -> Result<String, String> {
        let text = self.sandbox.credentials_text();
        let id = text.lines().find_map(|line| line.strip_prefix("aws_access_key_id = "));
        let id = id.ok_or_else(|| format!("no key: {text}"))?.to_owned();
        match identity_of(&self.sts.url(), &self.sandbox.credentials(), "default") {
            Ok(arn) if arn == User::ada().arn() => Ok(id),
            other => Err(format!("the key {id} does not work: {other:?}")),
        }
    }

    /// Runs the command until the rotation is complete. Returns whether a key without a secret was left over.
    fn complete(&self) -> Result<bool, String> {
        let mut has_orphan = false;
        for _ in 0..3 {
            let ran = self.sandbox.run(&ROTATE);
            if ran.code == 0 || ran.stderr.contains("is inactive, but not deleted") {
                let new = self.working_key()?;
                let expected = [(OLD.to_owned(), false), (new, true)];
                let keys = self.sts.keys_of(&User::ada());
                return if keys == expected { Ok(has_orphan) } else { Err(format!("{keys:?}")) };
            }
            let Some((_, id)) = ran.stderr.split_once("--delete ") else { return Err(ran.stderr) };
            let id = id.split('`').next().unwrap_or_default();
            self.sandbox.run(&["key", "rotate", "--delete", id]).expect(0);
            has_orphan = true;
        }
        Err("it is never complete".to_owned())
    }
}

/// Breaks the rotation at this point, and completes it. Returns whether a key without a secret was left over.
fn carry_out(point: &Point, fault: &str) -> Result<bool, String> {
    for _ in 0..ATTEMPTS {
        let world = World::new();
        let (ran, met) = tracer::run_with_fault(&world.sandbox, &ROTATE, point, fault);
        if met && (fault != KILL || was_killed(&ran)) {
            world.working_key()?;
            return world.complete();
        }
    }
    Err("the run did not come to this point".to_owned())
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn a_rotation_leaves_a_working_key_at_every_point() {
    let world = World::new();
    let (ran, points) = tracer::points(&world.sandbox, &ROTATE);
    ran.expect(0);
    // What comes before is the same as for other commands.
    let trials: Vec<(&Point, &str)> = points
        .iter()
        .skip_while(|point| !point.about.contains("/rotation-"))
        .flat_map(|point| FAULTS.map(|fault| (point, fault)))
        .filter(|(point, fault)| *fault == KILL || !point.closes_listed_folder)
        .collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new((Vec::new(), Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((point, fault)) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = carry_out(point, fault);
                    let mut found = found.lock().expect("no thread has panicked");
                    match result {
                        Ok(false) => {}
                        Ok(true) => found.0.push(format!("{fault} {point:?}")),
                        Err(what) => found.1.push(format!("{fault} {point:?}: {what}")),
                    }
                }
            });
        }
    });
    let (orphans, complaints) = found.into_inner().expect("no thread has panicked");
    crate::report(&format!("key rotate: {} faults, {} keys without a secret", trials.len(), orphans.len()));
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    // Only a kill between the answer and the next system call can lose the secret.
    assert!(orphans.len() <= 1 && orphans.iter().all(|orphan| orphan.starts_with(KILL)), "{}", orphans.join("\n"));
}
