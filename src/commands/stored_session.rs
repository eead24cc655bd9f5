//! The look-up of a session that is in the credentials file, for the commands that use one.

use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::profile::property::REGION;
use crate::profile::{Profile, ProfileName, Profiles};
use crate::resolve::{self, Choice, Selected};
use crate::session::{self, SessionState, StoredSession};

/// The session of a profile of any kind, and what a program needs beside it.
pub(super) struct Usable {
    /// Where it stands.
    pub session_profile: ProfileName,
    /// It has not expired; one that does not say when it ends may be good.
    pub session: StoredSession,
    /// Set if it lasts as long as a session should that is not renewed.
    pub is_lasting: bool,
    /// The region of the session profile, else of the profile that was asked for.
    pub region: Option<String>,
}

/// Reads the session, unless it has expired.
pub(super) fn usable(flag: Option<&ProfileName>, global: &GlobalArgs, context: &Context) -> Result<Usable, Error> {
    let files = SharedFiles::read(global, context)?;
    let profiles = files.profiles();
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let name = session_profile_of(&selected, profiles)?;
    let (target, asked_for) = (profiles.get(name.as_str()), profiles.get(selected.name.as_str()));
    let min_remaining = resolve::min_remaining(None, &context.environment, target.as_ref(), asked_for.as_ref())?;
    let section = target.as_ref().and_then(Profile::credentials_section);
    let state = SessionState::of(section.as_ref(), &context.clock, min_remaining);
    let is_usable = matches!(state, SessionState::Valid(_) | SessionState::Expiring(_) | SessionState::Unknown);
    let stored = section.filter(|_| is_usable).and_then(|section| session::stored(&section, &context.clock));
    let expired = matches!(state, SessionState::Expired(_));
    let session = stored.ok_or_else(|| Error::NoSession { profile: name.clone(), expired })?;
    let region = [&target, &asked_for].into_iter().flatten().find_map(|profile| profile.property(REGION));
    let region = region.map(|found| found.value.into_owned());
    Ok(Usable { session_profile: name, session, is_lasting: matches!(state, SessionState::Valid(_)), region })
}

/// The profile that holds the session of a profile of any kind.
pub(super) fn session_profile_of(selected: &Selected, profiles: Profiles<'_>) -> Result<ProfileName, Error> {
    let found = resolve::session_profile(Choice::of(&selected.name), profiles);
    Ok(found.map_err(|error| error.named_by(selected))?)
}
