//! MFA devices: named where they should be, once, and ones that have codes.

use std::collections::HashSet;

use super::Facts;
use super::finding::Finding;
use super::kind::Kind;
use super::links::{Net, Node, is_role};
use crate::profile::property::{AWS_MFA_DEVICE, AWSMFA_SESSION_PROFILE, MFA_SERIAL, SOURCE_PROFILE};
use crate::profile::{ProfileName, Profiles};
use crate::resolve::{self, Link, has_long_term_key};
use crate::session::CredentialKind;
use crate::token_code::{SerialNumber, SerialNumberError};

/// What is wrong with the devices of all profiles.
pub(super) fn devices(net: &Net<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut payers = HashSet::new();
    for node in &net.nodes {
        found.extend(serial_numbers(node));
        found.extend(of_role(node, net));
        let Ok(link) = &node.link else { continue };
        found.extend(old_name(node, link));
        found.extend(beside_session(node, link));
        if payers.insert(&link.source_profile) {
            found.extend(missing(link, facts));
        }
    }
    found
}

/// Values that name no device with codes.
fn serial_numbers(node: &Node<'_>) -> impl Iterator<Item = Finding> {
    [MFA_SERIAL, AWS_MFA_DEVICE].into_iter().filter_map(|property| {
        let found = node.profile.property(property)?;
        let kind = match found.value.parse::<SerialNumber>() {
            Err(SerialNumberError::SecurityKey) => Kind::SecurityKey,
            Err(SerialNumberError::Malformed | SerialNumberError::OtherResource(_)) => Kind::BadSerial,
            Ok(_) => return None,
        };
        Some(Finding::new(kind).of(node.name.as_str()).at(found.place()).about(property))
    })
}

/// A role over a session profile needs no code of its own.
fn of_role(node: &Node<'_>, net: &Net<'_>) -> Option<Finding> {
    let serial = node.profile.property(MFA_SERIAL).filter(|_| is_role(&node.profile))?;
    let session: ProfileName = node.profile.property(SOURCE_PROFILE)?.value.parse().ok()?;
    let link = net.get(&session)?.link.as_ref().ok()?;
    let is_session = link.session_profile == session && link.source_profile != session;
    is_session.then(|| Finding::new(Kind::DoubleMfa).of(node.name.as_str()).at(serial.place()))
}

fn old_name(node: &Node<'_>, link: &Link) -> Option<Finding> {
    let found = node.profile.property(AWS_MFA_DEVICE).filter(|_| link.source_profile == node.name)?;
    found.value.parse::<SerialNumber>().ok()?;
    Some(Finding::new(Kind::AwsMfaDevice).of(node.name.as_str()).at(found.place()))
}

/// A session profile that has the device itself.
fn beside_session(node: &Node<'_>, link: &Link) -> Option<Finding> {
    let is_session = link.session_profile == node.name && link.source_profile != node.name;
    let holding = node.profile.credentials_section().map(|section| CredentialKind::of(&section));
    let found = node.profile.property(MFA_SERIAL).filter(|_| is_session && holding == Some(CredentialKind::Session))?;
    Some(Finding::new(Kind::SerialInSessionProfile).of(node.name.as_str()).at(found.place()).about(MFA_SERIAL))
}

/// A permanent key that is meant to pay for sessions, and no device. A key alone need not be meant so.
fn missing(link: &Link, facts: &Facts<'_>) -> Option<Finding> {
    let Facts { profiles, environment, .. } = facts;
    let source = profiles.get(link.source_profile.as_str()).filter(|source| has_long_term_key(source))?;
    let is_meant = source.property(AWSMFA_SESSION_PROFILE).is_some() || is_there(&link.session_profile, *profiles);
    let is_selected = facts
        .selected
        .as_ref()
        .is_some_and(|selected| [&link.source_profile, &link.session_profile].contains(&&selected.name));
    let session = profiles.get(link.session_profile.as_str());
    let serial = resolve::serial_number(None, environment, &[session.as_ref(), Some(&source)]);
    let is_missing = link.role.is_none() && (is_meant || is_selected) && matches!(serial, Ok(None));
    is_missing.then(|| Finding::new(Kind::NoSerial).of(source.name()).at(source.place()))
}

/// Returns whether there is such a profile, and none that gets its credentials in a way of its own.
fn is_there(name: &ProfileName, profiles: Profiles<'_>) -> bool {
    profiles.get(name.as_str()).is_some_and(|profile| resolve::looked_past(&profile).is_none())
}
