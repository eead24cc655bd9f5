//! The scope of a role's session, from flags, variables and the role profile.

use super::plan::{SessionSource, SourceCredentials, Step};
use super::resolve_error::ResolveError;
use super::settings::{Lookup, checked};
use super::{Origin, Request};
use crate::environment::Environment;
use crate::profile::Profile;
use crate::profile::property::{SESSION_TAGS, SOURCE_IDENTITY, TRANSITIVE_SESSION_TAGS};
use crate::role::Role;
use crate::session_scope::{SessionScope, SessionTags, TagKey, TagKeys};

/// Reads the scope of a role's session. Variables apply to the requested role only, as in aws-vault, and the properties
/// of a profile to its own role.
pub(super) fn scope(
    request: &Request,
    environment: &Environment,
    profile: Option<&Profile<'_>>,
) -> Result<SessionScope, ResolveError> {
    let find = |variable: &'static str, property: &'static str| {
        let variables: &[&'static str] = if request.is_source { &[] } else { &[variable] };
        Lookup { flag: None, variables, properties: vec![(property, profile)] }.find(environment)
    };
    let mut scope = request.scope.clone();
    if scope.source_identity.is_none()
        && let Some((text, origin)) = find("AWS_SOURCE_IDENTITY", SOURCE_IDENTITY)?
    {
        scope.source_identity = Some(checked(&text, &origin)?);
    }
    if scope.tags.is_empty()
        && let Some((text, origin)) = find("AWS_SESSION_TAGS", SESSION_TAGS)?
    {
        scope.tags = checked::<SessionTags>(&text, &origin)?.0;
    }
    let mut transitive_origin = Origin::Flag("--transitive-tag");
    if scope.transitive_tags.is_empty()
        && let Some((text, origin)) = find("AWS_TRANSITIVE_TAGS", TRANSITIVE_SESSION_TAGS)?
    {
        scope.transitive_tags = checked::<TagKeys>(&text, &origin)?.0;
        transitive_origin = origin;
    }
    // STS would refuse it: "The specified transitive tag key must be included in the requested tags."
    if let Some(missing) = scope.transitive_tags.iter().find(|key| !scope.has_tag(key)) {
        let rule = format!("names '{missing}', which is the key of no session tag");
        return Err(ResolveError::Value { what: "list of transitive tags", origin: transitive_origin, rule });
    }
    Ok(scope)
}

/// Refuses a role whose session would change what it inherits from the sessions of the roles before it: STS lets
/// neither the source identity nor a transitive tag change (IAM User Guide, "Monitor and control actions taken with
/// assumed roles" and "Pass session tags in AWS STS").
///
/// The scope of a session in the file is unknown, so only the roles that are assumed now are compared.
pub(super) fn check_inherited(role: &Role, source: &SourceCredentials, steps: &[Step]) -> Result<(), ResolveError> {
    let mut next = source_step(source);
    while let Some(step) = next.and_then(|index| steps.get(index)) {
        next = step.call.source_step();
        let Some(earlier) = step.call.role() else { continue };
        let inherited = |what: String| ResolveError::Inherited {
            what,
            role: role.arn.to_string(),
            earlier: earlier.arn.to_string(),
        };
        if let (Some(own), Some(set)) = (&role.scope.source_identity, &earlier.scope.source_identity)
            && own != set
        {
            return Err(inherited("source identity".to_owned()));
        }
        let is_inherited = |key: &&TagKey| role.scope.has_tag(key);
        if let Some(key) = earlier.scope.transitive_tags.iter().find(is_inherited) {
            return Err(inherited(format!("session tag '{key}'")));
        }
    }
    Ok(())
}

fn source_step(source: &SourceCredentials) -> Option<usize> {
    match source {
        SourceCredentials::Session { session: SessionSource::Step(step), .. } => Some(*step),
        SourceCredentials::Session { .. } | SourceCredentials::Key { .. } => None,
    }
}
