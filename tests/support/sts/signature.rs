//! Checks a request's SigV4 signature: takes the headers that the client says it signed, signs again, compares.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

use super::http::Request;
use super::state::{Caller, KnownKey, State};
use super::xml::ServiceError;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE_FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// The greatest age of a signature, and how far ahead it may be.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(15);

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";

/// The parts of an `Authorization` header.
struct Authorization<'a> {
    access_key_id: &'a str,
    /// `YYYYMMDD`.
    day: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

/// The key that a request claims to be signed with.
pub fn claimed_key(request: &Request) -> Option<&str> {
    let header = request.header("authorization")?;
    Authorization::parse(header).map(|authorization| authorization.access_key_id)
}

/// The service that a request claims to be signed for.
pub fn claimed_service(request: &Request) -> Option<&str> {
    Authorization::parse(request.header("authorization")?).map(|authorization| authorization.service)
}

/// Returns who signed the request for this service, or why the signature is not valid.
pub fn check(state: &State, request: &Request, service: &str) -> Result<Caller, ServiceError> {
    let header = request.header("authorization").ok_or_else(missing_authentication)?;
    let authorization = Authorization::parse(header)
        .ok_or_else(|| incomplete("Authorization header requires Credential, SignedHeaders and Signature."))?;
    // No key is known in an opt-in region that the account has not enabled.
    let is_closed = state.closed_regions.iter().any(|region| region == authorization.region);
    let key = state.key(authorization.access_key_id).filter(|_| !is_closed).ok_or_else(invalid_token)?;
    if request.header("x-amz-security-token") != key.session.as_ref().map(|(token, _)| token.as_str()) {
        return Err(invalid_token());
    }
    let date = request_date(request)?;
    check_scope(&authorization, service, date)?;
    check_age(date, state.now())?;
    let expected = expected_signature(request, &authorization, &key, date).ok_or_else(|| mismatch(MISMATCH))?;
    if expected != authorization.signature {
        return Err(mismatch(MISMATCH));
    }
    // Only now: to a client that cannot sign, an old session is no different from any other.
    if key.session.is_some_and(|(_, expiration)| expiration <= state.now()) {
        return Err(ServiceError::new(403, "ExpiredToken", "The security token included in the request is expired"));
    }
    Ok(key.caller)
}

impl<'a> Authorization<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let fields = header.strip_prefix(ALGORITHM)?.strip_prefix(' ')?;
        let field = |name: &str| {
            let mut fields = fields.split(',').map(str::trim);
            fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
        };
        let scope: Vec<&str> = field("Credential")?.split('/').collect();
        let [access_key_id, day, region, service, "aws4_request"] = scope.as_slice() else {
            return None;
        };
        Some(Self {
            access_key_id,
            day,
            region,
            service,
            signed_headers: field("SignedHeaders")?.split(';').collect(),
            signature: field("Signature")?,
        })
    }
}

fn request_date(request: &Request) -> Result<Timestamp, ServiceError> {
    let text = request.header("x-amz-date").ok_or_else(|| {
        incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    })?;
    let date = civil::DateTime::strptime(DATE_FORMAT, text).and_then(|date| TimeZone::UTC.to_timestamp(date));
    date.map_err(|_| incomplete(&format!("Date must be in ISO-8601 'basic format'. Got '{text}'.")))
}

fn check_scope(authorization: &Authorization<'_>, service: &str, date: Timestamp) -> Result<(), ServiceError> {
    if authorization.service != service {
        return Err(mismatch(&format!("Credential should be scoped to correct service: '{service}'. ")));
    }
    let day = date.strftime("%Y%m%d").to_string();
    if authorization.day != day {
        return Err(mismatch(&format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{day}', \
             from '{}'.",
            authorization.day,
            date.strftime(DATE_FORMAT),
        )));
    }
    Ok(())
}

fn check_age(date: Timestamp, now: Timestamp) -> Result<(), ServiceError> {
    let oldest = now.checked_sub(MAX_AGE).unwrap_or(Timestamp::MIN);
    let newest = now.checked_add(MAX_AGE).unwrap_or(Timestamp::MAX);
    let [shown, now, earliest, latest] = [date, now, oldest, newest].map(|time| time.strftime(DATE_FORMAT).to_string());
    if date < oldest {
        let message = format!("Signature expired: {shown} is now earlier than {earliest} ({now} - 15 min.)");
        return Err(mismatch(&message));
    }
    if date > newest {
        let message = format!("Signature not yet current: {shown} is still later than {latest} ({now} + 15 min.)");
        return Err(mismatch(&message));
    }
    Ok(())
}

/// The signature that the owner of this key makes; `None` if such a request cannot be signed at all.
fn expected_signature(
    request: &Request,
    authorization: &Authorization<'_>,
    key: &KnownKey,
    date: Timestamp,
) -> Option<String> {
    let is_signed = |name: &str| authorization.signed_headers.contains(&name);
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    // The signer needs an absolute URL, but signs the Host header, which no request can do without.
    if !is_signed("host") || request.header("host").is_none() || !request.target.starts_with('/') {
        return None;
    }
    let url = format!("http://localhost{}", request.target);
    let signed = headers.filter(|(name, _)| is_signed(name));
    let mut settings = SigningSettings::default();
    settings.excluded_headers = None;
    let mut body = SignableBody::Bytes(&request.body);
    if authorization.service == "s3" {
        // S3 signs the path as it is, and the hash that the client names.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        body = SignableBody::Precomputed(request.header("x-amz-content-sha256")?.to_owned());
    }
    let signable = SignableRequest::new(&request.method, url, signed, body).ok()?;

    // No token here: the session's token is an ordinary header on this side, signed if the client has signed it.
    let identity = Credentials::new(authorization.access_key_id, &key.secret, None, None, "stand-in").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(authorization.region)
        .name(authorization.service)
        .time(SystemTime::from(date))
        .settings(settings)
        .build()
        .ok()?
        .into();
    let (_, signature) = sign(signable, &params).ok()?.into_parts();
    Some(signature)
}

fn missing_authentication() -> ServiceError {
    ServiceError::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
}

pub fn invalid_token() -> ServiceError {
    ServiceError::new(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
}

fn mismatch(message: &str) -> ServiceError {
    ServiceError::new(403, "SignatureDoesNotMatch", message)
}

fn incomplete(message: &str) -> ServiceError {
    ServiceError::new(400, "IncompleteSignature", message)
}
