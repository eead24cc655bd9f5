//! Where profiles lead: who pays for a session, and where it goes.

use std::collections::{HashMap, HashSet};

use super::finding::Finding;
use super::kind::Kind;
use super::{Facts, commanded};
use crate::profile::property::{
    AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, CREDENTIAL_PROCESS, ROLE_ARN, SERVICES, SOURCE_PROFILE,
};
use crate::profile::{Profile, ProfileName, Profiles};
use crate::resolve::{self, Choice, Link, ResolveError, has_long_term_key};
use crate::session::{Holding, SessionState};
use crate::time::Seconds;

/// The properties that name another profile.
const LINKS: [&str; 3] = [AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, SOURCE_PROFILE];

/// What makes a role without `source_profile` one all the same.
const OTHER_SOURCES: [&str; 2] = ["credential_source", "web_identity_token_file"];

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
        let broken = node.link.as_ref().err().and_then(|error| broken(node, error));
        found.extend(broken.filter(|finding| !is_shared.contains(&finding.profile.as_deref())));
        found.extend(expired(node, facts));
    }
    found.extend(loops(net));
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
    let named = commanded::profile_of(&found.value)?;
    let selected = named.or_else(|| resolve::selected_profile(None, facts.environment).ok())?;
    let mut next = selected;
    for _ in 0..crate::limits::CHAIN {
        if next == node.name {
            return Some(Finding::new(Kind::ProcessLoop).of(node.name.as_str()).at(found.place()));
        }
        let link = resolve::link(Choice::of(&next), facts.profiles).ok()?;
        if link.source_profile == next {
            return None;
        }
        next = link.source_profile;
    }
    None
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
    let is_session = Holding::of(&section) == Holding::Session;
    let finding = is_session.then(|| target(&node.name, profiles))?;
    finding.filter(|finding| finding.kind == Kind::LookedPast)
}

/// A profile that leads nowhere.
fn broken(node: &Node<'_>, error: &ResolveError) -> Option<Finding> {
    let of = |kind| Finding::new(kind).of(node.name.as_str());
    let Node { name, profile, .. } = node;
    match error {
        ResolveError::MissingSource { source_profile, session_profile, place } if session_profile == name => {
            let finding = of(Kind::MissingSource).about(source_profile.as_str());
            Some(place.clone().map_or(finding.clone(), |place| finding.at(place)))
        }
        ResolveError::RoleWithoutSource { profile: role, place } if role == name => {
            let has_other = OTHER_SOURCES.iter().any(|property| profile.property(property).is_some());
            (!has_other).then(|| of(Kind::RoleWithoutSource).at(place.clone()))
        }
        ResolveError::Ambiguous { profile: owner, candidates } if owner == name => {
            Some(of(Kind::Ambiguous).at(profile.place()).about(candidates.join(", ")))
        }
        ResolveError::NoSource { .. } => {
            let section = profile.credentials_section()?;
            let holds_session = Holding::of(&section) == Holding::Session;
            holds_session.then(|| of(Kind::SessionWithoutLink).at(profile.place()))
        }
        _ => None,
    }
}

/// A session that has ended, and that a login would renew.
fn expired(node: &Node<'_>, facts: &Facts<'_>) -> Option<Finding> {
    let link = node.link.as_ref().ok().filter(|link| link.session_profile == node.name)?;
    let section = node.profile.credentials_section()?;
    let state = SessionState::of(Some(&section), facts.now, Seconds(0));
    let finding = Finding::new(Kind::ExpiredSession).of(link.session_profile.as_str()).at(node.profile.place());
    matches!(state, SessionState::Expired(_)).then_some(finding)
}

/// Source profiles that lead back to themselves. Each profile is walked over once.
fn loops(net: &Net<'_>) -> Vec<Finding> {
    let mut done: HashSet<&ProfileName> = HashSet::new();
    let mut found = Vec::new();
    for first in &net.nodes {
        let mut path: Vec<&ProfileName> = Vec::new();
        let mut next = Some(first);
        while let Some(node) = next.filter(|node| !done.contains(&node.name)) {
            let again = path.iter().position(|name| **name == node.name);
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

/// Whether a profile is a role over something.
pub(super) fn is_role(profile: &Profile<'_>) -> bool {
    profile.property(ROLE_ARN).is_some()
}
