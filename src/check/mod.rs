//! Findings about the user's configuration: problems that prevent some or all AWS clients from using a session.
//!
//! `login` prints those about the profiles that it has written; `doctor` prints all. The texts of all findings are in
//! one table (`finding_kind`), and the checks are in one file per topic. The source for what each AWS client does is
//! `docs/clients.md`.

mod devices;
mod disk;
mod finding;
mod finding_kind;
mod key_check;
mod keys;
mod links;
mod planned_login;
mod syntax;
mod variables;
mod warning;

use std::collections::HashMap;
use std::path::PathBuf;

pub use disk::{Standing, dangling_link, readable_by_others};
pub use finding::{Finding, Reason};
pub(crate) use finding_kind::AS_UTF_8;
pub use finding_kind::{Kind, Severity};
pub use key_check::{KeyCheck, clock};
pub use keys::session_profile;
pub use links::region;
pub use syntax::{file, simple_readers};
pub use variables::environment;
pub use warning::Warning;

use crate::environment::Environment;
use crate::key_rotation::Rotation;
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Choice, Selected};
use crate::time::Clock;
use links::Graph;

/// The facts that the checks are based on.
pub struct Facts<'a> {
    /// Both files; an unreadable one is empty.
    pub profiles: Profiles<'a>,
    /// Set if both files could be read. Otherwise, links between profiles cannot be resolved.
    pub are_whole: bool,
    /// The environment of awsmfa.
    pub environment: &'a Environment,
    /// The current time, and the time zone.
    pub clock: &'a Clock,
    /// The facts beyond the content of the files.
    pub surroundings: &'a Surroundings,
}

/// The facts beyond the content of the files.
#[derive(Default)]
pub struct Surroundings {
    /// The profile that a command would use; none if its name is not valid.
    pub selected: Option<Selected>,
    /// The variable or flag with a value that is not a valid profile name.
    pub bad_selection: Option<&'static str>,
    /// The state of the two files on the disk.
    pub standings: Vec<Standing>,
    /// The folder for awsmfa's own files, and the reason why it cannot be written to; none if it can.
    pub state_folder: Option<(PathBuf, String)>,
    /// The first `awsmfa` in PATH, if it is another program.
    pub other_awsmfa: Option<PathBuf>,
    /// The rotations of keys that have begun and are not finished, by the profiles of the keys.
    pub rotations: Vec<(ProfileName, Rotation)>,
    /// The result of `doctor --online`.
    pub key_check: Option<KeyCheck>,
}

/// Returns all findings, the most severe first. They include `in_files`, the findings that [`in_files`] returned.
pub fn findings(facts: &Facts<'_>, in_files: Vec<Finding>) -> Vec<Finding> {
    let mut found = disk::disk(&facts.surroundings.standings);
    found.extend(variables::around(facts));
    found.extend(in_files);
    found.extend(key_check::findings(facts));
    found.extend(key_check::unfinished_rotations(&facts.surroundings.rotations));
    if facts.are_whole {
        found.extend(variables::unknown_profile(facts));
        found.extend(variables::no_session(facts));
        // If there is an error already, it is more precise than the error of a login would be.
        let is_explained = found.iter().any(|finding| finding.severity() == Severity::Error);
        if !is_explained {
            found.extend(planned_login::login(facts));
        }
    }
    found.sort_by_key(Finding::severity);
    found
}

/// Marks as fixable the findings that are no longer in `left`, the findings after a fix.
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

/// Returns the errors and warnings about the environment, a profile, and its source and session profiles.
pub fn about_profile(facts: &Facts<'_>, name: &ProfileName) -> Vec<Finding> {
    let mut names = Vec::new();
    for name in resolve::chain(name, facts.profiles).profiles {
        names.extend(resolve::link(Choice::of(&name), facts.profiles).map(|link| link.session_profile.to_string()));
        names.push(name.to_string());
    }
    let is_about = |finding: &Finding| finding.profile.as_ref().is_some_and(|profile| names.contains(profile));
    let mut found = variables::around(facts);
    found.extend(in_files(facts).into_iter().filter(is_about));
    found.retain(|finding| finding.severity() != Severity::Note);
    found.sort_by_key(Finding::severity);
    found
}

/// Returns the findings that depend on the content of the files alone.
pub fn in_files(facts: &Facts<'_>) -> Vec<Finding> {
    let profiles = facts.profiles;
    let mut found = Vec::new();
    for file in [profiles.config, profiles.credentials] {
        found.extend(syntax::all_in(file));
        found.extend(syntax::spelling(file));
    }
    let graph = Graph::of(profiles);
    found.extend(graph.nodes.iter().flat_map(|node| keys::keys(&node.name, &node.profile)));
    found.extend(syntax::all_simple_readers(profiles.credentials));
    if facts.are_whole {
        found.extend(links::links(&graph, facts));
        found.extend(devices::devices(&graph, facts));
    }
    found
}
