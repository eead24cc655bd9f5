//! What the files offer to be set up, and what can be guessed.

use crate::profile::property::{AWS_MFA_DEVICE, MFA_SERIAL, ROLE_ARN, SOURCE_PROFILE};
use crate::profile::{Profile, ProfileName, Profiles};
use crate::resolve::{self, Choice};
use crate::session::CredentialKind;
use crate::token_code::SerialNumber;

/// The profiles with a long-term key, in the order of the files.
pub fn permanent_profiles(profiles: Profiles<'_>) -> Vec<ProfileName> {
    profiles.make_index();
    let is_permanent = |profile: &Profile<'_>| {
        let is_other_role = profile.property(ROLE_ARN).is_some() && !resolve::is_self_sourced(profile);
        !is_other_role && resolve::has_long_term_key(profile)
    };
    let names = profiles.names().into_iter().filter(|name| profiles.get(name).as_ref().is_some_and(is_permanent));
    names.filter_map(|name| name.parse().ok()).collect()
}

/// The session profile of a key's profile: that of the files and names as they are, else `X-session`.
pub fn session_profile(source: &ProfileName, profiles: Profiles<'_>) -> Option<ProfileName> {
    let link = resolve::link(Choice::of(source), profiles).ok().map(|link| link.session_profile);
    let is_known = link.as_ref().is_some_and(|session| profiles.get(session.as_str()).is_some());
    if !is_known && let Some(target) = target_of_dcoker(profiles) {
        return Some(target);
    }
    if link.is_some() {
        return link;
    }
    let name = source.as_str();
    let base = name.strip_suffix("-long-term").or_else(|| name.strip_suffix("-mfa"));
    base.map_or_else(|| format!("{name}-session"), str::to_owned).parse().ok()
}

/// The profile with a session of dcoker/awsmfa, which links nothing: with one key and one session they belong together.
fn target_of_dcoker(profiles: Profiles<'_>) -> Option<ProfileName> {
    let sections = profiles.credentials.document.sections();
    let mut left = sections.filter(|section| section.property("awsmfa_expiration").is_some());
    let (only, None) = (left.next()?, left.next()) else { return None };
    let is_session = CredentialKind::of(&only) == CredentialKind::Session && permanent_profiles(profiles).len() == 1;
    std::str::from_utf8(only.name()).ok()?.parse().ok().filter(|_| is_session)
}

/// Where a key goes that leaves its profile: aws-mfa's name for it, by which `X` leads to it without any link.
pub fn key_profile(session: &ProfileName) -> Option<ProfileName> {
    format!("{session}-long-term").parse().ok()
}

/// The MFA device as the files name it: of the key's profile, of its session profile, or of a role over one of them.
pub fn serial_number(source: &ProfileName, session: &ProfileName, profiles: Profiles<'_>) -> Option<SerialNumber> {
    let own = [source, session].into_iter().filter_map(|name| profiles.get(name.as_str()));
    let over = [source, session].into_iter().flat_map(|name| profiles.linking(SOURCE_PROFILE, name.as_str()));
    let parse = |profile: Profile<'_>| {
        [MFA_SERIAL, AWS_MFA_DEVICE].into_iter().find_map(|name| profile.property(name)?.value.parse().ok())
    };
    own.chain(over).find_map(parse)
}

/// The ARN that a virtual device of this user has if it is named as the user, as the IAM console once did.
pub fn guessed_serial_number(user_arn: &str) -> Option<SerialNumber> {
    let mut fields = user_arn.splitn(6, ':');
    let (Some("arn"), Some(partition), Some("iam"), Some(""), Some(account), Some(user)) =
        (fields.next(), fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return None;
    };
    let name = user.strip_prefix("user/")?.rsplit('/').next()?;
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
