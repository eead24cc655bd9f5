//! HTTPS in front of a stand-in, with a certificate authority of its own.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection};

/// A TLS server on loopback that hands every request on to a plain one.
pub struct TlsFront {
    addr: SocketAddr,
    /// The certificate of the authority, to trust.
    pub ca_pem: String,
}

impl TlsFront {
    /// Serves `localhost`, 127.0.0.1 and the names of AWS's STS and sign-in until the test process ends.
    pub fn before(plain: SocketAddr) -> Self {
        let mut authority = CertificateParams::new(Vec::<String>::new()).expect("no names");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Another name than the server's, which OpenSSL would take for self-signed.
        authority.distinguished_name.push(DnType::CommonName, "awsmfa test authority");
        let authority_key = KeyPair::generate().expect("a key can be made");
        let authority = CertifiedIssuer::self_signed(authority, authority_key).expect("it can sign itself");
        let key = KeyPair::generate().expect("a key can be made");
        let names = [
            "localhost",
            "127.0.0.1",
            "sts.amazonaws.com",
            "*.us-east-1.amazonaws.com",
            "*.eu-west-1.amazonaws.com",
            "*.ap-east-1.amazonaws.com",
            "signin.aws.amazon.com",
            "signin.amazonaws.cn",
            "signin.amazonaws-us-gov.com",
        ];
        let names: Vec<String> = names.map(str::to_owned).into();
        let certificate =
            CertificateParams::new(names).expect("good names").signed_by(&key, &authority).expect("signed");

        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("they belong together");
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let addr = listener.local_addr().expect("it is bound");
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let config = Arc::clone(&config);
                std::thread::spawn(move || hand_on(stream, config, plain));
            }
        });
        Self { addr, ca_pem: authority.pem() }
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.addr.port())
    }
}

/// Carries what comes from either side to the other, until one of them ends. The answers have a thread of their own, so
/// that nothing waits for what the other side may say next: a benchmark would see it.
fn hand_on(mut client: TcpStream, config: Arc<ServerConfig>, plain: SocketAddr) -> io::Result<()> {
    let tls = Arc::new(Mutex::new(ServerConnection::new(config).map_err(io::Error::other)?));
    let mut server = TcpStream::connect(plain)?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (tls_too, client_too, server_too) = (Arc::clone(&tls), client.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || {
        let _ = carry_answers(server_too, &tls_too, &client_too);
        let _ = client_too.shutdown(Shutdown::Both);
    });
    let carried = carry_requests(&mut client, &tls, &mut server);
    let _ = server.shutdown(Shutdown::Both);
    carried
}

fn carry_requests(client: &mut TcpStream, tls: &Mutex<ServerConnection>, server: &mut TcpStream) -> io::Result<()> {
    let mut part = [0; 16 * 1024];
    while let length @ 1.. = client.read(&mut part)? {
        let mut encrypted = part.get(..length).unwrap_or_default();
        let mut request = Vec::new();
        let mut tls = lock(tls);
        while !encrypted.is_empty() {
            tls.read_tls(&mut encrypted)?;
            let understood = tls.process_new_packets();
            send(&mut tls, &mut *client)?;
            understood.map_err(io::Error::other)?;
            match tls.reader().read_to_end(&mut request) {
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
        drop(tls);
        server.write_all(&request)?;
    }
    Ok(())
}

fn carry_answers(mut server: TcpStream, tls: &Mutex<ServerConnection>, mut client: &TcpStream) -> io::Result<()> {
    let mut part = [0; 16 * 1024];
    while let length @ 1.. = server.read(&mut part)? {
        let mut tls = lock(tls);
        tls.writer().write_all(part.get(..length).unwrap_or_default())?;
        send(&mut tls, &mut client)?;
    }
    let mut tls = lock(tls);
    tls.send_close_notify();
    send(&mut tls, &mut client)
}

/// Sends what TLS has to say.
fn send(tls: &mut ServerConnection, mut client: impl Write) -> io::Result<()> {
    while tls.wants_write() {
        tls.write_tls(&mut client)?;
    }
    Ok(())
}

fn lock(tls: &Mutex<ServerConnection>) -> MutexGuard<'_, ServerConnection> {
    tls.lock().unwrap_or_else(PoisonError::into_inner)
}
