//! A proxy that lets clients reach AWS's own STS by name, which is the stand-in, and nothing else.
//!
//! Some clients know no other endpoint when they assume a role.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::sts::StandIn;
use crate::support::tls::TlsFront;

/// A running proxy, until the test process ends.
pub struct Proxy {
    pub url: String,
    /// The authority of its certificates.
    pub ca_file: PathBuf,
    _folder: TempDir,
}

impl Proxy {
    pub fn before(sts: &StandIn) -> Self {
        let front = TlsFront::before(sts.addr());
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, &front.ca_pem).expect("the temporary folder is writable");
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let tls = front.addr();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                std::thread::spawn(move || connect(client, tls));
            }
        });
        Self { url, ca_file, _folder: folder }
    }
}

/// Answers `CONNECT sts…amazonaws.com:443`, and hands on what follows.
fn connect(mut client: TcpStream, tls: SocketAddr) -> Option<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8192 && client.read(&mut byte).ok()? == 1 {
        head.extend(byte);
    }
    if !head.starts_with(b"CONNECT sts.") {
        return client.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok();
    }
    let mut server = TcpStream::connect(tls).ok()?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    let (mut from_client, mut to_server) = (client.try_clone().ok()?, server.try_clone().ok()?);
    std::thread::spawn(move || std::io::copy(&mut from_client, &mut to_server));
    std::io::copy(&mut server, &mut client).ok().map(drop)
}
