//! The built binary, end to end: each test in a home of its own, against the STS stand-in.

#![expect(clippy::disallowed_methods, reason = "these tests run programs and look at files")]

mod support;

#[cfg(target_os = "linux")]
#[path = "cli/attributes.rs"]
mod attributes;
#[path = "cli/completions.rs"]
mod completions;
#[path = "cli/credential_process.rs"]
mod credential_process;
#[path = "cli/debug.rs"]
mod debug;
#[path = "cli/diagnosis.rs"]
mod diagnosis;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/endpoints.rs"]
mod endpoints;
#[path = "cli/env.rs"]
mod env;
#[path = "cli/exec.rs"]
mod exec;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/guards.rs"]
mod guards;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/layouts.rs"]
mod layouts;
#[path = "cli/list.rs"]
mod list;
#[path = "cli/login.rs"]
mod login;
#[path = "cli/logout.rs"]
mod logout;
#[path = "cli/man.rs"]
mod man;
#[path = "cli/memory.rs"]
mod memory;
#[path = "cli/network.rs"]
mod network;
#[cfg(target_os = "linux")]
#[path = "cli/parallel.rs"]
mod parallel;
#[cfg(target_os = "linux")]
#[path = "cli/places.rs"]
mod places;
#[path = "cli/proxies.rs"]
mod proxies;
#[path = "cli/recipes.rs"]
mod recipes;
#[path = "cli/recovery.rs"]
mod recovery;
#[path = "cli/reports.rs"]
mod reports;
#[path = "cli/roles.rs"]
mod roles;
#[path = "cli/round_trips.rs"]
mod round_trips;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/setup.rs"]
mod setup;
#[path = "cli/signals.rs"]
mod signals;
#[path = "cli/status.rs"]
mod status;
#[path = "cli/syscalls.rs"]
mod syscalls;
#[path = "cli/terminal.rs"]
mod terminal;
#[path = "cli/usage.rs"]
mod usage;
#[path = "cli/wait.rs"]
mod wait;
#[path = "cli/warnings.rs"]
mod warnings;
