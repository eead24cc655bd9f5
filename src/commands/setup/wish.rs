//! What the flags ask for, and what they leave out: from the files, from AWS, from the usual names.

use crate::commands::key_owner::key_of;
use crate::error::Error;
use crate::io::terminal;
use crate::profile::property::REGION;
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Choice, Origin, ResolveError};
use crate::secret::Secret;
use crate::session::{LongTermKey, is_session_key_id};
use crate::setup::Connection;
use crate::setup::candidate;
use crate::token_code::SerialNumber;

use super::Setting;
use super::check::{self, Told};

/// Decides everything without asking.
pub(super) fn from_flags(setting: Setting<'_>, profiles: Profiles<'_>) -> Result<Connection, Error> {
    let key = new_key(setting)?;
    let source_profile = source_profile(setting, key.is_some(), profiles)?;
    let args = setting.args;
    let named = args.session_profile.clone().or_else(|| session_by_profile(setting, &source_profile));
    let session_profile = named.or_else(|| candidate::session_profile(&source_profile, profiles));
    let session_profile = session_profile.ok_or_else(|| usage("name the session profile with --session-profile"))?;
    let key_profile = args.key_profile.clone().or_else(|| candidate::key_profile(&session_profile));
    let key_profile = key_profile.ok_or_else(|| usage("name the key's profile with --key-profile"))?;
    let serial_number = known_serial_number(setting, &source_profile, &session_profile, profiles)?;
    let told = told(setting, &source_profile, key.as_ref(), profiles, serial_number.is_none())?;
    let serial_number = serial_number.map_or_else(|| told_serial_number(setting, told.as_ref()), Ok)?;
    let region = region(setting, &source_profile, profiles);
    check_region(region.as_deref().unwrap_or_default()).map_err(usage)?;
    Ok(Connection { source_profile, session_profile, key_profile, key, serial_number, region })
}

fn usage(text: &str) -> Error {
    Error::Usage(text.to_owned())
}

/// The new key: its id by flag, its secret from standard input or a variable.
fn new_key(setting: Setting<'_>) -> Result<Option<LongTermKey>, Error> {
    let Some(id) = &setting.args.access_key_id else { return Ok(None) };
    check_key_id(id).map_err(usage)?;
    let environment = &setting.context.environment;
    let secret = match setting.args.secret_access_key.as_deref() {
        Some("-") => terminal::standard_input_line()
            .map_err(|error| Error::Usage(format!("no secret came from standard input: {error}")))?,
        Some(_) => {
            return Err(usage(
                "--secret-access-key takes only `-`, for standard input: other users see what stands in a command line, \
                 and the shell remembers it",
            ));
        }
        None => {
            // The usual two belong together: the secret of another key must not be taken.
            let usual = || {
                let is_same = environment.get("AWS_ACCESS_KEY_ID") == Some(id.as_str());
                environment.get("AWS_SECRET_ACCESS_KEY").filter(|_| is_same)
            };
            let secret = environment.get("AWSMFA_SECRET_ACCESS_KEY").or_else(usual).map(Secret::new);
            secret.ok_or_else(|| {
                usage("the new key has no secret: give it on standard input with --secret-access-key -, or in AWSMFA_SECRET_ACCESS_KEY")
            })?
        }
    };
    let secret = Secret::new(secret.expose().trim());
    check_secret(&secret).map_err(usage)?;
    Ok(Some(LongTermKey { access_key_id: id.clone(), secret_access_key: secret }))
}

/// Whether this can be the id of a long-term key.
pub(super) fn check_key_id(id: &str) -> Result<(), &'static str> {
    let is_usual =
        (16..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match () {
        () if is_session_key_id(id) => {
            Err("the access key id is that of a session (ASIA…): a long-term one begins with AKIA")
        }
        () if !is_usual => Err("an access key id has 16 to 128 letters and digits, such as AKIAIOSFODNN7EXAMPLE"),
        () => Ok(()),
    }
}

/// Whether this can be a region, or nothing.
pub(super) fn check_region(text: &str) -> Result<(), &'static str> {
    let is_usual = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_usual { Ok(()) } else { Err("a region has letters, digits and hyphens, such as eu-west-1") }
}

/// Whether this can be a secret, and stand in a file.
pub(super) fn check_secret(secret: &Secret) -> Result<(), &'static str> {
    let is_word = !secret.expose().is_empty() && secret.expose().bytes().all(|byte| byte.is_ascii_graphic());
    let is_plain = !secret.expose().contains(['#', ';']);
    if is_word && is_plain {
        Ok(())
    } else {
        Err("a secret access key is one word of letters, digits and signs of + / =")
    }
}

/// The profile with the key: named, or led to by the selected profile, or the only one.
fn source_profile(setting: Setting<'_>, is_new: bool, profiles: Profiles<'_>) -> Result<ProfileName, Error> {
    let selected = setting.global.profile.as_ref();
    if let Some(name) = &setting.args.source_profile {
        return Ok(name.clone());
    }
    if is_new {
        return Ok(selected.cloned().unwrap_or_else(ProfileName::default_profile));
    }
    let named = match (selected, &setting.args.session_profile) {
        (None, None) => resolve::selected_profile(None, &setting.context.environment)?,
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

/// `--profile` names the session profile if it is not the one with the key.
fn session_by_profile(setting: Setting<'_>, source: &ProfileName) -> Option<ProfileName> {
    setting.global.profile.clone().filter(|name| name != source)
}

fn told(
    setting: Setting<'_>,
    source: &ProfileName,
    key: Option<&LongTermKey>,
    profiles: Profiles<'_>,
    needs_devices: bool,
) -> Result<Option<Told>, Error> {
    if setting.args.skip_check {
        return Ok(None);
    }
    let key = key.cloned().map_or_else(|| key_of(source, profiles), Ok)?;
    let told = check::ask(setting, profiles, source, &key, needs_devices)?;
    setting.messages.note(&format!("awsmfa: the key of '{source}' is that of {}", told.identity.arn));
    Ok(Some(told))
}

/// The MFA device by flag, variable or files.
fn known_serial_number(
    setting: Setting<'_>,
    source: &ProfileName,
    session: &ProfileName,
    profiles: Profiles<'_>,
) -> Result<Option<SerialNumber>, Error> {
    let variable = setting.context.environment.get("AWS_MFA_SERIAL");
    let variable = variable.map(|text| (text, Origin::Variable("AWS_MFA_SERIAL")));
    let flag = setting.args.serial_number.as_deref().map(|text| (text, Origin::Flag("--serial-number")));
    match flag.or(variable) {
        Some((text, origin)) => {
            let origin = origin.to_string();
            Ok(Some(text.parse().map_err(|source| ResolveError::SerialNumber { origin, source })?))
        }
        None => Ok(candidate::serial_number(source, session, profiles)),
    }
}

/// The MFA device by what IAM says, or by the user's name.
fn told_serial_number(setting: Setting<'_>, told: Option<&Told>) -> Result<SerialNumber, Error> {
    match told.map(|told| told.devices.as_slice()).unwrap_or_default() {
        [] => {}
        [only] => return Ok(only.clone()),
        several => {
            let names: Vec<&str> = several.iter().map(SerialNumber::as_str).collect();
            return Err(Error::Usage(format!(
                "the user has several MFA devices: name one with --serial-number ({})",
                names.join(", ")
            )));
        }
    }
    let guess = told.and_then(Told::guess);
    let guess = guess.ok_or_else(|| usage("nothing names the MFA device: name it with --serial-number"))?;
    setting.messages.warning(&format!(
        "the MFA device {guess} is a guess from the user's name: the IAM console shows the real one under Security \
         credentials, for --serial-number"
    ));
    Ok(guess)
}

fn region(setting: Setting<'_>, source: &ProfileName, profiles: Profiles<'_>) -> Option<String> {
    let of_source = || Some(profiles.get(source.as_str())?.property(REGION)?.value.into_owned());
    setting.args.region.clone().or_else(of_source)
}
