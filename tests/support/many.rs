//! Large files: any number of profiles, the last of which are used.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::fmt::Write;

/// The profile with the long-term key, by aws-mfa's convention.
pub const SOURCE: &str = "work-long-term";

/// The profile that its sessions are written to.
pub const TARGET: &str = "work";

const KEY: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
";

/// The shared config file: a region for each profile, and the MFA device of [`SOURCE`].
pub fn config(profiles: usize) -> String {
    let mut text = String::new();
    for number in 1..profiles {
        writeln!(text, "[profile account-{number}]\nregion = eu-west-1\n").expect("a string grows");
    }
    text + "[profile work-long-term]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::123456789012:mfa/ada\n"
}

/// The shared credentials file: a long-term key for each profile, [`SOURCE`] the last; there is no session.
pub fn credentials(profiles: usize) -> String {
    let mut text = String::new();
    for number in 1..profiles {
        writeln!(text, "[account-{number}]\n{KEY}").expect("a string grows");
    }
    text + &format!("[{SOURCE}]\n{KEY}")
}

/// The same after a login.
pub fn credentials_with_session(profiles: usize) -> String {
    let token = "example/".repeat(45);
    let session = KEY.replace("AKIA", "ASIA")
        + &format!("aws_session_token = {token}\nexpiration = 2099-01-01T00:00:00Z\nmanager = awsmfa\n");
    credentials(profiles) + &format!("\n[{TARGET}]\n{session}")
}
