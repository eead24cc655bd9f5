//! Links a session profile to the permanent profile that pays for it, in the one layout that every client reads: the
//! links stand in the permanent profile, the session profile holds keys and region only.

use super::{Draft, OF_THE_KEY, SetupError, migrate};
use crate::document::{Edit, EditError, PropertyRef};
use crate::profile::property::{
    ACCESS_KEY_ID, AWS_MFA_DEVICE, AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, MFA_SERIAL, REGION, ROLE_ARN,
    SECRET_ACCESS_KEY, SOURCE_PROFILE,
};
use crate::profile::{FileKind, ProfileName};
use crate::resolve::{self, Choice};
use crate::secret::Secret;
use crate::session::{CredentialKind, LongTermKey};
use crate::token_code::SerialNumber;
use crate::value::Region;

/// What is to be connected.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The profile that has the key, or is to have it.
    pub source_profile: ProfileName,
    /// The profile that sessions are written to.
    pub session_profile: ProfileName,
    /// Where the key goes if both are the same profile.
    pub key_profile: ProfileName,
    /// A new key; none if the profile has one.
    pub key: Option<LongTermKey>,
    /// The MFA device.
    pub serial_number: SerialNumber,
    /// The region of the session profile, if it has none.
    pub region: Option<Region>,
}

impl Connection {
    /// Returns whether the key leaves its profile.
    pub fn moves_key(&self) -> bool {
        self.source_profile == self.session_profile
    }

    /// The profile that has the key in the end.
    pub fn paying_profile(&self) -> &ProfileName {
        if self.moves_key() { &self.key_profile } else { &self.source_profile }
    }
}

/// Makes the changes.
///
/// # Errors
///
/// Fails if a permanent key would be overwritten, if a section cannot be edited, or if the session would not be found by
/// clients or not lead to the key in the end.
pub fn connect(draft: &mut Draft, wish: &Connection) -> Result<(), SetupError> {
    let (paying, session) = (wish.paying_profile(), &wish.session_profile);
    if let Some(key) = &wish.key {
        add_key(draft, paying, key)?;
    } else if wish.moves_key() {
        move_key(draft, &wish.source_profile, paying)?;
        relink(draft, &wish.source_profile, paying)?;
    }
    draft.set(paying, MFA_SERIAL, wish.serial_number.as_str())?;
    draft.remove(paying, &[AWS_MFA_DEVICE])?;
    draft.set_in_config(paying, AWSMFA_SESSION_PROFILE, session.as_str())?;
    let profile = draft.profiles().get(session.as_str());
    let is_role = profile.as_ref().is_some_and(|profile| profile.property(ROLE_ARN).is_some());
    let has_region = profile.is_some_and(|profile| profile.property(REGION).is_some());
    if !is_role {
        draft.remove(session, &[MFA_SERIAL, AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE, AWSMFA_SESSION_PROFILE])?;
    }
    if let Some(region) = wish.region.as_ref().filter(|_| !has_region) {
        draft.set(session, REGION, region.as_str())?;
    }
    migrate::serials_of_roles_on(draft, session)?;
    check(draft, wish)
}

fn add_key(draft: &mut Draft, profile: &ProfileName, key: &LongTermKey) -> Result<(), SetupError> {
    if let Some(old) = draft.profiles().get(profile.as_str()) {
        let holding = old.credentials_section().map(|section| CredentialKind::of(&section));
        let is_free = matches!(holding, None | Some(CredentialKind::None)) && !resolve::has_long_term_key(&old);
        if !is_free {
            return Err(SetupError::HoldsKey { profile: profile.clone(), place: old.place() });
        }
    }
    let edits = [
        Edit::Set { name: ACCESS_KEY_ID, value: Secret::new(key.access_key_id.as_str()) },
        Edit::Set { name: SECRET_ACCESS_KEY, value: key.secret_access_key.clone() },
    ];
    draft.edit(FileKind::Credentials, profile, &edits)
}

/// Moves a key with what belongs to it. A section in which nothing else stands is renamed, with its comments; else what
/// belongs to the key goes to a new section, and the rest stays as it is.
fn move_key(draft: &mut Draft, from: &ProfileName, to: &ProfileName) -> Result<(), SetupError> {
    if let Some(taken) = draft.profiles().get(to.as_str()) {
        return Err(SetupError::Taken { profile: to.clone(), place: taken.place() });
    }
    let holds_key = |draft: &Draft| {
        draft.profiles().get(from.as_str()).is_some_and(|profile| profile.property(SECRET_ACCESS_KEY).is_some())
    };
    if !holds_key(draft) {
        return Err(SetupError::NotInFile { profile: from.clone() });
    }
    for kind in [FileKind::Credentials, FileKind::Config] {
        move_section(draft, kind, from, to)?;
    }
    Ok(())
}

fn move_section(draft: &mut Draft, kind: FileKind, from: &ProfileName, to: &ProfileName) -> Result<(), SetupError> {
    let (old, new) = (kind.header_of(from), kind.header_of(to));
    let profiles = draft.profiles();
    let file = match kind {
        FileKind::Config => profiles.config,
        FileKind::Credentials => profiles.credentials,
    };
    let Some(section) = file.document.sections_named(&old).last() else { return Ok(()) };
    let properties = section.properties();
    let is_of_key = |property: &&PropertyRef<'_>| OF_THE_KEY.iter().any(|name| property.is_named(name));
    let moving: Vec<&PropertyRef<'_>> = properties.iter().filter(is_of_key).collect();
    if moving.is_empty() {
        return Ok(());
    }
    if moving.len() == properties.len() {
        return draft.rename(kind, &old, &new);
    }
    if let Some(continued) = moving.iter().find(|property| property.is_continued()) {
        return Err(draft.failed(kind, &old, EditError::UnreadableLine { line: continued.line() }));
    }
    let named = |name: &str| moving.iter().rfind(|property| property.is_named(name)).map(|found| found.value());
    let values = OF_THE_KEY.into_iter().filter_map(|name| Some((name, named(name)?.into_owned())));
    let (set, remove): (Vec<Edit>, Vec<Edit>) =
        values.map(|(name, value)| (Edit::Set { name, value: Secret::new(value) }, Edit::Remove { name })).unzip();
    let set: Vec<Edit> =
        set.into_iter().filter(|edit| !matches!(edit, Edit::Set { value, .. } if value.expose().is_empty())).collect();
    draft.edit(kind, to, &set)?;
    draft.edit(kind, from, &remove)
}

/// Other session profiles of a key that has moved follow it.
fn relink(draft: &mut Draft, from: &ProfileName, to: &ProfileName) -> Result<(), SetupError> {
    for link in [AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE] {
        let profiles = draft.profiles();
        let linking = profiles.linking(link, from.as_str());
        let sessions = linking.iter().filter(|profile| profile.property(ROLE_ARN).is_none());
        let names: Vec<ProfileName> = sessions.filter_map(|profile| profile.name().parse().ok()).collect();
        for name in names.iter().filter(|name| *name != from) {
            draft.set(name, link, to.as_str())?;
        }
    }
    Ok(())
}

/// Asks the one who decides at the next login whether the result means what it should.
fn check(draft: &Draft, wish: &Connection) -> Result<(), SetupError> {
    let profiles = draft.profiles();
    let (paying, session) = (wish.paying_profile(), &wish.session_profile);
    resolve::check_target(session, profiles)?;
    let fails = |cause: String| SetupError::NotConnected {
        session_profile: session.clone(),
        source_profile: paying.clone(),
        cause,
    };
    for selected in [session, paying] {
        let link = resolve::link(Choice::of(selected), profiles).map_err(|error| fails(error.to_string()))?;
        if (&link.source_profile, &link.session_profile) != (paying, session) {
            let place = link.place.map(|place| format!(" ({place})")).unwrap_or_default();
            let (other, to) = (link.source_profile, link.session_profile);
            return Err(fails(format!("'{selected}' links '{to}' to '{other}'{place}")));
        }
    }
    Ok(())
}
