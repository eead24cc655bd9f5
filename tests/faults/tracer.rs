//! strace: the system calls of a run on files below the home, and the same run with one of them failing.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::support::sandbox::{Ran, Sandbox};

/// The calls that read, change or lock files. Network, memory and threads are left to the kernel.
const CALLS: &str = "openat,read,write,close,statx,readlink,getdents64,flock,fchmod,chmod,fchown,fsync,fdatasync,\
                     ftruncate,rename,renameat,renameat2,linkat,link,unlink,unlinkat,mkdir";

/// A system call of a run.
#[derive(Clone, Debug)]
pub struct Point {
    pub call: String,
    /// Its number among the calls of the same name in its thread, as strace counts.
    pub nth: usize,
    /// Its subject: the path below the home, without random parts.
    pub about: String,
    /// Set if it closes a folder whose entries were read. On real file systems that cannot fail, and Rust's library
    /// panics if it does.
    pub closes_listed_folder: bool,
}

impl Point {
    pub fn is_message(&self) -> bool {
        self.about == MESSAGE
    }
}

/// The subject of a write to standard error.
const MESSAGE: &str = "a message";

/// Runs the program under strace. `-y` prints the path of each descriptor.
fn run(sandbox: &Sandbox, options: &[String], arguments: &[&str]) -> (Ran, String) {
    let log = sandbox.home().join("strace.log");
    let mut command = sandbox.program("strace");
    command.args(["-f", "-y", "-s", "4", "-o"]).arg(&log).args(options);
    let output = command.arg(env!("CARGO_BIN_EXE_awsmfa")).args(arguments).output().expect("strace is installed");
    let text = fs::read_to_string(&log).expect("strace has written its log");
    fs::remove_file(&log).expect("it is ours");
    (Ran::from(output), text)
}

/// Runs the program undisturbed and returns its calls on files below the home, and its messages. Other descriptors are
/// those of libraries: of the loader, whose failures are no run at all, and of tokio, which panics if the kernel
/// refuses to wake it. That is harmless: no file is written during the request.
pub fn points(sandbox: &Sandbox, arguments: &[&str]) -> (Ran, Vec<Point>) {
    let (ran, log) = run(sandbox, &["-e".to_owned(), format!("trace={CALLS}")], arguments);
    (ran, parse(&log, sandbox.home()).into_iter().filter(|point| !point.about.is_empty()).collect())
}

/// Runs the program with a fault at a point, and returns whether it reached the point.
pub fn run_with_fault(sandbox: &Sandbox, arguments: &[&str], point: &Point, fault: &str) -> (Ran, bool) {
    let call = &point.call;
    let options = [
        "-e".to_owned(),
        format!("trace={call}"),
        "-e".to_owned(),
        format!("inject={call}:{fault}:when={}", point.nth),
    ];
    let (ran, log) = run(sandbox, &options, arguments);
    let calls = parse(&log, sandbox.home());
    let hit = calls.iter().any(|met| (&met.call, met.nth, &met.about) == (&point.call, point.nth, &point.about));
    (ran, hit)
}

/// Runs the program with a kill when one of its threads sends its message of this number. Returns the largest number of
/// messages that a thread sent.
pub fn run_with_kill_at_message(sandbox: &Sandbox, arguments: &[&str], nth: usize) -> (Ran, usize) {
    let mut options = vec!["-e".to_owned(), "trace=sendmsg".to_owned()];
    if nth < usize::MAX {
        options.extend(["-e".to_owned(), format!("inject=sendmsg:signal=KILL:when={nth}")]);
    }
    let (ran, log) = run(sandbox, &options, arguments);
    let sent = log.lines().filter(|line| line.contains(" sendmsg(")).filter_map(|line| line.split_whitespace().next());
    let mut by_thread = HashMap::<&str, usize>::new();
    sent.for_each(|thread| *by_thread.entry(thread).or_default() += 1);
    (ran, by_thread.into_values().max().unwrap_or_default())
}

/// The calls of the main thread, where everything on files is done.
fn parse(log: &str, home: &Path) -> Vec<Point> {
    // Another thread may have ended before.
    let first = log.lines().find(|line| line.contains('('));
    let main = first.and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    let lines = log.lines().filter_map(|line| line.split_once(' ')).filter(|(thread, _)| *thread == main);
    let mut points: Vec<Point> = Vec::new();
    for (_, line) in lines {
        let Some((name, rest)) = line.trim_start().split_once('(') else { continue };
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        let nth = points.iter().filter(|point| point.call == name).count() + 1;
        let about = about(name, rest, home);
        let listed = points.last().is_some_and(|last| last.call == "getdents64" && last.about == about);
        points.push(Point { call: name.to_owned(), nth, about, closes_listed_folder: listed && name == "close" });
    }
    points
}

fn about(name: &str, rest: &str, home: &Path) -> String {
    if name == "write" && rest.starts_with("2<") {
        return MESSAGE.to_owned();
    }
    let home = home.to_string_lossy();
    // Each path ends where its quotes or brackets do; the result of an open, at the end, is known from its argument.
    let arguments = rest.split(") = ").next().unwrap_or_default();
    let mut paths = arguments.match_indices(&*home).map(|(at, _)| {
        let path = arguments.get(at + home.len()..).unwrap_or_default();
        let path = path.split(['"', '>']).next().unwrap_or_default();
        // The name of a lock on an exchange has a hash of the home.
        if let Some((folder, _)) = path.split_once("/exchange-") {
            return format!("{folder}/exchange-.lock");
        }
        // That of the record of a rotation, too.
        if let Some((folder, name)) = path.split_once("/rotation-") {
            let end = name.get(16..).unwrap_or_default();
            let end = end.split_once(".awsmfa-").map_or(end, |(before, _)| before);
            return format!("{folder}/rotation-{end}");
        }
        // Temporary names of awsmfa end with six random characters.
        match path.split_once(".awsmfa-") {
            Some((before, after)) => format!("{before}.awsmfa-{}", after.get(..after.len() - 6).unwrap_or_default()),
            None => path.to_owned(),
        }
    });
    // The current folder is not the subject of a call.
    paths.find(|path| !path.is_empty()).unwrap_or_default()
}
