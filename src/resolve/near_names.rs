//! Suggestions for the name of a profile that does not exist.

use super::permanent::has_long_term_key;
use super::resolve_error::ResolveError;
use crate::profile::{ProfileName, Profiles};
use crate::token_code::TokenCode;

/// Returns the error for a profile that does not exist, with similar names.
pub fn unknown(name: &ProfileName, profiles: Profiles<'_>) -> ResolveError {
    if name.as_str().parse::<TokenCode>().is_ok() {
        return ResolveError::CodeAsProfile;
    }
    let near = near_names(name, profiles).into_iter().take(3).map(str::to_owned).collect();
    let known = profiles.names().into_iter().map(str::to_owned).collect();
    ResolveError::UnknownProfile { name: name.clone(), origin: None, near, known }
}

/// Returns the profile with a long-term access key that has the most similar name, if any name is similar.
pub fn near_key_profile(name: &ProfileName, profiles: Profiles<'_>) -> Option<ProfileName> {
    let near = near_names(name, profiles).into_iter();
    let mut near = near.filter(|near| profiles.get(near).as_ref().is_some_and(has_long_term_key));
    near.find_map(|near| near.parse().ok())
}

/// Returns the profiles with names that differ from this one by a few letters, or extend or shorten it; the most
/// similar first.
fn near_names<'a>(name: &ProfileName, profiles: Profiles<'a>) -> Vec<&'a str> {
    let wrong = name.as_str().to_lowercase();
    let distance = |known: &str| {
        let known = known.to_lowercase();
        let distance = strsim::damerau_levenshtein(&known, &wrong);
        let is_cut = known.len() >= 3 && wrong.len() >= 3 && (known.starts_with(&wrong) || wrong.starts_with(&known));
        (is_cut || distance <= 1 + known.chars().count() / 4).then_some(distance)
    };
    let mut near: Vec<(usize, &str)> =
        profiles.names().into_iter().filter_map(|known| Some((distance(known)?, known))).collect();
    near.sort_unstable();
    near.into_iter().map(|(_, known)| known).collect()
}
