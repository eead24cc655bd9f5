//! The parameters of `AssumeRole` for the scope of a session.

use aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder;
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};

use crate::role::Role;
use crate::session_scope::SessionTag;

/// Adds the session policies, the tags and the source identity of a role's session to a request.
pub(super) fn set(call: AssumeRoleFluentBuilder, role: &Role) -> AssumeRoleFluentBuilder {
    let scope = &role.scope;
    let managed: Vec<_> = scope.managed_policies(&role.arn).into_iter().map(managed_policy).collect();
    // The SDK refuses a tag without a key, and each of these has one.
    let tags: Vec<Tag> = scope.tags.iter().filter_map(tag).collect();
    let transitive: Vec<String> = scope.transitive_tags.iter().map(ToString::to_string).collect();
    call.set_policy(scope.policy.as_ref().map(ToString::to_string))
        .set_policy_arns(some(managed))
        .set_tags(some(tags))
        .set_transitive_tag_keys(some(transitive))
        .set_source_identity(scope.source_identity.as_ref().map(ToString::to_string))
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() { None } else { Some(list) }
}

fn managed_policy(arn: String) -> PolicyDescriptorType {
    PolicyDescriptorType::builder().arn(arn).build()
}

fn tag(tag: &SessionTag) -> Option<Tag> {
    Tag::builder().key(tag.key.as_str()).value(tag.value.as_str()).build().ok()
}
