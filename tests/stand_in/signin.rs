//! AWS sign-in gives a token for the session of a role, and for nothing else.

use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::support::sts::{IssuedSession, Role, StandIn};

/// A server with the session of a role, and one of a role that was assumed with it.
fn server() -> (StandIn, IssuedSession, IssuedSession) {
    let server = StandIn::start();
    server.add_role(Role::named("deploy"));
    let deploy = Role::named("deploy").arn;
    server.add_role(Role { trusted: vec![deploy.clone()], ..Role::named("audit") });
    let params = |arn| [("RoleArn", arn), ("RoleSessionName", "test")];
    Client::ada(&server).call("AssumeRole", &params(deploy.as_str())).assert_ok();
    let first = server.sessions().remove(0);
    let audit = Role::named("audit").arn;
    Client::with_session(&server, &first).call("AssumeRole", &params(audit.as_str())).assert_ok();
    let second = server.sessions().remove(1);
    (server, first, second)
}

fn form(session: &IssuedSession, more: &[(&str, &str)]) -> String {
    let parts = json!({
        "sessionId": session.access_key_id,
        "sessionKey": session.secret_access_key,
        "sessionToken": session.session_token,
    });
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "getSigninToken").append_pair("Session", &parts.to_string()).extend_pairs(more).finish()
}

fn post(server: &StandIn, body: &str) -> Answer {
    let request = format!("POST /federation HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    Client::ada(server).exchange(&request).expect("the server answers")
}

fn url(server: &StandIn, answer: &Answer, destination: &str) -> String {
    answer.assert_ok();
    let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
    let token = answer.get("SigninToken").and_then(Value::as_str).expect("a token");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("Action", "login"), ("Issuer", "x"), ("Destination", destination), ("SigninToken", token)])
        .finish();
    format!("{}/federation?{query}", server.url())
}

#[test]
fn the_session_of_a_role_signs_in_for_15_minutes() {
    let (server, first, second) = server();
    for session in [&first, &second] {
        let url = url(&server, &post(&server, &form(session, &[])), "https://a.example/?b&c");
        let opened = server.open(&url).expect("it signs in");
        assert_eq!((&opened.arn, &opened.access_key_id), (&session.arn, &session.access_key_id));
        assert_eq!((opened.issuer.as_str(), opened.destination.as_str()), ("x", "https://a.example/?b&c"));
    }
    let url = url(&server, &post(&server, &form(&first, &[])), "https://a.example");
    server.set_clock_offset(890);
    server.open(&url).expect("it is not 15 minutes old");
    server.set_clock_offset(910);
    assert_eq!(server.open(&url), Err("its token has expired".to_owned()));
    assert!(server.open(&url.replace("SigninToken=", "SigninToken=x")).is_err());
}

#[test]
fn other_sessions_are_refused() {
    let (server, first, _) = server();
    Client::ada(&server).call("GetSessionToken", &[]).assert_ok();
    let of_user = server.sessions().remove(2);
    let answer = post(&server, &form(&of_user, &[]));
    let words = "Only federation tokens or assume role tokens may be used for federated login";
    assert_eq!((answer.status, answer.body.as_str()), (400, words));
    for wrong in [
        IssuedSession { secret_access_key: "x".to_owned(), ..first.clone() },
        IssuedSession { session_token: "x".to_owned(), ..first.clone() },
        IssuedSession { access_key_id: "ASIAX".to_owned(), ..first.clone() },
    ] {
        assert_eq!(post(&server, &form(&wrong, &[])).status, 400);
    }
    server.expire_sessions();
    assert_eq!(post(&server, &form(&first, &[])).body, "The session has expired");
}

#[test]
fn a_secret_in_the_url_and_a_duration_of_a_chained_role_are_refused() {
    let (server, first, second) = server();
    let request = format!("GET /federation?{} HTTP/1.1\r\nhost: x\r\n\r\n", form(&first, &[]));
    assert_eq!(Client::ada(&server).exchange(&request).expect("the server answers").status, 400);
    let duration = [("SessionDuration", "3600")];
    assert_eq!(post(&server, &form(&first, &duration)).status, 200);
    assert_eq!(post(&server, &form(&second, &duration)).status, 400);
}
