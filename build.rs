//! Links the program at a fixed address on Linux with glibc: the loader then has no 12,000 addresses to correct before
//! `main`, a tenth of what `awsmfa status` takes, and the program is 290 KB smaller. `src` has no unsafe code.
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a build script talks to Cargo in this way")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let cfg = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_static = cfg("FEATURE").split(',').any(|feature| feature == "crt-static");
    if cfg("OS") == "linux" && cfg("ENV") == "gnu" && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
