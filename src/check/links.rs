//! Where profiles lead: who pays for a session, and where it goes.

use std::collections::{HashMap, HashSet};

use super::Facts;
use super::finding::Finding;
use super::kind::Kind;
use crate::awsmfa_command;
use crate::environment::Environment;
use crate::profile::property::{
    AWSMFA_SESSION_PROFILE, CREDENTIAL_PROCESS, DURATION_SECONDS, LINKS, REGION, ROLE_ARN, SERVICES, SOURCE_PROFILE,
};
use crate::profile::{Profile, ProfileName, Profiles};
use crate::resolve::{self, Choice, Link, ResolveError, has_long_term_key};
use crate::role::CHAINED_ROLE_LIMIT;
use crate::session::{CredentialKind, SessionState};
use crate::time::Seconds;

/// What makes a role without `source_profile` one all the same.
const OTHER_SOURCES: [&str; 2] = ["credential_source", "web_identity_token_file"];

/// For so many links to profiles that do not exist, the name that was probably meant is looked for.
const COMPARED: usize = 20;

/// A profile and where it leads.
pub(super) struct Node<'a> {
    pub name: ProfileName,
    pub profile: Profile<'a>,
    pub link: Result<Link, ResolveError>,
}

/// Every profile, each looked up once.
pub(super) struct Net<'a> {
    pub nodes: Vec<Node<'a>>,
    by_name: HashMap<ProfileName, usize>,
}

impl<'a> Net<'a> {
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

/// What is wrong with the links of all profiles.
pub(super) fn links(net: &Net<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let sections = facts.profiles.config.document.sections();
    let services = sections.filter_map(|section| section.name().strip_prefix(b"services "));
    let services: HashSet<&[u8]> = services.map(<[u8]>::trim_ascii).collect();
    let shared = shared_targets(net);
    let mut compared = 0;
    let is_shared: HashSet<Option<&str>> = shared.iter().map(|finding| finding.profile.as_deref()).collect();
    // A link that only the names suggest need not be meant.
    let is_meant =
        |node: &Node<'_>, link: &Link| link.place.is_some() || node.profile.property(AWSMFA_SESSION_PROFILE).is_some();
    let links = net.nodes.iter().filter_map(|node| node.link.as_ref().ok().filter(|link| is_meant(node, link)));
    let targets: HashSet<&ProfileName> = links.map(|link| &link.session_profile).collect();
    let mut found = Vec::new();
    for node in &net.nodes {
        found.extend(names(node));
        found.extend(missing_services(node, &services));
        found.extend(process_loop(node, facts));
        if targets.contains(&node.name) {
            found.extend(target(&node.name, facts.profiles));
        } else {
            found.extend(unused_session(node, facts.profiles));
        }
        let error = node.link.as_ref().err().map(|error| match error {
            // To compare names takes long; who has so many links that are broken needs no help with one.
            ResolveError::MissingSource { .. } if compared < COMPARED => {
                compared += 1;
                error.clone().with_near(facts.profiles)
            }
            error => error.clone(),
        });
        let broken = error.and_then(|error| broken(node, &error));
        found.extend(broken.filter(|finding| !is_shared.contains(&finding.profile.as_deref())));
        found.extend(expired(node, facts));
        found.extend(both_sources(node));
        found.extend(chained_duration(node, facts));
        found.extend(included(node));
        found.extend(no_region(node, facts));
    }
    found.extend(loops(net));
    found.extend(loops_with_key(net));
    found.extend(shared);
    found
}

/// A link whose value can be no profile's name.
fn names(node: &Node<'_>) -> impl Iterator<Item = Finding> {
    LINKS.into_iter().filter_map(|link| {
        let found = node.profile.property(link).filter(|found| found.value.parse::<ProfileName>().is_err())?;
        Some(Finding::new(Kind::BadNameInLink).of(node.name.as_str()).at(found.place()).about(link))
    })
}

fn missing_services(node: &Node<'_>, known: &HashSet<&[u8]>) -> Option<Finding> {
    let found = node.profile.property(SERVICES)?;
    let is_known = known.contains(found.value.as_bytes());
    (!is_known).then(|| Finding::new(Kind::MissingServices).of(node.name.as_str()).at(found.place()).about(found.value))
}

/// A `credential_process` that runs awsmfa for a session that this very profile's key pays for.
fn process_loop(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let found = node.profile.property(CREDENTIAL_PROCESS)?;
    let named = awsmfa_command::profile_of(&found.value)?;
    let selected = || Some(resolve::selected_profile(None, facts.environment).ok()?.name);
    let selected = named.or_else(selected)?;
    let chain = resolve::chain(&selected, facts.profiles).profiles;
    let finding = || Finding::new(Kind::ProcessLoop).of(node.name.as_str()).at(found.place());
    chain.contains(&node.name).then(finding)
}

/// The profile that sessions are written to.
fn target(name: &ProfileName, profiles: Profiles<'_>) -> Option<Finding> {
    let of = |kind| Finding::new(kind).of(name.as_str());
    match resolve::check_target(name, profiles).err()? {
        ResolveError::TargetHoldsKey { place, .. } => Some(of(Kind::KeyInSessionProfile).at(place)),
        ResolveError::KeptByOther { manager, place, .. } => Some(of(Kind::KeptByOther).at(place).about(manager)),
        ResolveError::LookedPast { property, place, clients, .. } => {
            Some(of(Kind::LookedPast).at(place).about(format!("{property} is set, and {clients}")))
        }
        _ => None,
    }
}

/// A session in a profile that no session is to go to, since clients look past it.
fn unused_session(node: &Node<'_>, profiles: Profiles<'_>) -> Option<Finding> {
    let section = node.profile.credentials_section()?;
    let is_session = CredentialKind::of(&section) == CredentialKind::Session;
    let finding = is_session.then(|| target(&node.name, profiles))?;
    finding.filter(|finding| finding.kind == Kind::LookedPast)
}

/// A profile that leads nowhere.
fn broken(node: &Node<'_>, error: &ResolveError) -> Option<Finding> {
    let of = |kind| Finding::new(kind).of(node.name.as_str());
    let Node { name, profile, .. } = node;
    match error {
        ResolveError::MissingSource { source_profile, session_profile, place, near } if session_profile == name => {
            let meant = near.as_ref().map(|near| format!("did you mean '{near}', which has a key?"));
            let finding = of(Kind::MissingSource).about(source_profile.as_str()).mended_by(meant);
            Some(place.clone().map_or(finding.clone(), |place| finding.at(place)))
        }
        ResolveError::RoleWithoutSource { profile: role, place } if role == name => {
            let has_other = OTHER_SOURCES.iter().any(|property| profile.property(property).is_some());
            (!has_other).then(|| of(Kind::RoleWithoutSource).at(place.clone()))
        }
        ResolveError::Ambiguous { profile: owner, candidates } if owner == name => {
            Some(of(Kind::Ambiguous).at(profile.place()).about(candidates.join(", ")))
        }
        ResolveError::NoSource { .. } | ResolveError::ForeignSource { .. } => {
            let section = profile.credentials_section()?;
            let holds_session = CredentialKind::of(&section) == CredentialKind::Session;
            holds_session.then(|| of(Kind::SessionWithoutLink).at(profile.place()))
        }
        _ => None,
    }
}

/// A session that has ended, and that a login would renew.
fn expired(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let link = node.link.as_ref().ok().filter(|link| link.session_profile == node.name)?;
    let section = node.profile.credentials_section()?;
    let state = SessionState::of(Some(&section), facts.clock, Seconds(0));
    let finding = Finding::new(Kind::ExpiredSession).of(link.session_profile.as_str()).at(node.profile.place());
    matches!(state, SessionState::Expired(_)).then_some(finding)
}

/// `source_profile` and `credential_source` in one profile.
fn both_sources(node: &Node<'_>) -> Option<Finding> {
    node.profile.property(SOURCE_PROFILE)?;
    let found = node.profile.property("credential_source").filter(|_| is_role(&node.profile))?;
    Some(Finding::new(Kind::BothSources).of(node.name.as_str()).at(found.place()))
}

/// A role over a session that wants more than the hour that AWS gives then.
fn chained_duration(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let found = node.profile.property(DURATION_SECONDS).filter(|_| is_role(&node.profile))?;
    let seconds: Seconds = found.value.parse().ok().filter(|seconds| *seconds > CHAINED_ROLE_LIMIT)?;
    let source = facts.profiles.get(&node.profile.property(SOURCE_PROFILE)?.value)?;
    let is_session = !has_long_term_key(&source);
    let finding = Finding::new(Kind::ChainedDuration).of(node.name.as_str()).at(found.place());
    is_session.then(|| finding.about(seconds.to_string()))
}

/// aws-vault's way to take properties from another profile.
fn included(node: &Node<'_>) -> Option<Finding> {
    let names = ["include_profile", "parent_profile"].into_iter();
    let (name, found) = names.filter_map(|name| Some((name, node.profile.property(name)?))).next()?;
    Some(Finding::new(Kind::IncludedProfile).of(node.name.as_str()).at(found.place()).about(name))
}

/// A session profile without a region, of a key whose profile has one: clients do not take it from there.
fn no_region(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let link = node.link.as_ref().ok().filter(|link| link.session_profile == node.name)?;
    region(&link.session_profile, &link.source_profile, facts.profiles, facts.environment)
}

/// The same for a profile that a session was just written to.
pub fn region(
    session_profile: &ProfileName,
    source_profile: &ProfileName,
    profiles: Profiles<'_>,
    environment: &Environment,
) -> Option<Finding> {
    let is_named = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().any(|name| environment.get(name).is_some());
    let of = |name: &ProfileName| profiles.get(name.as_str()).and_then(|profile| profile.property(REGION));
    let region = of(source_profile).filter(|_| !is_named && of(session_profile).is_none())?;
    Some(Finding::new(Kind::NoRegion).of(session_profile.as_str()).about(region.value))
}

/// `source_profile` links that lead back to themselves, past a profile that has a key. A role over its own key is none.
fn loops_with_key(net: &Net<'_>) -> Vec<Finding> {
    let next = |node: &Node<'_>| -> Option<ProfileName> { node.profile.property(SOURCE_PROFILE)?.value.parse().ok() };
    let mut done: HashSet<&ProfileName> = HashSet::new();
    let mut found = Vec::new();
    for first in &net.nodes {
        let mut path: Vec<&Node<'_>> = Vec::new();
        let mut positions: HashMap<&ProfileName, usize> = HashMap::new();
        let mut at = Some(first);
        while let Some(node) = at.filter(|node| !done.contains(&node.name)) {
            if let Some(again) = positions.insert(&node.name, path.len()) {
                let circle = path.get(again..).unwrap_or_default();
                let has_key = circle.iter().any(|node| has_long_term_key(&node.profile));
                if circle.len() > 1 && has_key {
                    let names = circle.iter().chain([&node]).map(|node| node.name.as_str()).collect::<Vec<_>>();
                    let finding = Finding::new(Kind::LoopWithKey).of(node.name.as_str()).at(node.profile.place());
                    found.push(finding.about(names.join(" -> ")));
                }
                break;
            }
            path.push(node);
            at = next(node).and_then(|name| net.get(&name));
        }
        done.extend(path.iter().map(|node| &node.name));
    }
    found
}

/// Source profiles that lead back to themselves. Each profile is walked over once.
fn loops(net: &Net<'_>) -> Vec<Finding> {
    let mut done: HashSet<&ProfileName> = HashSet::new();
    let mut found = Vec::new();
    for first in &net.nodes {
        let mut path: Vec<&ProfileName> = Vec::new();
        let mut positions: HashMap<&ProfileName, usize> = HashMap::new();
        let mut next = Some(first);
        while let Some(node) = next.filter(|node| !done.contains(&node.name)) {
            let again = positions.insert(&node.name, path.len());
            path.push(&node.name);
            if let Some(again) = again {
                let circle: Vec<&str> = path.iter().skip(again).map(|name| name.as_str()).collect();
                let finding = Finding::new(Kind::LinkLoop).of(node.name.as_str()).at(node.profile.place());
                found.push(finding.about(circle.join(" -> ")));
                break;
            }
            let pays = has_long_term_key(&node.profile);
            next = node.link.as_ref().ok().filter(|_| !pays).and_then(|link| net.get(&link.source_profile));
        }
        done.extend(path);
    }
    found
}

/// Session profiles that get sessions of different keys or roles.
fn shared_targets(net: &Net<'_>) -> Vec<Finding> {
    let mut owners: HashMap<&ProfileName, Vec<&Node<'_>>> = HashMap::new();
    let mut order = Vec::new();
    for node in &net.nodes {
        let Ok(link) = &node.link else { continue };
        let so_far = owners.entry(&link.session_profile).or_default();
        if so_far.is_empty() {
            order.push(&link.session_profile);
        }
        let of = |node: &Node<'_>| node.link.as_ref().ok().map(|link| (link.source_profile.clone(), link.role.clone()));
        if so_far.iter().all(|other| of(other) != of(node)) {
            so_far.push(node);
        }
    }
    let shared = order.into_iter().filter_map(|target| {
        let of = owners.get(target).filter(|owners| owners.len() > 1)?;
        let names: Vec<&str> = of.iter().map(|node| node.name.as_str()).collect();
        let place = of.first()?.profile.place();
        Some(Finding::new(Kind::SharedTarget).of(target.as_str()).at(place).about(names.join(" and ")))
    });
    shared.collect()
}

/// Returns whether a profile is a role over something.
pub(super) fn is_role(profile: &Profile<'_>) -> bool {
    profile.property(ROLE_ARN).is_some()
}
