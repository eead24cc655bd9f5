//! The built binary, end to end: each test in a home of its own, against the STS stand-in.

#![expect(clippy::disallowed_methods, reason = "these tests run programs and look at files")]

#[path = "../support/mod.rs"]
mod support;

mod console;
mod contention;
mod debug;
mod diagnosis;
mod doctor;
mod endpoints;
mod env;
mod guards;
mod homes;
mod import;
mod key_rotate;
mod layouts;
mod list;
mod login;
mod logout;
mod network;
mod powershell;
mod proxies;
mod recovery;
mod reports;
mod roles;
mod scope;
mod secrets;
mod setup;
mod sources;
mod status;
mod use_profile;
mod warnings;
mod whoami;

// Terminals, signals, shells, modes, owners and links of Unix.
#[cfg(unix)]
mod browser;
#[cfg(unix)]
mod completions;
#[cfg(unix)]
mod credential_process;
#[cfg(unix)]
mod device;
#[cfg(unix)]
mod exec;
#[cfg(unix)]
mod files;
#[cfg(unix)]
mod foreign_recovery_files;
#[cfg(unix)]
mod help;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod init;
#[cfg(unix)]
mod key_rotate_on_unix;
#[cfg(unix)]
mod man;
#[cfg(unix)]
mod many_roles;
#[cfg(unix)]
mod memory;
#[cfg(unix)]
mod overview;
#[cfg(unix)]
mod picker;
#[cfg(unix)]
mod recipes;
#[cfg(unix)]
mod round_trips;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod syscalls;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod usage;
#[cfg(unix)]
mod wait;

// Extended attributes, access control lists, mounts and keyrings of Linux.
#[cfg(target_os = "linux")]
mod attributes;
#[cfg(target_os = "linux")]
mod keyring;
#[cfg(target_os = "linux")]
mod parallel;
#[cfg(target_os = "linux")]
mod places;

// Programs, folders and open files of Windows.
#[cfg(windows)]
mod open_files;
#[cfg(windows)]
mod windows;
