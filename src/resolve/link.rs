//! The link of a profile: the profile of its source credentials, and the profile that its session is written to.

use super::external::ExternalSource;
use super::near_names::unknown;
use super::permanent::has_long_term_key;
use super::resolve_error::ResolveError;
use super::{foreign, naming_conventions, settings};
use crate::awsmfa_command;
use crate::profile::property::{ASSUME_ROLE, AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, ROLE_ARN, SOURCE_PROFILE};
use crate::profile::{Found, Place, Profile, ProfileName, Profiles};
use crate::session::{self, CredentialKind};

/// The two profiles of a login, and the role to assume, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The profile of the source credentials: a permanent one, one whose session the AWS SDK gets, or, for a role, one of
    /// any kind.
    pub source_profile: ProfileName,
    /// The profile that the session is written to.
    pub session_profile: ProfileName,
    /// The role to assume; none for a session of the user who owns the source credentials, and for a session that the
    /// AWS SDK gets.
    pub role: Option<RoleOrigin>,
    /// The line of the link, if it is in a file.
    pub place: Option<Place>,
}

impl Link {
    /// Returns the role or permanent profile of the session, for messages.
    pub(super) fn source_of_session(&self) -> String {
        match &self.role {
            None => self.source_profile.to_string(),
            Some(RoleOrigin::Flag(arn)) => arn.clone(),
            Some(RoleOrigin::Profile(name) | RoleOrigin::AssumeRole(name)) => name.to_string(),
        }
    }
}

/// The origin of a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RoleOrigin {
    /// `--role-arn`.
    Flag(String),
    /// `role_arn` of this profile.
    Profile(ProfileName),
    /// aws-mfa's `assume_role` of this source profile.
    AssumeRole(ProfileName),
}

/// The profiles and the role that the command line selects.
#[derive(Clone, Copy)]
pub struct Choice<'a> {
    /// The requested profile, of any kind.
    pub selected: &'a ProfileName,
    /// `--source-profile`.
    pub source_profile: Option<&'a ProfileName>,
    /// `--session-profile`.
    pub session_profile: Option<&'a ProfileName>,
    /// `--role-arn`.
    pub role_arn: Option<&'a str>,
}

impl<'a> Choice<'a> {
    /// Creates the choice of a profile without any flags.
    pub fn of(selected: &'a ProfileName) -> Self {
        Self { selected, source_profile: None, session_profile: None, role_arn: None }
    }
}

/// Finds the link of a profile.
///
/// # Errors
///
/// Fails if the selected profile does not exist, or if its source or session profile cannot be determined.
pub fn link(choice: Choice<'_>, profiles: Profiles<'_>) -> Result<Link, ResolveError> {
    if let Some(arn) = choice.role_arn {
        return Ok(link_of_flag(choice, arn));
    }
    let mut selected = profiles.get(choice.selected.as_str());
    let named = match &selected {
        Some(profile) => named_by_command(choice.selected, profile, profiles)?,
        None => None,
    };
    let choice = Choice { selected: named.as_ref().unwrap_or(choice.selected), ..choice };
    if named.is_some() {
        selected = profiles.get(choice.selected.as_str());
    }
    let is_external = selected.as_ref().is_some_and(|profile| ExternalSource::of(profile).is_some());
    if let Some(role) = selected.as_ref().filter(|profile| profile.property(ROLE_ARN).is_some())
        && (!is_external || choice.source_profile.is_some())
    {
        return link_of_role(choice, role, profiles);
    }
    if let Some(source) = source_of(choice, selected.as_ref(), profiles)? {
        return link_of_session(choice, source, profiles);
    }
    let Some(selected) = selected else { return Err(unknown(choice.selected, profiles)) };
    if !has_long_term_key(&selected) && !is_external {
        return Err(foreign::no_key(choice.selected, &selected));
    }
    let session_profile = session_profile_of(choice, &selected, profiles)?;
    let role = selected.property(ASSUME_ROLE).map(|_| RoleOrigin::AssumeRole(choice.selected.clone()));
    Ok(Link { source_profile: choice.selected.clone(), session_profile, role, place: None })
}

/// Returns the link of a profile that is its own source: of one whose session is requested with its own credentials.
pub(super) fn own_link(name: &ProfileName, profiles: Profiles<'_>) -> Option<Link> {
    link(Choice::of(name), profiles).ok().filter(|link| link.role.is_none() && link.source_profile == *name)
}

/// Follows a `credential_process` that runs `awsmfa credential-process` to the profile that it names, which is used
/// instead. Returns none if the profile has no such command.
///
/// # Errors
///
/// Fails if such commands form a loop.
fn named_by_command(
    name: &ProfileName,
    profile: &Profile<'_>,
    profiles: Profiles<'_>,
) -> Result<Option<ProfileName>, ResolveError> {
    let mut path = vec![name.clone()];
    let mut found = awsmfa_command::named_by(profile);
    while let Some((named, place)) = found {
        if path.contains(&named) {
            let profile = path.pop().unwrap_or_else(|| name.clone());
            return Err(ResolveError::ProcessLoop { profile, place });
        }
        found = profiles.get(named.as_str()).as_ref().and_then(awsmfa_command::named_by);
        path.push(named);
    }
    let last = path.pop();
    Ok(if path.is_empty() { None } else { last })
}

/// Returns the link for `--role-arn`. The source profile defaults to the selected one, and the session profile to
/// `<role name>-session`.
fn link_of_flag(choice: Choice<'_>, arn: &str) -> Link {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let session_profile = choice.session_profile.cloned().or_else(|| format!("{name}-session").parse().ok());
    Link {
        source_profile: choice.source_profile.unwrap_or(choice.selected).clone(),
        session_profile: session_profile.unwrap_or_else(|| choice.selected.clone()),
        role: Some(RoleOrigin::Flag(arn.to_owned())),
        place: None,
    }
}

fn link_of_role(choice: Choice<'_>, role: &Profile<'_>, profiles: Profiles<'_>) -> Result<Link, ResolveError> {
    let (source_profile, place) = source_of_role(choice, role, profiles)?;
    let session_profile = session_profile_of(choice, role, profiles)?;
    let role = Some(RoleOrigin::Profile(choice.selected.clone()));
    Ok(Link { source_profile, session_profile, role, place })
}

/// Returns the link of a session profile. If its source is a role profile, the role's session is written to it.
fn link_of_session(choice: Choice<'_>, source: Source, profiles: Profiles<'_>) -> Result<Link, ResolveError> {
    let session_profile = choice.session_profile.unwrap_or(choice.selected).clone();
    let Some(profile) = profiles.get(source.name.as_str()) else {
        let (source_profile, place) = (source.name, source.place);
        return Err(ResolveError::MissingSource { source_profile, session_profile, place, near: None });
    };
    if profile.property(ROLE_ARN).is_some() && ExternalSource::of(&profile).is_none() {
        let (source_profile, place) = source_of_role(Choice::of(&source.name), &profile, profiles)?;
        let role = Some(RoleOrigin::Profile(source.name));
        return Ok(Link { source_profile, session_profile, role, place });
    }
    let role = profile.property(ASSUME_ROLE).map(|_| RoleOrigin::AssumeRole(source.name.clone()));
    Ok(Link { source_profile: source.name, session_profile, role, place: source.place })
}

fn source_of_role(
    choice: Choice<'_>,
    role: &Profile<'_>,
    profiles: Profiles<'_>,
) -> Result<(ProfileName, Option<Place>), ResolveError> {
    let named = [AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE].into_iter().find_map(|name| Some((name, role.property(name)?)));
    let (source_profile, place) = match (choice.source_profile, named) {
        (Some(flag), _) => (flag.clone(), None),
        (None, Some((name, found))) => (parse_name(&found, name)?, Some(found.place())),
        (None, None) => {
            return Err(ResolveError::RoleWithoutSource { profile: choice.selected.clone(), place: role.place() });
        }
    };
    // A session profile need not exist before the first login: a name that links to a source is enough.
    let is_known = profiles.get(source_profile.as_str()).is_some()
        || naming_conventions::source_of(&source_profile, profiles).is_some()
        || pointing_at(&source_profile, profiles)?.is_some();
    if is_known {
        return Ok((source_profile, place));
    }
    Err(ResolveError::MissingSource { source_profile, session_profile: choice.selected.clone(), place, near: None })
}

/// Finds the profile that holds the session of a profile, even if it has no source: `status` and `logout` need none.
///
/// # Errors
///
/// Fails if the selected profile does not exist, or if its session profile is ambiguous or in a loop of commands.
pub fn session_profile(choice: Choice<'_>, profiles: Profiles<'_>) -> Result<ProfileName, ResolveError> {
    session_profile_by(choice, profiles, || link(choice, profiles))
}

/// Does the same as [`session_profile`], but gets the link from `link`, which is called only if necessary.
///
/// # Errors
///
/// Fails if the selected profile does not exist, or if its session profile is ambiguous or in a loop of commands.
pub fn session_profile_by(
    choice: Choice<'_>,
    profiles: Profiles<'_>,
    link: impl FnOnce() -> Result<Link, ResolveError>,
) -> Result<ProfileName, ResolveError> {
    let selected = profiles.get(choice.selected.as_str());
    // Credentials beside a role or another source are not its session: clients ignore them, and `login` writes elsewhere.
    let is_own = |profile: &Profile<'_>| profile.property(ROLE_ARN).is_none() && ExternalSource::of(profile).is_none();
    let holds_session = selected.as_ref().and_then(Profile::credentials_section).is_some_and(|section| {
        match CredentialKind::of(&section) {
            CredentialKind::Session => true,
            // A key that has replaced a session counts, too: the commands that write refuse to overwrite it.
            CredentialKind::LongTermKey => session::is_managed(&section),
            CredentialKind::None => false,
        }
    });
    if choice.session_profile.is_none() && holds_session && selected.as_ref().is_some_and(is_own) {
        return Ok(choice.selected.clone());
    }
    match link() {
        Ok(link) => Ok(link.session_profile),
        Err(
            error @ (ResolveError::UnknownProfile { .. }
            | ResolveError::CodeAsProfile
            | ResolveError::Ambiguous { .. }
            | ResolveError::ProcessLoop { .. }),
        ) => Err(error),
        Err(_) => Ok(choice.session_profile.unwrap_or(choice.selected).clone()),
    }
}

/// The source profile of a session profile.
struct Source {
    name: ProfileName,
    place: Option<Place>,
}

fn source_of(
    choice: Choice<'_>,
    selected: Option<&Profile<'_>>,
    profiles: Profiles<'_>,
) -> Result<Option<Source>, ResolveError> {
    if let Some(name) = choice.source_profile {
        return Ok(Some(Source { name: name.clone(), place: None }));
    }
    for property in [AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE] {
        if let Some(found) = selected.and_then(|profile| profile.property(property)) {
            let name = parse_name(&found, property)?;
            return Ok(Some(Source { name, place: Some(found.place()) }));
        }
    }
    if let Some(source) = pointing_at(choice.selected, profiles)? {
        return Ok(Some(source));
    }
    // The naming conventions apply only to profiles without a key or another source of their own.
    if selected.is_some_and(|profile| has_long_term_key(profile) || ExternalSource::of(profile).is_some()) {
        return Ok(None);
    }
    let name = naming_conventions::source_of(choice.selected, profiles);
    Ok(name.map(|name| Source { name, place: None }))
}

/// Finds the profile that names this one in `awsmfa_session_profile`.
fn pointing_at(name: &ProfileName, profiles: Profiles<'_>) -> Result<Option<Source>, ResolveError> {
    let pointing = profiles.linking(AWSMFA_SESSION_PROFILE, name.as_str());
    let others: Vec<&Profile<'_>> = pointing.iter().filter(|profile| profile.name() != name.as_str()).collect();
    let [profile] = others.as_slice() else {
        return if others.is_empty() { Ok(None) } else { Err(ambiguous(name, &others)) };
    };
    let source = profile.name().parse().ok();
    let place = profile.property(AWSMFA_SESSION_PROFILE).map(|found| found.place());
    Ok(source.map(|name| Source { name, place }))
}

/// Returns the session profile of a permanent or role profile.
fn session_profile_of(
    choice: Choice<'_>,
    source: &Profile<'_>,
    profiles: Profiles<'_>,
) -> Result<ProfileName, ResolveError> {
    if let Some(name) = choice.session_profile {
        return Ok(name.clone());
    }
    if let Some(found) = source.property(AWSMFA_SESSION_PROFILE) {
        return parse_name(&found, AWSMFA_SESSION_PROFILE);
    }
    let name = source.name();
    let linking: Vec<Profile<'_>> = profiles
        .linking(AWSMFA_SOURCE_PROFILE, name)
        .into_iter()
        .chain(profiles.linking(SOURCE_PROFILE, name))
        .filter(|profile| profile.property(ROLE_ARN).is_none() && !has_long_term_key(profile) && profile.name() != name)
        // If a profile has both properties, `awsmfa_source_profile` takes precedence.
        .filter(|profile| profile.property(AWSMFA_SOURCE_PROFILE).is_none_or(|found| found.value == name))
        .collect();
    let mut candidates: Vec<&Profile<'_>> = linking.iter().collect();
    candidates.sort_by_key(|profile| profile.name());
    candidates.dedup_by_key(|profile| profile.name());
    match candidates.as_slice() {
        [] => Ok(naming_conventions::session_profile_of(choice.selected, profiles)),
        [one] => Ok(one.name().parse().unwrap_or_else(|_| choice.selected.clone())),
        several => Err(ambiguous(choice.selected, several)),
    }
}

fn parse_name(found: &Found<'_>, property: &'static str) -> Result<ProfileName, ResolveError> {
    let origin = || format!("{property} in {}", found.place());
    settings::whole(found, property)?.parse().map_err(|source| ResolveError::ProfileName { origin: origin(), source })
}

fn ambiguous(profile: &ProfileName, candidates: &[&Profile<'_>]) -> ResolveError {
    let candidates = candidates.iter().map(|candidate| candidate.name().to_owned()).collect();
    ResolveError::Ambiguous { profile: profile.clone(), candidates }
}
