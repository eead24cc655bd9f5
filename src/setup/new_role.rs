//! The profile of a role, which AWS tools assume with the session of a session profile.

use super::{Draft, SetupError};
use crate::document::Edit;
use crate::profile::property::{REGION, ROLE_ARN, SOURCE_PROFILE};
use crate::profile::{FileKind, ProfileName};
use crate::resolve::{self, Choice};
use crate::secret::Secret;
use crate::value::RoleArn;

/// A role, and the profile to create for it.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// The role.
    pub arn: RoleArn,
    /// The profile, which must not exist.
    pub profile: ProfileName,
}

impl NewRole {
    /// Suggests the name of the profile: that of the role without its path.
    pub fn suggested_profile(arn: &RoleArn) -> Option<ProfileName> {
        arn.as_str().rsplit('/').next()?.parse().ok()
    }
}

/// Creates the profile with the session profile as its source, and in the same region. It has no `mfa_serial`: the session
/// has MFA, and with `mfa_serial` the SDKs for JavaScript and Go refuse the profile.
pub(super) fn add(draft: &mut Draft, role: &NewRole, session: &ProfileName) -> Result<(), SetupError> {
    let NewRole { arn, profile } = role;
    if let Some(found) = draft.profiles().get(profile.as_str()) {
        let has = |name, value: &str| found.property(name).is_some_and(|property| property.value == value);
        if has(ROLE_ARN, arn.as_str()) && has(SOURCE_PROFILE, session.as_str()) {
            return Ok(());
        }
        return Err(SetupError::RoleTaken { profile: profile.clone(), place: found.place() });
    }
    let region =
        draft.profiles().get(session.as_str()).and_then(|it| it.property(REGION)).map(|it| it.value.into_owned());
    let set = |name, value: &str| Edit::Set { name, value: Secret::new(value) };
    let edits = [set(ROLE_ARN, arn.as_str()), set(SOURCE_PROFILE, session.as_str())];
    let edits: Vec<Edit> = edits.into_iter().chain(region.map(|region| set(REGION, &region))).collect();
    draft.edit(FileKind::Config, profile, &edits)?;
    resolve::link(Choice::of(profile), draft.profiles())?;
    Ok(())
}
