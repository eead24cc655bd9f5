//! The credentials file and requested sessions after failures: system calls that fail, kills, a
//! full disk, signals, other writers, unusual kinds of files.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "these tests run programs and look at files")]

use std::fs::OpenOptions;
use std::io::Write;

#[path = "../support/mod.rs"]
mod support;

mod aftermath;
mod disk;
#[cfg(target_os = "linux")]
mod keyring;
mod kinds;
mod matrix;
mod races;
mod roles;
mod rotation;
mod scene;
mod signals;
mod tracer;
mod users;
mod writers;

/// Adds a line to what tests/run prints at the end.
fn report(line: &str) {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/faults.txt");
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the folder is Cargo's");
    writeln!(file, "{line}").expect("there is disk space");
}
