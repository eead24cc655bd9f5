//! A `credential_process` that runs awsmfa itself, and the profile that it names.

use crate::platform::command_words;
use crate::profile::property::{ACCESS_KEY_ID, CREDENTIAL_PROCESS, ROLE_ARN};
use crate::profile::{Place, Profile, ProfileName};

/// Flags of awsmfa that take a value.
const WITH_VALUE: [&str; 4] = ["--config-file", "--credentials-file", "--output", "--color"];

/// Returns the profile that a `credential_process` names when it runs awsmfa, and the place of that command. Returns
/// `None` if it runs another program or names no profile, or if the profile has a key or a role, which AWS clients
/// prefer.
pub(crate) fn named_by(profile: &Profile<'_>) -> Option<(ProfileName, Place)> {
    let found = profile.property(CREDENTIAL_PROCESS)?;
    let named = profile_of(&found.value)??;
    let is_used = profile.property(ACCESS_KEY_ID).is_none() && profile.property(ROLE_ARN).is_none();
    is_used.then(|| (named, found.place()))
}

/// Returns the profile that `awsmfa … credential-process …` names, or `None` for another command. The inner option is
/// `None` if the command names no profile.
pub(crate) fn profile_of(command: &str) -> Option<Option<ProfileName>> {
    let words = command_words(command)?;
    let (program, arguments) = words.split_first()?;
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.trim_end_matches(".exe") != "awsmfa" || !arguments.iter().any(|word| word == "credential-process") {
        return None;
    }
    let mut words = arguments.iter().filter(|word| *word != "credential-process");
    while let Some(word) = words.next() {
        match word.as_str() {
            "--profile" => return Some(words.next().and_then(|name| name.parse().ok())),
            flag if WITH_VALUE.contains(&flag) => drop(words.next()),
            flag if flag.starts_with("--profile=") => {
                return Some(flag.strip_prefix("--profile=").and_then(|name| name.parse().ok()));
            }
            flag if flag.starts_with('-') => {}
            name => return Some(name.parse().ok()),
        }
    }
    Some(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_read_as_clap_would_read_it() {
        let named = |command: &str| profile_of(command).map(|name| name.map(|name| name.to_string()));
        for command in [
            "awsmfa credential-process work",
            "/opt/bin/awsmfa --output json credential-process work --prompt",
            "awsmfa --profile work credential-process",
            "awsmfa credential-process \"--profile=work\"",
        ] {
            assert_eq!(named(command), Some(Some("work".to_owned())), "{command}");
        }
        assert_eq!(named("awsmfa credential-process --prompt"), Some(None));
        for other in ["aws-vault export work", "awsmfa login work", "pass show credential-process", "'open"] {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
