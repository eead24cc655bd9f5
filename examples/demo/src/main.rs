//! `cargo run -p demo`: the main job, without an AWS account.
//!
//! It starts the STS stand-in of the tests, makes a scratch home, logs in with a code that it computes, asks STS who it
//! is with the session, logs out, and compares the bytes.

#![expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "a demonstration prints and makes files")]

#[path = "../../../tests/support/caller.rs"]
mod caller;
#[path = "../../../tests/support/sts/mod.rs"]
mod sts;

use std::error::Error;
use std::fs;
use std::path::Path;

use awsmfa::cli::Cli;
use awsmfa::context::Context;
use awsmfa::environment::Environment;
use awsmfa::io::clock;
use awsmfa::time::Clock;
use clap::Parser;

const CONFIG: &str = "\
[default]
region = eu-west-1
mfa_serial = arn:aws:iam::123456789012:mfa/ada

[profile default-session]
region = eu-west-1
";

const CREDENTIALS: &str = "\
# Rotate in spring. Do not lose this file!
[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[elsewhere]
aws_access_key_id=AKIAI44QH8DHBEXAMPLE
aws_secret_access_key=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY
";

fn main() -> Result<(), Box<dyn Error>> {
    let sts = sts::StandIn::start();
    let home = tempfile::tempdir()?;
    let credentials = home.path().join(".aws/credentials");
    fs::create_dir(home.path().join(".aws"))?;
    fs::write(home.path().join(".aws/config"), CONFIG)?;
    fs::write(&credentials, CREDENTIALS)?;
    // awsmfa warns about a credentials file that other users can read.
    #[cfg(unix)]
    fs::set_permissions(&credentials, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    show("Before: ~/.aws/credentials", &credentials)?;

    let code = sts.fresh_code("arn:aws:iam::123456789012:mfa/ada");
    println!("$ awsmfa login --token-code {code}");
    awsmfa(&["login", "--token-code", &code, "--endpoint-url", &sts.url()], home.path())?;
    show("\nAfter login: ~/.aws/credentials", &credentials)?;

    println!("$ AWS_PROFILE=default-session aws sts get-caller-identity");
    println!("{}\n", caller::identity_of(&sts.url(), &fs::read(&credentials)?, "default-session")?);

    println!("$ awsmfa status");
    awsmfa(&["status"], home.path())?;

    println!("\n$ awsmfa logout");
    awsmfa(&["logout"], home.path())?;
    let same = fs::read(&credentials)? == CREDENTIALS.as_bytes();
    println!("\nThe file is {} byte for byte.", if same { "the same as before," } else { "NOT the same as before," });
    if same { Ok(()) } else { Err("login and logout must give back the same bytes".into()) }
}

/// Runs a command in this process, as `main` does.
fn awsmfa(arguments: &[&str], home: &Path) -> Result<(), Box<dyn Error>> {
    let cli = Cli::try_parse_from(["awsmfa"].iter().chain(arguments))?.with_all_globals();
    let context = Context {
        environment: Environment::new([], Some(home.to_owned())),
        clock: Clock::new(clock::now(), clock::zone),
    };
    awsmfa::run(&cli, &context)?;
    Ok(())
}

/// Prints a file with its secrets shortened.
fn show(title: &str, path: &Path) -> Result<(), Box<dyn Error>> {
    println!("{title}");
    for line in fs::read_to_string(path)?.lines() {
        let secret = ["secret", "token"].iter().any(|word| line.contains(word));
        match line.split_once('=').filter(|_| secret) {
            Some((_, value)) => {
                let start: String = value.trim().chars().take(4).collect();
                println!("    {}", line.replace(value.trim(), &format!("{start}…")));
            }
            None => println!("    {line}"),
        }
    }
    println!();
    Ok(())
}
