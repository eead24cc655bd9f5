//! `cargo run --example stand_in`: the STS stand-in of the tests, for a walk through the commands without an AWS
//! account.
//!
//! It prints the line that sends AWS tools to it, and a fresh code of the MFA device for each line that it reads.

#![expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "it prints what to type and reads lines")]

#[path = "../tests/support/sts/mod.rs"]
mod sts;

use std::io::stdin;

fn main() {
    let sts = sts::StandIn::start();
    let serial = "arn:aws:iam::123456789012:mfa/ada";
    sts.list_devices(&[serial]);
    println!("export AWS_ENDPOINT_URL={}", sts.url());
    for _ in stdin().lines() {
        println!("{}", sts.fresh_code(serial));
    }
}
