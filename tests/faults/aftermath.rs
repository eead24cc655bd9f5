//! The state after a fault, and the result of the next login.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use crate::scene::{Action, Kind, Scene};
use crate::support::sandbox::{Ran, SERIAL};

/// The counts; all but the first two must be zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub injected: usize,
    /// Kills between STS's answer and its first copy on disk: that session was in memory only.
    pub died_in_memory: usize,
    pub not_met: usize,
    pub damaged: usize,
    pub unclear: usize,
    pub failed_next: usize,
    pub lost: usize,
    pub litter: usize,
}

impl Counts {
    pub fn add(&mut self, other: Self) {
        self.injected += other.injected;
        self.died_in_memory += other.died_in_memory;
        self.not_met += other.not_met;
        self.damaged += other.damaged;
        self.unclear += other.unclear;
        self.failed_next += other.failed_next;
        self.lost += other.lost;
        self.litter += other.litter;
    }

    pub fn is_clean(&self) -> bool {
        self.not_met + self.damaged + self.unclear + self.failed_next + self.lost + self.litter == 0
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} injected ({} not met): {} damaged files, {} unclear endings, {} failed next logins, {} sessions lost \
             (and {} killed before they could be on disk), {} litter",
            self.injected,
            self.not_met,
            self.damaged,
            self.unclear,
            self.failed_next,
            self.lost,
            self.died_in_memory,
            self.litter
        )
    }
}

/// The expected end of the disturbed run.
#[derive(Clone, Copy)]
pub struct Ending {
    /// It was killed with no chance to clean up.
    pub killed: bool,
    /// It reported the call that failed.
    pub mute: bool,
    /// It was killed before the session was in a file.
    pub in_memory: bool,
    /// Its request may still be on its way to STS.
    pub in_flight: bool,
}

/// Checks the files after a disturbed run, logs in again, and checks them again.
pub fn judge(scene: &Scene, ran: &Ran, ending: Ending) -> (Counts, Vec<String>) {
    let mut counts = Counts { injected: 1, ..Counts::default() };
    let mut complaints = Vec::new();
    let mut complain = |count: &mut usize, what: String| {
        *count += 1;
        complaints.push(what);
    };
    let bytes = scene.sandbox.credentials_text();
    let answered = !scene.sts.sessions().is_empty();
    if bytes != scene.old() && Some(&bytes) != scene.new_bytes().as_ref() {
        complain(&mut counts.damaged, format!("damaged:\n{bytes}"));
    }
    let changed = Some(&bytes) == scene.new_bytes().as_ref();
    if !ending.killed && changed != (ran.code == 0) {
        complain(&mut counts.unclear, format!("it says otherwise than it is: {ran:?}"));
    }
    if let Some(what) = unclear(ran, ending) {
        complain(&mut counts.unclear, what);
    }
    for name in leftovers(scene) {
        let path = scene.folder().join(&name);
        let mode = fs::metadata(&path).map(|metadata| metadata.permissions().mode() & 0o777).unwrap_or_default();
        let recovery = name.contains(".awsmfa-recovery-") && answered;
        let unfinished = name.contains(".awsmfa-new-") && ending.killed;
        // The next run uses it.
        let lock = name == ".awsmfa.lock" && ending.killed;
        if !(recovery || unfinished || lock) || ((recovery || lock) && mode != 0o600) || mode & 0o077 & !0o044 != 0 {
            complain(&mut counts.litter, format!("left behind: {name}, {mode:o}"));
        }
    }
    if ending.in_memory && answered {
        counts.died_in_memory += 1;
    }
    let kept = answered && !ending.in_memory;
    let again = log_in_again(scene, kept, ending.in_flight);
    if again.code != 0 {
        complain(&mut counts.failed_next, format!("the next login: {again:?}"));
    }
    if kept && scene.sts.sessions().len() > 1 {
        complain(&mut counts.lost, "the session was lost".to_owned());
    }
    let after = scene.sandbox.credentials_text();
    if !scene.sts.sessions().iter().any(|session| scene.with_session(session) == after) {
        complain(&mut counts.damaged, format!("after the next login:\n{after}"));
    }
    if !is_link_kept(scene) {
        complain(&mut counts.damaged, "the symlink was replaced".to_owned());
    }
    clear_half_written(scene);
    let left = leftovers(scene);
    if !left.is_empty() {
        complain(&mut counts.litter, format!("left behind by the next login: {left:?}"));
    }
    (counts, complaints)
}

/// One error of awsmfa, with one of its exit codes; or success.
fn unclear(ran: &Ran, ending: Ending) -> Option<String> {
    let errors = ran.stderr.matches("awsmfa: error: ").count();
    let clear = match ran.code {
        _ if ran.stderr.contains("panicked") => false,
        // strace ends as its program did.
        -1 | 137 => ending.killed,
        0 => errors == 0,
        253 | 255 => errors == 1 || ending.mute,
        _ => false,
    };
    (!clear).then(|| format!("unclear ending: {ran:?}"))
}

/// A session that was requested must be usable without another code; a code that STS has not seen must still work.
fn log_in_again(scene: &Scene, kept: bool, in_flight: bool) -> Ran {
    let unspent = !in_flight && scene.sts.calls().is_empty();
    match (scene.action, kept) {
        (Action::Login, true) => scene.sandbox.run(&["login"]),
        (Action::Login, false) if unspent => scene.sandbox.run(&["login", "--token-code", &scene.code]),
        _ => scene.sandbox.run(&["login", "--token-code", &scene.sts.fresh_code(SERIAL)]),
    }
}

/// A recovery file that was being written when its login was killed is removed once no process can own it.
fn clear_half_written(scene: &Scene) {
    let left = leftovers(scene);
    let recovery: Vec<_> = left.iter().filter(|name| name.contains(".awsmfa-recovery-")).collect();
    for name in &recovery {
        let file = fs::File::options().write(true).open(scene.folder().join(name)).expect("it is ours");
        file.set_modified(SystemTime::now() - Duration::from_secs(120)).expect("it is ours");
    }
    if !recovery.is_empty() {
        scene.sandbox.run(&["login"]);
    }
}

fn is_link_kept(scene: &Scene) -> bool {
    let metadata = fs::symlink_metadata(scene.sandbox.path("credentials"));
    metadata.is_ok_and(|metadata| metadata.is_symlink() == (scene.kind == Kind::Linked))
}

fn leftovers(scene: &Scene) -> Vec<String> {
    let entries = fs::read_dir(scene.folder()).expect("it is there").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| !scene.is_expected(name)).collect()
}
