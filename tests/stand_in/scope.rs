//! Session policies, tags and source identities of roles.

use crate::client::{Answer, Client};
use crate::support::sts::{IssuedSession, Role, StandIn};

const DEPLOY: &str = "arn:aws:iam::123456789012:role/deploy";
const NEXT: &str = "arn:aws:iam::123456789012:role/next";
const ADA: &str = "arn:aws:iam::123456789012:user/ada";

fn assume(client: &Client<'_>, role_arn: &str, more: &[(&str, &str)]) -> Answer {
    let params = [&[("RoleArn", role_arn), ("RoleSessionName", "test")], more].concat();
    client.call("AssumeRole", &params)
}

fn last_session(server: &StandIn) -> IssuedSession {
    server.sessions().pop().expect("a session was issued")
}

/// The role deploy, which ada may assume, and the role next, which deploy may assume, both with tags and identities.
fn chain() -> StandIn {
    let server = StandIn::start();
    let open = |name: &str| Role { allows_tags: true, allows_source_identity: true, ..Role::named(name) };
    server.add_role(open("deploy"));
    server.add_role(Role { trusted: vec![DEPLOY.to_owned()], ..open("next") });
    server
}

#[test]
fn the_scope_of_a_session_is_recorded_with_what_it_inherits() {
    let server = chain();
    let policy = r#"{"Version": "2012-10-17", "Statement": []}"#;
    let scope = [
        ("Policy", policy),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
        ("Tags.member.2.Key", "project"),
        ("Tags.member.2.Value", ""),
        ("TransitiveTagKeys.member.1", "team"),
        ("SourceIdentity", "ada"),
    ];
    let answer = assume(&Client::ada(&server), DEPLOY, &scope);
    answer.assert_ok();
    assert_eq!((answer.field("SourceIdentity"), answer.field("PackedPolicySize")), ("ada", "2"));
    let session = last_session(&server);
    assert_eq!(session.scope.policy.as_deref(), Some(policy));
    assert_eq!(session.scope.policy_arns, ["arn:aws:iam::aws:policy/ReadOnlyAccess"]);
    assert_eq!(session.scope.tags.len(), 2);

    let chained = Client::with_session(&server, &session);
    assume(&chained, NEXT, &[("SourceIdentity", "ada")]).assert_ok();
    let inherited = last_session(&server).scope;
    assert_eq!(inherited.tags, [("team".to_owned(), "a".to_owned())]);
    assert_eq!((inherited.source_identity.as_deref(), inherited.policy), (Some("ada"), None));

    let caller = "arn:aws:sts::123456789012:assumed-role/deploy/test";
    let denied = |action: &str| format!("User: {caller} is not authorized to perform: {action} on resource: {NEXT}");
    let answer = assume(&chained, NEXT, &[("SourceIdentity", "bob")]);
    assert_eq!(answer.error(), (403, "AccessDenied", denied("sts:SetSourceIdentity").as_str()));
    let answer = assume(&chained, NEXT, &[("Tags.member.1.Key", "Team"), ("Tags.member.1.Value", "b")]);
    let message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
                   from the calling session.";
    assert_eq!(answer.error(), (400, "InvalidParameterValue", message));
    server.add_role(Role { trusted: vec![DEPLOY.to_owned()], ..Role::named("next") });
    assert_eq!(assume(&chained, NEXT, &[]).error(), (403, "AccessDenied", denied("sts:TagSession").as_str()));
}

#[test]
fn tags_and_identities_need_permissions_of_the_trust_policy() {
    let server = StandIn::start();
    server.add_role(Role::named("deploy"));
    let client = Client::ada(&server);
    let tag = [("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "a")];
    for (params, action) in [(&tag[..], "sts:TagSession"), (&[("SourceIdentity", "ada")], "sts:SetSourceIdentity")] {
        let message = format!("User: {ADA} is not authorized to perform: {action} on resource: {DEPLOY}");
        assert_eq!(assume(&client, DEPLOY, params).error(), (403, "AccessDenied", message.as_str()));
    }
}

#[test]
fn tags_must_differ_and_transitive_keys_must_be_among_them() {
    let server = chain();
    let client = Client::ada(&server);
    let twice = [
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
        ("Tags.member.2.Key", "TEAM"),
        ("Tags.member.2.Value", "b"),
    ];
    let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
    assert_eq!(assume(&client, DEPLOY, &twice).error(), (400, "InvalidParameterValue", message));
    let message = "The specified transitive tag key must be included in the requested tags.";
    let answer = assume(&client, DEPLOY, &[("TransitiveTagKeys.member.1", "team")]);
    assert_eq!(answer.error(), (400, "InvalidParameterValue", message));
}

#[test]
fn policies_must_be_policies_and_must_be_small() {
    let server = chain();
    let client = Client::ada(&server);
    for (policy, message) in [("{", "This policy contains invalid Json"), ("{}", "Syntax errors in policy.")] {
        let answer = assume(&client, DEPLOY, &[("Policy", policy)]);
        assert_eq!(answer.error(), (400, "MalformedPolicyDocument", message));
    }
    let value = "v".repeat(256);
    let keys: Vec<String> = (1..=20).map(|number| format!("Tags.member.{number}.Key")).collect();
    let values: Vec<String> = (1..=20).map(|number| format!("Tags.member.{number}.Value")).collect();
    let pairs =
        keys.iter().zip(&values).flat_map(|(key, of)| [(key.as_str(), key.as_str()), (of.as_str(), value.as_str())]);
    let answer = assume(&client, DEPLOY, &pairs.collect::<Vec<_>>());
    let (status, code, message) = answer.error();
    assert_eq!((status, code), (400, "PackedPolicyTooLarge"));
    assert!(message.starts_with("Packed size of session tags consumes 13"), "{message}");
}

#[test]
fn texts_out_of_bounds_are_refused() {
    let server = chain();
    let client = Client::ada(&server);
    let long = "k".repeat(129);
    for (params, part) in [
        (vec![("SourceIdentity", "a b")], "at 'sourceIdentity'"),
        (vec![("Policy", "\u{20AC}")], "at 'policy'"),
        (vec![("Tags.member.1.Key", "a#b"), ("Tags.member.1.Value", "")], "at 'tags.1.member.key'"),
        (vec![("Tags.member.1.Key", long.as_str()), ("Tags.member.1.Value", "")], "less than or equal to 128"),
    ] {
        let answer = assume(&client, DEPLOY, &params);
        let (status, code, message) = answer.error();
        assert_eq!((status, code), (400, "ValidationError"));
        assert!(message.starts_with("1 validation error detected") && message.contains(part), "{message}");
    }
}
