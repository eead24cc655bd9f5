//! Naming conventions that link a session profile to its source if no property does: `X-session`, `X-long-term`,
//! `X-mfa`.

use super::external::ExternalSource;
use super::permanent::has_long_term_key;
use crate::profile::property::ROLE_ARN;
use crate::profile::{Profile, ProfileName, Profiles};

/// Returns the source profile of a session profile X: `X-long-term` (aws-mfa); or `X-mfa`, if it holds a long-term
/// access key; or Y, if X is `Y-session` and Y is a permanent or role profile, or has a source that the AWS SDK handles.
pub(super) fn source_of(session: &ProfileName, profiles: Profiles<'_>) -> Option<ProfileName> {
    let name = session.as_str();
    let long_term = profiles.get(&format!("{name}-long-term"));
    let mfa = || profiles.get(&format!("{name}-mfa")).filter(has_long_term_key);
    let can_be_source = |profile: &Profile<'_>| {
        has_long_term_key(profile) || profile.property(ROLE_ARN).is_some() || ExternalSource::of(profile).is_some()
    };
    let base = || profiles.get(name.strip_suffix("-session")?).filter(can_be_source);
    long_term.or_else(mfa).or_else(base)?.name().parse().ok()
}

/// Returns the session profile of a permanent or role profile: X for `X-long-term` and `X-mfa`, unless X holds a
/// long-term access key, and `Y-session` for any other Y.
///
/// This applies even if X does not exist yet: otherwise, the first session of `X-mfa` would be written to
/// `X-mfa-session`, and a login to X would write a second one.
pub(super) fn session_profile_of(permanent: &ProfileName, profiles: Profiles<'_>) -> ProfileName {
    let name = permanent.as_str();
    let base = name.strip_suffix("-long-term").or_else(|| name.strip_suffix("-mfa"));
    let free = |base: &&str| !profiles.get(base).is_some_and(|profile| has_long_term_key(&profile));
    let session = base.filter(free).and_then(|base| base.parse().ok());
    session.or_else(|| format!("{name}-session").parse().ok()).unwrap_or_else(|| permanent.clone())
}
