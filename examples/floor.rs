//! `cargo run --release --example floor`: a minimal login, for benches/compare. It signs one
//! GetSessionToken, sends it over a socket or over TLS, and reads the answer: no runtime, no HTTP client, and no file
//! but the bundle.
//!
//! It takes AWS_ENDPOINT_URL, AWS_CA_BUNDLE and AWSMFA_TOKEN_CODE from the environment, as the program does.

#![expect(clippy::disallowed_methods, reason = "it is a client of its own")]

use std::env;
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/ada";
const ACCESS_KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET_ACCESS_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let endpoint = env::var("AWS_ENDPOINT_URL")?;
    let (scheme, address) = endpoint.split_once("://").ok_or("the endpoint is a URL")?;
    let request = request(&endpoint, address, &env::var("AWSMFA_TOKEN_CODE")?)?;
    let socket = TcpStream::connect(address)?;
    let answer = match scheme {
        "https" => exchange(over_tls(socket, address)?, &request)?,
        _ => exchange(socket, &request)?,
    };
    let is_session = answer.starts_with("HTTP/1.1 200") && answer.contains("<SessionToken>");
    if is_session { Ok(()) } else { Err("STS has sent no session".into()) }
}

fn request(endpoint: &str, address: &str, code: &str) -> Result<Vec<u8>> {
    let body = format!("Action=GetSessionToken&Version=2011-06-15&SerialNumber={SERIAL}&TokenCode={code}");
    let identity = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None, None, "floor").into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region("eu-west-1")
        .name("sts")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let headers = [("content-type", CONTENT_TYPE)].into_iter();
    let url = format!("{endpoint}/");
    let signable = SignableRequest::new("POST", &url, headers, SignableBody::Bytes(body.as_bytes()))?;
    let (instructions, _) = sign(signable, &params)?.into_parts();
    let signed: String = instructions.headers().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: {CONTENT_TYPE}\r\n{signed}");
    Ok(format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes())
}

fn over_tls(socket: TcpStream, address: &str) -> Result<StreamOwned<ClientConnection, TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(env::var("AWS_CA_BUNDLE")?)? {
        roots.add(certificate?)?;
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let (host, _) = address.rsplit_once(':').ok_or("the endpoint has a port")?;
    let connection = ClientConnection::new(Arc::new(config), ServerName::try_from(host.to_owned())?)?;
    Ok(StreamOwned::new(connection, socket))
}

/// Reads until the answer is whole: a server may keep the connection open.
fn exchange(mut stream: impl Read + Write, request: &[u8]) -> Result<String> {
    stream.write_all(request)?;
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while !answer.ends_with(b"</GetSessionTokenResponse>\n") && !answer.ends_with(b"</GetSessionTokenResponse>") {
        let length = stream.read(&mut part)?;
        let (read, _) = part.split_at(length);
        if read.is_empty() {
            break;
        }
        answer.extend_from_slice(read);
    }
    Ok(String::from_utf8(answer)?)
}
