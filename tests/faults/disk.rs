//! A disk that is full, or fills up at the worst moment.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::scene::{Action, Kind, Scene};
use crate::support::sandbox::{DEFAULT_CREDENTIALS, Ran};
use crate::support::sts::Fault;
use crate::users::works;

/// A separate disk for `.aws`, if mounting is allowed; unmounted on drop.
struct Disk {
    folder: PathBuf,
}

impl Disk {
    fn mount(scene: &Scene) -> Option<Self> {
        let folder = scene.sandbox.home().join(".aws");
        let kept: Vec<(String, Vec<u8>)> = scene
            .sandbox
            .listing()
            .into_iter()
            .map(|name| (name.clone(), fs::read(scene.sandbox.path(&name)).expect("it is ours")))
            .collect();
        let mounted = works("mount", &[&"-t", &"tmpfs", &"-o", &"size=64k,mode=0700", &"tmpfs", &folder]);
        for (name, bytes) in kept.iter().filter(|_| mounted) {
            scene.sandbox.write(name, bytes);
        }
        mounted.then_some(Self { folder })
    }

    /// Leaves nothing free, or so many blocks of 4 KiB.
    fn fill(&self, free: usize) {
        let filler = self.folder.join("filler");
        let mut blocks = Vec::new();
        // The file grows while it can be written; the rest is not kept.
        while fs::write(&filler, &blocks).is_ok() {
            blocks.resize(blocks.len() + 4096, b'#');
        }
        blocks.truncate(blocks.len().saturating_sub(4096 * (1 + free)));
        fs::write(&filler, &blocks).expect("this much has fitted before");
    }

    fn clear(&self) {
        fs::remove_file(self.folder.join("filler")).expect("it is ours");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        works("umount", &[&self.folder]);
    }
}

fn listing_without_filler(scene: &Scene) -> Vec<String> {
    scene.sandbox.listing().into_iter().filter(|name| name != "filler").collect()
}

/// Runs the program with a limit on the size of files, as `ulimit` sets it: in blocks of 512 bytes.
fn run_limited(scene: &Scene, blocks: usize, arguments: &[&str]) -> Ran {
    let mut command = scene.sandbox.program("sh");
    // Without the handler the signal of the limit would end the process before it sees the error.
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_awsmfa")).args(arguments);
    Ran::from(command.output().expect("sh is there"))
}

#[test]
fn a_full_disk_is_reported_before_a_code_is_used() {
    let scene = Scene::new(Kind::Plain, Action::Login);
    let Some(disk) = Disk::mount(&scene) else {
        // The limit on the size of files is what is left, and tested below.
        return;
    };
    for free in [0, 1] {
        disk.fill(free);
        let said = scene.sandbox.run(&scene.arguments()).expect(255);
        assert!(said.contains("No space left on device"), "{said}");
        assert_eq!(scene.sandbox.credentials_text(), DEFAULT_CREDENTIALS);
        assert_eq!((scene.sts.calls().len(), listing_without_filler(&scene).len()), (0, 2));
        disk.clear();
    }
    scene.sandbox.run(&scene.arguments()).expect(0);
    // Removing a session needs disk space, too.
    let before = scene.sandbox.credentials();
    disk.fill(0);
    scene.sandbox.run(&["logout"]).expect(255);
    assert_eq!((scene.sandbox.credentials(), listing_without_filler(&scene).len()), (before, 2));
    disk.clear();
    scene.sandbox.run(&["logout"]).expect(0);
    assert_eq!(scene.sandbox.credentials_text(), DEFAULT_CREDENTIALS);
}

#[test]
fn no_session_is_lost_if_the_disk_fills_up_during_the_request() {
    let scene = Scene::new(Kind::Plain, Action::Login);
    let Some(disk) = Disk::mount(&scene) else { return };
    scene.sts.fault(Fault::Slow(Duration::from_millis(600)), 1);
    let mut command = scene.sandbox.command();
    let login = command.args(scene.arguments()).stderr(std::process::Stdio::piped()).spawn().expect("it runs");
    while scene.sts.calls().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    disk.fill(0);
    let ran = Ran::from(login.wait_with_output().expect("it ends"));
    disk.clear();
    // The disk space that the rehearsal has reserved is enough for the recovery file, if not for both.
    let again = scene.sandbox.run(&["login"]).expect(0);
    assert!(ran.code == 0 || again.contains("from an interrupted login"), "{ran:?}: {again}");
    assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
    assert_eq!((scene.sts.sessions().len(), scene.sandbox.listing().len()), (1, 2));
}

#[test]
fn a_limit_on_file_sizes_is_reported_before_a_code_is_used() {
    let scene = Scene::new(Kind::Plain, Action::Login);
    for blocks in [0, 1, 4] {
        let said = run_limited(&scene, blocks, &scene.arguments()).expect(255);
        assert!(said.contains("File too large"), "{said}");
        assert_eq!(scene.sandbox.credentials_text(), DEFAULT_CREDENTIALS);
        assert_eq!((scene.sts.calls().len(), scene.sandbox.listing().len()), (0, 2));
    }
    run_limited(&scene, 64, &scene.arguments()).expect(0);
    assert_eq!(Some(scene.sandbox.credentials_text()), scene.new_bytes());
}
