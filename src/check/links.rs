//! Findings about the links between profiles: source profiles, session profiles and roles.

use std::collections::{HashMap, HashSet};

use super::Facts;
use super::finding::Finding;
use super::finding_kind::Kind;
use super::keys::lacks_token;
use crate::awsmfa_command;
use crate::environment::Environment;
use crate::profile::property::{
    AWSMFA_SESSION_PROFILE, CREDENTIAL_PROCESS, CREDENTIAL_SOURCE, DURATION_SECONDS, LINKS, REGION, ROLE_ARN, SERVICES,
    SOURCE_PROFILE, WEB_IDENTITY_TOKEN_FILE,
};
use crate::profile::{Profile, ProfileName, Profiles};
use crate::resolve::{self, Choice, ExternalSource, Link, ResolveError, has_long_term_key};
use crate::role::CHAINED_ROLE_LIMIT;
use crate::session;
use crate::session_state::SessionState;
use crate::time::Seconds;

/// The properties that replace `source_profile` in a role profile.
const OTHER_SOURCES: [&str; 2] = [CREDENTIAL_SOURCE, WEB_IDENTITY_TOKEN_FILE];

/// The maximum number of broken links for which similar profile names are searched, because comparing names is slow.
const MOST_SEARCHES: usize = 20;

/// A profile and the link that it resolves to.
pub(super) struct Node<'a> {
    pub name: ProfileName,
    pub profile: Profile<'a>,
    pub link: Result<Link, ResolveError>,
}

impl Node<'_> {
    pub(super) fn finding(&self, kind: Kind) -> Finding {
        Finding::new(kind).for_profile(self.name.as_str())
    }
}

/// All profiles and their links, each resolved once.
pub(super) struct Graph<'a> {
    pub nodes: Vec<Node<'a>>,
    by_name: HashMap<ProfileName, usize>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(profiles: Profiles<'a>) -> Self {
        profiles.make_index();
        let names = profiles.names().into_iter().filter_map(|name| name.parse::<ProfileName>().ok());
        let nodes = names.filter_map(|name| {
            let profile = profiles.get(name.as_str())?;
            let link = resolve::link(Choice::of(&name), profiles);
            Some(Node { name, profile, link })
        });
        let nodes: Vec<Node<'a>> = nodes.collect();
        let by_name = nodes.iter().enumerate().map(|(index, node)| (node.name.clone(), index)).collect();
        Self { nodes, by_name }
    }

    pub(super) fn get(&self, name: &ProfileName) -> Option<&Node<'a>> {
        self.nodes.get(*self.by_name.get(name)?)
    }
}

/// Checks the links of all profiles.
pub(super) fn links(graph: &Graph<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let sections = facts.profiles.config.document.sections();
    let services = sections.filter_map(|section| section.name().strip_prefix(b"services "));
    let services: HashSet<&[u8]> = services.map(<[u8]>::trim_ascii).collect();
    let shared = shared_targets(graph);
    let mut searches = 0;
    let is_shared: HashSet<Option<&str>> = shared.iter().map(|finding| finding.profile.as_deref()).collect();
    // A link that comes only from a naming convention may not be intended.
    let is_intended =
        |node: &Node<'_>, link: &Link| link.place.is_some() || node.profile.property(AWSMFA_SESSION_PROFILE).is_some();
    let links = graph.nodes.iter().filter_map(|node| node.link.as_ref().ok().filter(|link| is_intended(node, link)));
    let targets: HashSet<&ProfileName> = links.map(|link| &link.session_profile).collect();
    let mut found = Vec::new();
    for node in &graph.nodes {
        found.extend(invalid_names(node));
        found.extend(missing_services(node, &services));
        found.extend(process_loop(node, facts));
        if targets.contains(&node.name) {
            found.extend(target(&node.name, facts.profiles));
        } else {
            found.extend(unused_session(node, facts.profiles));
        }
        let error = node.link.as_ref().err().map(|error| match error {
            ResolveError::MissingSource { .. } if searches < MOST_SEARCHES => {
                searches += 1;
                error.clone().with_near(facts.profiles)
            }
            error => error.clone(),
        });
        let broken = error.and_then(|error| broken(node, &error));
        found.extend(broken.filter(|finding| !is_shared.contains(&finding.profile.as_deref())));
        found.extend(expired(node, facts));
        found.extend(both_sources(node));
        found.extend(chained_duration(node, facts));
        found.extend(included(node, facts));
        found.extend(no_region(node, facts));
    }
    found.extend(loops(graph));
    found.extend(loops_with_key(graph));
    found.extend(shared);
    found
}

/// Finds links with values that are not valid profile names.
fn invalid_names(node: &Node<'_>) -> impl Iterator<Item = Finding> {
    LINKS.into_iter().filter_map(|link| {
        let found = node.profile.property(link).filter(|found| found.value.parse::<ProfileName>().is_err())?;
        Some(node.finding(Kind::BadNameInLink).at(found.place()).with_detail(link))
    })
}

fn missing_services(node: &Node<'_>, known: &HashSet<&[u8]>) -> Option<Finding> {
    let found = node.profile.property(SERVICES)?;
    let is_known = known.contains(found.value.as_bytes());
    (!is_known).then(|| node.finding(Kind::MissingServices).at(found.place()).with_detail(found.value))
}

/// Finds a `credential_process` that runs awsmfa for a session that needs the credentials of the same profile.
fn process_loop(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let found = node.profile.property(CREDENTIAL_PROCESS)?;
    let named = awsmfa_command::profile_of(&found.value)?;
    let selected = || Some(resolve::selected_profile(None, facts.environment).ok()?.name);
    let selected = named.or_else(selected)?;
    let chain = resolve::chain(&selected, facts.profiles).profiles;
    chain.contains(&node.name).then(|| node.finding(Kind::ProcessLoop).at(found.place()))
}

/// Checks a profile that sessions are written to.
fn target(name: &ProfileName, profiles: Profiles<'_>) -> Option<Finding> {
    let finding = |kind| Finding::new(kind).for_profile(name.as_str());
    match resolve::check_target(name, profiles).err()? {
        // This is a session, and another check reports it.
        ResolveError::TargetHoldsKey { .. } if profiles.get(name.as_str()).as_ref().is_some_and(lacks_token) => None,
        ResolveError::TargetHoldsKey { place, .. } => Some(finding(Kind::KeyInSessionProfile).at(place)),
        ResolveError::KeptByOther { manager, place, .. } => {
            Some(finding(Kind::KeptByOther).at(place).with_detail(manager))
        }
        ResolveError::LookedPast { property, place, clients, .. } => {
            Some(finding(Kind::LookedPast).at(place).with_detail(format!("{property} is set, and {clients}")))
        }
        _ => None,
    }
}

/// Finds a session that clients ignore, in a profile that no login writes to.
fn unused_session(node: &Node<'_>, profiles: Profiles<'_>) -> Option<Finding> {
    if !session::is_held_by(&node.profile) {
        return None;
    }
    let finding = target(&node.name, profiles)?;
    (finding.kind == Kind::LookedPast).then_some(finding)
}

/// Explains why a profile does not resolve to a link.
fn broken(node: &Node<'_>, error: &ResolveError) -> Option<Finding> {
    let Node { name, profile, .. } = node;
    match error {
        ResolveError::MissingSource { source_profile, session_profile, place, near } if session_profile == name => {
            let meant = near.as_ref().map(|near| format!("did you mean '{near}', which has a key?"));
            let finding = node.finding(Kind::MissingSource).with_detail(source_profile.as_str()).with_remedy(meant);
            Some(if let Some(place) = place { finding.at(place.clone()) } else { finding })
        }
        ResolveError::RoleWithoutSource { profile: role, place } if role == name => {
            let has_other = OTHER_SOURCES.iter().any(|property| profile.property(property).is_some());
            (!has_other).then(|| node.finding(Kind::RoleWithoutSource).at(place.clone()))
        }
        ResolveError::Ambiguous { profile: owner, candidates } if owner == name => {
            Some(node.finding(Kind::Ambiguous).at(profile.place()).with_detail(candidates.join(", ")))
        }
        ResolveError::NoSource { .. } | ResolveError::ForeignSource { .. } => {
            session::is_held_by(profile).then(|| node.finding(Kind::SessionWithoutLink).at(profile.place()))
        }
        _ => None,
    }
}

/// Finds an expired session that a login would renew.
fn expired(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    node.link.as_ref().ok().filter(|link| link.session_profile == node.name)?;
    let section = node.profile.credentials_section()?;
    let state = SessionState::of(Some(&section), facts.clock, Seconds(0));
    matches!(state, SessionState::Expired(_)).then(|| node.finding(Kind::ExpiredSession).at(node.profile.place()))
}

/// Finds a role profile with both `source_profile` and `credential_source`.
fn both_sources(node: &Node<'_>) -> Option<Finding> {
    node.profile.property(SOURCE_PROFILE)?;
    let found = node.profile.property(CREDENTIAL_SOURCE)?;
    is_role(&node.profile).then(|| node.finding(Kind::BothSources).at(found.place()))
}

/// Finds a chained role with a `duration_seconds` of more than the hour that AWS allows.
fn chained_duration(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let found = node.profile.property(DURATION_SECONDS)?;
    let seconds: Seconds = found.value.parse().ok().filter(|seconds| *seconds > CHAINED_ROLE_LIMIT)?;
    let source = facts.profiles.get(&node.profile.property(SOURCE_PROFILE)?.value)?;
    let finding = || node.finding(Kind::ChainedDuration).at(found.place()).with_detail(seconds.to_string());
    (is_role(&node.profile) && !has_long_term_key(&source)).then(finding)
}

/// Finds a property that makes aws-vault inherit from another profile. If that would be the MFA device, the remedy names
/// it.
fn included(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let (name, place, _) = resolve::include(&node.name, facts.profiles)?;
    let device = resolve::inherited_device(&[&node.name], facts.profiles).filter(|_| !has_device(node, facts));
    let remedy = device.map(|device| {
        let (serial_number, owner) = (device.serial_number, device.owner);
        format!(
            "write `mfa_serial = {serial_number}` from '{owner}', and the other lines that are needed, to '{}' itself",
            node.name
        )
    });
    Some(node.finding(Kind::IncludedProfile).at(place).with_detail(name).with_remedy(remedy))
}

/// Returns whether a login to the profile finds an MFA device.
fn has_device(node: &Node<'_>, facts: &Facts<'_>) -> bool {
    let source = node.link.as_ref().map_or(&node.name, |link| &link.source_profile);
    let chain = resolve::chain(source, facts.profiles).profiles;
    let chain: Vec<Profile<'_>> = chain.iter().filter_map(|name| facts.profiles.get(name.as_str())).collect();
    let about: Vec<_> = std::iter::once(&node.profile).chain(&chain).map(Some).collect();
    !matches!(resolve::serial_number(None, facts.environment, &about), Ok(None))
}

/// Finds a session profile without a region, if its source profile has one. Clients do not inherit it.
fn no_region(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let link = node.link.as_ref().ok().filter(|link| link.session_profile == node.name)?;
    region(&link.session_profile, &link.source_profile, facts.profiles, facts.environment)
}

/// Returns a finding if a session profile has no region, but its source profile has one.
pub fn region(
    session_profile: &ProfileName,
    source_profile: &ProfileName,
    profiles: Profiles<'_>,
    environment: &Environment,
) -> Option<Finding> {
    let is_named = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().any(|name| environment.get(name).is_some());
    let region_of = |name: &ProfileName| profiles.get(name.as_str()).and_then(|profile| profile.property(REGION));
    let region = region_of(source_profile)?;
    let finding = || Finding::new(Kind::NoRegion).for_profile(session_profile.as_str()).with_detail(region.value);
    (!is_named && region_of(session_profile).is_none()).then(finding)
}

/// Finds loops of `source_profile` that contain a profile with a long-term access key. A role profile that names itself
/// does not count.
fn loops_with_key(graph: &Graph<'_>) -> Vec<Finding> {
    let mut circles = circles(graph, |node| graph.get(&node.profile.property(SOURCE_PROFILE)?.value.parse().ok()?));
    circles.retain(|circle| circle.len() > 1 && circle.iter().any(|node| has_long_term_key(&node.profile)));
    circles.iter().filter_map(|circle| loop_finding(Kind::LoopWithKey, circle)).collect()
}

/// Finds loops of links without a long-term access key.
fn loops(graph: &Graph<'_>) -> Vec<Finding> {
    let circles = circles(graph, |node| match &node.link {
        Ok(link) if !has_long_term_key(&node.profile) && ExternalSource::of(&node.profile).is_none() => {
            graph.get(&link.source_profile)
        }
        _ => None,
    });
    circles.iter().filter_map(|circle| loop_finding(Kind::LinkLoop, circle)).collect()
}

/// Returns the loops of profiles that link to each other. Each profile is visited once.
fn circles<'g, 'a>(
    graph: &'g Graph<'a>,
    next: impl Fn(&'g Node<'a>) -> Option<&'g Node<'a>>,
) -> Vec<Vec<&'g Node<'a>>> {
    let mut done: HashSet<&ProfileName> = HashSet::new();
    let mut found = Vec::new();
    for first in &graph.nodes {
        let mut path: Vec<&Node<'_>> = Vec::new();
        let mut positions: HashMap<&ProfileName, usize> = HashMap::new();
        let mut current = Some(first);
        while let Some(node) = current.filter(|node| !done.contains(&node.name)) {
            if let Some(start) = positions.insert(&node.name, path.len()) {
                found.push(path.iter().skip(start).copied().collect());
                break;
            }
            path.push(node);
            current = next(node);
        }
        done.extend(path.iter().map(|node| &node.name));
    }
    found
}

fn loop_finding(kind: Kind, circle: &[&Node<'_>]) -> Option<Finding> {
    let first = circle.first()?;
    let names: Vec<&str> = circle.iter().chain([first]).map(|node| node.name.as_str()).collect();
    Some(first.finding(kind).at(first.profile.place()).with_detail(names.join(" -> ")))
}

/// Finds session profiles to which sessions of different keys or roles are written.
fn shared_targets(graph: &Graph<'_>) -> Vec<Finding> {
    let mut owners: HashMap<&ProfileName, Vec<(&Node<'_>, &Link)>> = HashMap::new();
    let mut order = Vec::new();
    for node in &graph.nodes {
        let Ok(link) = &node.link else { continue };
        let so_far = owners.entry(&link.session_profile).or_default();
        if so_far.is_empty() {
            order.push(&link.session_profile);
        }
        let is_same = |other: &Link| (&other.source_profile, &other.role) == (&link.source_profile, &link.role);
        if !so_far.iter().any(|(_, other)| is_same(other)) {
            so_far.push((node, link));
        }
    }
    let shared = order.into_iter().filter_map(|target| {
        let owners = owners.get(target).filter(|owners| owners.len() > 1)?;
        let names: Vec<&str> = owners.iter().map(|(node, _)| node.name.as_str()).collect();
        let (first, _) = owners.first()?;
        let place = first.profile.place();
        Some(Finding::new(Kind::SharedTarget).for_profile(target.as_str()).at(place).with_detail(names.join(" and ")))
    });
    shared.collect()
}

/// Returns whether a profile is a role profile.
pub(super) fn is_role(profile: &Profile<'_>) -> bool {
    profile.property(ROLE_ARN).is_some()
}
