//! `cargo run --release --example compare_server FOLDER`: the files and the server for benches/compare.
//!
//! It creates homes with 3, 1,000 and 10,000 profiles in the folder, before and after a login, and the certificate of
//! an authority of its own; prints the addresses of an STS stand-in, over http and TLS; serves until standard input
//! ends.

#![expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "it makes files and says where it listens")]

#[path = "../tests/support/many.rs"]
mod many;
#[path = "../tests/support/sts/mod.rs"]
mod sts;
#[path = "../tests/support/tls.rs"]
mod tls;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).expect("the folder is named"));
    let sts = sts::StandIn::start();
    sts.take_every_code("arn:aws:iam::123456789012:mfa/ada");
    let front = tls::TlsFront::before(sts.addr());
    for profiles in [3, 1_000, 10_000] {
        write_home(&folder.join(format!("out-{profiles}")), profiles, many::credentials(profiles))?;
        write_home(&folder.join(format!("in-{profiles}")), profiles, many::credentials_with_session(profiles))?;
    }
    fs::write(folder.join("ca.pem"), &front.ca_pem)?;
    println!("{} {}", sts.url(), front.url());
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

fn write_home(home: &Path, profiles: usize, credentials: String) -> io::Result<()> {
    let aws = home.join(".aws");
    fs::create_dir_all(&aws)?;
    fs::write(aws.join("config"), many::config(profiles))?;
    fs::write(aws.join("credentials"), credentials)
}
