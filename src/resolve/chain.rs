//! The chain of source profiles behind a profile.

use super::external::ExternalSource;
use super::link::{Choice, link};
use super::permanent::has_long_term_key;
use crate::limits;
use crate::profile::{Profile, ProfileName, Profiles};

/// A profile, its source profile, the source profile of that one, and so on; at most [`limits::CHAIN`] profiles.
pub struct Chain {
    /// The profiles, each the source of the one before it.
    pub profiles: Vec<ProfileName>,
    /// The reason why the chain ends there.
    pub end: ChainEnd,
}

/// The end of a [`Chain`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainEnd {
    /// The last profile holds a long-term access key, or the AWS SDK gets its credentials.
    Key,
    /// The source of the last profile is this profile, which is already in the chain.
    Loop(ProfileName),
    /// The last profile has no source, or the chain is too long.
    Open,
}

/// Follows the links from a profile to the first one with credentials of its own.
pub fn chain(first: &ProfileName, profiles: Profiles<'_>) -> Chain {
    let mut chain = Chain { profiles: Vec::new(), end: ChainEnd::Open };
    let mut next = first.clone();
    loop {
        let ends = |profile: &Profile<'_>| has_long_term_key(profile) || ExternalSource::of(profile).is_some();
        let has_key = profiles.get(next.as_str()).as_ref().is_some_and(ends);
        chain.profiles.push(next);
        if has_key {
            return Chain { end: ChainEnd::Key, ..chain };
        }
        match chain.profiles.last().map(|last| link(Choice::of(last), profiles)) {
            Some(Ok(link)) if chain.profiles.contains(&link.source_profile) => {
                return Chain { end: ChainEnd::Loop(link.source_profile), ..chain };
            }
            Some(Ok(link)) if chain.profiles.len() < limits::CHAIN => next = link.source_profile,
            _ => return chain,
        }
        if chain.profiles.len() == 2 {
            // The planner looks up the profiles of a long chain again for each link: an index makes that fast.
            profiles.make_index();
        }
    }
}
