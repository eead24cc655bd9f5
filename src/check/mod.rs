//! What makes AWS clients not see a session, or not all of them: facts -> findings.
//!
//! `login` says those that concern what it has just written, `doctor` all of them. What a finding means stands in one table
//! (`kind`), how it is found in the file of its topic. Which client does what is from the project's own experiments with
//! seventeen of them.

mod devices;
mod disk;
mod finding;
mod form;
mod keys;
mod kind;
mod links;
mod online;
mod planned_login;
mod spelling;
mod variables;
mod warning;

use std::collections::HashMap;
use std::path::PathBuf;

pub use disk::{Standing, dangling_link, readable_by_others};
pub use finding::{Finding, Reason, Severity};
pub use form::{file, simple_readers};
pub use keys::session_profile;
pub use kind::Kind;
pub use links::region;
pub use online::{Heard, clock};
pub use variables::environment;
pub use warning::Warning;

use crate::environment::Environment;
use crate::limits;
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Choice, Selected};
use crate::time::Clock;
use links::Net;

/// Everything that is known.
pub struct Facts<'a> {
    /// Both files; one that cannot be read is empty.
    pub profiles: Profiles<'a>,
    /// Set if both could be read: if not, nobody knows where the links lead.
    pub are_whole: bool,
    /// The variables.
    pub environment: &'a Environment,
    /// The time.
    pub clock: &'a Clock,
    /// The profile that a command would act on; none if nothing names one that could be one.
    pub selected: Option<Selected>,
    /// The variable that names what cannot be a profile.
    pub bad_selection: Option<&'static str>,
    /// How the two files stand on the disk.
    pub standings: &'a [Standing],
    /// The folder for awsmfa's own files, and why nothing can be written to it, if so.
    pub state_folder: Option<(PathBuf, String)>,
    /// The program that runs as `awsmfa`, if it is not this one.
    pub other_awsmfa: Option<PathBuf>,
    /// What AWS said, if it was asked.
    pub heard: Option<&'a Heard>,
}

/// Everything, the worst first; `in_files` is what [`in_files`] has found.
pub fn findings(facts: &Facts<'_>, in_files: Vec<Finding>) -> Vec<Finding> {
    let mut found = disk::disk(facts.standings);
    found.extend(variables::around(facts));
    found.extend(in_files);
    found.extend(online::online(facts));
    if facts.are_whole {
        found.extend(variables::unknown_profile(facts));
        // What is known in detail need not be said again in one sentence.
        let is_explained = found.iter().any(|finding| finding.severity() == Severity::Error);
        found.extend(planned_login::login(facts).filter(|_| !is_explained));
    }
    found.sort_by_key(Finding::severity);
    found
}

/// Marks the findings that are not there any more in these other files, in which what can be mended is.
pub fn mark_fixable(found: &mut [Finding], left: &[Finding]) {
    let mut numbers: HashMap<_, usize> = HashMap::new();
    for finding in left {
        *numbers.entry(finding.key()).or_default() += 1;
    }
    for finding in found {
        match numbers.get_mut(&finding.key()) {
            Some(number @ 1..) => *number -= 1,
            _ => finding.is_fixable = true,
        }
    }
}

/// Returns the findings about a profile and those that its session comes from and goes to, notes apart; and what the environment
/// does to them.
pub fn about_profile(facts: &Facts<'_>, name: &ProfileName) -> Vec<Finding> {
    let mut names = vec![name.to_string()];
    let mut next = name.clone();
    for _ in 0..limits::CHAIN {
        let Ok(link) = resolve::link(Choice::of(&next), facts.profiles) else { break };
        let source = link.source_profile;
        names.extend([link.session_profile.to_string(), source.to_string()]);
        if source == next {
            break;
        }
        next = source;
    }
    let is_about = |finding: &Finding| finding.profile.as_ref().is_some_and(|profile| names.contains(profile));
    let mut found = variables::around(facts);
    found.extend(in_files(facts).into_iter().filter(is_about));
    found.retain(|finding| finding.severity() != Severity::Note);
    found.sort_by_key(Finding::severity);
    found
}

/// What the bytes of the files alone tell.
pub fn in_files(facts: &Facts<'_>) -> Vec<Finding> {
    let profiles = facts.profiles;
    let mut found = Vec::new();
    for file in [profiles.config, profiles.credentials] {
        found.extend(form::all_in(file));
        found.extend(spelling::spelling(file));
    }
    let net = Net::of(profiles);
    found.extend(net.nodes.iter().flat_map(|node| keys::keys(&node.name, &node.profile)));
    found.extend(form::all_simple_readers(profiles.credentials));
    if facts.are_whole {
        found.extend(links::links(&net, facts));
        found.extend(devices::devices(&net, facts));
    }
    found
}
