//! The signatures that are accepted.

use crate::client::{Answer, Client};
use crate::support::sts::{StandIn, User};

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";
pub const INVALID: (u16, &str, &str) =
    (403, "InvalidClientTokenId", "The security token included in the request is invalid.");

fn mismatch(answer: &Answer) {
    assert_eq!(answer.error(), (403, "SignatureDoesNotMatch", MISMATCH));
}

#[test]
fn a_correctly_signed_post_or_get_is_answered() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    for request in [client.post("GetCallerIdentity", &[]), client.get("GetCallerIdentity", &[])] {
        let answer = client.exchange(&request).unwrap();
        answer.assert_ok();
        assert_eq!(answer.field("Arn"), "arn:aws:iam::123456789012:user/ada");
        assert_eq!(answer.field("Account"), "123456789012");
        assert_eq!(answer.header("content-type"), Some("text/xml"));
        assert_eq!(answer.header("x-amzn-requestid"), Some(answer.field("RequestId")));
        assert!(answer.header("date").unwrap().ends_with(" GMT"));
    }
}

#[test]
fn a_wrong_secret_does_not_match() {
    let server = StandIn::start();
    let client = Client { secret: "not/the/right/EXAMPLEKEY".to_owned(), ..Client::ada(&server) };
    mismatch(&client.call("GetCallerIdentity", &[]));
}

#[test]
fn a_change_after_signing_does_not_match() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let post = client.post("GetSessionToken", &[("DurationSeconds", "900")]);
    let get = client.get("GetSessionToken", &[("DurationSeconds", "900")]);
    let changed = [
        post.replace("Seconds=900", "Seconds=901"),
        get.replace("Seconds=900", "Seconds=901"),
        post.replace("x-www-form-urlencoded", "x-www-form-urlencoded; charset=utf-8"),
        post.replace("host: 127.0.0.1", "host: localhost"),
        post.replace("/eu-west-1/", "/eu-west-2/"),
        post.replace("SignedHeaders=content-type;host;", "SignedHeaders=content-type;"),
        post.replace("SignedHeaders=content-type;", "SignedHeaders="),
    ];
    for request in changed {
        assert!(request != post && request != get);
        mismatch(&client.exchange(&request).unwrap());
    }
    assert!(server.sessions().is_empty());
}

#[test]
fn an_unsigned_request_lacks_its_token() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let request = client.post("GetCallerIdentity", &[]).replace("authorization: ", "x-not-authorization: ");
    let error = (403, "MissingAuthenticationToken", "Request is missing Authentication Token");
    assert_eq!(client.exchange(&request).unwrap().error(), error);
    assert_eq!(server.calls()[0].access_key_id, "");
}

#[test]
fn a_garbled_authorization_is_an_incomplete_signature() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let good = client.post("GetCallerIdentity", &[]);
    for (from, to) in [
        ("Signature=", "Sig="),
        ("/aws4_request", ""),
        ("AWS4-HMAC-SHA256 ", "Basic "),
        ("x-amz-date: ", "x-amz-date: x"),
    ] {
        let answer = client.exchange(&good.replace(from, to)).unwrap();
        assert_eq!((answer.status, answer.field("Code")), (400, "IncompleteSignature"), "{to}");
    }
}

#[test]
fn a_signature_for_another_service_does_not_match() {
    let server = StandIn::start();
    let client = Client { service: "iam", ..Client::ada(&server) };
    let message = "Credential should be scoped to correct service: 'sts'. ";
    assert_eq!(client.call("GetCallerIdentity", &[]).error(), (403, "SignatureDoesNotMatch", message));
}

#[test]
fn the_day_of_the_credential_must_be_that_of_the_date() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let key = User::ada().access_key_id;
    let good = client.post("GetCallerIdentity", &[]);
    let request = good.replace(&format!("{key}/20"), &format!("{key}/19"));
    assert_ne!(request, good);
    let answer = client.exchange(&request).unwrap();
    assert_eq!((answer.status, answer.field("Code")), (403, "SignatureDoesNotMatch"));
}

#[test]
fn an_unknown_or_inactive_key_is_invalid() {
    let server = StandIn::start();
    let stranger = Client { access_key_id: "AKIAI44QH8DHBEXAMPLE".to_owned(), ..Client::ada(&server) };
    assert_eq!(stranger.call("GetCallerIdentity", &[]).error(), INVALID);
    server.deactivate_key(&User::ada().access_key_id);
    assert_eq!(Client::ada(&server).call("GetCallerIdentity", &[]).error(), INVALID);
}

#[test]
fn a_signature_is_good_for_15_minutes_either_way() {
    let server = StandIn::start();
    for seconds in [-890, 890] {
        Client::ada(&server).with_clock_off_by(seconds).call("GetCallerIdentity", &[]).assert_ok();
    }
    for (seconds, words) in [
        (-910, ["Signature expired: ", " is now earlier than ", " - 15 min.)"]),
        (910, ["Signature not yet current: ", " is still later than ", " + 15 min.)"]),
    ] {
        let answer = Client::ada(&server).with_clock_off_by(seconds).call("GetCallerIdentity", &[]);
        let (status, code, message) = answer.error();
        assert_eq!((status, code), (403, "SignatureDoesNotMatch"));
        assert!(
            message.starts_with(words[0]) && message.contains(words[1]) && message.ends_with(words[2]),
            "{message}"
        );
    }
}

#[test]
fn the_servers_own_clock_decides_how_old_a_signature_is() {
    let server = StandIn::start();
    server.set_clock_offset(3600);
    assert_eq!(Client::ada(&server).call("GetCallerIdentity", &[]).status, 403);
    Client::ada(&server).with_clock_off_by(3600).call("GetCallerIdentity", &[]).assert_ok();
}
