//! The pages for users: the commands in them are run and print what the pages show; links have a target; policies
//! and files are as described.
//!
//! A fenced block says in its first line how it is run: the second word is the scene (see `docs/scene.rs`), or
//! `not-run`.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "these tests run programs and read files")]

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod links;
mod page;
mod policies;
mod prompts;
mod scene;
mod scripts;
mod selection;
mod snippets;
mod terraform;
mod tmux;
mod troubled_scene;

use std::path::PathBuf;

/// A file of this repository.
fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A program of the virtual environment that tests/run creates.
fn installed(program: &str) -> PathBuf {
    let path = here("target/clients/venv/bin").join(program);
    assert!(path.exists(), "{} is missing: tests/run installs it", path.display());
    path
}
