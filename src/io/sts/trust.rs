//! The certificates that an STS endpoint is trusted by.

use std::path::Path;

use aws_smithy_http_client::tls::TrustStore;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::StsError;
use crate::io::files;
use crate::io::opening::{self, Refusal};
use crate::limits;

/// Variables that the TLS library reads by itself.
const FILE_VARIABLE: &str = "SSL_CERT_FILE";
const FOLDERS_VARIABLE: &str = "SSL_CERT_DIR";

/// The system's certificates, or those of `bundle` alone.
///
/// The bundle is checked here: the SDK panics over a certificate that does not parse, and takes a file without any for
/// one that trusts nobody.
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

/// Makes sure that the TLS library, which opens whatever the variables name, does not wait for a pipe or read a device
/// without end.
fn check_variables() -> Result<(), StsError> {
    if let Some(file) = std::env::var_os(FILE_VARIABLE) {
        check(FILE_VARIABLE, Path::new(&file))?;
    }
    let folders = std::env::var_os(FOLDERS_VARIABLE).unwrap_or_default();
    for folder in std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty()) {
        // A folder that cannot be read gives no certificate, and the library goes on without.
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        // Nor does it open folders within it, or links that lead nowhere.
        let opened = entries.flatten().map(|entry| entry.path()).filter(|path| path.exists() && !path.is_dir());
        for path in opened {
            check(FOLDERS_VARIABLE, &path)?;
        }
    }
    Ok(())
}

fn check(variable: &'static str, path: &Path) -> Result<(), StsError> {
    let cause = match opening::regular(path, limits::FILE_BYTES) {
        Ok(_) => return Ok(()),
        Err(Refusal::NotAFile) => "it is not a regular file".to_owned(),
        Err(Refusal::TooLarge) => "it is too large".to_owned(),
        Err(Refusal::Io(error)) => error.to_string(),
    };
    Err(StsError::CaBundle { path: path.into(), cause: format!("{cause} (from {variable})") })
}
