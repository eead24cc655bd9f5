//! The search for programs in `PATH`.

use std::path::{Path, PathBuf};

use super::system::programs;

/// Returns the first program of this name in `PATH`, or `None` if there is none or it is the running program.
pub fn other_first(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    let first = std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|program| is_program(program))?;
    let running = std::env::current_exe().ok()?.canonicalize().ok()?;
    let is_same = first.canonicalize().is_ok_and(|found| found == running);
    (!is_same).then_some(first)
}

fn is_program(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| programs::is_program(&metadata))
}
