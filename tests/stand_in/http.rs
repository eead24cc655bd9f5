//! The requests that are accepted.

use std::net::TcpStream;

use crate::client::{Client, send_and_read};
use crate::support::sts::StandIn;

#[test]
fn one_connection_takes_several_requests() {
    let server = StandIn::start();
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    for _ in 0..3 {
        send_and_read(&mut stream, &Client::ada(&server).post("GetCallerIdentity", &[])).unwrap().assert_ok();
    }
    assert_eq!(server.count("GetCallerIdentity"), 3);
}

#[test]
fn a_client_that_asks_before_it_sends_the_body_is_told_to_go_on() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let request =
        client.post("GetCallerIdentity", &[]).replace("content-length", "expect: 100-continue\r\ncontent-length");
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    assert_eq!(send_and_read(&mut stream, &format!("{head}\r\n\r\n")).unwrap().status, 100);
    send_and_read(&mut stream, body).unwrap().assert_ok();
}

#[test]
fn an_unknown_action_version_or_path_is_refused() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let message = "Could not find operation GetFederationToken for version 2011-06-15";
    let answer = client.call("GetFederationToken", &[]);
    assert_eq!(answer.error(), (400, "InvalidAction", message));
    assert_eq!(client.call("", &[]).field("Code"), "MissingAction");

    let form = "Action=GetCallerIdentity&Version=2010-05-08";
    let message = "Could not find operation GetCallerIdentity for version 2010-05-08";
    let answer = client.exchange(&client.post_to("/", form)).unwrap();
    assert_eq!(answer.error(), (400, "InvalidAction", message));

    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let answer = client.exchange(&client.post_to("/login", form)).unwrap();
    assert_eq!((answer.status, answer.field("Code")), (404, "UnknownOperationException"));
}

#[test]
fn input_that_is_not_http_gets_a_400() {
    let server = StandIn::start();
    let client = Client::ada(&server);
    let too_long = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n";
    let chunked = "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    for request in ["\u{16}\u{3}\u{1}\u{2}\r\n\r\n", too_long, chunked] {
        assert_eq!(client.exchange(request).unwrap().status, 400, "{request}");
    }
    assert!(server.calls().is_empty());
}
