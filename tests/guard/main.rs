//! The limits of the release build: instructions, memory, size. A change that makes a command more expensive fails
//! here.
//!
//! Instructions are counted by valgrind, so that a busy machine changes nothing. tests/run builds the release and
//! prints what was counted.

#![expect(clippy::disallowed_methods, reason = "these tests run programs and look at files")]

#[path = "../support/mod.rs"]
mod support;

mod instructions;
mod many_roles;
mod memory;
#[cfg(unix)]
mod picker;
mod scene;
