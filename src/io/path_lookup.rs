//! The search for programs in `PATH`.

use std::path::{Path, PathBuf};

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
    let Ok(metadata) = std::fs::metadata(path) else { return false };
    #[cfg(unix)]
    let may_run = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = true;
    metadata.is_file() && may_run
}
