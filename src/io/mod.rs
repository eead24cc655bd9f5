//! Access to the outside world: files, network, clock, terminal, other programs.
//!
//! No other module accesses these. Callers make the decisions: this module reads, prompts or writes on request, and
//! reports the result.

#![expect(clippy::disallowed_methods, reason = "the one place that may touch the operating system")]

pub mod browser;
pub mod clock;
mod concurrent_writes;
pub mod dialog;
mod file_error;
pub mod file_status;
pub mod files;
mod form_post;
pub mod iam;
pub mod interrupt;
mod interrupt_state;
pub mod keyring;
pub mod lock;
pub mod man_pages;
mod own_files;
pub mod path;
pub mod path_lookup;
pub mod process;
mod processes;
pub mod progress;
pub mod provided;
pub mod recovery;
mod response_limit;
mod safe_open;
pub mod screen;
pub mod signin;
pub mod slot;
pub mod sts;
mod target_file;
pub mod terminal;
pub mod token_source;
pub mod trace;
mod unfinished_files;
#[cfg(unix)]
mod unix;
mod until_free;
pub mod variables_snapshot;
#[cfg(windows)]
mod windows;
mod wsl_drive;

// The modules that differ by system. docs/architecture.md lists the other places in `io` that do.
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;
