//! Large files: any number of profiles, the last of which are used, or any number of roles.

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

/// The shared config file for these roles: [`TARGET`], whose session is the source of the roles `role-1`, `role-2`, ….
///
/// The shared credentials file is that for one profile.
pub fn config_with_roles(arns: &[String]) -> String {
    let mut text = format!("[profile {TARGET}]\nregion = eu-west-1\n\n{}", config(1));
    for (number, arn) in (1..).zip(arns) {
        let role = format!("role_arn = {arn}\nsource_profile = {TARGET}\nregion = eu-west-1");
        writeln!(text, "\n[profile role-{number}]\n{role}").expect("a string grows");
    }
    text
}
