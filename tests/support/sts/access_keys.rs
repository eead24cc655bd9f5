//! The calls to IAM about the access keys of a user, who needs a session with MFA (IAM API Reference; the policies in
//! docs/iam.md).

use super::answer::Params;
use super::iam::denied;
use super::issue;
use super::state::{Caller, Credential, ListedKey, State};
use super::xml::ServiceError;

/// IAM's limit (IAM User Guide, "IAM and AWS STS quotas").
const KEYS: usize = 2;

/// Answers a call; the result is the content of its result element.
pub fn answer(state: &mut State, caller: &Caller, action: &str, params: &Params) -> Result<String, ServiceError> {
    let required = |name: &'static str| {
        params.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let message = format!("1 validation error detected: Value null at '{name}' failed to satisfy constraint");
            ServiceError::new(400, "ValidationError", message)
        })
    };
    let user = caller.arn.rsplit('/').next().unwrap_or_default().to_owned();
    let is_own = params.get("UserName").is_none_or(|name| name == user);
    // GetAccessKeyLastUsed has no parameter for the user.
    if caller.credential != (Credential::Session { mfa: true }) || !is_own || !caller.arn.contains(":user/") {
        return Err(denied(caller, action));
    }
    let keys = state.keys_of(&caller.arn);
    if action == "ListAccessKeys" {
        return Ok(format!(
            "<IsTruncated>false</IsTruncated><AccessKeyMetadata>{}</AccessKeyMetadata>",
            keys.iter().map(|key| member(&user, key)).collect::<String>()
        ));
    }
    if action == "CreateAccessKey" {
        return create(state, caller, &user, keys.len());
    }
    let id = required("AccessKeyId")?;
    let Some(key) = keys.into_iter().find(|key| key.access_key_id == id) else {
        let message = format!("The Access Key with id {id} cannot be found");
        return Err(ServiceError::new(404, "NoSuchEntity", message));
    };
    match action {
        "UpdateAccessKey" => {
            let active = match required("Status")? {
                "Active" => true,
                "Inactive" => false,
                _ => return Err(ServiceError::new(400, "ValidationError", "Status must be Active or Inactive")),
            };
            state.set_active(id, active);
            Ok(String::new())
        }
        "DeleteAccessKey" => {
            state.delete_key(id);
            Ok(String::new())
        }
        _ => {
            let used = key.last_used.map_or_else(
                || "<Region>N/A</Region><ServiceName>N/A</ServiceName>".to_owned(),
                |used| {
                    format!(
                        "<Region>us-east-1</Region><LastUsedDate>{used:.0}</LastUsedDate><ServiceName>sts</ServiceName>"
                    )
                },
            );
            Ok(format!("<UserName>{user}</UserName><AccessKeyLastUsed>{used}</AccessKeyLastUsed>"))
        }
    }
}

fn create(state: &mut State, caller: &Caller, user: &str, keys: usize) -> Result<String, ServiceError> {
    if keys >= KEYS {
        let message = format!("Cannot exceed quota for AccessKeysPerUser: {KEYS}");
        return Err(ServiceError::new(409, "LimitExceeded", message));
    }
    let (id, secret) = (issue::long_term_id(), issue::secret_access_key());
    state.add_key(&caller.arn, &id, &secret);
    Ok(format!(
        "<AccessKey><UserName>{user}</UserName><AccessKeyId>{id}</AccessKeyId><Status>Active</Status>\
         <SecretAccessKey>{secret}</SecretAccessKey><CreateDate>{:.0}</CreateDate></AccessKey>",
        state.now()
    ))
}

fn member(user: &str, key: &ListedKey) -> String {
    let status = if key.active { "Active" } else { "Inactive" };
    format!(
        "<member><UserName>{user}</UserName><AccessKeyId>{}</AccessKeyId><Status>{status}</Status>\
         <CreateDate>{:.0}</CreateDate></member>",
        key.access_key_id, key.created
    )
}
