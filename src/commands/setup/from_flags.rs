//! The connection that the flags describe. Missing values come from the files, from AWS or from the usual names.

use crate::commands::ask_aws_about_key::KeyOwner;
use crate::error::Error;
use crate::io::terminal;
use crate::profile::property::REGION;
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Choice, Origin, ResolveError, checked};
use crate::secret::Secret;
use crate::session::{LongTermKey, is_word};
use crate::setup::{Connection, NewRole, candidate};
use crate::token_code::SerialNumber;
use crate::value::{LongTermKeyId, Region, RoleArn, Value};

use super::{Setting, owner_of};

/// Builds the connection without a prompt.
pub(super) fn from_flags(setting: Setting<'_>, profiles: Profiles<'_>) -> Result<Connection, Error> {
    let key = new_key(setting)?;
    let source_profile = source_profile(setting, key.is_some(), profiles)?;
    let args = setting.args;
    // `--profile` names the session profile, unless that profile holds the key.
    let selected = || setting.global.profile.clone().filter(|name| *name != source_profile);
    let named = args.session_profile.clone().or_else(selected);
    let session_profile = named.or_else(|| candidate::session_profile(&source_profile, profiles));
    let session_profile = session_profile.ok_or_else(|| usage("name the session profile with --session-profile"))?;
    let key_profile = args.key_profile.clone().or_else(|| candidate::key_profile(&session_profile));
    let key_profile = key_profile.ok_or_else(|| usage("name the key's profile with --key-profile"))?;
    let owner = key_owner(setting, &source_profile, key.as_ref(), profiles)?;
    let named = resolve::serial_number(args.serial_number.as_deref(), &setting.context.environment, &[])?;
    let serial_number = match named {
        Some((named, _)) => named,
        None => {
            let in_files = candidate::serial_number(&source_profile, &session_profile, profiles);
            serial_number(setting, owner.as_ref(), in_files)?
        }
    };
    let region = region(setting, &source_profile, profiles)?;
    let role = role(setting)?;
    Ok(Connection { source_profile, session_profile, key_profile, key, serial_number, region, role })
}

/// Returns the role that the flags add.
fn role(setting: Setting<'_>) -> Result<Option<NewRole>, Error> {
    let Some(arn) = &setting.args.role_arn else { return Ok(None) };
    let arn = from_flag::<RoleArn>(arn, "--role-arn")?;
    let profile = setting.args.role_profile.clone().or_else(|| NewRole::suggested_profile(&arn));
    let profile = profile.ok_or_else(|| usage("name the profile of the role with --role-profile"))?;
    Ok(Some(NewRole { arn, profile }))
}

/// Parses the value of a flag; an invalid value is a usage error.
pub(super) fn from_flag<T: Value>(text: &str, flag: &'static str) -> Result<T, Error> {
    checked(text, &Origin::Flag(flag)).map_err(|error| Error::Usage(error.to_string()))
}

pub(super) fn usage(text: &str) -> Error {
    Error::Usage(text.to_owned())
}

/// Returns the new key: its ID from the flag, its secret from standard input or a variable.
fn new_key(setting: Setting<'_>) -> Result<Option<LongTermKey>, Error> {
    let Some(id) = &setting.args.access_key_id else { return Ok(None) };
    from_flag::<LongTermKeyId>(id, "--access-key-id")?;
    let environment = &setting.context.environment;
    let secret = match setting.args.secret_access_key.as_deref() {
        Some("-") => terminal::standard_input_line()
            .map_err(|error| Error::Usage(format!("no secret was read from standard input: {error}")))?,
        Some(_) => {
            return Err(usage(
                "--secret-access-key takes only `-`, for standard input: other users can see command lines, and the shell records them",
            ));
        }
        None => {
            // AWS_SECRET_ACCESS_KEY may belong to another key.
            let is_same = environment.get("AWS_ACCESS_KEY_ID") == Some(id.as_str());
            let usual = if is_same { environment.get("AWS_SECRET_ACCESS_KEY") } else { None };
            let secret = environment.get("AWSMFA_SECRET_ACCESS_KEY").or(usual).map(Secret::new);
            secret.ok_or_else(|| {
                usage("the new key has no secret: give it on standard input with --secret-access-key -, or in AWSMFA_SECRET_ACCESS_KEY")
            })?
        }
    };
    let secret = Secret::new(secret.expose().trim());
    check_secret(&secret).map_err(usage)?;
    Ok(Some(LongTermKey { access_key_id: id.clone(), secret_access_key: secret }))
}

/// Checks the answer to a prompt.
pub(super) fn check_answer<T: Value>(text: &str) -> Result<(), String> {
    text.parse::<T>().map(|_| ()).map_err(|error| format!("the {} {error}", T::NAME))
}

/// Checks the answer to the prompt for the ID of a key.
pub(super) fn check_key_id(text: &str) -> Result<(), String> {
    match text {
        "" => Err(format!("the {} is missing", LongTermKeyId::NAME)),
        // Secret access keys have 40 letters, IDs half of it.
        secret if secret.len() == 40 && !secret.starts_with("AKIA") => {
            Err("this looks like the secret, which is the next answer: the id begins with AKIA".to_owned())
        }
        id => check_answer::<LongTermKeyId>(id),
    }
}

/// Checks that a secret has the form of a secret access key and is safe to write to a file.
pub(super) fn check_secret(secret: &Secret) -> Result<(), &'static str> {
    if is_word(secret.expose()) && !secret.expose().contains(['#', ';']) {
        Ok(())
    } else {
        Err("a secret access key must be one word of letters, digits and + / =")
    }
}

/// Returns the profile of the key: the one that a flag names, the source profile of the selected profile, or the only
/// permanent profile. A new key goes to the selected profile, or to the default profile.
fn source_profile(setting: Setting<'_>, is_new: bool, profiles: Profiles<'_>) -> Result<ProfileName, Error> {
    let selected = setting.global.profile.as_ref();
    if let Some(name) = &setting.args.source_profile {
        return Ok(name.clone());
    }
    if is_new {
        return Ok(selected.cloned().unwrap_or_else(ProfileName::default_profile));
    }
    let named = match (selected, &setting.args.session_profile) {
        (None, None) => resolve::selected_profile(None, &setting.context.environment)?.name,
        (Some(name), _) | (None, Some(name)) => name.clone(),
    };
    let holds_key = |name: &ProfileName| profiles.get(name.as_str()).is_some_and(|it| resolve::has_long_term_key(&it));
    if holds_key(&named) {
        return Ok(named);
    }
    match resolve::link(Choice::of(&named), profiles) {
        Ok(link) if link.role.is_none() && holds_key(&link.source_profile) => return Ok(link.source_profile),
        Err(error @ ResolveError::Ambiguous { .. }) => return Err(error.into()),
        _ => {}
    }
    match candidate::permanent_profiles(profiles).as_slice() {
        [only] => Ok(only.clone()),
        [] => {
            Err(usage("neither file has an access key: give a new one with --access-key-id and --secret-access-key -"))
        }
        several => {
            let names: Vec<&str> = several.iter().map(ProfileName::as_str).collect();
            Err(Error::Usage(format!(
                "several profiles have an access key: name one with --source-profile ({})",
                names.join(", ")
            )))
        }
    }
}

/// Asks AWS for the owner of the key, unless `--skip-check` is given.
fn key_owner(
    setting: Setting<'_>,
    source: &ProfileName,
    key: Option<&LongTermKey>,
    profiles: Profiles<'_>,
) -> Result<Option<KeyOwner>, Error> {
    if setting.args.skip_check {
        return Ok(None);
    }
    let owner = owner_of(setting, profiles, source, key)?;
    setting.messages.note(&format!("awsmfa: the key of '{source}' is that of {}", owner.identity.arn));
    Ok(Some(owner))
}

/// Returns the MFA device in the files, unless IAM lists only another device: then the user has replaced it. Without a
/// device in the files, returns the only one that IAM lists, or a guess from the user's name.
fn serial_number(
    setting: Setting<'_>,
    owner: Option<&KeyOwner>,
    in_files: Option<SerialNumber>,
) -> Result<SerialNumber, Error> {
    let messages = setting.messages;
    match (in_files, owner.map(|owner| owner.devices.as_slice()).unwrap_or_default()) {
        (Some(serial), listed) if listed.is_empty() || listed.contains(&serial) => Ok(serial),
        (Some(old), [new]) => {
            messages.note(&format!("awsmfa: IAM does not list the MFA device {old} any more: {new} takes its place"));
            Ok(new.clone())
        }
        (None, [only]) => Ok(only.clone()),
        (_, []) => {
            let guess = owner.and_then(KeyOwner::guessed_device);
            let guess = guess.ok_or_else(|| usage("no MFA device is known: name it with --serial-number"))?;
            messages.warning(&format!(
                "the MFA device {guess} is a guess from the user's name: the IAM console shows the real one under Security \
                 credentials, for --serial-number"
            ));
            Ok(guess)
        }
        (_, several) => {
            let names: Vec<&str> = several.iter().map(SerialNumber::as_str).collect();
            Err(Error::Usage(format!(
                "the user has several MFA devices: name one with --serial-number ({})",
                names.join(", ")
            )))
        }
    }
}

fn region(setting: Setting<'_>, source: &ProfileName, profiles: Profiles<'_>) -> Result<Option<Region>, Error> {
    if let Some(flag) = &setting.args.region {
        return Ok(Some(from_flag(flag, "--region")?));
    }
    // The profile may be for a service other than AWS, with regions of another form.
    let found = profiles.get(source.as_str()).and_then(|source| source.property(REGION));
    Ok(found.and_then(|found| Region::of_other_service(&found.value).ok()))
}

#[cfg(test)]
mod tests {
    use super::check_key_id;

    #[test]
    fn a_secret_in_place_of_an_id_is_recognised() {
        let reason = |text| check_key_id(text).expect_err(text);
        assert!(reason("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").contains("looks like the secret"));
        assert!(reason("").contains("is missing") && !reason("AKIA").contains("secret"));
        assert_eq!(check_key_id("AKIAIOSFODNN7EXAMPLE"), Ok(()));
    }
}
