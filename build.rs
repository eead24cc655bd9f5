//! Notes the commit and the target that the program is built from and for, and chooses how it is linked.
//!
//! Nothing else goes in, such as the time of the build: the same sources give the same program.

#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a build script talks to cargo and git")]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// As many digits of the commit as people read; git's own choice depends on how many objects a clone has.
const SHORT: usize = 7;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    link_at_fixed_address();
    note_origin();
}

/// With glibc on Linux: the loader then has no 12,000 addresses to correct before `main`, a tenth of what `awsmfa status`
/// takes, and the program is 290 KB smaller. Programs in Go are linked in this way, too; `src` has no unsafe code.
fn link_at_fixed_address() {
    let cfg = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_static = cfg("FEATURE").split(',').any(|feature| feature == "crt-static");
    if cfg("OS") == "linux" && cfg("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

/// The text of `awsmfa --version`.
fn note_origin() {
    let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let (commit, date) = packaged(Path::new(&folder)).or_else(|| checked_out(Path::new(&folder))).unwrap_or_default();
    let short = commit.get(..SHORT).unwrap_or_default();
    let commit = [short, &date].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let target = env::var("TARGET").unwrap_or_default();
    let origin = [commit, target].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    println!("cargo::rustc-env=AWSMFA_LONG_VERSION={} ({origin})", env::var("CARGO_PKG_VERSION").unwrap_or_default());
    println!("cargo::rustc-env=AWSMFA_COMMIT_DATE={date}");
}

/// The commit that `cargo package` has noted; it notes no date.
fn packaged(folder: &Path) -> Option<(String, String)> {
    let path = folder.join(".cargo_vcs_info.json");
    println!("cargo::rerun-if-changed={}", folder.join("Cargo.toml").display());
    let noted = fs::read_to_string(path).ok()?;
    let (_, rest) = noted.split_once("\"sha1\"")?;
    let commit = rest.split('"').nth(1)?;
    Some((commit.to_owned(), String::new()))
}

/// The commit that git has checked out here, and its day. A repository further up, such as one of dotfiles, is not meant.
fn checked_out(folder: &Path) -> Option<(String, String)> {
    if !folder.join(".git").exists() {
        return None;
    }
    // Written at each commit and checkout. Other files may not be there, and then the crate would be built each time.
    for file in ["HEAD", "logs/HEAD"] {
        let path = git(folder, &["rev-parse", "--git-path", file])?;
        let path = folder.join(path);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    let line = git(folder, &["log", "-1", "--date=short", "--format=%H %cd"])?;
    let (commit, date) = line.split_once(' ')?;
    Some((commit.to_owned(), date.to_owned()))
}

/// The first line that git prints; none if there is no git or it does not succeed.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").current_dir(folder).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().filter(|_| output.status.success()).map(str::to_owned)
}
