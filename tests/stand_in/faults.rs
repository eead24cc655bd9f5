//! Faults on demand.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::client::{Answer, Client};
use crate::support::sts::{Fault, StandIn, User};

fn log_in(server: &StandIn) -> std::io::Result<Answer> {
    let serial = User::ada().serial;
    let code = server.fresh_code(&serial);
    let client = Client::ada(server);
    client.exchange(&client.post("GetSessionToken", &[("SerialNumber", &serial), ("TokenCode", &code)]))
}

fn log_in_with(fault: Fault) -> (StandIn, Answer) {
    let server = StandIn::start();
    server.fault(fault, 1);
    let answer = log_in(&server).expect("the server answers");
    (server, answer)
}

#[test]
fn a_fault_lasts_for_its_number_of_requests_and_then_the_next_one_comes() {
    let server = StandIn::start();
    server.fault(Fault::Throttling, 2);
    server.fault(Fault::InternalFailure, 1);
    for code in ["Throttling", "Throttling", "InternalFailure", ""] {
        assert_eq!(log_in(&server).unwrap().field("Code"), code);
    }
    let outcomes: Vec<String> = server.calls().into_iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, ["Throttling", "Throttling", "InternalFailure", "ok"]);
}

#[test]
fn a_fault_without_end_lasts_until_cleared() {
    let server = StandIn::start();
    server.fault(Fault::Throttling, usize::MAX);
    for _ in 0..3 {
        assert_eq!(log_in(&server).unwrap().error(), (400, "Throttling", "Rate exceeded"));
    }
    server.clear_faults();
    log_in(&server).unwrap().assert_ok();
}

#[test]
fn answers_without_processing_use_up_no_code() {
    let page = "<html>";
    let cases = [
        (Fault::Status { code: 503, html: true }, 503, page),
        (Fault::Status { code: 503, html: false }, 503, ""),
        (Fault::Redirect302, 302, page),
        (Fault::Html200, 200, page),
        (Fault::InternalFailure, 500, "<ErrorResponse"),
        (Fault::RegionDisabled, 403, "<ErrorResponse"),
    ];
    for (fault, status, start) in cases {
        let (server, answer) = log_in_with(fault.clone());
        assert_eq!(answer.status, status);
        assert!(answer.body.starts_with(start) && (answer.body.is_empty() == start.is_empty()), "{}", answer.body);
        let call = server.calls().remove(0);
        assert_eq!((call.fault, call.code_spent, server.sessions().len()), (Some(fault), false, 0));
    }
}

#[test]
fn the_refusal_of_a_region_names_the_account() {
    let (_server, answer) = log_in_with(Fault::RegionDisabled);
    let message = "STS is not activated in this region for account:123456789012. Your account administrator can \
                   activate STS in this region using the IAM Console.";
    assert_eq!(answer.error(), (403, "RegionDisabledException", message));
}

#[test]
fn a_connection_dropped_before_processing_leaves_the_code_and_after_it_does_not() {
    for (fault, spent) in [(Fault::DropBeforeProcessing, false), (Fault::DropAfterProcessing, true)] {
        let server = StandIn::start();
        server.fault(fault, 1);
        log_in(&server).expect_err("no answer");
        assert_eq!((server.calls()[0].code_spent, server.sessions().len()), (spent, usize::from(spent)));
    }
}

fn wait_for_a_call(server: &StandIn) {
    while server.calls().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_slow_answer_is_complete_and_does_not_delay_others() {
    let server = StandIn::start();
    server.fault(Fault::Slow(Duration::from_millis(1000)), 1);
    let start = Instant::now();
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| (log_in(&server), start.elapsed()));
        wait_for_a_call(&server);
        log_in(&server).unwrap().assert_ok();
        let others = start.elapsed();
        let (answer, slow) = slow.join().unwrap();
        answer.unwrap().assert_ok();
        assert!(slow >= Duration::from_millis(1000) && others < slow, "{slow:?} {others:?}");
    });
}

#[test]
fn a_silent_server_ends_with_the_stand_in() {
    for fault in [Fault::Hang, Fault::StallMidBody, Fault::Slow(Duration::from_secs(60))] {
        let server = StandIn::start();
        server.fault(fault.clone(), 1);
        let request = Client::ada(&server).post("GetCallerIdentity", &[]);
        let mut stream = TcpStream::connect(server.addr()).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        wait_for_a_call(&server);
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let mut seen = Vec::new();
        let error = stream.read_to_end(&mut seen).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
        assert_eq!(seen.is_empty(), fault != Fault::StallMidBody);
        let start = Instant::now();
        drop(server);
        stream.read_to_end(&mut seen).unwrap();
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn a_stopped_server_refuses_connections() {
    let server = StandIn::start();
    let addr = server.addr();
    drop(server);
    assert_eq!(TcpStream::connect(addr).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn a_damaged_answer_has_used_the_code() {
    let spoilt = [
        Fault::TruncatedXml,
        Fault::EmptyField("SessionToken"),
        Fault::MissingField("Credentials"),
        Fault::ExpiredAnswer,
    ];
    for fault in spoilt {
        let (server, answer) = log_in_with(fault);
        assert_eq!(answer.status, 200);
        assert!(server.calls()[0].code_spent);
    }
}

#[test]
fn a_damaged_answer_lacks_the_given_part() {
    let (_server, answer) = log_in_with(Fault::TruncatedXml);
    assert!(answer.body.contains("<SessionToken>") && !answer.body.contains("</SessionToken>"));
    let (_server, answer) = log_in_with(Fault::EmptyField("SessionToken"));
    assert!(answer.body.contains("<SessionToken></SessionToken>"));
    let (server, answer) = log_in_with(Fault::MissingField("SecretAccessKey"));
    assert!(!answer.body.contains("SecretAccessKey"));
    assert_eq!(answer.field("AccessKeyId"), server.sessions()[0].access_key_id);
    let (_server, answer) = log_in_with(Fault::ExpiredAnswer);
    assert!(answer.field("Expiration").parse::<jiff::Timestamp>().unwrap() < jiff::Timestamp::now());
}

#[test]
fn a_huge_body_is_as_long_as_announced() {
    let (_server, answer) = log_in_with(Fault::HugeBody(3_000_000));
    assert_eq!((answer.status, answer.body.len()), (200, 3_000_000));
}
