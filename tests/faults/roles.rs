//! A login to ten roles, killed at every system call on files that it makes.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::matrix::{ATTEMPTS, KILL, was_killed};
use crate::support::caller::identity_of;
use crate::support::many;
use crate::support::sandbox::{SERIAL, Sandbox};
use crate::support::sts::StandIn;
use crate::tracer::{self, Point};

const ROLES: usize = 10;

/// Of the points, so many percent may not be reached again: the order of the answers differs from run to run.
const NOT_REACHED_PERCENT: usize = 15;

struct Scene {
    sts: StandIn,
    sandbox: Sandbox,
    code: String,
}

impl Scene {
    fn new() -> Self {
        let sts = StandIn::start();
        let arns = sts.add_roles(ROLES);
        let sandbox = Sandbox::with(many::config_with_roles(&arns), many::credentials(1)).using(&sts);
        let code = sts.fresh_code(SERIAL);
        Self { sts, sandbox, code }
    }

    fn arguments(&self) -> [&str; 4] {
        ["login", "--all", "--token-code", &self.code]
    }
}

/// Kills a login at this point, and logs in again; returns the complaints, or none if the point was not reached.
fn kill(point: &Point, is_kept: bool) -> Option<Vec<String>> {
    for _ in 0..ATTEMPTS {
        let scene = Scene::new();
        let (ran, met) = tracer::run_with_fault(&scene.sandbox, &scene.arguments(), point, KILL);
        if met && was_killed(&ran) {
            return Some(complaints(&scene, is_kept));
        }
    }
    None
}

fn complaints(scene: &Scene, is_kept: bool) -> Vec<String> {
    let Scene { sts, sandbox, .. } = scene;
    let mut complaints = Vec::new();
    let bytes = sandbox.credentials_text();
    let added = bytes.strip_prefix(&many::credentials(1)).unwrap_or("damaged");
    let sections = added.split("\n[").skip(1);
    if !added.is_empty() && !sections.clone().all(|section| is_whole(section, sts)) {
        complaints.push(format!("damaged:\n{bytes}"));
    }
    let was_asked = sts.count("GetSessionToken");
    let mut again = sandbox.run(&["login", "--all"]);
    if is_kept && (again.code != 0 || sts.count("GetSessionToken") != was_asked) {
        complaints.push(format!("the session of the code was lost: {again:?}"));
    }
    if again.code != 0 {
        again = sandbox.run(&["login", "--all", "--token-code", &sts.fresh_code(SERIAL)]);
    }
    let profiles = (1..=ROLES).map(|number| format!("role-{number}-session"));
    let credentials = sandbox.credentials();
    for profile in profiles.chain(["work".to_owned()]) {
        if let Err(why) = identity_of(&sts.url(), &credentials, &profile) {
            complaints.push(format!("{profile} has no valid session afterwards: {why}, {again:?}"));
        }
    }
    let left: Vec<String> = sandbox.listing().into_iter().filter(|name| name.starts_with("credentials.")).collect();
    // An empty one is deleted by a later login.
    let is_empty = |name: &String| fs::metadata(sandbox.path(name)).is_ok_and(|metadata| metadata.len() == 0);
    if !left.iter().all(is_empty) {
        complaints.push(format!("left behind: {left:?}"));
    }
    complaints
}

/// Returns whether a section has a session that STS has returned, with all its lines.
fn is_whole(section: &str, sts: &StandIn) -> bool {
    sts.sessions().iter().any(|session| {
        section.contains(&format!("aws_session_token = {}\n", session.session_token))
            && section.contains(&format!("expiration = {}\n", session.expiration))
    })
}

#[test]
#[ignore = "needs strace: run tests/run"]
fn a_kill_during_a_login_to_ten_roles_loses_no_session_of_a_code() {
    let scene = Scene::new();
    let (ran, points) = tracer::points(&scene.sandbox, &scene.arguments());
    ran.expect(0);
    let safe = points.iter().position(|point| point.call == "write" && point.about.contains(".awsmfa-recovery-"));
    let safe = safe.expect("the session of the code is saved");
    assert!(points.iter().skip(safe + 1).any(|point| point.call == "fsync" && point.about.contains("recovery")));
    let next = AtomicUsize::new(0);
    let found = Mutex::new((0, Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(point) = points.get(index) else { return };
                    let killed = kill(point, index > safe);
                    let mut found = found.lock().expect("no thread has panicked");
                    match killed {
                        None => found.0 += 1,
                        Some(complaints) => found.1.extend(complaints.iter().map(|what| format!("{point:?}: {what}"))),
                    }
                }
            });
        }
    });
    let (not_reached, complaints) = found.into_inner().expect("no thread has panicked");
    crate::report(&format!("ten roles, killed: {} points, {not_reached} not reached again", points.len()));
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(not_reached * 100 <= points.len() * NOT_REACHED_PERCENT, "{not_reached} of {} points", points.len());
}
