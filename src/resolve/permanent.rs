//! Permanent profiles: those that hold a long-term access key.

use crate::awsmfa_command;
use crate::profile::Profile;
use crate::profile::property::{CREDENTIAL_PROCESS, SOURCE_PROFILE};
use crate::session::CredentialKind;

/// Returns whether the profile has a long-term access key, or a `credential_process` that may print one. Half a key
/// counts. A session does not, whether it is stored or printed by `awsmfa credential-process`.
pub fn has_long_term_key(profile: &Profile<'_>) -> bool {
    let in_credentials = profile.credentials_section().map(|section| CredentialKind::of(&section));
    let kind = match in_credentials {
        Some(CredentialKind::None) | None => CredentialKind::in_config(profile),
        Some(kind) => kind,
    };
    match kind {
        CredentialKind::LongTermKey => true,
        CredentialKind::Session => false,
        CredentialKind::None => {
            profile.property(CREDENTIAL_PROCESS).is_some_and(|found| awsmfa_command::profile_of(&found.value).is_none())
        }
    }
}

/// Returns whether `source_profile` names the profile itself: a role that is assumed with its own key.
pub fn is_self_sourced(profile: &Profile<'_>) -> bool {
    profile.property(SOURCE_PROFILE).is_some_and(|found| found.value == profile.name())
}
