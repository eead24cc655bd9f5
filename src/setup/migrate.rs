//! The migration of other tools' layouts, which not every AWS client reads, to the layout that all of them read.

use std::collections::HashSet;

use super::{Draft, SetupError};
use crate::document::Edit;
use crate::profile::property::{
    ACCESS_KEY_ID, AWS_MFA_DEVICE, AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, MFA_SERIAL, ROLE_ARN, SOURCE_PROFILE,
};
use crate::profile::{FileKind, Profile, ProfileName, Profiles, is_meant_for_profile};
use crate::resolve::{self, Choice};
use crate::secret::Secret;
use crate::token_code::SerialNumber;

/// A change to one profile, which returns a sentence about what was done.
type Migration = fn(&mut Draft, &ProfileName) -> Result<Vec<String>, SetupError>;

/// Migrates the files where possible, and returns a sentence about each change. Skips a change if a profile would then
/// resolve to another key or session.
///
/// # Errors
///
/// Fails if a section cannot be edited.
pub fn migrate(draft: &mut Draft) -> Result<Vec<String>, SetupError> {
    migrate_each(draft, Err)
}

/// Migrates the files where possible, and skips sections that cannot be edited.
pub(super) fn migrate_editable(draft: &mut Draft) -> Vec<String> {
    migrate_each(draft, |_| Ok(())).unwrap_or_default()
}

fn migrate_each(
    draft: &mut Draft,
    refused: impl Fn(SetupError) -> Result<(), SetupError>,
) -> Result<Vec<String>, SetupError> {
    // Each migration, with the property that a file must mention for it to apply, if any.
    let migrations: [(Migration, Option<&str>); 4] = [
        (prefix_bare_section, None),
        (rename_aws_mfa_device, Some(AWS_MFA_DEVICE)),
        (replace_source_profile, Some(SOURCE_PROFILE)),
        (remove_serials_of_roles, Some(ROLE_ARN)),
    ];
    let mut done = Vec::new();
    for (migration, property) in migrations {
        let Profiles { config, credentials } = draft.profiles();
        let is_mentioned = |property| [config, credentials].iter().any(|file| file.document.mentions(property));
        if !property.is_none_or(is_mentioned) {
            continue;
        }
        let before = Draft::of(draft.profiles());
        match all_at_once(draft, migration) {
            Ok(new) if new.is_empty() || keeps_links(&before, draft) => done.extend(new),
            // Tried again one by one, to skip only the profiles for which it fails.
            _ => {
                *draft = before;
                done.extend(one_by_one(draft, migration, &refused)?);
            }
        }
    }
    Ok(done)
}

fn all_at_once(draft: &mut Draft, migration: Migration) -> Result<Vec<String>, SetupError> {
    let mut done = Vec::new();
    for name in names(draft) {
        draft.profiles().make_index();
        done.extend(migration(draft, &name)?);
    }
    Ok(done)
}

fn one_by_one(
    draft: &mut Draft,
    migration: Migration,
    refused: impl Fn(SetupError) -> Result<(), SetupError>,
) -> Result<Vec<String>, SetupError> {
    let mut done = Vec::new();
    let mut good = Draft::of(draft.profiles());
    for name in names(draft) {
        draft.profiles().make_index();
        match migration(draft, &name) {
            Ok(new) if new.is_empty() => {}
            Ok(new) if keeps_links(&good, draft) => {
                good = Draft::of(draft.profiles());
                done.extend(new);
            }
            outcome => {
                *draft = Draft::of(good.profiles());
                outcome.map(|_| ()).or_else(&refused)?;
            }
        }
    }
    Ok(done)
}

/// Returns whether every profile that resolved to a key and a session still resolves to the same ones.
pub(super) fn keeps_links(before: &Draft, after: &Draft) -> bool {
    let after: HashSet<_> = links(after).into_iter().collect();
    links(before).iter().all(|link| after.contains(link))
}

/// Returns each profile that resolves to a key and a session, with the profiles of both.
fn links(draft: &Draft) -> Vec<(ProfileName, ProfileName, ProfileName)> {
    draft.profiles().make_index();
    let link = |name: ProfileName| {
        let link = resolve::link(Choice::of(&name), draft.profiles()).ok()?;
        Some((name, link.source_profile, link.session_profile))
    };
    names(draft).into_iter().filter_map(link).collect()
}

/// Returns the names of all profiles, and those that a link names, since a session profile need not exist before its
/// first login.
fn names(draft: &Draft) -> Vec<ProfileName> {
    let profiles = draft.profiles();
    let mut names: Vec<ProfileName> = profiles.names().into_iter().filter_map(|name| name.parse().ok()).collect();
    let linked = names.iter().filter_map(|name| profiles.get(name.as_str())?.property(AWSMFA_SESSION_PROFILE));
    let linked: Vec<ProfileName> = linked.filter_map(|found| found.value.parse().ok()).collect();
    names.extend(linked);
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// Adds `profile` to a bare `[X]` in the config file, which the original awsmfa wrote and only a few clients read.
fn prefix_bare_section(draft: &mut Draft, name: &ProfileName) -> Result<Vec<String>, SetupError> {
    let config = draft.profiles().config;
    let header = FileKind::Config.header_of(name);
    let [(bare, _)] = &config.headers_of(name)[..] else { return Ok(Vec::new()) };
    let section = config.document.sections_named(bare).last();
    let is_meant = section.is_some_and(|section| is_meant_for_profile(&section));
    // The AWS CLI and boto3 apply [DEFAULT] to every profile.
    if bare == "DEFAULT"
        || *bare == header
        || bare != name.as_str()
        || !is_meant
        || would_hide_key(draft.profiles(), name)
    {
        return Ok(Vec::new());
    }
    let bare = bare.clone();
    draft.rename(FileKind::Config, &bare, &header)?;
    Ok(vec![format!("[{bare}] of the config file is [{header}] now, which AWS tools see")])
}

/// Returns whether AWS tools would ignore a key in the credentials file if they read the profile's bare section.
fn would_hide_key(profiles: Profiles<'_>, name: &ProfileName) -> bool {
    profiles.get(name.as_str()).is_some_and(|profile| {
        profile.credentials_property(ACCESS_KEY_ID).is_some() && resolve::looked_past(&profile).is_some()
    })
}

/// Replaces `aws_mfa_device`, which only aws-mfa reads, with `mfa_serial` and a link to the session profile.
fn rename_aws_mfa_device(draft: &mut Draft, name: &ProfileName) -> Result<Vec<String>, SetupError> {
    let old = || {
        let profile = draft.profiles().get(name.as_str())?;
        let device = profile.property(AWS_MFA_DEVICE)?.value.into_owned();
        device.parse::<SerialNumber>().ok()?;
        let link = resolve::link(Choice::of(name), draft.profiles()).ok()?;
        let is_source = link.source_profile == *name && link.role.is_none();
        is_source.then_some((device, profile.property(MFA_SERIAL).is_some(), link.session_profile))
    };
    let Some((device, has_serial, session)) = old() else { return Ok(Vec::new()) };
    if !has_serial {
        draft.set(name, MFA_SERIAL, &device)?;
    }
    draft.set(name, AWSMFA_SESSION_PROFILE, session.as_str())?;
    draft.remove(name, &[AWS_MFA_DEVICE])?;
    Ok(vec![format!("aws_mfa_device of '{name}' is mfa_serial now, and its sessions go to '{session}'")])
}

/// Replaces `source_profile` in a session profile, which the SDKs for Go and Ruby refuse without `role_arn`. If it is
/// the key's only session profile, the link moves to the key's profile, with the MFA device.
fn replace_source_profile(draft: &mut Draft, name: &ProfileName) -> Result<Vec<String>, SetupError> {
    let profiles = draft.profiles();
    let Some(profile) = profiles.get(name.as_str()).filter(|profile| profile.property(ROLE_ARN).is_none()) else {
        return Ok(Vec::new());
    };
    let Some(linked) = profile.property(SOURCE_PROFILE).map(|found| found.value.into_owned()) else {
        return Ok(Vec::new());
    };
    let serial = profile.property(MFA_SERIAL).map(|found| found.value.into_owned());
    let source: Option<ProfileName> = linked.parse().ok().filter(|source| is_alone(profiles, source, name));
    let Some(source) = source else {
        // Otherwise the link is for a tool that gets the key from elsewhere, such as aws-vault.
        let is_source = |found: Profile<'_>| resolve::has_long_term_key(&found) || found.property(ROLE_ARN).is_some();
        if !profiles.get(&linked).is_some_and(is_source) {
            return Ok(Vec::new());
        }
        if profile.property(AWSMFA_SOURCE_PROFILE).is_none() {
            rename_link(draft, name, &linked)?;
        }
        draft.remove(name, &[SOURCE_PROFILE])?;
        return Ok(vec![format!("source_profile of '{name}' is awsmfa_source_profile now, which AWS tools ignore")]);
    };
    let has_serial = profiles.get(source.as_str()).is_some_and(|source| source.property(MFA_SERIAL).is_some());
    if !has_serial && let Some(serial) = serial {
        draft.set(&source, MFA_SERIAL, &serial)?;
        draft.remove(name, &[MFA_SERIAL])?;
    }
    draft.set(&source, AWSMFA_SESSION_PROFILE, name.as_str())?;
    draft.remove(name, &[SOURCE_PROFILE])?;
    Ok(vec![format!("the link from '{name}' to '{source}' is in '{source}' now, not in its session profile")])
}

/// Replaces the old link with the new one, in the same file.
fn rename_link(draft: &mut Draft, name: &ProfileName, linked: &str) -> Result<(), SetupError> {
    let profile = draft.profiles().get(name.as_str());
    let in_credentials = profile.is_some_and(|profile| profile.credentials_property(SOURCE_PROFILE).is_some());
    let kind = if in_credentials { FileKind::Credentials } else { FileKind::Config };
    let set = Edit::Set { name: AWSMFA_SOURCE_PROFILE, value: Secret::new(linked) };
    draft.edit(kind, name, &[set, Edit::Remove { name: SOURCE_PROFILE }])
}

/// Returns whether the session profile is the key's only one in the files, and the key's link would resolve to it.
fn is_alone(profiles: Profiles<'_>, source: &ProfileName, session: &ProfileName) -> bool {
    let has_key = profiles.get(source.as_str()).is_some_and(|profile| {
        resolve::has_long_term_key(&profile)
            && profile.property(ROLE_ARN).is_none()
            && profile.property(AWSMFA_SESSION_PROFILE).is_none_or(|found| found.value == session.as_str())
    });
    let linking = profiles.linking(AWSMFA_SESSION_PROFILE, session.as_str());
    let only_source_links = linking.iter().all(|profile| profile.name() == source.as_str());
    let own = profiles.get(session.as_str()).and_then(|profile| Some(profile.property(AWSMFA_SOURCE_PROFILE)?.value));
    let links_to_key = |selected| {
        resolve::link(Choice::of(selected), profiles)
            .is_ok_and(|link| link.role.is_none() && (&link.source_profile, &link.session_profile) == (source, session))
    };
    source != session && has_key && only_source_links && own.is_none() && links_to_key(source) && links_to_key(session)
}

/// Removes `mfa_serial` from the chained roles of a session, which need no MFA code of their own: with `mfa_serial`,
/// the SDKs for JavaScript and Go refuse them. The permanent profile gets the device if neither it nor the session
/// profile has one.
pub(super) fn remove_serials_of_roles(draft: &mut Draft, session: &ProfileName) -> Result<Vec<String>, SetupError> {
    let profiles = draft.profiles();
    let Ok(link) = resolve::link(Choice::of(session), profiles) else { return Ok(Vec::new()) };
    if link.session_profile != *session || link.source_profile == *session {
        return Ok(Vec::new());
    }
    let linking = profiles.linking(SOURCE_PROFILE, session.as_str());
    let with_serial = linking.iter().filter_map(|role| {
        role.property(ROLE_ARN)?;
        Some((role.name().parse::<ProfileName>().ok()?, role.property(MFA_SERIAL)?.value.into_owned()))
    });
    let roles: Vec<(ProfileName, String)> = with_serial.collect();
    let mut done = Vec::new();
    for (role, serial) in roles {
        let has = |name: &ProfileName| {
            draft.profiles().get(name.as_str()).is_some_and(|profile| profile.property(MFA_SERIAL).is_some())
        };
        if !has(&link.source_profile) && !has(session) {
            draft.set(&link.source_profile, MFA_SERIAL, &serial)?;
        }
        draft.remove(&role, &[MFA_SERIAL])?;
        done.push(format!(
            "the role '{role}' has no mfa_serial of its own any more: the session of '{session}' has MFA"
        ));
    }
    Ok(done)
}
