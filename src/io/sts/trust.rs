//! The certificates that an STS endpoint is trusted by.

use std::path::Path;

use aws_smithy_http_client::tls::TrustStore;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::StsError;
use crate::io::files;

/// The system's certificates, or those of `bundle` alone.
///
/// The bundle is checked here: the SDK panics over a certificate that does not parse, and takes a file without any for
/// one that trusts nobody.
pub(in crate::io) fn store(bundle: Option<&str>) -> Result<TrustStore, StsError> {
    let Some(bundle) = bundle else { return Ok(TrustStore::default()) };
    let bad = |cause: String| StsError::CaBundle { path: bundle.into(), cause };
    if !Path::new(bundle).exists() {
        return Err(bad("it does not exist".to_owned()));
    }
    let pem = files::read(Path::new(bundle)).map_err(|error| bad(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|_| bad("it has a block that is no PEM text".to_owned()))?;
        roots.add(certificate).map_err(|error| bad(format!("it has a certificate that does not parse: {error}")))?;
    }
    if roots.is_empty() {
        return Err(bad("there is no certificate in it".to_owned()));
    }
    Ok(TrustStore::empty().with_pem_certificate(pem))
}
