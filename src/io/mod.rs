//! Access to the outside world: files, network, clock, terminal, other programs.
//!
//! No other module accesses these. Callers make the decisions: this module reads, prompts or writes on request, and
//! reports the result.

#![expect(clippy::disallowed_methods, reason = "the one place that may touch the operating system")]

#[cfg(target_os = "linux")]
mod attributes;
pub mod clock;
mod concurrent_writes;
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
mod own_files;
pub mod path;
pub mod path_lookup;
pub mod process;
pub mod progress;
pub mod recovery;
mod response_limit;
mod safe_open;
pub mod sts;
mod target_file;
pub mod terminal;
mod terminal_settings;
pub mod token_source;
pub mod trace;
mod unfinished_files;
pub mod variables_snapshot;
pub mod windows_drive;
