//! Other programs at the worst moments: one that writes in place, and one that stops while it holds the lock.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::scene::{Action, Kind, Scene};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran, SERIAL};
use crate::support::sts::Fault;

const MOMENT: Duration = Duration::from_millis(5);

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        sleep(MOMENT);
    }
}

fn start(mut command: Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs")
}

fn end(child: Child) -> Ran {
    Ran::from(child.wait_with_output().expect("it ends"))
}

/// A login under strace, which does something to it at a call.
fn login_with(scene: &Scene, inject: &str) -> Child {
    let mut command = scene.sandbox.program("strace");
    let call = inject.split(':').next().unwrap_or_default();
    command.args(["-f", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &format!("inject={inject}")]);
    command.arg(env!("CARGO_BIN_EXE_awsmfa")).args(scene.arguments());
    start(command)
}

fn unfinished(scene: &Scene) -> Option<PathBuf> {
    let name = scene.sandbox.listing().into_iter().find(|name| name.contains(".awsmfa-new-"))?;
    Some(scene.sandbox.path(&name))
}

/// The bytes that another program writes over the file.
fn grown() -> String {
    format!("{DEFAULT_CREDENTIALS}# grown\n[other]\nx = 1\n")
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn bytes_written_to_the_old_file_during_its_replacement_are_kept() {
    let scene = Scene::new(Kind::Plain, Action::Login);
    let login = login_with(&scene, "/^rename:delay_enter=1500000:when=1");
    wait_until("the new file", || {
        let text = unfinished(&scene).and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
        text.contains("expiration = ") && !scene.sts.sessions().is_empty()
    });
    // By now the file has been compared for the last time, and the rename is being held up.
    sleep(Duration::from_millis(500));
    let path = scene.sandbox.path("credentials");
    let mut writer = File::create(&path).expect("it is ours");
    let inode = writer.metadata().expect("it is open").ino();
    wait_until("the rename", || fs::metadata(&path).is_ok_and(|metadata| metadata.ino() != inode));
    writer.write_all(grown().as_bytes()).expect("it is open");
    end(login).expect(0);
    let text = scene.sandbox.credentials_text();
    assert!(text.starts_with(&grown()) && text.contains(&scene.sts.sessions()[0].session_token), "{text}");
    assert_eq!(scene.sandbox.listing(), ["config", "credentials"]);
}

/// Starts a login, and empties the file during the request, as programs do that write in place.
fn emptied(scene: &Scene) -> (Child, File) {
    scene.sts.fault(Fault::Slow(Duration::from_millis(200)), 1);
    let mut command = scene.sandbox.command();
    command.args(scene.arguments());
    let login = start(command);
    wait_until("the call", || !scene.sts.calls().is_empty());
    sleep(Duration::from_millis(100));
    (login, File::create(scene.sandbox.path("credentials")).expect("it is ours"))
}

#[test]
fn login_waits_for_a_file_that_is_being_written() {
    let scene = Scene::new(Kind::Plain, Action::Login);
    let (login, mut writer) = emptied(&scene);
    sleep(Duration::from_millis(200));
    writer.write_all(grown().as_bytes()).expect("it is open");
    end(login).expect(0);
    let text = scene.sandbox.credentials_text();
    assert!(text.starts_with(&grown()) && text.contains(&scene.sts.sessions()[0].session_token), "{text}");
}

#[test]
fn a_file_that_another_program_has_emptied_is_refused() {
    let scene = Scene::new(Kind::Plain, Action::Login);
    let (login, mut writer) = emptied(&scene);
    let said = end(login).expect(255);
    assert!(said.contains("the session is saved in "), "{said}");
    assert_eq!(scene.sandbox.credentials(), b"");
    writer.write_all(DEFAULT_CREDENTIALS.as_bytes()).expect("it is open");
    scene.sandbox.run(&["login"]).expect(0);
    assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn a_stopped_login_is_named_as_holder_of_the_lock_and_succeeds_when_continued() {
    let scene = Scene::new(Kind::Plain, Action::Login);
    let stopped = login_with(&scene, "fsync:signal=STOP:when=2");
    wait_until("the commit", || unfinished(&scene).is_some() && !scene.sts.sessions().is_empty());
    sleep(Duration::from_millis(100));
    let started = Instant::now();
    let code = scene.sts.fresh_code(SERIAL);
    // It has its own state folder, so that it does not wait for the session of the other login.
    let mut other = scene.sandbox.command();
    other.env("XDG_STATE_HOME", scene.sandbox.home().join("other")).args(["login", "--token-code", &code]);
    let said = Ran::from(other.output().expect("it runs")).expect(255);
    assert!((9..15).contains(&started.elapsed().as_secs()), "{said}");
    let holder = said.split("for awsmfa (process ").nth(1).and_then(|rest| rest.split(')').next());
    let holder = holder.unwrap_or_else(|| panic!("it is not named: {said}"));
    assert!(said.contains("waited 10 s"), "{said}");
    assert_eq!((scene.sandbox.credentials_text(), scene.sts.calls().len()), (scene.old(), 1));
    let sent = Command::new("kill").args(["-CONT", holder]).status().expect("kill is there");
    assert!(sent.success());
    end(stopped).expect(0);
    assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
    // The unused code is still valid.
    scene.sandbox.run(&["login", "--token-code", &code]).expect(0);
    assert_eq!(scene.sandbox.listing(), ["config", "credentials"]);
}
