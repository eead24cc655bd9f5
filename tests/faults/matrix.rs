//! Every system call on files that a login and a logout make, broken in turn.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::aftermath::{Counts, Ending, judge};
use crate::scene::{Action, Kind, Scene};
use crate::support::sandbox::Ran;
use crate::tracer::{self, Point};

pub const KILL: &str = "signal=KILL";
const FAULTS: [&str; 5] = [KILL, "error=ENOSPC", "error=EIO", "error=EDQUOT", "error=EINTR"];

/// The number of retries if a run makes its calls in another order than the first one.
pub const ATTEMPTS: usize = 3;

struct Trial {
    kind: Kind,
    action: Action,
    point: Point,
    fault: &'static str,
    /// No file has held the session before this point.
    in_memory: bool,
}

fn trials(kind: Kind, action: Action) -> Vec<Trial> {
    let scene = Scene::new(kind, action);
    let (ran, points) = tracer::points(&scene.sandbox, &scene.arguments());
    ran.expect(0);
    assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
    // A session is requested after the rehearsal, and safe once it is written to its recovery file.
    let safe = points.iter().position(|point| point.call == "write" && point.about.contains(".awsmfa-recovery-"));
    let mut trials = Vec::new();
    for (index, point) in points.into_iter().enumerate() {
        let in_memory = safe.is_some_and(|safe| index <= safe);
        let faults = FAULTS.into_iter().filter(|fault| *fault == KILL || !point.closes_listed_folder);
        trials.extend(faults.map(|fault| {
            let in_memory = in_memory && fault == KILL;
            Trial { kind, action, point: point.clone(), fault, in_memory }
        }));
    }
    trials
}

fn carry_out(trial: &Trial) -> (Counts, Vec<String>) {
    for _ in 0..ATTEMPTS {
        let scene = Scene::new(trial.kind, trial.action);
        let (ran, met) = tracer::run_with_fault(&scene.sandbox, &scene.arguments(), &trial.point, trial.fault);
        let killed = trial.fault == KILL;
        if met && (!killed || was_killed(&ran)) {
            let ending =
                Ending { killed, mute: trial.point.is_message(), in_memory: trial.in_memory, in_flight: false };
            return judge(&scene, &ran, ending);
        }
    }
    (Counts { not_met: 1, ..Counts::default() }, vec!["the run did not come to this point".to_owned()])
}

pub fn was_killed(ran: &Ran) -> bool {
    ran.code == -1 || ran.code == 137
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn no_failed_call_and_no_kill_damages_the_file_or_loses_a_session() {
    let scenes = [
        (Kind::Plain, Action::Login),
        (Kind::Linked, Action::Login),
        (Kind::Missing, Action::Login),
        (Kind::Plain, Action::Logout),
        (Kind::Linked, Action::Logout),
    ];
    let mut total = Counts::default();
    let mut complaints = Vec::new();
    for (kind, action) in scenes {
        let trials = trials(kind, action);
        let (counts, found) = carry_out_all(&trials);
        crate::report(&format!("{action:?}, {kind:?}: {counts}"));
        total.add(counts);
        complaints.extend(found);
    }
    crate::report(&format!("faults in all: {total}"));
    assert!(total.is_clean(), "{}\n{total}", complaints.join("\n"));
}

fn carry_out_all(trials: &[Trial]) -> (Counts, Vec<String>) {
    let next = AtomicUsize::new(0);
    let found = Mutex::new((Counts::default(), Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(trial) = trials.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (counts, complaints) = carry_out(trial);
                    let mut found = found.lock().expect("no thread has panicked");
                    found.0.add(counts);
                    let Trial { kind, action, point, fault, .. } = trial;
                    let described =
                        complaints.iter().map(|what| format!("{action:?} {kind:?} {fault} {point:?}: {what}"));
                    found.1.extend(described);
                }
            });
        }
    });
    found.into_inner().expect("no thread has panicked")
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn a_sync_that_fails_after_the_rename_is_a_warning() {
    for action in [Action::Login, Action::Logout] {
        let scene = Scene::new(Kind::Plain, action);
        let (_, points) = tracer::points(&scene.sandbox, &scene.arguments());
        let is_of_folder = |point: &&Point| point.call == "fsync" && point.about == "/.aws";
        let folder = points.iter().rfind(is_of_folder).expect("the folder is synced");
        let scene = Scene::new(Kind::Plain, action);
        let (ran, met) = tracer::run_with_fault(&scene.sandbox, &scene.arguments(), folder, "error=EIO");
        let said = ran.expect(0);
        assert!(met && said.contains("cannot confirm"), "{said}");
        assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
    }
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn an_interrupted_lock_is_tried_again() {
    let scene = Scene::new(Kind::Plain, Action::Logout);
    let (_, points) = tracer::points(&scene.sandbox, &scene.arguments());
    let is_lock = |point: &&Point| point.call == "flock" && point.about == "/.aws/.awsmfa.lock";
    let lock = points.iter().find(is_lock).expect("there is one");
    let scene = Scene::new(Kind::Plain, Action::Logout);
    let (ran, met) = tracer::run_with_fault(&scene.sandbox, &scene.arguments(), lock, "error=EINTR");
    let said = ran.expect(0);
    assert!(met && !said.contains("cannot lock"), "{said}");
}
