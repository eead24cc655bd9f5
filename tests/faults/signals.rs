//! Ctrl-C and other signals, at random moments of a login and a logout.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::aftermath::{Counts, Ending, judge};
use crate::scene::{Action, Kind, Scene};
use crate::support::child::DEFAULT_SIGNALS;
use crate::support::sandbox::Ran;
use crate::support::sts::Fault;

const TRIALS: u64 = 200;

/// Fixed, so that the moments are about the same in each run.
const SEED: u64 = 5;

/// A linear congruential generator: enough to scatter moments.
struct Moments(u64);

impl Moments {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn start(scene: &Scene) -> std::process::Child {
    let mut command = scene.sandbox.command_with(DEFAULT_SIGNALS);
    command.args(scene.arguments()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs")
}

/// The shortest duration of an undisturbed run.
fn usual_time(kind: Kind, action: Action) -> Duration {
    let time = || {
        let scene = Scene::new(kind, action);
        let started = Instant::now();
        assert!(start(&scene).wait_with_output().expect("it ends").status.success());
        started.elapsed()
    };
    (0..5).map(|_| time()).min().unwrap_or_default()
}

fn send(signal: &str, pid: u32) {
    // The process may have ended already.
    let _ = Command::new("kill").args([signal, &pid.to_string()]).stderr(Stdio::null()).status();
}

/// The expected ends: 128 and the signal's number; the signal itself, before anything is done; or success, if it is too
/// late.
fn is_ending_of(output: &Output, number: i32) -> bool {
    output.status.signal() == Some(number) || output.status.code() == Some(128 + number) || output.status.success()
}

#[test]
fn a_signal_at_any_moment_leaves_the_file_whole_and_the_session_safe() {
    let mut moments = Moments(SEED);
    let mut total = Counts::default();
    let (mut complaints, mut interrupted, mut in_time) = (Vec::new(), 0, 0);
    let scenes = [(Kind::Plain, Action::Login), (Kind::Linked, Action::Login), (Kind::Plain, Action::Logout)];
    let usual: Vec<Duration> = scenes.iter().map(|(kind, action)| usual_time(*kind, *action)).collect();
    for trial in 0..TRIALS {
        let chosen = usize::try_from(trial % 3).expect("below 3");
        let (kind, action) = scenes[chosen];
        let scene = Scene::new(kind, action);
        let (signal, number) = if trial % 2 == 0 { ("-INT", 2) } else { ("-TERM", 15) };
        let limit = u64::try_from(usual[chosen].as_micros()).expect("it is short");
        let run = start(&scene);
        std::thread::sleep(Duration::from_micros(moments.below(limit)));
        send(signal, run.id());
        let output = run.wait_with_output().expect("it ends");
        if !is_ending_of(&output, number) {
            complaints.push(format!("{signal}: {:?}", output.status));
        }
        interrupted += usize::from(!output.status.success());
        in_time += usize::from(output.status.success());
        // The status is checked above; this checks the files.
        let ran = Ran { code: -1, ..Ran::from(output) };
        let (counts, found) =
            judge(&scene, &ran, Ending { killed: true, mute: true, in_memory: false, in_flight: true });
        total.add(counts);
        complaints.extend(found);
    }
    crate::report(&format!("signals: {interrupted} runs interrupted, {in_time} done before; {total}"));
    assert!(total.is_clean() && complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(interrupted > 20 && in_time > 0, "the moments miss the runs: {interrupted}, {in_time}");
}

#[test]
fn a_signal_during_the_request_waits_briefly_for_the_answer() {
    let scene = Scene::new(Kind::Plain, Action::Login);
    scene.sts.fault(Fault::Slow(Duration::from_millis(400)), 1);
    let ended = interrupt_call(&scene);
    assert_eq!(ended.0, Some(130));
    let said = scene.sandbox.run(&["login"]).expect(0);
    assert!(said.contains("from an interrupted login"), "{said}");
    assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
    assert_eq!(scene.sandbox.listing(), ["config", "credentials"]);

    let scene = Scene::new(Kind::Plain, Action::Login);
    scene.sts.fault(Fault::Hang, 1);
    let (code, time) = interrupt_call(&scene);
    assert!(code == Some(130) && time < Duration::from_secs(4), "{code:?}, {time:?}");
    assert_eq!((scene.sandbox.credentials_text(), scene.sandbox.listing().len()), (scene.old(), 2));
}

/// Interrupts a login during the request; returns its exit status and duration.
fn interrupt_call(scene: &Scene) -> (Option<i32>, Duration) {
    let run = start(scene);
    while scene.sts.calls().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let started = Instant::now();
    send("-INT", run.id());
    let output = run.wait_with_output().expect("it ends");
    (output.status.code(), started.elapsed())
}
