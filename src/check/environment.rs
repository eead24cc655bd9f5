//! What around the files keeps clients from the session profile: variables, and another program of the same name.

use super::Facts;
use super::finding::Finding;
use super::kind::Kind;
use crate::environment::Environment;
use crate::profile::ProfileName;
use crate::resolve::{self, Choice, ResolveError};
use crate::session::is_session_key_id;

/// The variables that hold keys.
const KEYS: [&str; 4] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"];

/// The profile that a command would act on, and who says so.
pub struct Selected {
    /// The profile.
    pub name: ProfileName,
    /// The flag or variable that names it; none for `default`, which nobody has asked for.
    pub by: Option<&'static str>,
}

/// What in the environment keeps clients from the session profile.
pub fn environment(environment: &Environment) -> Vec<Finding> {
    let set: Vec<&str> = KEYS.into_iter().filter(|name| environment.get(name).is_some()).collect();
    let differ = match (environment.get("AWS_PROFILE"), environment.get("AWS_DEFAULT_PROFILE")) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    };
    let has_token = environment.get("AWS_SESSION_TOKEN").or(environment.get("AWS_SECURITY_TOKEN")).is_some();
    let is_permanent = environment.get("AWS_ACCESS_KEY_ID").is_some_and(|id| !is_session_key_id(id)) && !has_token;
    let kind = if is_permanent { Kind::PermanentKeyInEnvironment } else { Kind::KeysInEnvironment };
    let keys = (!set.is_empty()).then(|| Finding::new(kind).about(set.join(", ")));
    keys.into_iter().chain(differ.then(|| Finding::new(Kind::ProfileVariablesDiffer))).collect()
}

/// The same, and what `doctor` alone looks at.
pub(super) fn around(facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = environment(facts.environment);
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        if facts.environment.get(variable).is_some_and(|path| path.starts_with('~')) {
            found.push(Finding::new(Kind::TildeInVariable).about(variable));
        }
    }
    let state = facts.state_folder.iter();
    found.extend(state.map(|(path, why)| Finding::new(Kind::StateFolder).on(path).about(why.as_str())));
    let other = facts.other_awsmfa.as_ref();
    found.extend(other.map(|path| Finding::new(Kind::OtherAwsmfa).on(path).about(path.display().to_string())));
    found
}

/// Whether the profile that is asked for is there. Its name is not repeated: it may be a code that went astray.
pub(super) fn unknown_profile(facts: &Facts<'_>) -> Option<Finding> {
    let Some(selected) = &facts.selected else {
        return facts.bad_selection.map(|variable| Finding::new(Kind::UnknownProfile).about(variable));
    };
    let by = selected.by?;
    let link = resolve::link(Choice::of(&selected.name), facts.profiles);
    let is_unknown = matches!(link, Err(ResolveError::UnknownProfile { .. } | ResolveError::CodeAsProfile));
    is_unknown.then(|| Finding::new(Kind::UnknownProfile).about(by))
}
