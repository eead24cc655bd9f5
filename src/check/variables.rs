//! Findings about the environment: variables, the state folder, and another program called awsmfa.

use super::Facts;
use super::finding::Finding;
use super::finding_kind::Kind;
use super::keys::lacks_token;
use crate::environment::Environment;
use crate::profile::property::{MFA_SERIAL, ROLE_ARN};
use crate::profile::{Profile, Profiles};
use crate::resolve::{self, Choice, ResolveError, has_long_term_key};
use crate::session::is_session_key_id;
use crate::session_state::SessionState;
use crate::time::Seconds;

/// The variables that hold credentials.
const KEYS: [&str; 4] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

/// Finds variables that prevent clients from using the session profile.
pub fn environment(environment: &Environment, profiles: Profiles<'_>) -> Vec<Finding> {
    let set: Vec<&str> = KEYS.into_iter().filter(|name| environment.get(name).is_some()).collect();
    let profiles_named = environment.get("AWS_PROFILE").zip(environment.get("AWS_DEFAULT_PROFILE"));
    let has_token = environment.get("AWS_SESSION_TOKEN").or(environment.get("AWS_SECURITY_TOKEN")).is_some();
    let is_long_term = environment.get("AWS_ACCESS_KEY_ID").is_some_and(|id| !is_session_key_id(id)) && !has_token;
    let kind = if is_long_term { Kind::PermanentKeyInEnvironment } else { Kind::KeysInEnvironment };
    let keys = (!set.is_empty()).then(|| Finding::new(kind).with_detail(set.join(", ")));
    let differ = profiles_named.is_some_and(|(one, other)| one != other);
    let differ = differ.then(|| Finding::new(Kind::ProfileVariablesDiffer));
    keys.into_iter().chain(differ).chain(named_files(environment, profiles)).collect()
}

/// The variables that name the two files.
const FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

/// Finds file variables that are empty, and variables and flags that name a file that does not exist.
fn named_files(environment: &Environment, profiles: Profiles<'_>) -> Vec<Finding> {
    let empty = FILES.into_iter().filter(|name| environment.is_empty(name));
    let empty = empty.map(|name| Finding::new(Kind::EmptyFileVariable).with_detail(name));
    let missing = [profiles.config, profiles.credentials].into_iter().filter_map(|file| {
        let by = file.missing?;
        Some(Finding::new(Kind::MissingNamedFile).at_path(&file.path).with_detail(by))
    });
    empty.chain(missing).collect()
}

/// Finds `AWS_MFA_SERIAL` if it differs from the MFA device of the selected profile in the files.
fn serial_in_environment(facts: &Facts<'_>) -> Option<Finding> {
    let variable = facts.environment.get("AWS_MFA_SERIAL")?;
    let selected = facts.surroundings.selected.as_ref()?;
    let link = resolve::link(Choice::of(&selected.name), facts.profiles).ok()?;
    let names = [&selected.name, &link.session_profile, &link.source_profile];
    let found = names.into_iter().find_map(|name| facts.profiles.get(name.as_str())?.property(MFA_SERIAL))?;
    let is_other = found.value != variable;
    is_other.then(|| Finding::new(Kind::SerialInEnvironment).with_detail(found.place().to_string()))
}

/// Runs the checks of [`environment`], and those that only `doctor` and `explain` need.
pub(super) fn around(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = environment(facts.environment, facts.profiles);
    found.extend(serial_in_environment(facts));
    for variable in FILES {
        if facts.environment.get(variable).is_some_and(|path| path.starts_with('~')) {
            found.push(Finding::new(Kind::TildeInVariable).with_detail(variable));
        }
    }
    let state = facts.surroundings.state_folder.iter();
    found.extend(state.map(|(path, why)| Finding::new(Kind::StateFolder).at_path(path).with_detail(why)));
    let other = facts.surroundings.other_awsmfa.as_ref();
    let other = other.map(|path| Finding::new(Kind::OtherAwsmfa).at_path(path).with_detail(path.display().to_string()));
    found.extend(other);
    found
}

/// Finds a selected profile that does not exist or has an invalid name. The name is not printed, because it may be a
/// misplaced MFA code.
pub(super) fn unknown_profile(facts: &Facts<'_>) -> Option<Finding> {
    let Some(selected) = &facts.surroundings.selected else {
        return facts
            .surroundings
            .bad_selection
            .map(|variable| Finding::new(Kind::UnknownProfile).with_detail(variable));
    };
    let by = selected.by?;
    let link = resolve::link(Choice::of(&selected.name), facts.profiles);
    let is_unknown = matches!(link, Err(ResolveError::UnknownProfile { .. } | ResolveError::CodeAsProfile));
    is_unknown.then(|| Finding::new(Kind::UnknownProfile).with_detail(by))
}

/// Finds a selected profile with which AWS clients use no session: a session profile without one, or a profile whose
/// session is written to another one. If no variable selects it, that session must be valid.
pub(super) fn no_session(facts: &Facts<'_>) -> Option<Finding> {
    let selected = facts.surroundings.selected.as_ref()?;
    if KEYS.into_iter().any(|name| facts.environment.get(name).is_some()) {
        return None;
    }
    let link = resolve::link(Choice::of(&selected.name), facts.profiles).ok()?;
    let target = facts.profiles.get(link.session_profile.as_str());
    let section = target.as_ref().and_then(Profile::credentials_section);
    let state = SessionState::of(section.as_ref(), facts.clock, Seconds(0));
    let is_named = selected.by.is_some_and(|by| ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].contains(&by));
    let finding = |kind| Finding::new(kind).for_profile(selected.name.as_str());
    if link.session_profile == selected.name {
        return (is_named && matches!(state, SessionState::None)).then(|| finding(Kind::NoSession));
    }
    let profile = facts.profiles.get(selected.name.as_str())?;
    // AWS clients can use the other profiles as they are: they assume the role, or get the session from its source.
    let needs_code = match profile.property(ROLE_ARN) {
        Some(_) => profile.property(MFA_SERIAL).is_some(),
        None => has_long_term_key(&profile) && !lacks_token(&profile),
    };
    let is_found = needs_code && (is_named || matches!(state, SessionState::Valid(_)));
    is_found.then(|| finding(Kind::SessionElsewhere).with_detail(link.session_profile.as_str()))
}
