//! HTTPS in front of a stand-in, with a certificate authority of its own.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A TLS server on loopback that hands every request on to a plain one.
pub struct TlsFront {
    addr: SocketAddr,
    /// The certificate of the authority, to trust.
    pub ca_pem: String,
}

impl TlsFront {
    /// Serves `localhost`, 127.0.0.1 and the names of AWS's STS until the test process ends.
    pub fn before(plain: SocketAddr) -> Self {
        let mut authority = CertificateParams::new(Vec::<String>::new()).expect("no names");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
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

/// Carries what comes from either side to the other, until one of them ends.
fn hand_on(stream: TcpStream, config: Arc<ServerConfig>, plain: SocketAddr) {
    let Ok(connection) = ServerConnection::new(config) else { return };
    let Ok(mut server) = TcpStream::connect(plain) else { return };
    // The two are looked at in turn: a TLS stream has no halves.
    let limits = [&stream, &server].map(|side| side.set_read_timeout(Some(Duration::from_millis(1))));
    let mut client = StreamOwned::new(connection, stream);
    let mut open = limits.iter().all(Result::is_ok);
    while open {
        open = carry(&mut client, &mut server) && carry(&mut server, &mut client);
    }
}

/// Carries what there is; false at the end.
fn carry(from: &mut impl Read, to: &mut impl Write) -> bool {
    let mut part = [0; 16 * 1024];
    match from.read(&mut part) {
        Ok(0) => false,
        Ok(length) => to.write_all(part.get(..length).unwrap_or_default()).and_then(|()| to.flush()).is_ok(),
        Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted),
    }
}
