//! AWS sign-in: the exchange of a role's session for a sign-in token, which opens the web console.
//!
//! The request is a POST, so that the secret is not in a URL, which a proxy or a server may log. It has no
//! `SessionDuration`: AWS refuses one for a session that was requested with another session, and without it the console
//! lasts as long as the session (IAM User Guide, "Enable custom identity broker access to the AWS console").

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::form_post::{self, Answer, Form, PostError, shown};
use super::sts::StsError;
use crate::endpoint::Endpoint;
use crate::io::clock::Stopwatch;
use crate::secret::Secret;
use crate::session::StoredSession;
use crate::web_console::FEDERATION_PATH;

/// The reason why AWS sign-in gave no token. The messages contain no part of the request or the answer.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum SigninError {
    /// The request could not be sent, or was not answered.
    #[error(transparent)]
    Network(StsError),
    /// AWS sign-in does not accept the session.
    #[error("{endpoint} refused the session (HTTP status {status})")]
    Refused { endpoint: String, status: u16 },
    /// Something other than AWS sign-in answered, or the answer has no token.
    #[error("{endpoint} did not answer as AWS sign-in does (HTTP status {status})")]
    NotSignin { endpoint: String, status: u16 },
}

/// Exchanges a session for a sign-in token.
///
/// # Errors
///
/// Fails if AWS sign-in refuses or cannot be reached, or if its answer has no token.
pub fn token(endpoint: &Endpoint, session: &StoredSession) -> Result<Secret, SigninError> {
    let watch = Stopwatch::start();
    let parts = json!({
        "sessionId": session.access_key_id,
        "sessionKey": session.secret_access_key.expose(),
        "sessionToken": session.session_token.expose(),
    });
    let parts = Zeroizing::new(parts.to_string());
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", "getSigninToken")
        .append_pair("Session", &parts)
        .finish();
    let body = Zeroizing::new(body);
    let action = "getSigninToken";
    let form = Form { service: "signin", action, path: FEDERATION_PATH, body: &body, signer: None };
    let token = form_post::send(endpoint, &form)
        .map_err(|error| match error {
            PostError::Network(error) => SigninError::Network(error),
            PostError::Unreadable { status } => SigninError::NotSignin { endpoint: shown(endpoint), status },
        })
        .and_then(|answer| token_in(&answer, endpoint));
    let cause = token.as_ref().err().map(ToString::to_string);
    tracing::info!(action, endpoint = shown(endpoint), cause, took_ms = watch.ms(), "asked AWS sign-in");
    token
}

fn token_in(answer: &Answer, endpoint: &Endpoint) -> Result<Secret, SigninError> {
    let (status, endpoint) = (answer.status, shown(endpoint));
    match status {
        200 => {}
        400 | 401 | 403 => return Err(SigninError::Refused { endpoint, status }),
        _ => return Err(SigninError::NotSignin { endpoint, status }),
    }
    let parsed: Option<Value> = serde_json::from_str(answer.body.expose()).ok();
    let token = parsed.as_ref().and_then(|parsed| parsed.get("SigninToken")?.as_str());
    let token = token.filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()));
    token.map(Secret::new).ok_or(SigninError::NotSignin { endpoint, status })
}
