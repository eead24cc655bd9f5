//! What becomes of the credentials file and of paid-for sessions when something breaks: system calls that fail, kills, a
//! full disk, signals, other writers, unusual kinds of files.

#![expect(clippy::disallowed_methods, reason = "these tests run programs and look at files")]

use std::fs::OpenOptions;
use std::io::Write;

mod support;

#[path = "faults/aftermath.rs"]
mod aftermath;
#[path = "faults/disk.rs"]
mod disk;
#[path = "faults/kinds.rs"]
mod kinds;
#[path = "faults/matrix.rs"]
mod matrix;
#[path = "faults/people.rs"]
mod people;
#[path = "faults/races.rs"]
mod races;
#[path = "faults/scene.rs"]
mod scene;
#[path = "faults/signals.rs"]
mod signals;
#[path = "faults/tracer.rs"]
mod tracer;
#[path = "faults/writers.rs"]
mod writers;

/// Adds a line to what tests/run prints at the end.
fn report(line: &str) {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/faults.txt");
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the folder is Cargo's");
    writeln!(file, "{line}").expect("there is room");
}
