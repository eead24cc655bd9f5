//! The built binary, end to end: each test in a home of its own, against the STS stand-in.

#![expect(clippy::disallowed_methods, reason = "these tests run programs and look at files")]

#[path = "../support/mod.rs"]
mod support;

#[cfg(target_os = "linux")]
mod attributes;
mod completions;
mod credential_process;
mod debug;
mod diagnosis;
mod doctor;
mod endpoints;
mod env;
mod exec;
mod files;
mod guards;
mod hostile;
mod layouts;
mod list;
mod login;
mod logout;
mod man;
mod many_roles;
mod memory;
mod network;
#[cfg(target_os = "linux")]
mod parallel;
#[cfg(target_os = "linux")]
mod places;
mod proxies;
mod recipes;
mod recovery;
mod reports;
mod roles;
mod round_trips;
mod secrets;
mod setup;
mod signals;
mod status;
mod syscalls;
mod terminal;
mod usage;
mod wait;
mod warnings;
