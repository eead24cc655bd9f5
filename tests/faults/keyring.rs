//! Kills and failing system calls while a key moves to the keyring, is rotated there, or comes back: the key that the
//! file holds or names works at every moment, and the next runs complete the move.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::matrix::{ATTEMPTS, KILL, was_killed};
use crate::support::caller::identity_of;
use crate::support::child::finish;
use crate::support::keyring::Keyring;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran, SERIAL, Sandbox};
use crate::support::sts::{StandIn, User};
use crate::tracer;

/// A fault at a call on a file, or a kill at a message to the keyring.
type Fault<'a> = Box<dyn Fn(&Sandbox, &[&str]) -> (Ran, bool) + Sync + 'a>;

struct World {
    sts: StandIn,
    sandbox: Sandbox,
    _keyring: Keyring,
}

impl World {
    /// A home in which these commands have been run.
    fn after(commands: &[&[&str]]) -> Self {
        let sts = StandIn::start();
        let mut sandbox = Sandbox::new().using(&sts);
        sandbox.set("AWS_ENDPOINT_URL_IAM", &sts.url());
        let keyring = Keyring::start(&mut sandbox);
        sandbox.run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
        for command in commands {
            sandbox.run(command).expect(0);
        }
        Self { sts, sandbox, _keyring: keyring }
    }

    /// Checks that the key works that is in the file, or in the keyring if the file says so.
    fn check(&self) -> Result<(), String> {
        let text = self.sandbox.credentials_text();
        let named = text.lines().find_map(|line| line.strip_prefix("awsmfa_keyring = "));
        let credentials = match named {
            Some(id) => {
                let mut command = self.sandbox.program("secret-tool");
                finish(command.args(["lookup", "service", "awsmfa", "username", id])).stdout
            }
            None => text,
        };
        match identity_of(&self.sts.url(), credentials.as_bytes(), "default") {
            Ok(arn) if arn == User::ada().arn() => Ok(()),
            other => Err(format!("the key does not work: {other:?}")),
        }
    }

    /// Checks the state after the command has been run to its end.
    fn check_end(&self, command: &[&str]) -> Result<(), String> {
        self.check()?;
        self.sandbox.run(&["logout"]).expect(0);
        let text = self.sandbox.credentials_text();
        let is_right = match command {
            [_, "restore"] => text == DEFAULT_CREDENTIALS,
            _ => text.contains("awsmfa_keyring") && !text.contains("aws_secret_access_key"),
        };
        if is_right { Ok(()) } else { Err(format!("not complete: {text}")) }
    }
}

/// Runs the command with the fault and then to its end.
fn carry_out(before: &[&[&str]], command: &[&str], fault: &Fault<'_>) -> Result<(), String> {
    for _ in 0..ATTEMPTS {
        let world = World::after(before);
        let (ran, met) = fault(&world.sandbox, command);
        if !met {
            continue;
        }
        world.check()?;
        let again = world.sandbox.run(command);
        // The first run may have completed it, or have left a key without a secret, which tests/faults/rotation.rs is about.
        let is_done = ["is not in the keyring", "is inactive, but not deleted", "--delete"];
        if again.code != 0 && !is_done.iter().any(|done| again.stderr.contains(done)) {
            return Err(format!("{}after {}", again.stderr, ran.stderr));
        }
        return world.check_end(command);
    }
    Err("the run did not come to this point".to_owned())
}

/// The faults at each call on a file, and a kill at each message to the keyring.
fn faults<'a>(before: &[&[&str]], command: &[&str]) -> Vec<(String, Fault<'a>)> {
    let world = World::after(before);
    let (ran, points) = tracer::points(&world.sandbox, command);
    ran.expect(0);
    let mut faults: Vec<(String, Fault<'a>)> = Vec::new();
    for point in points.into_iter().skip_while(|point| !point.about.contains("/rotation-")) {
        for fault in [KILL, "error=ENOSPC"] {
            if fault != KILL && (point.closes_listed_folder || !["write", "fsync", "renameat"].contains(&&*point.call))
            {
                continue;
            }
            let (name, point) = (format!("{fault} {point:?}"), point.clone());
            let run = move |sandbox: &Sandbox, command: &[&str]| {
                let (ran, met) = tracer::run_with_fault(sandbox, command, &point, fault);
                let met = met && (fault != KILL || was_killed(&ran));
                (ran, met)
            };
            faults.push((name, Box::new(run)));
        }
    }
    let world = World::after(before);
    let messages = tracer::run_with_kill_at_message(&world.sandbox, command, usize::MAX).1;
    for nth in 1..=messages {
        let run = move |sandbox: &Sandbox, command: &[&str]| {
            let (ran, _) = tracer::run_with_kill_at_message(sandbox, command, nth);
            let met = was_killed(&ran);
            (ran, met)
        };
        faults.push((format!("a kill at message {nth} to the keyring"), Box::new(run)));
    }
    faults
}

#[test]
#[ignore = "needs strace, gnome-keyring and secret-tool: run tests/run"]
fn a_key_that_moves_to_the_keyring_and_back_works_at_every_point() {
    let (store, rotate, restore) = (["key", "store"], ["key", "rotate"], ["key", "restore"]);
    let stored: &[&[&str]] = &[&store];
    for (before, command) in [(&[] as &[&[&str]], store), (stored, rotate), (stored, restore)] {
        let trials = faults(before, &command);
        let (next, complaints) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while let Some((name, fault)) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if let Err(what) = carry_out(before, &command, fault) {
                            complaints.lock().expect("no thread has panicked").push(format!("{name}: {what}"));
                        }
                    }
                });
            }
        });
        crate::report(&format!("{}: {} faults", command.join(" "), trials.len()));
        let complaints = complaints.into_inner().expect("no thread has panicked");
        assert!(complaints.is_empty(), "{}\n{}", command.join(" "), complaints.join("\n"));
    }
}
