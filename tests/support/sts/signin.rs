//! AWS sign-in: exchanges the session of a role for a token, and opens the URL with it.
//!
//! A request by GET is refused, in contrast to AWS: it has the secret in its URL.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::answer::Params;
use super::http::{Request, Response};
use super::issue;
use super::model::Call;
use super::state::{Caller, Credential, State};

/// The end of the path of the federation endpoint.
pub const PATH: &str = "/federation";

/// A token is valid for 15 minutes (IAM User Guide, "Enable custom identity broker access to the AWS console").
const TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// The words of AWS, as in 99designs/aws-vault#1191.
const NOT_FEDERATED: &str = "Only federation tokens or assume role tokens may be used for federated login";

/// A token that was given out.
pub struct SigninToken {
    token: String,
    until: Timestamp,
    arn: String,
    access_key_id: String,
}

/// The result of opening a sign-in URL.
#[derive(Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub arn: String,
    pub access_key_id: String,
    pub issuer: String,
    pub destination: String,
}

/// Answers a request to the federation endpoint, and records it.
pub fn answer(state: &mut State, request: &Request, params: Params) -> Response {
    let session: Value = serde_json::from_str(params.get("Session").unwrap_or_default()).unwrap_or_default();
    let part = |name: &str| session.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (id, secret, token) = (part("sessionId"), part("sessionKey"), part("sessionToken"));
    let checked = check(state, request, &params, (&id, &secret, &token));
    let outcome = if checked.is_ok() { "ok" } else { "refused" };
    state.calls.push(Call {
        action: params.get("Action").unwrap_or_default().to_owned(),
        access_key_id: id.clone(),
        outcome: outcome.to_owned(),
        user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
        code_spent: false,
        fault: None,
        params: params.0,
    });
    match checked {
        Err(words) => Response::html(400, words.to_owned()),
        Ok(caller) => {
            let token = issue::session_token(96);
            let until = state.now().checked_add(TOKEN_LIFE).unwrap_or(Timestamp::MAX);
            state.signin_tokens.push(SigninToken { token: token.clone(), until, arn: caller.arn, access_key_id: id });
            let body = json!({ "SigninToken": token }).to_string();
            Response { status: 200, headers: vec![("Content-Type", "application/json".to_owned())], body }
        }
    }
}

fn check(
    state: &State,
    request: &Request,
    params: &Params,
    (id, secret, token): (&str, &str, &str),
) -> Result<Caller, &'static str> {
    if request.method != "POST" || !request.query().is_empty() {
        return Err("A session belongs into the body of a POST");
    }
    if params.get("Action") != Some("getSigninToken") {
        return Err("There is no such action");
    }
    let key = state.key(id).filter(|key| key.secret == secret).ok_or("The session is not valid")?;
    match &key.session {
        None => return Err(NOT_FEDERATED),
        Some((known, _)) if known != token => return Err("The session is not valid"),
        Some((_, ends)) if *ends <= state.now() => return Err("The session has expired"),
        Some(_) => {}
    }
    match key.caller.credential {
        Credential::RoleSession { chained: true } if params.get("SessionDuration").is_some() => {
            Err("SessionDuration is not allowed for a session that was requested with another session")
        }
        Credential::RoleSession { .. } => Ok(key.caller),
        Credential::Permanent | Credential::Session { .. } => Err(NOT_FEDERATED),
    }
}

/// Opens the path and query of a sign-in URL.
pub fn open(state: &State, target: &str) -> Result<SignedIn, String> {
    let (path, query) = target.split_once('?').ok_or("it has no query")?;
    let params = Params(form_urlencoded::parse(query.as_bytes()).into_owned().collect());
    let param = |name: &str| params.get(name).map(str::to_owned).ok_or_else(|| format!("it has no {name}"));
    if !path.ends_with(PATH) || param("Action")? != "login" {
        return Err("it is not for signing in".to_owned());
    }
    let token = param("SigninToken")?;
    let known = state.signin_tokens.iter().find(|known| known.token == token).ok_or("its token is unknown")?;
    if known.until <= state.now() {
        return Err("its token has expired".to_owned());
    }
    Ok(SignedIn {
        arn: known.arn.clone(),
        access_key_id: known.access_key_id.clone(),
        issuer: param("Issuer")?,
        destination: param("Destination")?,
    })
}
