//! `cargo run --release --example compare_server FOLDER`: the files and the server for benches/compare.
//!
//! It creates homes in the folder: with 3, 1,000 and 10,000 profiles, before and after a login, and with 10, 100 and
//! 1,000 roles, before it; and the certificate of an authority of its own. It prints the addresses of an STS stand-in:
//! over http, over TLS, and over TLS behind 50 ms each way. For each line on standard input, it prints the number of
//! connections so far and the largest number of requests at the same time. It serves until standard input ends.

#![expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "it makes files and says where it listens")]

#[path = "../tests/support/distance.rs"]
mod distance;
#[path = "../tests/support/many.rs"]
mod many;
#[path = "../tests/support/sts/mod.rs"]
mod sts;
#[path = "../tests/support/tls.rs"]
mod tls;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).expect("the folder is named"));
    let sts = sts::StandIn::start();
    sts.take_every_code("arn:aws:iam::123456789012:mfa/ada");
    let front = tls::TlsFront::before(sts.addr());
    for profiles in [3, 1_000, 10_000] {
        let config = many::config(profiles);
        write_home(&folder.join(format!("out-{profiles}")), &config, &many::credentials(profiles))?;
        write_home(&folder.join(format!("in-{profiles}")), &config, &many::credentials_with_session(profiles))?;
    }
    for roles in [10, 100, 1_000] {
        let config = many::config_with_roles(&sts.add_roles(roles));
        write_home(&folder.join(format!("roles-{roles}")), &config, &many::credentials(1))?;
    }
    fs::write(folder.join("ca.pem"), &front.ca_pem)?;
    let far = distance::before(front.addr(), Duration::from_millis(50));
    println!("{} {} https://localhost:{}", sts.url(), front.url(), far.port());
    for _ in io::stdin().lines() {
        println!("{} {}", sts.connections(), sts.peak());
    }
    Ok(())
}

fn write_home(home: &Path, config: &str, credentials: &str) -> io::Result<()> {
    let aws = home.join(".aws");
    fs::create_dir_all(&aws)?;
    fs::write(aws.join("config"), config)?;
    fs::write(aws.join("credentials"), credentials)
}
