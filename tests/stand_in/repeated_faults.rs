//! Faults that come again and again.

use crate::client::Client;
use crate::support::sts::{Fault, StandIn};

/// The outcomes of so many requests, each on a connection of its own.
fn outcomes(server: &StandIn, requests: usize) -> Vec<String> {
    let client = Client::ada(server);
    let before = server.calls().len();
    for _ in 0..requests {
        let answer = client.exchange(&client.post("GetSessionToken", &[]));
        let call = server.calls().pop().expect("it was recorded");
        let drops = matches!(call.fault, Some(Fault::DropBeforeProcessing | Fault::DropAfterProcessing));
        assert_eq!(answer.is_err(), drops, "{answer:?}");
    }
    server.calls().split_off(before).into_iter().map(|call| call.outcome).collect()
}

#[test]
fn every_third_request_meets_its_fault_until_cleared() {
    let server = StandIn::start();
    outcomes(&server, 2);
    server.fault_every(3, Fault::Throttling);
    assert_eq!(outcomes(&server, 7), ["ok", "ok", "Throttling", "ok", "ok", "Throttling", "ok"]);
    server.clear_faults();
    assert_eq!(outcomes(&server, 3), ["ok"; 3]);
}

#[test]
fn of_two_faults_that_are_due_the_first_comes_and_both_count() {
    let server = StandIn::start();
    server.fault_every(2, Fault::Throttling);
    server.fault_every(3, Fault::DropBeforeProcessing);
    let expected =
        ["ok", "Throttling", "unanswered", "Throttling", "ok", "Throttling", "ok", "Throttling", "unanswered"];
    assert_eq!(outcomes(&server, 9), expected);
}

#[test]
fn a_fault_of_the_queue_comes_before_one_that_is_due() {
    let server = StandIn::start();
    server.fault_every(2, Fault::Throttling);
    outcomes(&server, 1);
    server.fault(Fault::InternalFailure, 1);
    assert_eq!(outcomes(&server, 3), ["InternalFailure", "ok", "Throttling"]);
}

#[test]
fn a_drop_after_processing_has_issued_the_session() {
    let server = StandIn::start();
    server.fault_every(10, Fault::DropAfterProcessing);
    assert_eq!(outcomes(&server, 20), ["ok"; 20]);
    let dropped = server.calls().iter().filter(|call| call.fault.is_some()).count();
    assert_eq!((dropped, server.sessions().len()), (2, 20));
}
