//! The STS stand-in refuses what STS refuses, with the same messages.
//!
//! A stand-in that accepts too much would let every other test pass for the wrong reason.

#![expect(clippy::disallowed_methods, reason = "these tests are about time, on a real clock")]

#[path = "../support/mod.rs"]
mod support;

mod client;
mod connections;
mod far;
mod faults;
mod http;
mod mfa;
mod repeated_faults;
mod roles;
mod scope;
mod sessions;
mod signatures;
mod signin;
