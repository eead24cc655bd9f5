//! The callers that can assume a role, and the duration.

use awsmfa::document::Document;

use crate::client::{Answer, Client};
use crate::support::many;
use crate::support::sts::{IssuedSession, Role, StandIn, User};

const DEPLOY: &str = "arn:aws:iam::123456789012:role/deploy";

fn assume(client: &Client<'_>, role_arn: &str, more: &[(&str, &str)]) -> Answer {
    let params = [&[("RoleArn", role_arn), ("RoleSessionName", "test")], more].concat();
    client.call("AssumeRole", &params)
}

#[track_caller]
fn assert_denied(answer: &Answer, caller: &str, role_arn: &str) {
    let message = format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role_arn}");
    assert_eq!(answer.error(), (403, "AccessDenied", message.as_str()));
}

fn last_session(server: &StandIn) -> IssuedSession {
    server.sessions().pop().expect("a session was issued")
}

#[test]
fn a_trusted_user_gets_a_session_named_after_the_role() {
    let server = StandIn::start();
    server.add_role(Role { arn: "arn:aws:iam::123456789012:role/ops/deploy".to_owned(), ..Role::named("deploy") });
    let answer = assume(&Client::ada(&server), "arn:aws:iam::123456789012:role/ops/deploy", &[]);
    answer.assert_ok();
    assert_eq!(answer.field("Arn"), "arn:aws:sts::123456789012:assumed-role/deploy/test");
    assert!(answer.field("AssumedRoleId").starts_with("AROA") && answer.field("AssumedRoleId").ends_with(":test"));
    let client = Client::with_session(&server, &last_session(&server));
    assert_eq!(
        client.call("GetCallerIdentity", &[]).field("Arn"),
        "arn:aws:sts::123456789012:assumed-role/deploy/test"
    );
    let seconds = last_session(&server).expiration.as_second() - jiff::Timestamp::now().as_second();
    assert!((3540..=3600).contains(&seconds), "{seconds}");
}

#[test]
fn an_unknown_role_and_one_that_trusts_others_are_denied_alike() {
    let server = StandIn::start();
    server.add_role(Role { trusted: vec!["arn:aws:iam::123456789012:user/grace".to_owned()], ..Role::named("deploy") });
    for role in [DEPLOY, "arn:aws:iam::123456789012:role/unknown"] {
        assert_denied(&assume(&Client::ada(&server), role, &[]), &User::ada().arn(), role);
    }
}

#[test]
fn a_role_that_requires_mfa_takes_a_code_or_a_session_got_with_one() {
    let server = StandIn::start();
    let ada = User::ada();
    server.add_role(Role { requires_mfa: true, ..Role::named("deploy") });
    assert_denied(&assume(&Client::ada(&server), DEPLOY, &[]), &ada.arn(), DEPLOY);

    let code = server.fresh_code(&ada.serial);
    assume(&Client::ada(&server), DEPLOY, &[("SerialNumber", &ada.serial), ("TokenCode", &code)]).assert_ok();

    Client::ada(&server).call("GetSessionToken", &[]).assert_ok();
    let without = Client::with_session(&server, &last_session(&server));
    assert_denied(&assume(&without, DEPLOY, &[]), &ada.arn(), DEPLOY);

    let code = server.fresh_code(&ada.serial);
    let params = [("SerialNumber", ada.serial.as_str()), ("TokenCode", code.as_str())];
    Client::ada(&server).call("GetSessionToken", &params).assert_ok();
    let with = Client::with_session(&server, &last_session(&server));
    assume(&with, DEPLOY, &[]).assert_ok();
}

#[test]
fn a_code_is_used_up_even_if_the_role_is_denied() {
    let server = StandIn::start();
    let ada = User::ada();
    let code = server.fresh_code(&ada.serial);
    let params = [("SerialNumber", ada.serial.as_str()), ("TokenCode", code.as_str())];
    assert_denied(&assume(&Client::ada(&server), DEPLOY, &params), &ada.arn(), DEPLOY);
    assert!(server.calls()[0].code_spent);
    assert_eq!(Client::ada(&server).call("GetSessionToken", &params).status, 403);
}

#[test]
fn an_external_id_must_be_the_roles() {
    let server = StandIn::start();
    server.add_role(Role { external_id: Some("fake-external-id".to_owned()), ..Role::named("deploy") });
    let client = Client::ada(&server);
    assert_denied(&assume(&client, DEPLOY, &[]), &User::ada().arn(), DEPLOY);
    assert_denied(&assume(&client, DEPLOY, &[("ExternalId", "another")]), &User::ada().arn(), DEPLOY);
    assume(&client, DEPLOY, &[("ExternalId", "fake-external-id")]).assert_ok();
}

#[test]
fn a_role_session_lasts_no_longer_than_the_role_allows() {
    let server = StandIn::start();
    server.add_role(Role { max_session_duration: 7200, ..Role::named("deploy") });
    let client = Client::ada(&server);
    assume(&client, DEPLOY, &[("DurationSeconds", "7200")]).assert_ok();
    let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    let answer = assume(&client, DEPLOY, &[("DurationSeconds", "7201")]);
    assert_eq!(answer.error(), (400, "ValidationError", message));
    let message = "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member \
                   must have value less than or equal to 43200";
    let answer = assume(&client, DEPLOY, &[("DurationSeconds", "43201")]);
    assert_eq!(answer.error(), (400, "ValidationError", message));
}

#[test]
fn a_role_assumed_from_a_role_lasts_an_hour_at_most_and_counts_as_without_mfa() {
    let server = StandIn::start();
    let ada = User::ada();
    let deploy = vec![DEPLOY.to_owned()];
    server.add_role(Role::named("deploy"));
    server.add_role(Role { trusted: deploy.clone(), max_session_duration: 43_200, ..Role::named("next") });
    server.add_role(Role { trusted: deploy, requires_mfa: true, ..Role::named("guarded") });
    let code = server.fresh_code(&ada.serial);
    assume(&Client::ada(&server), DEPLOY, &[("SerialNumber", &ada.serial), ("TokenCode", &code)]).assert_ok();

    let chained = Client::with_session(&server, &last_session(&server));
    let next = "arn:aws:iam::123456789012:role/next";
    let message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
    let answer = assume(&chained, next, &[("DurationSeconds", "3601")]);
    assert_eq!(answer.error(), (400, "ValidationError", message));
    assume(&chained, next, &[("DurationSeconds", "3600")]).assert_ok();
    let guarded = "arn:aws:iam::123456789012:role/guarded";
    assert_denied(&assume(&chained, guarded, &[]), "arn:aws:sts::123456789012:assumed-role/deploy/test", guarded);
}

#[test]
fn a_missing_role_or_a_bad_session_name_is_out_of_bounds() {
    let server = StandIn::start();
    let answer = Client::ada(&server).call("AssumeRole", &[("RoleSessionName", "a b")]);
    let message = r"2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*";
    assert_eq!(answer.error(), (400, "ValidationError", message));
    let answer = assume(&Client::ada(&server), "role/of-no-partition-at-all", &[]);
    assert_eq!(answer.error(), (400, "ValidationError", "role/of-no-partition-at-all is invalid"));
}

#[test]
fn many_roles_are_in_accounts_of_their_own_and_trust_ada_with_mfa() {
    let server = StandIn::start();
    let ada = User::ada();
    let arns = server.add_roles(1_000);
    let code = server.fresh_code(&ada.serial);
    let params = [("SerialNumber", ada.serial.as_str()), ("TokenCode", code.as_str())];
    Client::ada(&server).call("GetSessionToken", &params).assert_ok();
    let session = Client::with_session(&server, &last_session(&server));
    for arn in [&arns[0], &arns[999]] {
        assert_denied(&assume(&Client::ada(&server), arn, &[]), &ada.arn(), arn);
        assume(&session, arn, &[]).assert_ok();
    }
    assert_eq!(last_session(&server).arn, "arn:aws:sts::200000001000:assumed-role/reader-1000/test");

    let config = Document::parse(many::config_with_roles(&arns).into_bytes()).expect("not UTF-16");
    for (number, arn) in (1..).zip(&arns) {
        let profile = config.sections_named(&format!("profile role-{number}")).next().expect("a section");
        assert_eq!(profile.property("role_arn").expect("a role").value(), arn.as_str());
    }
}
