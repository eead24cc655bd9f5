//! The connection of a session profile to its permanent profile, in the one layout that every client reads: the links
//! are in the permanent profile, and the session profile contains only the session and a region.

use super::{Draft, KEY_PROPERTIES, NewRole, SetupError, migrate, new_role};
use crate::document::{Edit, EditError, PropertyRef};
use crate::profile::property::{
    ACCESS_KEY_ID, AWS_MFA_DEVICE, AWSMFA_KEYRING, AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, MFA_SERIAL, REGION,
    ROLE_ARN, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN, SOURCE_PROFILE,
};
use crate::profile::{FileKind, Profile, ProfileName};
use crate::resolve::{self, Choice};
use crate::secret::Secret;
use crate::session::{CredentialKind, LongTermKey};
use crate::token_code::SerialNumber;
use crate::value::Region;

/// A session profile, and the permanent profile to connect it to.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The profile that has the long-term access key, or that the new key is for.
    pub source_profile: ProfileName,
    /// The profile that sessions are written to.
    pub session_profile: ProfileName,
    /// The profile that the key is moved to if the source and session profiles are the same.
    pub key_profile: ProfileName,
    /// The new key, or `None` if the profile already has one.
    pub key: Option<LongTermKey>,
    /// The MFA device.
    pub serial_number: SerialNumber,
    /// The region for the session profile if it has none.
    pub region: Option<Region>,
    /// The role to add, which AWS tools assume with the session.
    pub role: Option<NewRole>,
}

impl Connection {
    /// Returns whether the key is moved to another profile.
    pub fn moves_key(&self) -> bool {
        self.source_profile == self.session_profile
    }

    /// Returns the profile that has the key afterwards.
    pub fn paying_profile(&self) -> &ProfileName {
        if self.moves_key() { &self.key_profile } else { &self.source_profile }
    }
}

/// Connects the profiles.
///
/// # Errors
///
/// Fails if a long-term access key would be overwritten, if a section cannot be edited, if clients would not find the
/// session, or if the session profile would not resolve to the key.
pub fn connect(draft: &mut Draft, connection: &Connection) -> Result<(), SetupError> {
    let (source, session) = (connection.paying_profile(), &connection.session_profile);
    if let Some(key) = &connection.key {
        add_key(draft, source, key)?;
    } else if connection.moves_key() {
        move_key(draft, &connection.source_profile, source)?;
        relink(draft, &connection.source_profile, source)?;
    }
    draft.set(source, MFA_SERIAL, connection.serial_number.as_str())?;
    draft.remove(source, &[AWS_MFA_DEVICE])?;
    draft.set_in_config(source, AWSMFA_SESSION_PROFILE, session.as_str())?;
    let profile = draft.profiles().get(session.as_str());
    let is_role = profile.as_ref().is_some_and(|profile| profile.property(ROLE_ARN).is_some());
    let has_region = profile.is_some_and(|profile| profile.property(REGION).is_some());
    if !is_role {
        draft.remove(session, &[MFA_SERIAL, AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE, AWSMFA_SESSION_PROFILE])?;
    }
    if !has_region && let Some(region) = &connection.region {
        draft.set(session, REGION, region.as_str())?;
    }
    migrate::remove_serials_of_roles(draft, session)?;
    if let Some(role) = &connection.role {
        new_role::add(draft, role, session)?;
    }
    check(draft, connection)
}

fn add_key(draft: &mut Draft, profile: &ProfileName, key: &LongTermKey) -> Result<(), SetupError> {
    if let Some(old) = draft.profiles().get(profile.as_str()) {
        let kind = old.credentials_section().map(|section| CredentialKind::of(&section));
        let is_free = matches!(kind, None | Some(CredentialKind::None)) && !resolve::has_long_term_key(&old);
        if !is_free {
            return Err(SetupError::HoldsKey { profile: profile.clone(), place: old.place() });
        }
    }
    let edits = [
        Edit::Set { name: ACCESS_KEY_ID, value: Secret::new(key.access_key_id.as_str()) },
        Edit::Set { name: SECRET_ACCESS_KEY, value: key.secret_access_key.clone() },
        // Left over from a session: clients would send it with the key, and AWS would refuse both.
        Edit::Remove { name: SESSION_TOKEN },
        Edit::Remove { name: SECURITY_TOKEN },
    ];
    draft.edit(FileKind::Credentials, profile, &edits)
}

/// Moves a key and the properties that belong to it. A section that has no other properties is renamed, with its
/// comments. Otherwise, the key's properties are moved to a new section, and the rest of the old one is unchanged.
fn move_key(draft: &mut Draft, from: &ProfileName, to: &ProfileName) -> Result<(), SetupError> {
    if let Some(taken) = draft.profiles().get(to.as_str()) {
        return Err(SetupError::Taken { profile: to.clone(), place: taken.place() });
    }
    let source = draft.profiles().get(from.as_str());
    let has_key = |source: &Profile<'_>| {
        [SECRET_ACCESS_KEY, AWSMFA_KEYRING].into_iter().any(|name| source.property(name).is_some())
    };
    if !source.is_some_and(|source| has_key(&source)) {
        return Err(SetupError::NotInFile { profile: from.clone() });
    }
    for kind in [FileKind::Credentials, FileKind::Config] {
        move_section(draft, kind, from, to)?;
    }
    Ok(())
}

fn move_section(draft: &mut Draft, kind: FileKind, from: &ProfileName, to: &ProfileName) -> Result<(), SetupError> {
    let (old, new) = (kind.header_of(from), kind.header_of(to));
    let Some(section) = draft.document(kind).sections_named(&old).last() else { return Ok(()) };
    let properties = section.properties();
    let is_of_key = |property: &&PropertyRef<'_>| KEY_PROPERTIES.iter().any(|name| property.is_named(name));
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
    let values = KEY_PROPERTIES.into_iter().filter_map(|name| Some((name, named(name)?.into_owned())));
    let (set, remove): (Vec<Edit>, Vec<Edit>) =
        values.map(|(name, value)| (Edit::Set { name, value: Secret::new(value) }, Edit::Remove { name })).unzip();
    let set: Vec<Edit> =
        set.into_iter().filter(|edit| !matches!(edit, Edit::Set { value, .. } if value.expose().is_empty())).collect();
    draft.edit(kind, to, &set)?;
    draft.edit(kind, from, &remove)
}

/// Updates the links of other session profiles to a key that was moved.
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

/// Checks the result with `resolve`, as the next login does.
fn check(draft: &Draft, connection: &Connection) -> Result<(), SetupError> {
    let profiles = draft.profiles();
    let (source, session) = (connection.paying_profile(), &connection.session_profile);
    resolve::check_target(session, profiles)?;
    let failed = |cause: String| SetupError::NotConnected {
        session_profile: session.clone(),
        source_profile: source.clone(),
        cause,
    };
    for selected in [session, source] {
        let link = resolve::link(Choice::of(selected), profiles).map_err(|error| failed(error.to_string()))?;
        if (&link.source_profile, &link.session_profile) != (source, session) {
            let place = link.place.map(|place| format!(" ({place})")).unwrap_or_default();
            let (other, to) = (link.source_profile, link.session_profile);
            return Err(failed(format!("'{selected}' links '{to}' to '{other}'{place}")));
        }
    }
    Ok(())
}
