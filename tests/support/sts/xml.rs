//! The shape of STS's answers, and of its errors.

use super::http::Response;
use super::issue;
use super::model::IssuedSession;
use super::state::Caller;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// An error as STS reports it.
#[derive(Debug, PartialEq)]
pub struct ServiceError {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
}

impl ServiceError {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub fn access_denied(message: impl Into<String>) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    pub fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    pub fn response(&self) -> Response {
        let fault_of = if self.status >= 500 { "Receiver" } else { "Sender" };
        let request_id = issue::request_id();
        let body = format!(
            "<ErrorResponse xmlns=\"{NAMESPACE}\">\n  <Error>\n    <Type>{fault_of}</Type>\n    <Code>{}</Code>\n    \
             <Message>{}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n",
            self.code,
            escape(&self.message),
        );
        Response::xml(self.status, body, request_id)
    }
}

/// The answer to an action: its result element around `inner`.
pub fn success(action: &str, inner: &str) -> Response {
    let request_id = issue::request_id();
    let body = format!(
        "<{action}Response xmlns=\"{NAMESPACE}\">\n  <{action}Result>\n{inner}  </{action}Result>\n  \
         <ResponseMetadata>\n    <RequestId>{request_id}</RequestId>\n  </ResponseMetadata>\n</{action}Response>\n",
    );
    Response::xml(200, body, request_id)
}

pub fn credentials(session: &IssuedSession) -> String {
    format!(
        "    <Credentials>\n      <AccessKeyId>{}</AccessKeyId>\n      <SecretAccessKey>{}</SecretAccessKey>\n      \
         <SessionToken>{}</SessionToken>\n      <Expiration>{}</Expiration>\n    </Credentials>\n",
        session.access_key_id, session.secret_access_key, session.session_token, session.expiration,
    )
}

pub fn assumed_role_user(caller: &Caller) -> String {
    let identity = caller.scope.source_identity.as_ref();
    format!(
        "    <AssumedRoleUser>\n      <AssumedRoleId>{}</AssumedRoleId>\n      <Arn>{}</Arn>\n    </AssumedRoleUser>\n    \
         <PackedPolicySize>{}</PackedPolicySize>\n{}",
        escape(&caller.user_id),
        escape(&caller.arn),
        caller.scope.packed_size(),
        identity.map(|name| format!("    <SourceIdentity>{name}</SourceIdentity>\n")).unwrap_or_default(),
    )
}

pub fn caller_identity(caller: &Caller) -> String {
    format!(
        "    <Arn>{}</Arn>\n    <UserId>{}</UserId>\n    <Account>{}</Account>\n",
        escape(&caller.arn),
        escape(&caller.user_id),
        escape(&caller.account),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
