//! Code that the end-to-end tests share.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod aws_login;
pub mod caller;
pub mod cases;
pub mod child;
pub mod distance;
pub mod identity_center;
#[cfg(target_os = "linux")]
pub mod keyring;
pub mod many;
pub mod moto;
pub mod programs;
pub mod proxy;
pub mod sandbox;
pub mod source_homes;
pub mod sts;
pub mod tls;
#[cfg(unix)]
pub mod tmux_terminal;
pub mod transcript;
