//! What can go wrong between us and STS, told apart by whether the code may have been used.

use std::path::PathBuf;

use aws_sdk_sts::error::{ConnectorError, ProvideErrorMetadata, SdkError};

use super::observer::Seen;
use crate::diagnosis;
use crate::time::Seconds;

/// STS gave no session. The answer itself is never part of the message: it could hold one.
#[derive(Debug, thiserror::Error)]
pub enum StsError {
    /// STS answered, and said no.
    #[error("{code}: {message}")]
    Refused {
        /// STS's own code.
        code: String,
        /// STS's own words.
        message: String,
        /// The HTTP status.
        status: u16,
        /// How far the machine's clock is ahead of STS's; negative if behind.
        clock_offset: Option<Seconds>,
    },
    /// There was no connection, so nothing was sent.
    #[error("cannot reach {endpoint}: {cause}")]
    Unreachable {
        /// The endpoint's URL.
        endpoint: String,
        /// What the network said.
        cause: String,
    },
    /// The request may have been sent, but no whole answer came.
    #[error("no answer from {endpoint}: {cause}")]
    NoAnswer {
        /// The endpoint's URL.
        endpoint: String,
        /// What the network said.
        cause: String,
    },
    /// Something answered that does not speak STS's language, such as a captive portal.
    #[error("{endpoint} did not answer as AWS STS does (HTTP status {status})")]
    NotSts {
        /// The endpoint's URL.
        endpoint: String,
        /// The HTTP status.
        status: u16,
    },
    /// STS's answer is not a session that can be used.
    #[error("the response from {endpoint} cannot be used: it has {what}")]
    Incomplete {
        /// The endpoint's URL.
        endpoint: String,
        /// What is missing.
        what: &'static str,
    },
    /// The file of certificates cannot be used.
    #[error("the CA bundle {} cannot be used: {cause}", path.display())]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The request could not be made.
    #[error("the request to STS could not be created: {cause}")]
    Setup {
        /// Why.
        cause: String,
    },
}

impl StsError {
    /// Whether STS says that the code is wrong or was used before.
    pub fn is_rejected_code(&self) -> bool {
        matches!(self, Self::Refused { code, message, .. } if diagnosis::is_rejected_code(code, message))
    }

    /// Whether STS says that there is no such key.
    pub(super) fn is_unknown_key(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if diagnosis::is_unknown_key(code))
    }

    /// Whether the request went into the void or was turned away at the door, so that it can be sent again with the same
    /// code: a connection that was refused or found nobody, but none that took too long or was not trusted; throttling.
    pub(super) fn is_before_processing(&self) -> bool {
        match self {
            Self::Unreachable { cause, .. } => {
                !["timeout", "timed out", "certificate", "authorization"].iter().any(|word| cause.contains(word))
            }
            Self::Refused { code, .. } => diagnosis::is_throttling(code),
            _ => false,
        }
    }

    /// How far the machine's clock is ahead, if STS refused the signature for its time.
    pub(super) fn refused_clock(&self) -> Option<Seconds> {
        match self {
            Self::Refused { code, message, clock_offset, .. } if diagnosis::is_about_time(code, message) => {
                *clock_offset
            }
            _ => None,
        }
    }

    /// Whether the code may have been used up.
    pub fn may_have_spent_code(&self) -> bool {
        match self {
            Self::NoAnswer { .. } | Self::Incomplete { .. } => true,
            Self::NotSts { status, .. } => *status >= 500 || *status == 200,
            Self::Refused { status, .. } => *status >= 500,
            Self::Unreachable { .. } | Self::CaBundle { .. } | Self::Setup { .. } => false,
        }
    }
}

/// Tells the SDK's errors apart. Its `Debug` and its own report print the raw answer, so neither is used.
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
        // What the SDK says of its own mistakes may quote the request, and so the code.
        _ => StsError::Setup { cause: "the SDK did not build it".to_owned() },
    }
}

fn dispatch_failure(error: Option<&ConnectorError>, was_sent: bool, endpoint: String) -> StsError {
    // Only what the network says is repeated; the rest may quote the request, and so the code.
    let network = error.filter(|error| error.is_io() || error.is_timeout() || error.is_user());
    let cause = network.map_or_else(|| "the request failed".to_owned(), |error| chain(error));
    // hyper marks what failed before there was a connection; STS has seen nothing then.
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
