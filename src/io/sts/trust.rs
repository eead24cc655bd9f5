//! The certificates that are trusted for connections to AWS.

use std::path::Path;

use aws_smithy_http_client::tls::TrustStore;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::StsError;
use crate::io::files;
use crate::io::safe_open::{self, Refusal};
use crate::limits;

// The TLS library reads these variables itself: here they are only checked.
const FILE_VARIABLE: &str = "SSL_CERT_FILE";
const FOLDERS_VARIABLE: &str = "SSL_CERT_DIR";

/// Returns the system's certificates, or only those in `bundle`.
///
/// The bundle is checked here: the SDK panics if a certificate does not parse, and accepts a file without any
/// certificate, with which it would trust no server.
pub(in crate::io) fn store(bundle: Option<&str>) -> Result<TrustStore, StsError> {
    let Some(bundle) = bundle else {
        check_variables()?;
        return Ok(TrustStore::default());
    };
    let bad = |cause: String| StsError::CaBundle { path: bundle.into(), cause };
    if !Path::new(bundle).exists() {
        return Err(bad("it does not exist".to_owned()));
    }
    let pem = files::read(Path::new(bundle)).map_err(|error| bad(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|_| bad("it has a block that is not PEM text".to_owned()))?;
        roots.add(certificate).map_err(|error| bad(format!("it has a certificate that does not parse: {error}")))?;
    }
    if roots.is_empty() {
        return Err(bad("there is no certificate in it".to_owned()));
    }
    Ok(TrustStore::empty().with_pem_certificate(pem))
}

/// Refuses paths in the variables that are not regular files: the TLS library would block on a pipe, and read endlessly
/// from a device.
fn check_variables() -> Result<(), StsError> {
    if let Some(file) = std::env::var_os(FILE_VARIABLE) {
        check(FILE_VARIABLE, Path::new(&file))?;
    }
    let folders = std::env::var_os(FOLDERS_VARIABLE).unwrap_or_default();
    for folder in std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty()) {
        // The library ignores a folder that it cannot read.
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        // It does not open subfolders or dangling links.
        let opened = entries.flatten().map(|entry| entry.path()).filter(|path| path.exists() && !path.is_dir());
        for path in opened {
            check(FOLDERS_VARIABLE, &path)?;
        }
    }
    Ok(())
}

fn check(variable: &'static str, path: &Path) -> Result<(), StsError> {
    let cause = match safe_open::regular(path, limits::FILE_BYTES) {
        Ok(_) => return Ok(()),
        Err(Refusal::NotAFile) => "it is not a regular file".to_owned(),
        Err(Refusal::TooLarge) => "it is too large".to_owned(),
        Err(Refusal::Io(error)) => error.to_string(),
    };
    Err(StsError::CaBundle { path: path.into(), cause: format!("{cause} (from {variable})") })
}
