//! The three actions, for a request that is signed and within bounds.

use jiff::{SignedDuration, Timestamp};

use super::answer::Params;
use super::constraints;
use super::http::{Request, Response};
use super::issue;
use super::model::{IssuedSession, Role};
use super::scope::Scope;
use super::state::{Caller, Credential, State};
use super::xml::{self, ServiceError};

const BOTH_OR_NEITHER: &str =
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";

// The two spaces and, below, the space at the end are STS's own.
const NOT_YOUR_DEVICE: &str = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA \
                               serial number is valid and associated with this user.";
const WRONG_CODE: &str = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";

/// An hour, the maximum for a chained role.
const CHAINED_MAX: i64 = 3600;

/// The actions that the stand-in knows.
#[derive(Clone, Copy)]
pub enum Action {
    GetSessionToken,
    AssumeRole,
    GetCallerIdentity,
}

impl Action {
    pub fn of(request: &Request, params: &Params) -> Result<Self, ServiceError> {
        let name = params.get("Action").unwrap_or_default();
        let version = params.get("Version").unwrap_or_default();
        if request.path() != "/" || !matches!(request.method.as_str(), "GET" | "POST") {
            return Err(ServiceError::new(404, "UnknownOperationException", "There is no such path or method."));
        }
        match (name, version) {
            ("", _) => Err(ServiceError::new(400, "MissingAction", "The request is missing an action.")),
            ("GetSessionToken", "2011-06-15") => Ok(Self::GetSessionToken),
            ("AssumeRole", "2011-06-15") => Ok(Self::AssumeRole),
            ("GetCallerIdentity", "2011-06-15") => Ok(Self::GetCallerIdentity),
            _ => {
                let message = format!("Could not find operation {name} for version {version}");
                Err(ServiceError::new(400, "InvalidAction", message))
            }
        }
    }
}

/// Does what the request asks for; `code_spent` becomes true when its code is used up, also if it fails afterwards.
pub fn run(
    state: &mut State,
    caller: &Caller,
    action: Action,
    params: &Params,
    code_spent: &mut bool,
) -> Result<Response, ServiceError> {
    match action {
        Action::GetCallerIdentity => Ok(xml::success("GetCallerIdentity", &xml::caller_identity(caller))),
        Action::GetSessionToken => {
            if caller.credential != Credential::Permanent {
                return Err(ServiceError::access_denied("Cannot call GetSessionToken with session credentials"));
            }
            *code_spent = check_mfa(state, caller, params)?;
            get_session_token(state, caller, params, *code_spent)
        }
        Action::AssumeRole => {
            *code_spent = check_mfa(state, caller, params)?;
            assume_role(state, caller, params, *code_spent)
        }
    }
}

/// Checks and uses up the request's code; whether it had one.
fn check_mfa(state: &mut State, caller: &Caller, params: &Params) -> Result<bool, ServiceError> {
    let (serial, code) = match (params.get("SerialNumber"), params.get("TokenCode")) {
        (None, None) => return Ok(false),
        (Some(serial), Some(code)) => (serial, code),
        _ => return Err(ServiceError::access_denied(BOTH_OR_NEITHER)),
    };
    let now = state.unix_now();
    let own = state.has_device(&caller.arn, serial);
    let device = state.device(serial).filter(|_| own).ok_or_else(|| ServiceError::access_denied(NOT_YOUR_DEVICE))?;
    if device.spend(code, now) { Ok(true) } else { Err(ServiceError::access_denied(WRONG_CODE)) }
}

fn get_session_token(state: &mut State, caller: &Caller, params: &Params, mfa: bool) -> Result<Response, ServiceError> {
    let seconds = constraints::duration(params)?.unwrap_or(43_200);
    let session = Caller { credential: Credential::Session { mfa }, ..caller.clone() };
    let issued = issue(state, session, seconds, mfa);
    Ok(xml::success("GetSessionToken", &xml::credentials(&issued)))
}

fn assume_role(state: &mut State, caller: &Caller, params: &Params, mfa: bool) -> Result<Response, ServiceError> {
    let arn = params.get("RoleArn").unwrap_or_default();
    if !arn.starts_with("arn:") {
        return Err(ServiceError::validation(format!("{arn} is invalid")));
    }
    let seconds = constraints::duration(params)?.unwrap_or(3600);
    let trusting = state.role(arn).filter(|role| trusts(role, caller, params, mfa)).cloned();
    let role = trusting.ok_or_else(|| not_authorized(caller, arn))?;
    check_role_duration(&role, caller, seconds)?;
    let scope = Scope::of(params).for_role(&role, caller)?;
    let session_name = params.get("RoleSessionName").unwrap_or_default();
    let session = Caller {
        arn: format!("arn:{}:sts::{}:assumed-role/{}/{session_name}", role.partition(), role.account(), role.name()),
        user_id: format!("{}:{session_name}", role.unique_id()),
        account: role.account().to_owned(),
        principal: role.arn.clone(),
        serial: None,
        credential: Credential::RoleSession { chained: caller.credential != Credential::Permanent },
        scope,
    };
    let user = xml::assumed_role_user(&session);
    let issued = issue(state, session, seconds, mfa);
    Ok(xml::success("AssumeRole", &(xml::credentials(&issued) + &user)))
}

fn trusts(role: &Role, caller: &Caller, params: &Params, mfa: bool) -> bool {
    let has_mfa = mfa || caller.credential == Credential::Session { mfa: true };
    role.trusted.contains(&caller.principal)
        && (has_mfa || !role.requires_mfa)
        && role.external_id.as_deref().is_none_or(|id| params.get("ExternalId") == Some(id))
}

fn not_authorized(caller: &Caller, role_arn: &str) -> ServiceError {
    let message = format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {role_arn}", caller.arn);
    ServiceError::access_denied(message)
}

fn check_role_duration(role: &Role, caller: &Caller, seconds: i64) -> Result<(), ServiceError> {
    // Any temporary source counts as chained, GetSessionToken too (AWS Knowledge Center, iam-role-chaining-limit).
    if caller.credential != Credential::Permanent && seconds > CHAINED_MAX {
        return Err(ServiceError::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    if seconds > i64::from(role.max_session_duration) {
        return Err(ServiceError::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(())
}

pub fn issue(state: &mut State, caller: Caller, seconds: i64, mfa: bool) -> IssuedSession {
    let end = state.now().checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    let issued = IssuedSession {
        access_key_id: issue::access_key_id(),
        secret_access_key: issue::secret_access_key(),
        session_token: issue::session_token(state.token_length),
        expiration: Timestamp::from_second(end.as_second()).unwrap_or(end),
        arn: caller.arn.clone(),
        mfa,
        scope: caller.scope.clone(),
    };
    state.add_session(issued.clone(), caller);
    issued
}
