//! Suggestions for `setup`, taken from the files or guessed.

use crate::endpoint::partition_of_arn;
use crate::profile::property::{AWS_MFA_DEVICE, MFA_SERIAL, ROLE_ARN, SOURCE_PROFILE};
use crate::profile::{Profile, ProfileName, Profiles};
use crate::resolve::{self, Choice};
use crate::session::CredentialKind;
use crate::token_code::SerialNumber;
use crate::value::iam_resource;

/// Returns the profiles with a long-term access key, in file order.
pub fn permanent_profiles(profiles: Profiles<'_>) -> Vec<ProfileName> {
    profiles.make_index();
    let is_permanent = |profile: &Profile<'_>| {
        let is_other_role = profile.property(ROLE_ARN).is_some() && !resolve::is_self_sourced(profile);
        !is_other_role && resolve::has_long_term_key(profile)
    };
    let names = profiles.names().into_iter().filter(|name| profiles.get(name).as_ref().is_some_and(is_permanent));
    names.filter_map(|name| name.parse().ok()).collect()
}

/// Suggests the session profile for a permanent profile: the one in the files, or else a name derived from the
/// profile's.
pub fn session_profile(source: &ProfileName, profiles: Profiles<'_>) -> Option<ProfileName> {
    let link = resolve::link(Choice::of(source), profiles).ok().map(|link| link.session_profile);
    let is_known = link.as_ref().is_some_and(|session| profiles.get(session.as_str()).is_some());
    if !is_known && let Some(session) = session_profile_of_dcoker(profiles) {
        return Some(session);
    }
    if link.is_some() {
        return link;
    }
    let name = source.as_str();
    let base = name.strip_suffix("-long-term").or_else(|| name.strip_suffix("-mfa"));
    base.map_or_else(|| format!("{name}-session"), str::to_owned).parse().ok()
}

/// Finds the session profile that dcoker/awsmfa wrote. It writes no links, so there must be only one session and only
/// one long-term access key.
fn session_profile_of_dcoker(profiles: Profiles<'_>) -> Option<ProfileName> {
    let sections = profiles.credentials.document.sections();
    let mut written = sections.filter(|section| section.property("awsmfa_expiration").is_some());
    let (only, None) = (written.next()?, written.next()) else { return None };
    let is_session = CredentialKind::of(&only) == CredentialKind::Session && permanent_profiles(profiles).len() == 1;
    if is_session { std::str::from_utf8(only.name()).ok()?.parse().ok() } else { None }
}

/// Suggests the profile that a key is moved to: `X-long-term`, aws-mfa's name, to which `X` resolves without a link.
pub fn key_profile(session: &ProfileName) -> Option<ProfileName> {
    format!("{session}-long-term").parse().ok()
}

/// Finds the MFA device in the key's profile, in its session profile, or in a role profile that has one of them as its
/// source profile.
pub fn serial_number(source: &ProfileName, session: &ProfileName, profiles: Profiles<'_>) -> Option<SerialNumber> {
    let own = [source, session].into_iter().filter_map(|name| profiles.get(name.as_str()));
    let roles = [source, session].into_iter().flat_map(|name| profiles.linking(SOURCE_PROFILE, name.as_str()));
    let parse = |profile: Profile<'_>| {
        [MFA_SERIAL, AWS_MFA_DEVICE].into_iter().find_map(|name| profile.property(name)?.value.parse().ok())
    };
    own.chain(roles).find_map(parse)
}

/// Guesses the ARN of a user's virtual MFA device, which the IAM console used to name after the user.
pub fn guessed_serial_number(user_arn: &str) -> Option<SerialNumber> {
    let partition = partition_of_arn(user_arn)?;
    let (account, resource) = iam_resource(user_arn)?;
    let name = resource.strip_prefix("user/")?.rsplit('/').next()?;
    format!("arn:{partition}:iam::{account}:mfa/{name}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_of_a_user_is_guessed_from_the_name_without_its_path() {
        let guess = |arn| guessed_serial_number(arn).map(|serial| serial.to_string());
        let ada = Some("arn:aws-cn:iam::123456789012:mfa/ada".to_owned());
        assert_eq!(guess("arn:aws-cn:iam::123456789012:user/ada"), ada);
        assert_eq!(guess("arn:aws-cn:iam::123456789012:user/team/a/ada"), ada);
        for other in ["arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:assumed-role/x/y", "", "ada"] {
            assert_eq!(guess(other), None, "{other}");
        }
    }
}
