//! TLS and a distance in front of the stand-in.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::client::{Client, send_and_read};
use crate::support::distance;
use crate::support::sts::{Fault, StandIn};
use crate::support::tls::TlsFront;

const ONE_WAY: Duration = Duration::from_millis(50);

/// Opens a TLS connection to this address, of a server with a certificate for `localhost`.
fn connect(addr: SocketAddr, config: &Arc<ClientConfig>) -> StreamOwned<ClientConnection, TcpStream> {
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::clone(config), name).expect("a valid configuration");
    StreamOwned::new(connection, TcpStream::connect(addr).expect("it listens"))
}

fn trusting(front: &TlsFront) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_slice(front.ca_pem.as_bytes()).expect("a certificate");
    roots.add(authority).expect("an authority");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(config.expect("ring has them").with_root_certificates(roots).with_no_client_auth())
}

#[test]
fn sixteen_connections_over_tls_are_served_at_the_same_time() {
    let server = StandIn::start();
    let front = TlsFront::before(server.addr());
    let config = trusting(&front);
    let barrier = Barrier::new(16);
    server.fault(Fault::Slow(Duration::from_millis(500)), 16);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let request = Client::ada(&server).post("GetCallerIdentity", &[]);
                let mut stream = connect(front.addr(), &config);
                barrier.wait();
                for _ in 0..4 {
                    send_and_read(&mut stream, &request).unwrap().assert_ok();
                }
            });
        }
    });
    assert_eq!((server.connections(), server.peak(), server.calls().len()), (16, 16, 64));
}

#[test]
fn a_distance_delays_connection_and_request_by_a_round_trip_each() {
    let server = StandIn::start();
    let far = distance::before(server.addr(), ONE_WAY);
    let request = Client::ada(&server).post("GetCallerIdentity", &[]);
    let start = Instant::now();
    let mut stream = TcpStream::connect(far).unwrap();
    send_and_read(&mut stream, &request).unwrap().assert_ok();
    let first = start.elapsed();
    send_and_read(&mut stream, &request).unwrap().assert_ok();
    let second = start.elapsed() - first;
    assert!(first >= ONE_WAY * 4 && second >= ONE_WAY * 2 && second < first, "{first:?} {second:?}");
}

#[test]
fn a_distance_does_not_limit_the_throughput() {
    let server = StandIn::start();
    // A piece of 16 KiB at a time would take two hundred times the delay.
    server.fault(Fault::HugeBody(3_000_000), 1);
    let far = distance::before(server.addr(), ONE_WAY);
    let request = Client::ada(&server).post("GetCallerIdentity", &[]);
    let start = Instant::now();
    let mut stream = TcpStream::connect(far).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.read_exact(&mut vec![0; 3_000_000]).unwrap();
    assert!(start.elapsed() < ONE_WAY * 60, "{:?}", start.elapsed());
}

#[test]
fn connections_behind_a_distance_do_not_wait_for_each_other() {
    let server = StandIn::start();
    let front = TlsFront::before(server.addr());
    let far = distance::before(front.addr(), ONE_WAY);
    let config = trusting(&front);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let request = Client::ada(&server).post("GetCallerIdentity", &[]);
                send_and_read(&mut connect(far, &config), &request).unwrap().assert_ok();
            });
        }
    });
    // One connection takes three round trips: to open it, for TLS and for the request.
    assert!(start.elapsed() >= ONE_WAY * 6 && start.elapsed() < ONE_WAY * 6 * 4, "{:?}", start.elapsed());
}
