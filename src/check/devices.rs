//! Findings about MFA devices that are missing, misplaced or redundant, or that have no codes.

use std::collections::HashSet;

use super::Facts;
use super::finding::Finding;
use super::finding_kind::Kind;
use super::keys::lacks_token;
use super::links::{Graph, Node, is_role};
use crate::profile::ProfileName;
use crate::profile::property::{AWS_MFA_DEVICE, AWSMFA_SESSION_PROFILE, MFA_SERIAL, SOURCE_PROFILE};
use crate::resolve::{self, Link, has_long_term_key};
use crate::session;
use crate::token_code::{SerialNumber, SerialNumberError};

/// Checks the MFA devices of all profiles.
pub(super) fn devices(graph: &Graph<'_>, facts: &Facts<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut sources = HashSet::new();
    for node in &graph.nodes {
        found.extend(unusable_serials(node));
        found.extend(serial_in_chained_role(node, graph));
        let Ok(link) = &node.link else { continue };
        found.extend(aws_mfa_device(node, link));
        found.extend(serial_in_session_profile(node, link));
        if sources.insert(&link.source_profile) {
            found.extend(missing_serial(link, facts));
        }
    }
    found
}

/// Finds serial numbers that do not belong to a device with codes.
fn unusable_serials(node: &Node<'_>) -> impl Iterator<Item = Finding> {
    [MFA_SERIAL, AWS_MFA_DEVICE].into_iter().filter_map(|property| {
        let found = node.profile.property(property)?;
        let kind = match found.value.parse::<SerialNumber>() {
            Err(SerialNumberError::SecurityKey) => Kind::SecurityKey,
            Err(SerialNumberError::Malformed | SerialNumberError::NoAccount | SerialNumberError::OtherResource(_)) => {
                Kind::BadSerial
            }
            Ok(_) => return None,
        };
        Some(node.finding(kind).at(found.place()).with_detail(property))
    })
}

/// Finds an `mfa_serial` in a chained role, which needs no MFA code of its own.
fn serial_in_chained_role(node: &Node<'_>, graph: &Graph<'_>) -> Option<Finding> {
    let serial = node.profile.property(MFA_SERIAL)?;
    let session: ProfileName = node.profile.property(SOURCE_PROFILE)?.value.parse().ok()?;
    let link = graph.get(&session)?.link.as_ref().ok()?;
    let is_session = link.session_profile == session && link.source_profile != session;
    (is_session && is_role(&node.profile)).then(|| node.finding(Kind::DoubleMfa).at(serial.place()))
}

fn aws_mfa_device(node: &Node<'_>, link: &Link) -> Option<Finding> {
    let found = node.profile.property(AWS_MFA_DEVICE)?;
    let is_reported = link.source_profile == node.name && found.value.parse::<SerialNumber>().is_ok();
    is_reported.then(|| node.finding(Kind::AwsMfaDevice).at(found.place()))
}

/// Finds an `mfa_serial` in a session profile.
fn serial_in_session_profile(node: &Node<'_>, link: &Link) -> Option<Finding> {
    let is_session = link.session_profile == node.name && link.source_profile != node.name;
    let found = node.profile.property(MFA_SERIAL)?;
    let finding = || node.finding(Kind::SerialInSessionProfile).at(found.place()).with_detail(MFA_SERIAL);
    (is_session && session::is_held_by(&node.profile)).then(finding)
}

/// Finds a linked or selected long-term access key without an MFA device. Other keys may be meant for use without MFA.
fn missing_serial(link: &Link, facts: &Facts<'_>) -> Option<Finding> {
    let Facts { profiles, environment, .. } = facts;
    let source = profiles.get(link.source_profile.as_str()).filter(|source| has_long_term_key(source))?;
    if lacks_token(&source) {
        return None;
    }
    let session = profiles.get(link.session_profile.as_str());
    // A session profile that exists is meant for sessions, unless it has another source of credentials.
    let can_hold_session = session.as_ref().is_some_and(|session| resolve::looked_past(session).is_none());
    let is_meant = can_hold_session || source.property(AWSMFA_SESSION_PROFILE).is_some();
    let names = [&link.source_profile, &link.session_profile];
    let is_selected = facts.surroundings.selected.as_ref().is_some_and(|selected| names.contains(&&selected.name));
    let serial = resolve::serial_number(None, environment, &[session.as_ref(), Some(&source)]);
    let is_missing = link.role.is_none() && (is_meant || is_selected) && matches!(serial, Ok(None));
    is_missing.then(|| {
        let device = resolve::inherited_device(&[&link.session_profile, &link.source_profile], *profiles);
        let remedy = device.map(|device| device.remedy(&link.source_profile));
        Finding::new(Kind::NoSerial).for_profile(source.name()).at(source.place()).with_remedy(remedy)
    })
}
