//! The outside world: files, network, clock, terminal, other programs.
//!
//! This is the only place that touches them. It decides nothing: it is told what to read, to ask or to write, and says
//! what came of it.

#![expect(clippy::disallowed_methods, reason = "the one place that may touch the operating system")]

mod answer;
#[cfg(target_os = "linux")]
mod attributes;
pub mod clock;
mod concurrent;
mod descendants;
pub mod dialog;
mod file_error;
pub mod file_status;
pub mod files;
pub mod iam;
pub mod interrupt;
mod interrupt_state;
pub mod lock;
pub mod man_pages;
mod metadata;
mod opening;
mod own_files;
pub mod path;
pub mod path_lookup;
pub mod process;
pub mod recovery;
pub mod sts;
pub mod target;
pub mod terminal;
mod terminal_settings;
pub mod token_source;
pub mod trace;
mod unfinished;
pub mod variables_snapshot;
