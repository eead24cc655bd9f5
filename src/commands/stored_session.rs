//! The lookup of a session in the credentials file, for `env`, `exec` and `credential-process`.

use std::ops::ControlFlow;

use crate::commands::login::{self, Asking};
use crate::commands::messages::Messages;
use crate::commands::pick;
use crate::commands::shared_files::SharedFiles;
use crate::context::Context;
use crate::error::Error;
use crate::global::GlobalArgs;
use crate::profile::property::REGION;
use crate::profile::{Profile, ProfileName, Profiles};
use crate::resolve::{self, Choice, Selected};
use crate::session::{self, StoredSession};
use crate::session_scope::SessionScope;
use crate::session_state::SessionState;

/// The session of a profile, and its region.
pub(super) struct Usable {
    /// The session profile, or, for a session that is in no file, the requested profile.
    pub session_profile: ProfileName,
    /// A session that has not expired, or whose expiration is unknown.
    pub session: StoredSession,
    /// Set if the session is valid for long enough and need not be renewed.
    pub is_lasting: bool,
    /// The region of the session profile, else of the selected profile.
    pub region: Option<String>,
}

/// Returns the session; fails if there is none or if it has expired.
pub(super) fn usable(flag: Option<&ProfileName>, files: &SharedFiles, context: &Context) -> Result<Usable, Error> {
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

/// Returns the session; lets the user pick a profile if none is named and `default` does not exist.
pub(super) fn usable_or_picked(
    flag: Option<&ProfileName>,
    files: &SharedFiles,
    global: &GlobalArgs,
    context: &Context,
) -> Result<Usable, Error> {
    match usable(flag, files, context) {
        Err(Error::Resolve(error)) => match pick::instead_of_default(flag, &error, files, global, context)? {
            Some(picked) => usable(Some(&picked), files, context),
            None => Err(error.into()),
        },
        found => found,
    }
}

/// Returns the session, after a login if it is not valid for long enough; breaks with the exit code of a failed login.
///
/// A session that could not be renewed is used until it expires. Only `exec` reports the reason: an AWS tool shows the
/// standard error of `credential-process`, where the reason would be noise.
pub(super) fn usable_or_new(
    flag: Option<&ProfileName>,
    asking: Asking,
    global: &GlobalArgs,
    context: &Context,
) -> Result<ControlFlow<u8, Usable>, Error> {
    let files = SharedFiles::read(global, context)?;
    let (mut stored, mut picked) = (usable(flag, &files, context), None);
    if asking == Asking::Exec
        && let Err(Error::Resolve(error)) = &stored
    {
        picked = pick::instead_of_default(flag, error, &files, global, context)?;
        if picked.is_some() {
            stored = usable(picked.as_ref(), &files, context);
        }
    }
    let flag = picked.as_ref().or(flag);
    if stored.as_ref().is_ok_and(|stored| stored.is_lasting) {
        return stored.map(ControlFlow::Continue);
    }
    let messages = Messages::new(global, context);
    let is_exec = asking == Asking::Exec;
    let quiet = GlobalArgs { quiet: global.quiet || !is_exec, ..global.clone() };
    let login = login::ensure(flag, asking, files, &quiet, context);
    let Ok(stored) = stored else {
        let (outcomes, files) = login?;
        return match outcomes.report_failures(messages) {
            0 => usable(flag, &files, context).map(ControlFlow::Continue),
            code => Ok(ControlFlow::Break(code)),
        };
    };
    match &login {
        Ok((outcomes, files)) if !outcomes.has_failed() => {
            return usable(flag, files, context).map(ControlFlow::Continue);
        }
        Ok((outcomes, _)) if is_exec => {
            outcomes.report_failures(messages);
        }
        Err(error) if is_exec => messages.error(error),
        _ => {}
    }
    if is_exec {
        let name = &stored.session_profile;
        messages.warning(&format!("the session of '{name}' was not renewed, and is used until it expires"));
    }
    Ok(ControlFlow::Continue(stored))
}

/// Returns a new session with this scope, which is written to no file; breaks with the exit code of a failed login. It
/// has the name of the requested profile, since the session profile holds another session.
pub(super) fn unsaved(
    flag: Option<&ProfileName>,
    scope: SessionScope,
    global: &GlobalArgs,
    context: &Context,
) -> Result<ControlFlow<u8, Usable>, Error> {
    let files = SharedFiles::read(global, context)?;
    let selected = resolve::selected_profile(flag, &context.environment)?;
    let picked = match resolve::link(Choice::of(&selected.name), files.profiles()) {
        Ok(_) => None,
        Err(error) => pick::instead_of_default(flag, &error, &files, global, context)?,
    };
    let name = picked.clone().unwrap_or_else(|| selected.name.clone());
    let region = session_profile_of(&Selected { name: name.clone(), by: None }, files.profiles()).ok();
    let region = region.and_then(|session_profile| region_of(&[&session_profile, &name], files.profiles()));
    let session = match login::unsaved(flag.or(picked.as_ref()), scope, files, global, context)? {
        ControlFlow::Continue(session) => StoredSession::from(session),
        ControlFlow::Break(code) => return Ok(ControlFlow::Break(code)),
    };
    Ok(ControlFlow::Continue(Usable { session_profile: name, session, is_lasting: true, region }))
}

/// Returns the region of the first of these profiles that has one.
fn region_of(names: &[&ProfileName], profiles: Profiles<'_>) -> Option<String> {
    let found = names.iter().filter_map(|name| profiles.get(name.as_str()));
    found.into_iter().find_map(|profile| Some(profile.property(REGION)?.value.into_owned()))
}

/// Returns the session profile of a profile of any kind.
pub(super) fn session_profile_of(selected: &Selected, profiles: Profiles<'_>) -> Result<ProfileName, Error> {
    let found = resolve::session_profile(Choice::of(&selected.name), profiles);
    Ok(found.map_err(|error| error.named_by(selected))?)
}
