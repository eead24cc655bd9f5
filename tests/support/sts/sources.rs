//! The services that give AWS SDKs temporary credentials: the portal and the OIDC service of IAM Identity Center, the
//! sign-in of `aws login`, the metadata of an EC2 instance, an ECS container, and `AssumeRoleWithWebIdentity`.
//!
//! Sources: IAM Identity Center Portal API and OIDC API References, AWS Sign-In API Reference (`CreateOAuth2Token`),
//! Amazon EC2 User Guide ("Retrieve security credentials from instance metadata"), Amazon ECS Developer Guide ("Task IAM
//! role"), AWS STS API Reference.

use serde_json::{Value, json};

use super::actions::issue;
use super::answer::Params;
use super::http::{Request, Response};
use super::model::{IssuedSession, User};
use super::scope::Scope;
use super::state::{Caller, Credential, State};
use super::xml::{self, ServiceError};

/// The token of the portal that a sign-in gives.
pub const PORTAL_TOKEN: &str = "portal-token-EXAMPLE";
/// The token that renews the one of the portal, or the credentials of a sign-in.
pub const REFRESH_TOKEN: &str = "refresh-token-EXAMPLE";
/// The token of a web identity.
pub const WEB_IDENTITY_TOKEN: &str = "web-identity-token-EXAMPLE";
/// The path of the credentials of a container.
pub const CONTAINER_PATH: &str = "/v2/credentials/EXAMPLE";

const METADATA: &str = "/latest/meta-data/iam/security-credentials";
const METADATA_TOKEN: &str = "metadata-token-EXAMPLE";

/// Answers a request to one of the services; `None` if it is for another.
pub fn answer(state: &mut State, request: &Request, params: &Params) -> Option<Response> {
    let response = match (request.method.as_str(), request.path()) {
        ("GET", "/federation/credentials") => portal(state, request, params),
        ("POST", "/token") => oidc(request),
        ("POST", "/v1/token") => sign_in(state, request),
        ("PUT", "/latest/api/token") => Response { status: 200, headers: Vec::new(), body: METADATA_TOKEN.to_owned() }
            .with_header("x-aws-ec2-metadata-token-ttl-seconds", "21600"),
        ("GET", path) if path.starts_with(METADATA) => metadata(state, request, path),
        ("GET", CONTAINER_PATH) => json_response(200, &machine_credentials(&role_session(state, "container", 3600))),
        _ if params.get("Action") == Some("AssumeRoleWithWebIdentity") => web_identity(state, params),
        _ => return None,
    };
    state.source_requests.push(request.path().to_owned());
    Some(response)
}

fn portal(state: &mut State, request: &Request, params: &Params) -> Response {
    if request.header("x-amz-sso_bearer_token") != Some(PORTAL_TOKEN) || state.is_signed_out {
        return refused(401, "UnauthorizedException", "Session token not found or invalid");
    }
    let (Some(role), Some(_)) = (params.get("role_name"), params.get("account_id")) else {
        return refused(400, "InvalidRequestException", "role_name and account_id are required");
    };
    if role != "dev" {
        return refused(403, "ForbiddenException", "No access");
    }
    let session = role_session(state, "AWSReservedSSO_dev", 3600);
    let credentials = json!({
        "accessKeyId": session.access_key_id,
        "secretAccessKey": session.secret_access_key,
        "sessionToken": session.session_token,
        "expiration": session.expiration.as_millisecond(),
    });
    json_response(200, &json!({ "roleCredentials": credentials }))
}

fn oidc(request: &Request) -> Response {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let field = |name: &str| body.get(name).and_then(Value::as_str);
    if field("grantType") != Some("refresh_token") || field("refreshToken") != Some(REFRESH_TOKEN) {
        return refused(400, "InvalidGrantException", "Invalid refresh token provided");
    }
    json_response(
        200,
        &json!({ "accessToken": PORTAL_TOKEN, "expiresIn": 28800, "refreshToken": REFRESH_TOKEN, "tokenType": "Bearer" }),
    )
}

fn sign_in(state: &mut State, request: &Request) -> Response {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let has_proof = request.header("dpop").is_some_and(|proof| proof.split('.').count() == 3);
    if !has_proof || body.get("refreshToken").and_then(Value::as_str) != Some(REFRESH_TOKEN) {
        let body = json!({ "error": "TOKEN_EXPIRED", "message": "The refresh token has expired" });
        return json_response(401, &body).with_header("x-amzn-errortype", "AccessDeniedException");
    }
    let session = user_session(state, 900);
    json_response(
        200,
        &json!({
            "accessToken": {
                "accessKeyId": session.access_key_id,
                "secretAccessKey": session.secret_access_key,
                "sessionToken": session.session_token,
            },
            "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4",
            "expiresIn": 900,
            "refreshToken": REFRESH_TOKEN,
        }),
    )
}

fn metadata(state: &mut State, request: &Request, path: &str) -> Response {
    if request.header("x-aws-ec2-metadata-token") != Some(METADATA_TOKEN) {
        return Response::empty(401);
    }
    match path.strip_prefix(METADATA).unwrap_or_default().trim_matches('/') {
        "" => Response { status: 200, headers: Vec::new(), body: "machine".to_owned() },
        "machine" => {
            let mut credentials = machine_credentials(&role_session(state, "machine", 3600));
            if let Some(object) = credentials.as_object_mut() {
                object.insert("Code".to_owned(), "Success".into());
                object.insert("Type".to_owned(), "AWS-HMAC".into());
            }
            json_response(200, &credentials)
        }
        _ => Response::empty(404),
    }
}

fn web_identity(state: &mut State, params: &Params) -> Response {
    let arn = params.get("RoleArn").unwrap_or_default();
    if params.get("WebIdentityToken") != Some(WEB_IDENTITY_TOKEN) {
        return ServiceError::new(400, "InvalidIdentityToken", "Couldn't retrieve verification key").response();
    }
    let name = arn.rsplit('/').next().unwrap_or_default().to_owned();
    let session = role_session(state, &name, 3600);
    xml::success("AssumeRoleWithWebIdentity", &xml::credentials(&session))
}

/// The session of a role of ada's account.
fn role_session(state: &mut State, role: &str, seconds: i64) -> IssuedSession {
    let account = User::ada().account;
    let caller = Caller {
        arn: format!("arn:aws:sts::{account}:assumed-role/{role}/source"),
        user_id: format!("AROA{}:source", "EXAMPLE"),
        principal: format!("arn:aws:iam::{account}:role/{role}"),
        account,
        serial: None,
        credential: Credential::RoleSession { chained: false },
        scope: Scope::default(),
    };
    issue(state, caller, seconds, false)
}

/// A session of ada, who has signed in with MFA.
pub fn user_session(state: &mut State, seconds: i64) -> IssuedSession {
    let ada = User::ada();
    let caller = Caller {
        arn: ada.arn(),
        user_id: ada.unique_id(),
        principal: ada.arn(),
        account: ada.account,
        serial: None,
        credential: Credential::Session { mfa: true },
        scope: Scope::default(),
    };
    issue(state, caller, seconds, true)
}

fn machine_credentials(session: &IssuedSession) -> Value {
    json!({
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "Token": session.session_token,
        "Expiration": session.expiration.to_string(),
        "LastUpdated": "2026-11-21T00:00:00Z",
    })
}

fn json_response(status: u16, body: &Value) -> Response {
    let headers = vec![("Content-Type", "application/json".to_owned())];
    Response { status, headers, body: body.to_string() }
}

fn refused(status: u16, code: &str, message: &str) -> Response {
    json_response(status, &json!({ "__type": code, "message": message })).with_header("x-amzn-ErrorType", code)
}
