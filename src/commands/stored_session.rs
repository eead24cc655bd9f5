//! The lookup of a session in the credentials file, for the commands that use one.

use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::profile::property::REGION;
use crate::profile::{Profile, ProfileName, Profiles};
use crate::resolve::{self, Choice, Selected};
use crate::session::{self, SessionState, StoredSession};

/// The session of a profile, and the region for it.
pub(super) struct Usable {
    pub session_profile: ProfileName,
    /// A session that has not expired, or whose expiration is unknown.
    pub session: StoredSession,
    /// Set if the session lasts long enough not to be renewed.
    pub is_lasting: bool,
    /// The region of the session profile, else of the selected profile.
    pub region: Option<String>,
}

/// Reads the session, unless it has expired.
pub(super) fn usable(flag: Option<&ProfileName>, global: &GlobalArgs, context: &Context) -> Result<Usable, Error> {
    let files = SharedFiles::read(global, context)?;
    let profiles = files.profiles();
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let name = session_profile_of(&selected, profiles)?;
    let (target, own) = (profiles.get(name.as_str()), profiles.get(selected.name.as_str()));
    let min_remaining = resolve::min_remaining(None, &context.environment, target.as_ref(), own.as_ref())?;
    let section = target.as_ref().and_then(Profile::credentials_section);
    let state = SessionState::of(section.as_ref(), &context.clock, min_remaining);
    let is_usable = matches!(state, SessionState::Valid(_) | SessionState::Expiring(_) | SessionState::Unknown);
    let section = if is_usable { section } else { None };
    let stored = section.and_then(|section| session::stored(&section, &context.clock));
    let expired = matches!(state, SessionState::Expired(_));
    let session = stored.ok_or_else(|| Error::NoSession { profile: name.clone(), expired })?;
    let region = [&target, &own].into_iter().flatten().find_map(|profile| profile.property(REGION));
    let region = region.map(|found| found.value.into_owned());
    Ok(Usable { session_profile: name, session, is_lasting: matches!(state, SessionState::Valid(_)), region })
}

/// Returns the profile that holds the session of a profile of any kind.
pub(super) fn session_profile_of(selected: &Selected, profiles: Profiles<'_>) -> Result<ProfileName, Error> {
    let found = resolve::session_profile(Choice::of(&selected.name), profiles);
    Ok(found.map_err(|error| error.named_by(selected))?)
}
