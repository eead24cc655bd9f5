//! A proxy for clients that know no other STS than AWS's own when they assume a role: it connects them to the stand-in.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::proxy;
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
        Self { url: proxy::Proxy::start(Some(front.addr())).url(), ca_file, _folder: folder }
    }
}
