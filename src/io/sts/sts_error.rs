//! The errors of a call to STS, classified by whether the MFA code may have been used.

use std::path::PathBuf;

use aws_sdk_sts::error::{ConnectorError, ProvideErrorMetadata, SdkError};

use super::observer::Seen;
use crate::diagnosis;
use crate::time::Seconds;

/// The reason why STS gave no session. The message never contains the answer itself, which could contain a session.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum StsError {
    /// STS answered with an error.
    #[error("{code}: {message}")]
    Refused {
        code: String,
        message: String,
        status: u16,
        /// The lead of the machine's clock over that of STS; negative if it is behind.
        clock_offset: Option<Seconds>,
    },
    /// There was no connection, so nothing was sent.
    #[error("cannot reach {endpoint}: {cause}")]
    Unreachable { endpoint: String, cause: String },
    /// The request may have been sent, but no complete answer arrived.
    #[error("no answer from {endpoint}: {cause}")]
    NoAnswer { endpoint: String, cause: String },
    /// Something other than STS answered, such as a captive portal.
    #[error("{endpoint} did not answer as AWS STS does (HTTP status {status})")]
    NotSts { endpoint: String, status: u16 },
    /// STS's answer is not a usable session.
    #[error("the response from {endpoint} cannot be used: it has {what}")]
    Incomplete {
        endpoint: String,
        /// The missing or wrong part of the answer.
        what: &'static str,
    },
    /// The CA bundle cannot be used.
    #[error("the CA bundle {} cannot be used: {cause}", path.display())]
    CaBundle { path: PathBuf, cause: String },
    /// The request could not be built.
    #[error("the request to STS could not be created: {cause}")]
    Setup { cause: String },
}

impl StsError {
    /// Returns whether STS reports that the code is wrong or was used before.
    pub fn is_rejected_code(&self) -> bool {
        matches!(self, Self::Refused { code, message, .. } if diagnosis::is_rejected_code(code, message))
    }

    /// Returns whether STS reports that there is no such key.
    pub(super) fn is_unknown_key(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if diagnosis::is_unknown_key(code))
    }

    /// Returns whether the request was certainly not processed, so that it can be sent again with the same code: it was
    /// throttled, or there was no connection. A retry would not help with a timeout, an untrusted certificate or a
    /// proxy that requires authorization.
    pub(super) fn is_before_processing(&self) -> bool {
        match self {
            Self::Unreachable { cause, .. } => {
                !["timeout", "timed out", "certificate", "authorization"].iter().any(|word| cause.contains(word))
            }
            Self::Refused { code, .. } => diagnosis::is_throttling(code),
            _ => false,
        }
    }

    /// Returns whether the same request may soon succeed, if it does no harm to process it twice: it was throttled, STS
    /// failed, or the connection broke.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Refused { code, status, .. } => diagnosis::is_throttling(code) || is_passing_status(*status),
            Self::NotSts { status, .. } => is_passing_status(*status),
            // The next attempt would take as long.
            Self::NoAnswer { cause, .. } => !["timeout", "took too long"].iter().any(|word| cause.contains(word)),
            _ => false,
        }
    }

    /// Returns how far the machine's clock is ahead, if STS refused the signature for its time.
    pub(super) fn refused_clock(&self) -> Option<Seconds> {
        match self {
            Self::Refused { code, message, clock_offset, .. } if diagnosis::is_about_time(code, message) => {
                *clock_offset
            }
            _ => None,
        }
    }

    /// Returns whether the code may have been used.
    pub fn may_have_spent_code(&self) -> bool {
        match self {
            Self::NoAnswer { .. } | Self::Incomplete { .. } => true,
            Self::NotSts { status, .. } => *status >= 500 || *status == 200,
            Self::Refused { status, .. } => *status >= 500,
            Self::Unreachable { .. } | Self::CaBundle { .. } | Self::Setup { .. } => false,
        }
    }
}

/// Returns whether the status means that a later request may succeed: 429 (RFC 6585) or a server error.
fn is_passing_status(status: u16) -> bool {
    status == 429 || status >= 500
}

/// Converts an error of the SDK. Its `Debug` output and its own report contain the raw answer, so neither is used.
pub(super) fn from_sdk<E>(error: &SdkError<E>, seen: &Seen) -> StsError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let endpoint = seen.endpoint.clone();
    match error {
        SdkError::ServiceError(context) => match context.err().code() {
            Some(code) => StsError::Refused {
                code: code.to_owned(),
                message: context.err().message().unwrap_or_default().trim().to_owned(),
                status: context.raw().status().as_u16(),
                clock_offset: seen.clock_offset(),
            },
            None => StsError::NotSts { endpoint, status: context.raw().status().as_u16() },
        },
        SdkError::ResponseError(context) => StsError::NotSts { endpoint, status: context.raw().status().as_u16() },
        SdkError::DispatchFailure(failure) => dispatch_failure(failure.as_connector_error(), seen.was_sent, endpoint),
        SdkError::TimeoutError(_) => StsError::NoAnswer { endpoint, cause: "it took too long".to_owned() },
        // The SDK's messages about such errors may quote the request, which contains the code.
        _ => StsError::Setup { cause: "the SDK did not build it".to_owned() },
    }
}

/// Classifies an error of the connection by whether there was one when it occurred.
pub(in crate::io) fn dispatch_failure(error: Option<&ConnectorError>, was_sent: bool, endpoint: String) -> StsError {
    // Only the texts of network errors are included: others may quote the request, which contains the code.
    let network = error.filter(|error| error.is_io() || error.is_timeout() || error.is_user());
    let cause = network.map_or_else(|| "the request failed".to_owned(), |error| chain(error));
    // hyper marks errors that occurred before there was a connection: then STS has received nothing.
    let unconnected = cause.contains("client error (Connect)") || cause.contains("HTTP connect timeout");
    let cause = cause.rsplit("client error (Connect): ").next().unwrap_or_default().to_owned();
    if unconnected || !was_sent {
        StsError::Unreachable { endpoint, cause }
    } else {
        StsError::NoAnswer { endpoint, cause }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        texts.push(error.to_string());
        source = error.source();
    }
    texts.dedup();
    texts.join(": ")
}
