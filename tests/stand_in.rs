//! The STS stand-in cannot be fooled: it refuses, in STS's words, what STS refuses.
//!
//! A stand-in that accepts too much would let every other test pass for the wrong reason.

#![expect(clippy::disallowed_methods, reason = "these tests are about time, on a real clock")]

mod support;

#[path = "stand_in/client.rs"]
mod client;
#[path = "stand_in/faults.rs"]
mod faults;
#[path = "stand_in/http.rs"]
mod http;
#[path = "stand_in/mfa.rs"]
mod mfa;
#[path = "stand_in/roles.rs"]
mod roles;
#[path = "stand_in/sessions.rs"]
mod sessions;
#[path = "stand_in/signatures.rs"]
mod signatures;
