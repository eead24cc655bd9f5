//! The permissions and the expiration of an issued session.

use crate::client::Client;
use crate::signatures::INVALID;
use crate::support::sts::{StandIn, User};

#[test]
fn a_session_lasts_as_long_as_asked_or_twelve_hours() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    client.call("GetSessionToken", &[]).assert_ok();
    client.call("GetSessionToken", &[("DurationSeconds", "900")]).assert_ok();
    let now = jiff::Timestamp::now().as_second();
    let lasts: Vec<i64> = server.sessions().iter().map(|session| session.expiration.as_second() - now).collect();
    assert!((43_140..=43_200).contains(&lasts[0]) && (840..=900).contains(&lasts[1]), "{lasts:?}");
}

#[test]
fn a_token_is_as_long_as_set() {
    let server = StandIn::start();
    for length in [1, 3, 360, 4096, 60_000] {
        server.set_token_length(length);
        Client::ada(&server).call("GetSessionToken", &[]).assert_ok();
        let session = server.sessions().pop().unwrap();
        assert_eq!(session.session_token.len(), length);
        Client::with_session(&server, &session).call("GetCallerIdentity", &[]).assert_ok();
    }
}

#[test]
fn session_keys_get_no_further_session() {
    let server = StandIn::start();
    Client::ada(&server).call("GetSessionToken", &[]).assert_ok();
    let client = Client::with_session(&server, &server.sessions()[0]);
    let serial = User::ada().serial;
    let code = server.fresh_code(&serial);
    let error = (403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
    assert_eq!(
        client.call("GetSessionToken", &[("SerialNumber", serial.as_str()), ("TokenCode", &code)]).error(),
        error
    );
    assert_eq!(client.call("GetCallerIdentity", &[]).field("Arn"), User::ada().arn());
}

#[test]
fn a_session_needs_its_own_token() {
    let server = StandIn::start();
    Client::ada(&server).call("GetSessionToken", &[]).assert_ok();
    Client::ada(&server).call("GetSessionToken", &[]).assert_ok();
    let [first, second] = server.sessions().try_into().unwrap();
    let right = Client::with_session(&server, &first);
    right.call("GetCallerIdentity", &[]).assert_ok();
    for token in [None, Some("FakeToken".to_owned()), Some(second.session_token)] {
        let client = Client { token, ..right.clone() };
        assert_eq!(client.call("GetCallerIdentity", &[]).error(), INVALID);
    }
    let client = Client { token: Some(first.session_token), ..Client::ada(&server) };
    assert_eq!(client.call("GetCallerIdentity", &[]).error(), INVALID);
}

#[test]
fn a_session_ends_when_its_answer_said() {
    let server = StandIn::start();
    Client::ada(&server).call("GetSessionToken", &[("DurationSeconds", "900")]).assert_ok();
    let session = server.sessions().remove(0);
    for (offset, code) in [(890, ""), (910, "ExpiredToken")] {
        server.set_clock_offset(offset);
        let client = Client::with_session(&server, &session).with_clock_off_by(offset);
        assert_eq!(client.call("GetCallerIdentity", &[]).field("Code"), code);
    }
}

#[test]
fn sessions_can_be_ended_early() {
    let server = StandIn::start();
    Client::ada(&server).call("GetSessionToken", &[]).assert_ok();
    server.expire_sessions();
    let answer = Client::with_session(&server, &server.sessions()[0]).call("GetCallerIdentity", &[]);
    assert_eq!(answer.error(), (403, "ExpiredToken", "The security token included in the request is expired"));
}
