//! A server that is far away: what is sent arrives later, in either direction.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Puts a distance before a server, until the test process ends, and returns its new address.
///
/// Bytes are delayed, not held up by those before them: the throughput is that of loopback. A connection takes a round
/// trip to open, too. A forwarder cannot delay the handshake of TCP itself, which the operating system completes before
/// `accept` returns: instead, the first bytes of the client wait for a round trip.
pub fn before(server: SocketAddr, one_way: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let addr = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(server).expect("it listens");
            // A small write would wait for the confirmation of the one before.
            for stream in [&client, &server] {
                stream.set_nodelay(true).expect("a socket of TCP");
            }
            let (client_too, server_too) =
                (client.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
            carry(client, server, one_way, one_way * 2);
            carry(server_too, client_too, one_way, Duration::ZERO);
        }
    });
    addr
}

/// Carries bytes from one to the other, each `one_way` after it came, and none before `opening` is over.
fn carry(mut from: TcpStream, mut to: TcpStream, one_way: Duration, opening: Duration) {
    let open = Instant::now() + opening;
    let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let arrives = Instant::now().max(open) + one_way;
            let bytes = buffer.get(..length).unwrap_or_default().to_vec();
            if sender.send((arrives, bytes)).is_err() {
                break;
            }
        }
    });
    std::thread::spawn(move || {
        for (arrives, bytes) in receiver {
            std::thread::sleep(arrives.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
