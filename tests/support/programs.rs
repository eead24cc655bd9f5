//! The programs that a release build makes.

use std::path::PathBuf;

const TARGET: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/..");

/// The programs that `cargo build --release` makes.
pub fn release() -> PathBuf {
    let program = PathBuf::from(TARGET).join("release/awsmfa");
    assert!(program.exists(), "cargo build --release comes first");
    program
}

/// The static program for Linux, which has an allocator of its own, if `.ci/package` can build it here and has built
/// it.
pub fn static_release() -> Option<PathBuf> {
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let program = PathBuf::from(TARGET).join(target).join("release/awsmfa");
    program.exists().then_some(program)
}

/// Both, each with its name in reports.
pub fn releases() -> Vec<(&'static str, PathBuf)> {
    let handed_out = static_release().map(|program| ("static ", program));
    [("", release())].into_iter().chain(handed_out).collect()
}
